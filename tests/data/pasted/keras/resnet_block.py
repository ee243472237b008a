import keras
from keras import layers


def residual_block(x, filters, conv_shortcut=False, stride=1):
    shortcut = x
    if conv_shortcut:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=None)(shortcut)
        shortcut = layers.BatchNormalization(axis=3, epsilon=1.001e-5)(shortcut)
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
x = layers.ZeroPadding2D(padding=((3, 3), (3, 3)), name="conv1_pad")(inputs)
x = layers.Conv2D(64, 7, strides=2, use_bias=True, name="conv1_conv")(x)
x = layers.BatchNormalization(axis=3, epsilon=1.001e-5, name="conv1_bn")(x)
x = layers.Activation("relu", name="conv1_relu")(x)
x = layers.ZeroPadding2D(padding=((1, 1), (1, 1)), name="pool1_pad")(x)
x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
x = residual_block(x, 16, conv_shortcut=True)
x = residual_block(x, 16)
x = residual_block(x, 32, conv_shortcut=True, stride=2)
x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
outputs = layers.Dense(1000, activation="softmax", name="predictions")(x)
model = keras.Model(inputs, outputs)
