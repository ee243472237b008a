import torch
from torch import nn
from torch.nn import functional as F


class Towers(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        self.one = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.five_1 = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.five_2 = nn.Conv2d(16, 24, kernel_size=5, padding=2)
        self.pooled = nn.Conv2d(in_channels, 24, kernel_size=1)

    def forward(self, x):
        one = self.one(x)
        five = self.five_1(x)
        five = self.five_2(five)
        pooled = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
        pooled = self.pooled(pooled)
        outputs = [one, five, pooled]
        return torch.cat(outputs, dim=1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(64, 20, kernel_size=5)
        self.towers1 = Towers(in_channels=10)
        self.towers2 = Towers(in_channels=20)
        self.mp = nn.MaxPool2d(2)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        rows = x.size(0)
        x = F.relu(self.mp(self.conv1(x)))
        x = self.towers1(x)
        x = F.relu(self.mp(self.conv2(x)))
        x = self.towers2(x)
        x = x.view(rows, -1)
        x = self.fc(x)
        return x


model = Net()
x = torch.zeros(1, 1, 28, 28)
