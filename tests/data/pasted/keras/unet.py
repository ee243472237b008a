from tensorflow import keras
from tensorflow.keras import layers


def conv_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    return x


def build_unet(input_shape=(64, 48, 3), num_classes=2, base=16):
    inputs = keras.Input(shape=input_shape)
    skips = []
    x = inputs
    for depth in range(3):
        x = conv_block(x, base * 2 ** depth)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = conv_block(x, base * 8)
    for depth, skip in zip(reversed(range(3)), reversed(skips)):
        x = layers.Conv2DTranspose(base * 2 ** depth, 2, strides=2, padding="same")(x)
        x = layers.Concatenate()([x, skip])
        x = conv_block(x, base * 2 ** depth)
    outputs = layers.Conv2D(num_classes, 1, activation="softmax")(x)
    return keras.Model(inputs, outputs)


model = build_unet()
