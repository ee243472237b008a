import torch
import torch.nn as nn

cfg = {
    "A": [32, "M", 64, "M", 128, 128, "M"],
    "B": [32, 32, "M", 64, 64, "M"],
}


class VGG(nn.Module):
    def __init__(self, name, batch_norm=True):
        super().__init__()
        self.features = self._make_layers(cfg[name], batch_norm)
        self.classifier = nn.Linear(2048, 10)

    def forward(self, x):
        out = self.features(x)
        out = out.view(out.size(0), -1)
        out = self.classifier(out)
        return out

    def _make_layers(self, cfg, batch_norm):
        layers = []
        in_channels = 3
        for v in cfg:
            if v == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
                if batch_norm:
                    layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
                else:
                    layers += [conv2d, nn.ReLU(inplace=True)]
                in_channels = v
        layers += [nn.AvgPool2d(kernel_size=1, stride=1)]
        return nn.Sequential(*layers)


model = VGG("A")
x = torch.randn(2, 3, 32, 32)
