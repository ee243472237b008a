import torch
from torch import Tensor, nn


class Bottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, width, filters, stride=1, downsample=None, groups=1, dilation=1):
        super().__init__()
        self.conv1 = nn.Conv2d(width, filters, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(
            filters, filters, 3, stride=stride, padding=dilation, groups=groups, bias=False, dilation=dilation
        )
        self.bn2 = nn.BatchNorm2d(filters)
        self.conv3 = nn.Conv2d(filters, filters * self.expansion, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(filters * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        straight = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            straight = self.downsample(x)
        out += straight
        return self.relu(out)


down = nn.Sequential(nn.Conv2d(32, 64, 1, 2, bias=False), nn.BatchNorm2d(64))
model = nn.Sequential(
    nn.Conv2d(3, 32, kernel_size=7, stride=2, padding=3, bias=False),
    nn.BatchNorm2d(32),
    nn.ReLU(inplace=True),
    nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    Bottleneck(32, 16, stride=2, downsample=down, groups=4),
    Bottleneck(64, 16, dilation=2),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(64, 20),
)
x = torch.randn(1, 3, 96, 80)
