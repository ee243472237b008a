# input: 3 x 33 x 33
net = nn.Sequential(
    nn.Conv2D(3, 8, 3),  # ?? PyTorch has no Conv2D: it is Conv2d
    nn.Conv2d(3, 8, 3, padding="same"),  # -> 8 x 33 x 33
    nn.Conv2d(8, 8, 3, padding="same", stride=2),  # !! padding same needs stride 1, but the stride is 2
)
