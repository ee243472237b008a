import keras
from keras import layers

model = keras.Sequential([
    layers.Input((75, 75, 3)),
    layers.Rescaling(1.0 / 255),
    layers.SeparableConv2D(32, 3, strides=2, activation="relu"),
    layers.SeparableConv2D(64, (3, 5), depth_multiplier=2, padding="same", use_bias=False),
    layers.BatchNormalization(scale=False),
    layers.DepthwiseConv2D((5, 3), depth_multiplier=2, dilation_rate=2),
    layers.MaxPooling2D(),
    layers.GlobalMaxPooling2D(),
    layers.Dense(5, "softmax", False),
])
