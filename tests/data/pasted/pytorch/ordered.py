from collections import OrderedDict

import torch
from torch import nn

model = nn.Sequential(OrderedDict([
    ("conv1", nn.Conv2d(1, 14, 5, padding="same")),
    ("relu1", nn.ReLU()),
    ("pool1", nn.AvgPool2d(3, stride=2, ceil_mode=True)),
    ("conv2", nn.Conv2d(14, 36, kernel_size=(3, 5), padding=(1, 2), stride=(1, 2), bias=False)),
    ("norm2", nn.BatchNorm2d(36)),
    ("relu2", nn.ReLU()),
    ("head", nn.Sequential(nn.AdaptiveAvgPool2d((4, 3)), nn.Flatten(), nn.Linear(36 * 12, 5))),
]))
x = torch.zeros(2, 1, 31, 28)
