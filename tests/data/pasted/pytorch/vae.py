import torch
from torch import nn
from torch.nn import functional as F

code = 20

class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(code, 64 * 7 * 7)
        self.up1 = nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1)
        self.up2 = nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1)

    def forward(self, z):
        h = F.relu(self.fc(z))
        h = h.view(-1, 64, 7, 7)
        h = F.relu(self.up1(h))
        return torch.sigmoid(self.up2(h))

model = Decoder()
x = torch.randn(3, code)
