import torch
import torch.nn as nn

plans = {
    "short": [32, "M", 64, "M", 128, 128, "M"],
    "long": [32, 32, "M", 64, 64, "M"],
}


class Deep(nn.Module):
    def __init__(self, name, normed=True):
        super().__init__()
        self.maps = self.stack(plans[name], normed)
        self.head = nn.Linear(2048, 10)

    def forward(self, x):
        out = self.maps(x)
        out = out.view(out.size(0), -1)
        out = self.head(out)
        return out

    def stack(self, plans, normed):
        layers = []
        width = 3
        for step in plans:
            if step == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                conv = nn.Conv2d(width, step, kernel_size=3, padding=1)
                if normed:
                    layers += [conv, nn.BatchNorm2d(step), nn.ReLU(inplace=True)]
                else:
                    layers += [conv, nn.ReLU(inplace=True)]
                width = step
        layers += [nn.AvgPool2d(kernel_size=1, stride=1)]
        return nn.Sequential(*layers)


model = Deep("short")
x = torch.randn(2, 3, 32, 32)
