import torch
from torch import nn
import torch.nn.functional as F

class Sharper(nn.Module):
    def __init__(self, factor=3):
        super().__init__()
        self.factor = factor
        self.patch = nn.Conv2d(1, 64, kernel_size=9, padding=4, padding_mode="replicate")
        self.map = nn.Conv2d(64, 32, kernel_size=1)
        self.out = nn.Conv2d(32, 1, 5, padding=2)

    def forward(self, x):
        x = F.interpolate(x, scale_factor=self.factor, mode="bicubic", align_corners=False)
        x = F.relu(self.patch(x))
        x = F.relu(self.map(x))
        return self.out(x)

model = Sharper()
x = torch.rand(1, 1, 17, 20)
