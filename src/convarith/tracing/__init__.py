"""A whole Keras model, read layer by layer."""
