import keras

model = keras.Sequential()
model.add(keras.layers.Flatten(input_shape=(28, 28)))
model.add(keras.layers.Dense(90, activation='relu'))
model.add(keras.layers.Dropout(0.15))
model.add(keras.layers.Dense(10))
