# input: 3 x 20 x 20
net = nn.Sequential(
    nn.Conv2d(3, 16, 3),  # -> 16 x 18 x 18
    nn.Conv2d(16, 30, 3, groups=4),  # !! filters must be a multiple of groups (4), but is 30
)
