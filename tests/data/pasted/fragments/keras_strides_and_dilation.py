# input: 32 x 32 x 3
model = keras.Sequential([
    layers.Conv2D(8, 3, strides=2, dilation_rate=2),  # !! Keras has no stride together with dilation, but they are 2 and 2
])
