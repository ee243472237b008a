import keras
from keras.layers import Conv1D, Add, Multiply, Activation, Input, Flatten, Dense, Cropping1D, UpSampling1D

inputs = Input(shape=(128, 4))
x = Conv1D(16, 2, padding="causal")(inputs)
skips = []
for rate in [1, 2, 4, 8]:
    tanh = Conv1D(16, 2, padding="causal", dilation_rate=rate, activation="tanh")(x)
    gate = Conv1D(16, 2, padding="causal", dilation_rate=rate, activation="sigmoid")(x)
    z = Multiply()([tanh, gate])
    skip = Conv1D(16, 1)(z)
    x = Add()([x, skip])
    skips.append(skip)
y = Add()(skips + [x])
y = Activation("relu")(y)
y = Cropping1D((8, 0))(y)
y = UpSampling1D(2)(y)
y = Conv1D(1, 1)(y)
model = keras.Model(inputs, y)
