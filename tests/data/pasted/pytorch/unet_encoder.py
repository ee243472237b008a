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
    def __init__(self, chs=(3, 16, 32, 64)):
        super().__init__()
        self.enc_blocks = nn.ModuleList([block(chs[i], chs[i + 1]) for i in range(len(chs) - 1)])
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        features = []
        for enc_block in self.enc_blocks:
            x = enc_block(x)
            features.append(x)
            x = self.pool(x)
        return features


model = Encoder()
x = torch.randn(1, 3, 140, 140)
