from tensorflow import keras
from tensorflow.keras import layers


def normed(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    return x


def build(input_shape=(64, 48, 3), labels=2, base=16):
    inputs = keras.Input(shape=input_shape)
    skips = []
    x = inputs
    for depth in range(3):
        x = normed(x, base * 2 ** depth)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = normed(x, base * 8)
    for depth, skip in zip(reversed(range(3)), reversed(skips)):
        x = layers.Conv2DTranspose(base * 2 ** depth, 2, strides=2, padding="same")(x)
        x = layers.Concatenate()([x, skip])
        x = normed(x, base * 2 ** depth)
    outputs = layers.Conv2D(labels, 1, activation="softmax")(x)
    return keras.Model(inputs, outputs)


model = build()
