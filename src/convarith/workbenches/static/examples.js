var convarith = convarith || {};

/** Networks to begin with, and lines to go on with. */
convarith.examples = (() => {
  "use strict";

  /** What can be added. */
  const KINDS = ["convolution", "pooling", "transposed", "flatten", "dense"];

  const EXAMPLES = [
    {
      name: "A PyTorch network that fails",
      input: "3, 32, 32",
      text: [
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        "        self.conv1 = nn.Conv2d(3, 16, 5)",
        "        self.pool = nn.MaxPool2d(2)",
        "        self.conv2 = nn.Conv2d(16, 32, 5)",
        "        self.fc1 = nn.Linear(32 * 6 * 6, 120)",
        "        self.fc2 = nn.Linear(120, 10)",
        "",
        "    def forward(self, x):",
        "        x = self.pool(F.relu(self.conv1(x)))",
        "        x = self.pool(F.relu(self.conv2(x)))",
        "        x = torch.flatten(x, 1)",
        "        x = F.relu(self.fc1(x))",
        "        return self.fc2(x)",
      ].join("\n"),
    },
    {
      name: "Keras, for MNIST",
      input: "",
      text: [
        "model = keras.Sequential([",
        "    keras.Input(shape=(28, 28, 1)),",
        '    layers.Conv2D(32, 3, activation="relu", padding="same"),',
        '    layers.Conv2D(32, 3, strides=2, activation="relu", padding="same"),',
        '    layers.Conv2D(32, 3, strides=2, activation="relu", padding="same"),',
        "    layers.Flatten(),",
        '    layers.Dense(128, activation="relu"),',
        "    layers.Dense(10),",
        "])",
      ].join("\n"),
    },
    {
      name: "The stem of a ResNet, printed",
      input: "3, 224, 224",
      text: [
        "(conv1): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)",
        "(bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
        "(relu): ReLU(inplace=True)",
        "(maxpool): MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)",
      ].join("\n"),
    },
    {
      name: "A generator",
      input: "100, 1, 1",
      text: [
        "nn.Sequential(",
        "    nn.ConvTranspose2d(100, 256, 4, 1, 0, bias=False),",
        "    nn.BatchNorm2d(256),",
        "    nn.ReLU(True),",
        "    nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False),",
        "    nn.BatchNorm2d(128),",
        "    nn.ReLU(True),",
        "    nn.ConvTranspose2d(128, 3, 4, 2, 1, bias=False),",
        "    nn.Tanh(),",
        ")",
      ].join("\n"),
    },
  ];

  /**
   * A line of source for one more layer.
   * @param {string} kind @param {string} framework @param {Shape} arriving
   */
  function lineFor(kind, framework, { channels, sizes }) {
    const rank = sizes.length || 2;
    /** @type {Record<string, string>} */
    const keras = {
      convolution: `layers.Conv${rank}D(32, 3, padding="same")`, pooling: `layers.MaxPooling${rank}D(2)`,
      transposed: `layers.Conv${rank}DTranspose(32, 4, strides=2, padding="same")`, flatten: "layers.Flatten()",
      dense: "layers.Dense(10)",
    };
    const numbers = channels * sizes.reduce((one, other) => one * other, 1);
    /** @type {Record<string, string>} */
    const pytorch = {
      convolution: `nn.Conv${rank}d(${channels}, 32, 3, padding=1)`, pooling: `nn.MaxPool${rank}d(2)`,
      transposed: `nn.ConvTranspose${rank}d(${channels}, 32, 4, stride=2, padding=1)`, flatten: "nn.Flatten()",
      dense: `nn.Linear(${numbers}, 10)`,
    };
    return (framework === "keras" ? keras : pytorch)[kind];
  }

  return { EXAMPLES, KINDS, lineFor };
})();
