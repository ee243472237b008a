# input: 3 x 224 x 224
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)  # -> 6 x 220 x 220
        self.pool = nn.MaxPool2d(2, 2)  # -> 6 x 110 x 110, 16 x 53 x 53
        self.conv2 = nn.Conv2d(6, 16, 5)  # -> 16 x 106 x 106
        self.fc1 = nn.Linear(16 * 5 * 5, 120)  # !! expects 400 features, but 16 × 53 × 53 = 44944 arrive
        self.fc2 = nn.Linear(120, 84)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)  # -> 44944
        x = F.relu(self.fc1(x))
        return self.fc2(x)
