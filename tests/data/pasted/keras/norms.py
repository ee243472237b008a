import keras
from keras import layers

model = keras.Sequential([
    keras.Input((16, 12, 8)),
    layers.LayerNormalization(),
    layers.GroupNormalization(groups=4),
    layers.BatchNormalization(center=False),
    layers.LayerNormalization(axis=[1, 2, 3], scale=False),
    layers.PReLU(shared_axes=[1, 2]),
    layers.Dense(6),
    layers.PReLU(),
    layers.Flatten(),
    layers.LayerNormalization(),
    layers.Dense(3),
])
