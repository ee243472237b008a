import keras
from keras import layers

x = inputs = layers.Input(shape=(5, 6, 2))
x = layers.Conv2DTranspose(3, 3)(x)
x = layers.Conv2DTranspose(4, (2, 4), strides=(3, 2), padding="valid")(x)
x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", output_padding=1)(x)
x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", output_padding=(0, 1))(x)
x = layers.Conv2DTranspose(2, 2, dilation_rate=3)(x)
x = layers.Cropping2D(((1, 2), (3, 0)))(x)
x = layers.UpSampling2D((2, 1), interpolation="bilinear")(x)
model = keras.Model(inputs, x)
