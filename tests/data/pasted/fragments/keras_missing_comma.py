model = keras.Sequential([
    keras.Input((20, 20, 3)),
    layers.Conv2D(16, 3),  # -> 18 x 18 x 16
    layers.MaxPooling2D(2)  # -> 9 x 9 x 16
    layers.Conv2D(8, 3),  # ?? A comma is missing before layers # -> 7 x 7 x 8
    layers.Flatten(),  # -> 392
])
