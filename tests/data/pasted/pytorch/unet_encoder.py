import torch
import torch.nn as nn


def block(in_ch, out_ch):
    return nn.Sequential(
        nn.Conv2d(in_ch, out_ch, 3),
        nn.ReLU(),
        nn.Conv2d(out_ch, out_ch, 3),
        nn.ReLU(),
    )


class Encoder(nn.Module):
    def __init__(self, widths=(3, 16, 32, 64)):
        super().__init__()
        self.steps = nn.ModuleList([block(widths[i], widths[i + 1]) for i in range(len(widths) - 1)])
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        kept = []
        for step in self.steps:
            x = step(x)
            kept.append(x)
            x = self.pool(x)
        return kept


model = Encoder()
x = torch.randn(1, 3, 140, 140)
