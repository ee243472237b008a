import torch
import torch.nn as nn


class DenseLayer(nn.Module):
    def __init__(self, num_input_features, growth_rate):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_input_features)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(num_input_features, growth_rate, kernel_size=3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat((x, self.conv(self.relu(self.norm(x)))), 1)


class DenseNet(nn.Module):
    def __init__(self, growth_rate=6, block_config=(2, 3), num_init_features=12):
        super().__init__()
        self.features = nn.Sequential()
        self.features.add_module("conv0", nn.Conv2d(3, num_init_features, 7, 2, 3, bias=False))
        self.features.add_module("pool0", nn.MaxPool2d(3, 2, 1))
        num_features = num_init_features
        for i, num_layers in enumerate(block_config):
            for j in range(num_layers):
                self.features.add_module(f"dense{i}_{j}", DenseLayer(num_features, growth_rate))
                num_features += growth_rate
            if i != len(block_config) - 1:
                self.features.add_module(f"conv{i + 1}", nn.Conv2d(num_features, num_features // 2, 1))
                self.features.add_module(f"pool{i + 1}", nn.AvgPool2d(2))
                num_features = num_features // 2
        self.classifier = nn.Linear(num_features, 10)

    def forward(self, x):
        x = self.features(x)
        x = x.mean([2, 3])
        return self.classifier(x)


model = DenseNet()
x = torch.randn(1, 3, 64, 64)
