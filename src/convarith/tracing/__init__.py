"""A whole network of Keras, PyTorch or ONNX, read layer by layer."""
