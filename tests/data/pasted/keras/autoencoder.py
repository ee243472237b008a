import keras
from keras import layers

encoder = keras.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(12, 3, activation="relu", padding="same", strides=2),
    layers.Conv2D(6, 3, activation="relu", padding="same", strides=2),
], name="encoder")
decoder = keras.Sequential([
    layers.Conv2DTranspose(6, kernel_size=3, strides=2, activation="relu", padding="same"),
    layers.Conv2DTranspose(12, kernel_size=3, strides=2, activation="relu", padding="same"),
    layers.Conv2D(1, kernel_size=(3, 3), activation="sigmoid", padding="same"),
], name="decoder")
model = keras.Sequential([encoder, decoder])
