model = keras.Sequential()
model.add(keras.Input(shape=(8, 8, 3)))
model.add(keras.layers.Conv2D(16, 3))  # -> 6 x 6 x 16
model.add(keras.layers.Dense(10))  # -> 6 x 6 x 10
