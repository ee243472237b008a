import torch
import torch.nn as nn
import torch.nn.functional as F


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 7, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(7, 18, 5)
        self.hidden = nn.Linear(18 * 5 * 5, 64)
        self.middle = nn.Linear(64, 48)
        self.out = nn.Linear(48, 12)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)  # a row for each image
        x = F.relu(self.hidden(x))
        x = F.relu(self.middle(x))
        x = self.out(x)
        return x


model = Digits()
x = torch.randn(1, 3, 32, 32)
