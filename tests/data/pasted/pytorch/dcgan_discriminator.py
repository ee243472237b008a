import torch
import torch.nn as nn

ndf, nc = 16, 3
model = nn.Sequential(
    nn.Conv2d(nc, ndf, 4, 2, 1, bias=False),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(ndf, ndf * 2, 4, 2, 1, bias=False),
    nn.BatchNorm2d(ndf * 2),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(ndf * 2, ndf * 4, 4, 2, 1, bias=False),
    nn.InstanceNorm2d(ndf * 4, affine=True),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(ndf * 4, 1, 8, 1, 0, bias=False),
    nn.Sigmoid(),
    nn.Flatten(),
)
x = torch.randn(4, 3, 64, 64)
