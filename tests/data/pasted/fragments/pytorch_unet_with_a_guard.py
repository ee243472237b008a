# input: 3 x 32 x 32
class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, padding=1)  # -> 8 x 32 x 32
        self.pool = nn.MaxPool2d(2)  # -> 8 x 16 x 16
        self.up = nn.ConvTranspose2d(8, 8, 2, stride=2)  # -> 8 x 32 x 32
        self.last = nn.Conv2d(16, 1, 1)  # -> 1 x 32 x 32

    def forward(self, x):
        skip = self.down(x)
        x = self.up(self.pool(skip))
        if x.shape != skip.shape:  # ?? Whether this is true is not known, so it is read as false
            x = TF.resize(x, size=skip.shape[2:])
        return self.last(torch.cat((skip, x), dim=1))  # -> 16 x 32 x 32
