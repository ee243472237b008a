model = Sequential()
model.add(Conv2D(32, (3, 3), input_shape=(10, 10, 3)))  # -> 8 x 8 x 32
model.add(MaxPooling2D((2, 2)))  # -> 4 x 4 x 32
model.add(Conv2D(64, (3, 3)))  # -> 2 x 2 x 64
model.add(MaxPooling2D((2, 2)))  # -> 1 x 1 x 64
model.add(Conv2D(64, (3, 3)))  # !! kernel 3 spans 3 cells, but the padded axis has 1
model.add(Flatten())
