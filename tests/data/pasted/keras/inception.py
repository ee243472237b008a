import keras
from keras import layers
from keras.layers import concatenate

inputs = keras.Input((28, 28, 192))
tower_1 = layers.Conv2D(64, (1, 1), padding="same", activation="relu")(inputs)

tower_2 = layers.Conv2D(96, (1, 1), padding="same", activation="relu")(inputs)
tower_2 = layers.Conv2D(128, (3, 3), padding="same", activation="relu")(tower_2)

tower_3 = layers.Conv2D(16, (1, 1), padding="same", activation="relu")(inputs)
tower_3 = layers.Conv2D(32, (5, 5), padding="same", activation="relu")(tower_3)

tower_4 = layers.MaxPooling2D((3, 3), strides=(1, 1), padding="same")(inputs)
tower_4 = layers.Conv2D(32, (1, 1), padding="same", activation="relu")(tower_4)

joined = concatenate([tower_1, tower_2, tower_3, tower_4], axis=3)
outputs = layers.AveragePooling2D(7, 1)(joined)
model = keras.Model(inputs=inputs, outputs=outputs)
