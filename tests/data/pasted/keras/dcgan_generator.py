import tensorflow as tf
from tensorflow.keras import layers

noise = 100

model = tf.keras.Sequential([
    tf.keras.Input(shape=(noise,)),
    layers.Dense(7 * 7 * 96, use_bias=False),
    layers.BatchNormalization(),
    layers.LeakyReLU(),
    layers.Reshape((7, 7, 96)),
    layers.Conv2DTranspose(56, (5, 5), strides=(1, 1), padding="same", use_bias=False),
    layers.BatchNormalization(),
    layers.LeakyReLU(),
    layers.Conv2DTranspose(24, (5, 5), strides=(2, 2), padding="same", use_bias=False),
    layers.BatchNormalization(),
    layers.LeakyReLU(),
    layers.Conv2DTranspose(1, (5, 5), strides=(2, 2), padding="same", use_bias=False, activation="tanh"),
])
