import torch
import torch.nn as nn


class Wide(nn.Module):
    def __init__(self, kinds: int = 100, p: float = 0.4) -> None:
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 48, kernel_size=11, stride=4, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(48, 128, kernel_size=5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(128, 192, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(192, 160, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(160, 160, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.even = nn.AdaptiveAvgPool2d((6, 6))
        self.head = nn.Sequential(
            nn.Dropout(p),
            nn.Linear(160 * 6 * 6, 512),
            nn.ReLU(inplace=True),
            nn.Dropout(p),
            nn.Linear(512, 512),
            nn.ReLU(inplace=True),
            nn.Linear(512, kinds),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.maps(x)
        x = self.even(x)
        x = torch.flatten(x, 1)
        x = self.head(x)
        return x


model = Wide(kinds=17)
x = torch.randn(1, 3, 224, 224)
