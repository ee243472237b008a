# input: 3 x 33 x 33
net = nn.Sequential(
    nn.MaxPool2d(3, padding=1),  # -> 3 x 11 x 11
    nn.MaxPool2d(3, padding=2),  # !! padding 2 must be at most half the kernel, which is 3
)
