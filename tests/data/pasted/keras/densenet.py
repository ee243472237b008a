import keras
from keras import layers

growth = 12


def grow(x, blocks):
    for i in range(blocks):
        y = layers.BatchNormalization(epsilon=1e-5)(x)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate(axis=-1)([x, y])
    return x


def halve(x, filters):
    x = layers.BatchNormalization()(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.AveragePooling2D(2, strides=2)(x)


inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(2 * growth, 3, padding="same", use_bias=False)(inputs)
x = grow(x, 3)
x = halve(x, 24 + 3 * growth // 2)
x = grow(x, 3)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
