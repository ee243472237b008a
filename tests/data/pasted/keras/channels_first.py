import keras
from keras import layers

model = keras.Sequential([
    keras.Input((3, 20, 30)),
    layers.Conv2D(8, 5, strides=2, data_format="channels_first"),
    layers.BatchNormalization(axis=1),
    layers.MaxPooling2D(2, padding="same", data_format="channels_first"),
    layers.BatchNormalization(),
    layers.Dense(5),
    layers.Flatten(),
    layers.Dense(2),
])
