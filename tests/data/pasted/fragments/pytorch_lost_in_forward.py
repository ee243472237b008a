# input: 4 x 16 x 16
class Split(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(4, 8, 3, padding=1)  # -> 8 x 16 x 16
        self.left = nn.Conv2d(4, 5, 1)  # -> 5 x 16 x 16
        self.right = nn.Conv2d(4, 6, 1)  # -> 6 x 16 x 16
        self.after = nn.Conv2d(11, 2, 1)  # -> 2 x 16 x 16
        self.other = nn.Conv2d(7, 3, 1)  # -> 3 x 16 x 16

    def forward(self, x):
        a, b = self.first(x).chunk(2, dim=1)  # ?? chunk is not read here
        x = torch.cat([self.left(a), self.right(b)], dim=1)  # -> 11 x 16 x 16
        x = self.after(x)
        return self.other(something_else)  # ?? What other reads is not known
