import keras
from keras import layers

model = keras.Sequential(name="vgg")
model.add(keras.Input((64, 64, 3)))
for filters, repeats in [(32, 1), (64, 2), (128, 3)]:
    for _ in range(repeats):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPool2D(2, 2))
model.add(layers.Flatten())
for units in (256, 128):
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dropout(0.4))
model.add(layers.Dense(7))
