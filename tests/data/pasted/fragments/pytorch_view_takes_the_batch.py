# input: 1 x 28 x 28
class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)  # -> 10 x 24 x 24
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)  # -> 20 x 8 x 8
        self.fc1 = nn.Linear(160, 50)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))  # -> 10 x 12 x 12, 10 x 12 x 12
        x = F.relu(F.max_pool2d(self.conv2(x), 2))  # -> 20 x 4 x 4, 20 x 4 x 4
        x = x.view(-1, 160)  # !! wants 160 numbers for each input, but 20 × 4 × 4 = 320 arrive
        return self.fc1(x)
