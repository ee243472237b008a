# input: 3 x 32 x 32
nn.Conv2d(3, 16, 3, stride=2),  # -> 16 x 15 x 15
nn.ReLU(),  # -> 16 x 15 x 15
nn.MaxPool2d(3),  # -> 16 x 5 x 5
