import keras
from keras import layers


def block(x, filters, stride):
    x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU(6.0)(x)


photo = keras.Input(shape=(96, 96, 3))
x = layers.ZeroPadding2D(((0, 1), (0, 1)))(photo)
x = layers.Conv2D(8, 3, strides=2, padding="valid", use_bias=False)(x)
x = layers.BatchNormalization()(x)
x = layers.ReLU(6.0)(x)
for filters, stride in [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1)]:
    x = block(x, filters, stride)
x = layers.GlobalAveragePooling2D(keepdims=True)(x)
x = layers.Dropout(0.01)(x)
x = layers.Conv2D(300, (1, 1), padding="same")(x)
x = layers.Reshape((300,))(x)
x = layers.Activation("softmax")(x)
model = keras.Model(photo, x)
