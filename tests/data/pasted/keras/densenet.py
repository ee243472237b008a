import keras
from keras import layers

growth_rate = 12


def dense_block(x, blocks):
    for i in range(blocks):
        y = layers.BatchNormalization(epsilon=1.001e-5)(x)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(growth_rate, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate(axis=-1)([x, y])
    return x


def transition(x, filters):
    x = layers.BatchNormalization()(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.AveragePooling2D(2, strides=2)(x)


inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(2 * growth_rate, 3, padding="same", use_bias=False)(inputs)
x = dense_block(x, 3)
x = transition(x, 24 + 3 * growth_rate // 2)
x = dense_block(x, 3)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
