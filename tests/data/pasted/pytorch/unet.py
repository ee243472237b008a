import torch
from torch import nn


class Twice(nn.Module):
    """Two convolutions, normalized."""

    def __init__(self, icolours, out_channels, between=None):
        super().__init__()
        if not between:
            between = out_channels
        self.both = nn.Sequential(
            nn.Conv2d(icolours, between, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(between),
            nn.ReLU(inplace=True),
            nn.Conv2d(between, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.both(x)


class Down(nn.Module):
    def __init__(self, icolours, out_channels):
        super().__init__()
        self.halve = nn.Sequential(nn.MaxPool2d(2), Twice(icolours, out_channels))

    def forward(self, x):
        return self.halve(x)


class Up(nn.Module):
    def __init__(self, icolours, out_channels, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = Twice(icolours, out_channels, icolours // 2)
        else:
            self.up = nn.ConvTranspose2d(icolours, icolours // 2, kernel_size=2, stride=2)
            self.conv = Twice(icolours, out_channels)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        x = torch.cat([x2, x1], dim=1)
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, colours, labels, bilinear=False):
        super().__init__()
        factor = 2 if bilinear else 1
        self.start = Twice(colours, 8)
        self.down1 = Down(8, 16)
        self.down2 = Down(16, 32 // factor)
        self.up1 = Up(32, 16 // factor, bilinear)
        self.up2 = Up(16, 8, bilinear)
        self.end = nn.Conv2d(8, labels, kernel_size=1)

    def forward(self, x):
        x1 = self.start(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x = self.up1(x3, x2)
        x = self.up2(x, x1)
        scores = self.end(x)
        return scores


model = UNet(colours=3, labels=2, bilinear=True)
x = torch.randn(1, 3, 64, 48)
