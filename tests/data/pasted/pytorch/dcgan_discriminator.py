import torch
import torch.nn as nn

wide, nc = 16, 3
model = nn.Sequential(
    nn.Conv2d(nc, wide, 4, 2, 1, bias=False),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(wide, wide * 2, 4, 2, 1, bias=False),
    nn.BatchNorm2d(wide * 2),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(wide * 2, wide * 4, 4, 2, 1, bias=False),
    nn.InstanceNorm2d(wide * 4, affine=True),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(wide * 4, 1, 8, 1, 0, bias=False),
    nn.Sigmoid(),
    nn.Flatten(),
)
x = torch.randn(4, 3, 64, 64)
