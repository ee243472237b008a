# input: 3 x 20 x 20
class Head(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.conv = nn.Conv2d(3, args.width, 3)  # ?? out_channels of Conv2d is args.width, which is not known
        self.norm = nn.BatchNorm2d(16)  # -> 16 x 20 x 20
        self.unused = nn.Linear(3, 3)  # ?? unused is never applied

    def forward(self, x):
        return self.norm(self.conv(x))
