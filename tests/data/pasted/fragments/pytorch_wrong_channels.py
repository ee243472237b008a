# input: 3 x 32 x 32
net = nn.Sequential(
    nn.Conv2d(3, 16, 3),  # -> 16 x 30 x 30
    nn.Conv2d(32, 64, 3),  # !! expects 32 channels, but 16 arrive
    nn.ReLU(),
)
