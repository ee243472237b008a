"""A layer as source code for Keras, PyTorch, ONNX and JAX."""
