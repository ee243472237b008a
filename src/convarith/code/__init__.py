"""A layer as source code for Keras, PyTorch, ONNX and JAX, one module for each.

The same word means different cells in each of them, and where the words run out, numbers stand in front.
"""
