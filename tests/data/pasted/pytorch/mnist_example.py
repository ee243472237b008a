import torch
import torch.nn as nn
import torch.nn.functional as F

class Numerals(nn.Module):
    def __init__(self):
        super(Numerals, self).__init__()
        self.edges = nn.Conv2d(1, 24, 3, 1)
        self.corners = nn.Conv2d(24, 40, 3, 1)
        self.drop_maps = nn.Dropout(0.25)
        self.drop_units = nn.Dropout(0.5)
        self.first = nn.Linear(5760, 96)
        self.second = nn.Linear(96, 10)

    def forward(self, x):
        x = self.edges(x)
        x = F.relu(x)
        x = self.corners(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 2)
        x = self.drop_maps(x)
        x = x.view(x.size(0), -1)
        x = self.first(x)
        x = F.relu(x)
        x = self.drop_units(x)
        x = self.second(x)
        scores = F.log_softmax(x, dim=1)
        return scores

device = torch.device("cpu")
model = Numerals().to(device)
x = torch.rand(64, 1, 28, 28)
