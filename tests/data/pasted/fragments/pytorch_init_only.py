# input: 3 x 32 x 32
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)  # -> 32 x 32 x 32
        self.bn1 = nn.BatchNorm2d(32)
        self.pool = nn.MaxPool2d(2)  # -> 32 x 16 x 16
        self.flatten = nn.Flatten()  # -> 8192
        self.fc = nn.Linear(32 * 16 * 16, 10)  # -> 10
