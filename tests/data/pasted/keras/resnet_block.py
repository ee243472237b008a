import keras
from keras import layers


def bottleneck(x, filters, changes=False, stride=1):
    shortcut = x
    if changes:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=None)(shortcut)
        shortcut = layers.BatchNormalization(axis=3, epsilon=1e-5)(shortcut)
    x = layers.Conv2D(filters, 1, strides=stride)(x)
    x = layers.BatchNormalization(axis=3)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(filters, 3, padding="SAME")(x)
    x = layers.BatchNormalization(axis=3)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(4 * filters, 1)(x)
    x = layers.BatchNormalization(axis=3)(x)
    x = layers.Add()([shortcut, x])
    return layers.Activation("relu")(x)


inputs = keras.Input((224, 224, 3))
x = layers.ZeroPadding2D(padding=((3, 3), (3, 3)), name="stem_pad")(inputs)
x = layers.Conv2D(40, 7, strides=2, use_bias=True, name="stem_conv")(x)
x = layers.BatchNormalization(axis=3, epsilon=1e-5, name="stem_bn")(x)
x = layers.Activation("relu", name="stem_relu")(x)
x = layers.ZeroPadding2D(padding=((1, 1), (1, 1)), name="half_pad")(x)
x = layers.MaxPooling2D(3, strides=2, name="half_pool")(x)
x = bottleneck(x, 16, changes=True)
x = bottleneck(x, 16)
x = bottleneck(x, 32, changes=True, stride=2)
x = layers.GlobalAveragePooling2D(name="mean")(x)
outputs = layers.Dense(1000, activation="softmax", name="scores")(x)
model = keras.Model(inputs, outputs)
