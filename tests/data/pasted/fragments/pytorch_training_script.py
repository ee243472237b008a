# input: 3 x 48 x 48
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Images(Dataset):
    def __init__(self, root):
        self.root = root

    def __len__(self):
        return 10

    def __getitem__(self, i):
        return torch.randn(3, 48, 48), 0


net = nn.Sequential(
    nn.Conv2d(3, 12, 3, stride=2, bias=False),  # -> 12 x 23 x 23
    nn.BatchNorm2d(12),  # -> 12 x 23 x 23
    nn.AdaptiveMaxPool2d(1),  # -> 12 x 1 x 1
    nn.Flatten(),  # -> 12
    nn.Linear(12, 5),  # -> 5
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
loader = DataLoader(Images("data"), batch_size=32, shuffle=True)

for epoch in range(100):
    for images, labels in loader:
        optimizer.zero_grad()
        outputs = net(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
