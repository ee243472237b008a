import keras
from keras import layers

inputs = keras.Input(shape=(32, 32, 3), name="photo")
x = layers.Conv2D(32, 3, activation="relu")(inputs)
x = layers.Conv2D(48, 3, activation="relu")(x)
first = layers.MaxPooling2D(3)(x)

x = layers.Conv2D(48, 3, activation="relu", padding="same")(first)
x = layers.Conv2D(48, 3, activation="relu", padding="same")(x)
second = layers.add([x, first])

x = layers.Conv2D(48, 3, activation="relu")(second)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(96, activation="relu")(x)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(10)(x)

model = keras.Model(inputs, outputs, name="skips")
