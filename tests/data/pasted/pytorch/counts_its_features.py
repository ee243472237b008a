import torch
import torch.nn as nn
import torch.nn.functional as F


class Small(torch.nn.Module):

    def __init__(self):
        super(Small, self).__init__()
        # grey images
        self.conv1 = nn.Conv2d(1, 5, 3)
        self.conv2 = nn.Conv2d(5, 12, 3)
        self.fc1 = nn.Linear(12 * 6 * 6, 60)
        self.fc2 = nn.Linear(60, 40)
        self.fc3 = nn.Linear(40, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, self.numbers_of(x))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return x

    def numbers_of(self, x):
        sizes = x.size()[1:]  # without the batch
        count = 1
        for s in sizes:
            count *= s
        return count


model = Small()
x = torch.randn(1, 1, 32, 32)
