# input: 32 x 32 x 3
model = keras.Sequential([
    layers.Conv2D(8, 3, stride=2),  # !! Conv2D has no argument stride
])
