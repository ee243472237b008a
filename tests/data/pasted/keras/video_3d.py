import keras
from keras import layers

model = keras.Sequential()
model.add(layers.Conv3D(8, (3, 3, 3), activation="relu", padding="same", input_shape=(16, 56, 56, 3)))
model.add(layers.MaxPooling3D((1, 2, 2)))
model.add(layers.Conv3D(16, 3, strides=(1, 2, 2), padding="same"))
model.add(layers.BatchNormalization())
model.add(layers.Activation("relu"))
model.add(layers.MaxPooling3D(pool_size=(2, 2, 2), padding="same"))
model.add(layers.ZeroPadding3D((0, 1, 1)))
model.add(layers.AveragePooling3D(pool_size=2))
model.add(layers.GlobalAveragePooling3D())
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(4))
