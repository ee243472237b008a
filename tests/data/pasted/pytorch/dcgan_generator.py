import torch
import torch.nn as nn

nz = 100   # of the noise
wide = 16
nc = 3


class Painter(nn.Module):
    def __init__(self, count):
        super(Painter, self).__init__()
        self.count = count
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, wide * 8, 4, 1, 0, bias=False),
            nn.BatchNorm2d(wide * 8),
            nn.ReLU(True),
            # 4 x 4
            nn.ConvTranspose2d(wide * 8, wide * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(wide * 4),
            nn.ReLU(True),
            # 8 x 8
            nn.ConvTranspose2d(wide * 4, wide * 2, 3, 2, 1, 1, bias=False),
            nn.BatchNorm2d(wide * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(wide * 2, nc, 4, 2, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, input):
        return self.main(input)


model = Painter(1)
x = torch.randn(8, nz, 1, 1)
