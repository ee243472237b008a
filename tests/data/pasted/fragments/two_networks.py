generator = nn.Sequential(  # ?? another network, of 2 layers
    nn.Linear(10, 20),
    nn.ReLU(),
)
discriminator = nn.Sequential(
    nn.Linear(20, 8),  # -> 8
    nn.ReLU(),  # -> 8
    nn.Linear(8, 1),  # -> 1
)
# input: 20
