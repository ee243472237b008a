# input: 32 x 32 x 3
x = Conv2D(16, (3, 3), padding='same', name='block1_conv1')(img_input)  # -> 32 x 32 x 16
x = Activation('relu')(x)
x = MaxPooling2D((2, 2), strides=(2, 2))(x)  # -> 16 x 16 x 16
x = Conv2D(32, (3, 3), padding='same')(x)  # -> 16 x 16 x 32
x = GlobalAveragePooling2D()(x)  # -> 32
