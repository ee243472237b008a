import keras
from keras import layers
from keras.layers import concatenate

inputs = keras.Input((28, 28, 120))
one = layers.Conv2D(64, (1, 1), padding="same", activation="relu")(inputs)

three = layers.Conv2D(60, (1, 1), padding="same", activation="relu")(inputs)
three = layers.Conv2D(80, (3, 3), padding="same", activation="relu")(three)

five = layers.Conv2D(16, (1, 1), padding="same", activation="relu")(inputs)
five = layers.Conv2D(32, (5, 5), padding="same", activation="relu")(five)

pooled = layers.MaxPooling2D((3, 3), strides=(1, 1), padding="same")(inputs)
pooled = layers.Conv2D(32, (1, 1), padding="same", activation="relu")(pooled)

joined = concatenate([one, three, five, pooled], axis=3)
outputs = layers.AveragePooling2D(7, 1)(joined)
model = keras.Model(inputs=inputs, outputs=outputs)
