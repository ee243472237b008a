model = keras.Sequential()
model.add(layers.Conv2D(16, 3, input_shape=(12, 12, 3))  # ?? A bracket is not closed # -> 10 x 10 x 16
model.add(layers.MaxPooling2D())  # -> 5 x 5 x 16
model.add(layers.Flatten()))  # ?? ")" is not expected here # -> 400
model.add(layers.Dense(2)  # ?? A bracket is not closed # -> 2
