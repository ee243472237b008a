import torch
import torch.nn as nn
import torch.nn.functional as F


class Pair(nn.Module):
    expansion = 1

    def __init__(self, width, filters, stride=1):
        super(Pair, self).__init__()
        self.conv1 = nn.Conv2d(width, filters, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)

        self.shortcut = nn.Sequential()
        if stride != 1 or width != self.expansion * filters:
            self.shortcut = nn.Sequential(
                nn.Conv2d(width, self.expansion * filters, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(self.expansion * filters),
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        out = F.relu(out)
        return out


class Residual(nn.Module):
    def __init__(self, block, counts, kinds=10):
        super(Residual, self).__init__()
        self.width = 16

        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.stage1 = self._stage(block, 16, counts[0], stride=1)
        self.stage2 = self._stage(block, 32, counts[1], stride=2)
        self.stage3 = self._stage(block, 64, counts[2], stride=2)
        self.head = nn.Linear(64 * block.expansion, kinds)

    def _stage(self, block, filters, counts, stride):
        strides = [stride] + [1] * (counts - 1)
        layers = []
        for stride in strides:
            layers.append(block(self.width, filters, stride))
            self.width = filters * block.expansion
        return nn.Sequential(*layers)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.stage1(out)
        out = self.stage2(out)
        out = self.stage3(out)
        out = F.avg_pool2d(out, 8)
        out = out.view(out.size(0), -1)
        out = self.head(out)
        return out


def small_net():
    return Residual(Pair, [2, 2, 2])


model = small_net()
x = torch.randn(1, 3, 32, 32)
