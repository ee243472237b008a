model = keras.Sequential([
    keras.Input((20, 8)),
    layers.Conv1D(16, 3),  # -> 18 x 16
    layers.LSTM(32, return_sequences=True),  # ?? layers.LSTM is not read here
    layers.Conv1D(8, 3),  # -> 16 x 8
    layers.Dense(4),  # -> 16 x 4
])
