import torch
from torch import nn


class Causal(nn.Module):
    def __init__(self, c_in, c_out, k, d):
        super().__init__()
        self.pad = nn.ConstantPad1d(((k - 1) * d, 0), 0.0)
        self.conv = nn.Conv1d(c_in, c_out, k, dilation=d)

    def forward(self, x):
        return torch.relu(self.conv(self.pad(x)))


layers = [Causal(4 if i == 0 else 12, 12, 3, 2 ** i) for i in range(4)]
model = nn.Sequential(*layers, nn.Dropout(0.1), nn.Conv1d(12, 2, 1))
x = torch.zeros(1, 4, 50)
