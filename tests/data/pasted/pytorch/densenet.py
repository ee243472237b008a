import torch
import torch.nn as nn


class Grows(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(width, growth, kernel_size=3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat((x, self.conv(self.relu(self.norm(x)))), 1)


class Joined(nn.Module):
    def __init__(self, growth=6, plan=(2, 3), first=12):
        super().__init__()
        self.features = nn.Sequential()
        self.features.add_module("conv0", nn.Conv2d(3, first, 7, 2, 3, bias=False))
        self.features.add_module("pool0", nn.MaxPool2d(3, 2, 1))
        wide = first
        for i, many in enumerate(plan):
            for j in range(many):
                self.features.add_module(f"dense{i}_{j}", Grows(wide, growth))
                wide += growth
            if i != len(plan) - 1:
                self.features.add_module(f"conv{i + 1}", nn.Conv2d(wide, wide // 2, 1))
                self.features.add_module(f"pool{i + 1}", nn.AvgPool2d(2))
                wide = wide // 2
        self.classifier = nn.Linear(wide, 10)

    def forward(self, x):
        x = self.features(x)
        x = x.mean([2, 3])
        return self.classifier(x)


model = Joined()
x = torch.randn(1, 3, 64, 64)
