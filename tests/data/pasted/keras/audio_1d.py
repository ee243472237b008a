import keras
from keras import layers

SAMPLES = 16_000

model = keras.models.Sequential([
    layers.InputLayer(shape=(SAMPLES, 1)),
    layers.Conv1D(16, 80, strides=16, activation="relu"),
    layers.BatchNormalization(),
    layers.MaxPooling1D(4),
    layers.Conv1D(32, 3, padding="causal", dilation_rate=2, activation="relu"),
    layers.Conv1D(32, 3, padding="causal", dilation_rate=4, activation="relu"),
    layers.MaxPool1D(pool_size=4),
    layers.Conv1D(64, 3, strides=2, padding="same", activation="relu"),
    layers.SpatialDropout1D(0.2),
    layers.GlobalAvgPool1D(),
    layers.Dense(35, activation="softmax"),
])
