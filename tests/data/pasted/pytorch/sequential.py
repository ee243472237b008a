import torch
from torch import nn

model = nn.Sequential(
    nn.Conv2d(1, 14, 5),
    nn.ReLU(),
    nn.Conv2d(14, 30, 5),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(30 * 20 * 20, 10),
)
x = torch.zeros(1, 1, 28, 28)
