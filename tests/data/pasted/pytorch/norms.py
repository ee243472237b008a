import torch
from torch import nn

model = nn.Sequential(
    nn.ZeroPad2d((1, 2, 0, 3)),
    nn.Conv2d(4, 8, (1, 3), bias=False),
    nn.GroupNorm(2, 8),
    nn.LayerNorm([8, 9, 10]),
    nn.PReLU(),
    nn.LayerNorm(10),
    nn.Linear(10, 6),
    nn.PReLU(8),
    nn.BatchNorm2d(8, affine=False),
    nn.InstanceNorm2d(8),
    nn.CircularPad2d(1),
    nn.AdaptiveMaxPool2d((None, 3)),
    nn.Flatten(1),
    nn.Unflatten(1, (8, 11, 3)),
    nn.UpsamplingBilinear2d(scale_factor=2),
)
x = torch.zeros(1, 4, 6, 9)
