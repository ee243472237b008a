from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, AveragePooling2D, Flatten, Dense

# LeNet as of 1998, with tanh
model = Sequential()
model.add(Conv2D(6, (5, 5), activation='tanh', padding='same', input_shape=(28, 28, 1)))
model.add(AveragePooling2D((2, 2), strides=2))
model.add(Conv2D(16, (5, 5), activation='tanh'))
model.add(AveragePooling2D((2, 2), strides=2))
model.add(Flatten())
model.add(Dense(120, activation='tanh'))
model.add(Dense(84, activation='tanh'))
model.add(Dense(10, activation='softmax'))
