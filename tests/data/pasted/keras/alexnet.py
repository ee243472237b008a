from keras.models import Sequential
from keras.layers import (
    Activation, BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D,
)

model = Sequential([
    Conv2D(96, 11, strides=4, input_shape=(227, 227, 3)), BatchNormalization(), Activation("relu"),
    MaxPooling2D(3, strides=2),
    Conv2D(256, 5, padding="same", groups=2), BatchNormalization(), Activation("relu"),
    MaxPooling2D(3, strides=2),
    Conv2D(384, 3, padding="same", activation="relu"),
    Conv2D(384, 3, padding="same", activation="relu", groups=2),
    Conv2D(256, 3, padding="same", activation="relu", groups=2),
    MaxPooling2D(3, strides=2),
    Flatten(),
    Dense(512, activation="relu"), Dropout(0.5),
    Dense(512, activation="relu"), Dropout(0.5),
    Dense(100, activation="softmax"),
])
