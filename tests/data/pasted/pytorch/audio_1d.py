import torch
import torch.nn as nn
import torch.nn.functional as F


class Sounds(nn.Module):
    def __init__(self, voices=1, words=35, stride=16, wide=32):
        super().__init__()
        self.conv1 = nn.Conv1d(voices, wide, kernel_size=80, stride=stride)
        self.bn1 = nn.BatchNorm1d(wide)
        self.pool1 = nn.MaxPool1d(4)
        self.conv2 = nn.Conv1d(wide, wide, kernel_size=3)
        self.bn2 = nn.BatchNorm1d(wide)
        self.pool2 = nn.MaxPool1d(4)
        self.conv3 = nn.Conv1d(wide, 2 * wide, kernel_size=3, padding=2, dilation=2)
        self.bn3 = nn.BatchNorm1d(2 * wide)
        self.pool3 = nn.AvgPool1d(4, padding=1, count_include_pad=False)
        self.fc1 = nn.Linear(2 * wide, words)

    def forward(self, x):
        x = self.pool1(F.relu(self.bn1(self.conv1(x))))
        x = self.pool2(F.relu(self.bn2(self.conv2(x))))
        x = self.pool3(F.relu(self.bn3(self.conv3(x))))
        x = F.avg_pool1d(x, 15)
        x = torch.flatten(x, start_dim=1)
        return self.fc1(x)


model = Sounds()
x = torch.randn(1, 1, 16000)
