# input: 28 x 28 x 1
    layers.Conv2D(32, 3, activation="relu"),  # -> 26 x 26 x 32
    layers.MaxPooling2D(),  # -> 13 x 13 x 32
    layers.Conv2D(64, 3,
                  activation="relu"),
    layers.Flatten(),  # -> 7744
    layers.Dense(10),  # -> 10
])
