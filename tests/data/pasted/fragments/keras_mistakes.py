# input: 32 x 32 x 3
model = keras.Sequential([
    layers.Conv2D(8, 3, padding="sane"),  # !! padding must be valid or same, but is sane
    layers.Conv2d(8, 3),  # ?? Keras has no Conv2d: it is Conv2D
    layers.Conv2D(8, kernel=3),
])
