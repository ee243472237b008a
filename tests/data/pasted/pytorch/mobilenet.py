import torch
import torch.nn as nn


def by_channel(width, filters, stride):
    return nn.Sequential(
        nn.Conv2d(width, width, 3, stride, 1, groups=width, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU6(inplace=True),
        nn.Conv2d(width, filters, 1, 1, 0, bias=False),
        nn.BatchNorm2d(filters),
        nn.ReLU6(inplace=True),
    )


class Normed(nn.Sequential):
    def __init__(self, width, filters, kernel_size=3, stride=1, groups=1):
        padding = (kernel_size - 1) // 2
        super(Normed, self).__init__(
            nn.Conv2d(width, filters, kernel_size, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU6(inplace=True),
        )


class Light(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            Normed(3, 8, stride=2),
            by_channel(8, 16, 1),
            by_channel(16, 32, 2),
            Normed(32, 64, kernel_size=1),
            nn.AdaptiveAvgPool2d(1),
        )
        self.fc = nn.Linear(64, 1000)

    def forward(self, x):
        x = self.model(x)
        x = x.view(-1, 64)
        x = self.fc(x)
        return x


model = Light()
x = torch.randn(1, 3, 64, 64)
