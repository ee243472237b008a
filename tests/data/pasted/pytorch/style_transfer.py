import torch
import torch.nn as nn


class Mirrored(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride):
        super(Mirrored, self).__init__()
        sides = kernel_size // 2
        self.mirror = nn.ReflectionPad2d(sides)
        self.conv2d = nn.Conv2d(in_channels, out_channels, kernel_size, stride)

    def forward(self, x):
        out = self.mirror(x)
        out = self.conv2d(out)
        return out


class Larger(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, upsample=None):
        super(Larger, self).__init__()
        self.upsample = upsample
        if upsample:
            self.repeat = nn.Upsample(mode="nearest", scale_factor=upsample)
        self.mirror = nn.ReflectionPad2d(kernel_size // 2)
        self.conv2d = nn.Conv2d(in_channels, out_channels, kernel_size, stride)

    def forward(self, x):
        wide = x
        if self.upsample:
            wide = self.repeat(wide)
        return self.conv2d(self.mirror(wide))


class Painter(nn.Module):
    def __init__(self):
        super(Painter, self).__init__()
        self.conv1 = Mirrored(3, 8, kernel_size=9, stride=1)
        self.in1 = nn.InstanceNorm2d(8, affine=True)
        self.conv2 = Mirrored(8, 16, kernel_size=3, stride=2)
        self.in2 = nn.InstanceNorm2d(16, affine=True)
        self.up1 = Larger(16, 8, kernel_size=3, stride=1, upsample=2)
        self.up2 = Mirrored(8, 3, kernel_size=9, stride=1)
        self.relu = nn.ReLU()

    def forward(self, X):
        y = self.relu(self.in1(self.conv1(X)))
        y = self.relu(self.in2(self.conv2(y)))
        y = self.relu(self.up1(y))
        y = self.up2(y)
        return y


model = Painter()
x = torch.randn(1, 3, 32, 40)
