import keras
from keras import layers, ops

inputs = keras.Input((14, 14, 32))
se = layers.GlobalAveragePooling2D()(inputs)
se = layers.Reshape((1, 1, 32))(se)
se = layers.Dense(8, activation="relu")(se)
se = layers.Dense(32, activation="sigmoid")(se)
x = layers.multiply([inputs, se])
x = layers.Conv2D(16, 3)(x)
y = layers.Conv2D(16, 3)(inputs)
x = layers.average([x, y])
model = keras.Model(inputs, layers.Resizing(7, 9)(x))
