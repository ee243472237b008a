import torch
from torch import nn

model = nn.Sequential(
    nn.LazyConv2d(16, 3, padding=1),
    nn.LazyBatchNorm2d(),
    nn.ReLU(),
    nn.LazyConvTranspose2d(8, 2, stride=2),
    nn.MaxPool2d(3, 2, 1, dilation=2, ceil_mode=True),
    nn.Flatten(),
    nn.LazyLinear(12),
)
x = torch.zeros(1, 3, 13, 11)
