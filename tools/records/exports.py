"""Exports networks from PyTorch and stores what the exports say, without weights, as `tests/data/exports/`.

PyTorch is too large for the set-up, so the tests read these files. To make them again, in an environment
with torch 2.14, torchvision 0.29, onnx and onnxscript: `python tools/records/exports.py`, or with the names
of some of them after it. ResNet-18 is stored in the package, too, as `convarith/data/exports.json`, for
chapter 11 to trace. `<name>.json` is a graph of `torch.export`, `<name>.onnx.json` the same network
written as ONNX. `expected.json` has what PyTorch itself says of each: how many numbers it has, what its
counter of operations counts, and which rows of the input reach which rows of a map, by gradients.
"""

import contextlib
import io
import json
import sys
import warnings
from datetime import date
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))
from convarith.tracing.onnx import plain_onnx  # noqa: E402
from convarith.tracing.pytorch import plain_export  # noqa: E402

TARGET = ROOT / "tests" / "data" / "exports"


# --- networks -----------------------------------------------------------------------------------------


class DoubleConv(nn.Sequential):
    def __init__(self, channels, filters):
        super().__init__(
            nn.Conv2d(channels, filters, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(filters, filters, 3, padding=1),
            nn.ReLU(inplace=True),
        )


class UNet(nn.Module):
    """Four levels down and up, with padding, so that nothing is cropped."""

    def __init__(self, channels=1, classes=1, first=64):
        super().__init__()
        wide = [first * 2**level for level in range(5)]
        self.down = nn.ModuleList(
            DoubleConv(*pair) for pair in zip([channels, *wide[:3]], wide, strict=False)
        )
        self.pool = nn.MaxPool2d(2)
        self.bottom = DoubleConv(wide[3], wide[4])
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * n, n, 2, stride=2) for n in wide[3::-1])
        self.joined = nn.ModuleList(DoubleConv(2 * n, n) for n in wide[3::-1])
        self.head = nn.Conv2d(first, classes, 1)

    def forward(self, x):
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for up, block, skip in zip(self.up, self.joined, reversed(skips), strict=True):
            x = block(torch.cat([skip, up(x)], dim=1))
        return self.head(x)


class Generator(nn.Sequential):
    """Of a DCGAN: 100 numbers become 64 × 64 pixels."""

    def __init__(self, latent=100, first=64, colours=3):
        layers, channels = [], latent
        for level, filters in enumerate([first * 8, first * 4, first * 2, first]):
            place = {"stride": 2, "padding": 1} if level else {}
            layers.append(nn.ConvTranspose2d(channels, filters, 4, bias=False, **place))
            layers += [nn.BatchNorm2d(filters), nn.ReLU(True)]
            channels = filters
        last = nn.ConvTranspose2d(channels, colours, 4, stride=2, padding=1, bias=False)
        super().__init__(*layers, last, nn.Tanh())


class DilatedHead(nn.Module):
    """A short trunk, and four dilated branches and one that sees the whole image, joined; then up again."""

    def __init__(self, channels=3, wide=32, classes=21):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(channels, wide, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(wide), nn.ReLU(),
            nn.Conv2d(wide, wide, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(wide), nn.ReLU(),
        )  # fmt: skip
        self.point = nn.Conv2d(wide, wide, 1, bias=False)
        self.dilated = nn.ModuleList(
            nn.Conv2d(wide, wide, 3, padding=rate, dilation=rate, bias=False) for rate in (1, 6, 12, 18)
        )
        self.image = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(wide, wide, 1, bias=False), nn.ReLU())
        self.project = nn.Sequential(
            nn.Conv2d(6 * wide, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU(), nn.Dropout(0.5)
        )
        self.classes = nn.Conv2d(wide, classes, 1)

    def forward(self, x):
        wish, x = x.shape[-2:], self.trunk(x)
        image = functional.interpolate(self.image(x), x.shape[-2:], mode="bilinear", align_corners=False)
        branches = [self.point(x), *(branch(x) for branch in self.dilated)]
        x = self.project(torch.cat([*branches, image], dim=1))
        return functional.interpolate(self.classes(x), wish, mode="bilinear", align_corners=False)


class Resized(nn.Module):
    """Down by 6, and up again in all ways that leave a phase: nearest, bilinear, transposed."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 4, 5, stride=3, padding=2)
        self.pool = nn.MaxPool2d(2, stride=2)
        self.nearest = nn.Upsample(scale_factor=2)
        self.mixed = nn.Conv2d(4, 4, 3, padding=1)
        self.bilinear = nn.Upsample(scale_factor=3, mode="bilinear")
        self.corners = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.transposed = nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1, dilation=2)
        self.narrowed = nn.Conv2d(2, 1, 3, dilation=2)

    def forward(self, x):
        x = self.pool(self.down(x))
        x = torch.relu(self.mixed(self.nearest(x)))
        x = self.corners(functional.avg_pool2d(self.bilinear(x), 3, stride=2, padding=1))
        x = functional.interpolate(x, size=(25, 19), mode="nearest")
        return self.narrowed(self.transposed(x))


class Rarities(nn.Module):
    """What networks have now and then; each of it once, most of it on odd sizes."""

    def __init__(self):
        super().__init__()
        self.shared = nn.Conv2d(4, 4, 3, padding=1)  # called twice
        self.tied = nn.Conv2d(4, 4, 3, padding=1, padding_mode="replicate")  # with the weights of the first
        self.tied.weight = self.shared.weight
        self.frozen = nn.Conv2d(4, 8, 3, padding=1, padding_mode="circular")
        self.frozen.requires_grad_(False)
        self.reflected = nn.ReflectionPad2d((1, 2, 3, 0))
        self.depthwise = nn.Conv2d(8, 16, 3, padding="same", dilation=2, groups=8, bias=False)
        self.slope = nn.PReLU(16)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1, dilation=2, ceil_mode=True)
        self.average = nn.AvgPool2d(2, stride=3, ceil_mode=True, count_include_pad=False)
        self.groups = nn.GroupNorm(4, 16)
        self.shuffle = nn.PixelShuffle(2)
        self.nearest = nn.Upsample(scale_factor=2, mode="nearest")
        self.unused = nn.Linear(2, 3)
        self.adaptive = nn.AdaptiveAvgPool2d((3, 5))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.normal = nn.LayerNorm(8)
        self.head = nn.Linear(16, 7)

    def forward(self, x):
        x = functional.pad(x, (-1, 2, -2, 3))
        x = torch.relu(self.shared(torch.relu(self.shared(x))))
        x = self.frozen(self.tied(x))
        x = self.slope(self.depthwise(self.reflected(x)))
        x = self.average(self.pool(x))
        x = self.groups(x)
        first, second = x.chunk(2, dim=1)
        third, fourth, fifth = torch.split(x, [2, 6, 8], dim=1)
        x = torch.cat([first * fifth, second + torch.cat([third, fourth], 1)], dim=1)
        x = self.nearest(self.shuffle(x))
        x = torch.cat([x, torch.flip(x, [3])], dim=1)
        x = self.adaptive(x[:, :, :-1, 1:])
        tokens = self.normal(torch.flatten(x, 2).permute(0, 2, 1))
        tokens = tokens + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return self.head(torch.cat([tokens.mean(dim=1), x.mean(dim=(2, 3))], dim=-1))


class Signal(nn.Module):
    """One axis: a sound, strided, dilated and normalised."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(2, 8, 7, stride=4, padding=3)
        self.normal = nn.BatchNorm1d(8)
        self.pool = nn.MaxPool1d(3, stride=2, ceil_mode=True)
        self.dilated = nn.Conv1d(8, 8, 3, dilation=4, groups=2)
        self.average = nn.AvgPool1d(2, stride=2, padding=1)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.pool(torch.relu(self.normal(self.first(x))))
        x = self.average(functional.leaky_relu(self.dilated(x), 0.1))
        return self.head(functional.adaptive_avg_pool1d(x, 1).squeeze(-1))


class Volume(nn.Module):
    """Three axes: a scan, each axis with its own settings, down and up again."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv3d(1, 4, (3, 5, 3), stride=(1, 2, 2), padding=(1, 2, 0))
        self.pool = nn.MaxPool3d((1, 2, 2))
        self.second = nn.Conv3d(4, 8, 3, padding=1)
        self.average = nn.AvgPool3d(2)
        self.up = nn.ConvTranspose3d(8, 4, (2, 3, 3), stride=2, padding=(0, 1, 1), output_padding=(0, 1, 0))
        self.head = nn.Conv3d(8, 2, 1)

    def forward(self, x):
        skip = torch.relu(self.second(self.pool(torch.relu(self.first(x)))))
        x = functional.interpolate(self.up(self.average(skip)), skip.shape[2:])
        return self.head(torch.cat([x, skip[:, :4]], dim=1))


def from_torchvision(name, **given):
    import torchvision.models  # noqa: PLC0415 (only those who ask for one of its networks need it)

    return lambda: getattr(torchvision.models, name)(weights=None, **given)


# Name: how the network is made, the shape of its input, and what is asked by gradients: the input's sizes, a
# node (the last with this owner and operation) and the rows of its output; None is the one in the middle.
IMAGE = (1, 3, 224, 224)
NETWORKS = {
    "vgg16": (from_torchvision("vgg16"), IMAGE, [((512, 64), "features.30", "max_pool2d", None)]),
    "resnet18": (from_torchvision("resnet18"), IMAGE, [((1024, 64), "layer4.1.relu", "relu_", None)]),
    "resnet50": (from_torchvision("resnet50"), IMAGE, [((1024, 64), "layer4.2.relu", "relu_", None)]),
    "mobilenet_v2": (
        from_torchvision("mobilenet_v2"),
        IMAGE,
        [((1024, 64), "features.18.2", "hardtanh_", None)],
    ),
    "densenet121": (
        from_torchvision("densenet121"),
        IMAGE,
        [((3072, 32), "features.norm5", "batch_norm", None)],
    ),
    "inception_v3": (
        from_torchvision("inception_v3", aux_logits=False, init_weights=False),
        (1, 3, 299, 299),
        [((2400, 96), "Mixed_7c", "cat", None)],
    ),
    "unet": (
        UNet,
        (1, 1, 160, 160),
        [
            ((320, 16), "bottom.3", "relu_", None),
            ((320, 16), "up.0", "conv_transpose2d", range(18, 24)),
            ((320, 16), "head", "conv2d", (*range(144, 178), 0, 1, 31, 318, 319)),
            ((160, 16), "head", "conv2d", (0, 17, 80, 100, 159)),
        ],
    ),
    "dcgan": (
        Generator,
        (1, 100, 1, 1),
        [
            ((1, 1), "13", "tanh", range(0, 64, 9)),
            ((9, 1), "3", "conv_transpose2d", range(24)),
            ((9, 1), "13", "tanh", range(192)),
        ],
    ),
    "dilated_head": (
        DilatedHead,
        (1, 3, 129, 97),
        [
            ((129, 97), "point", "conv2d", None),
            *(((129, 97), f"dilated.{branch}", "conv2d", (0, 10, 16, 32)) for branch in range(4)),
            ((129, 97), "image.1", "conv2d", None),
            ((129, 97), "project.0", "conv2d", (0, 16)),
            ((129, 97), "", "upsample_bilinear2d", (0, 64, 128)),
        ],
    ),
    "resized": (
        Resized,
        (1, 1, 67, 50),
        [
            ((67, 50), "nearest", "upsample_nearest2d", range(22)),
            ((67, 50), "bilinear", "upsample_bilinear2d", range(66)),
            ((67, 50), "corners", "upsample_bilinear2d", range(66)),
            ((67, 50), "", "upsample_nearest2d", range(25)),
            ((67, 50), "narrowed", "conv2d", range(48)),
        ],
    ),
    "rarities": (
        Rarities,
        (1, 4, 37, 45),
        [
            ((37, 45), "shared", "conv2d", (0, 1, 17, 36, 37)),
            ((37, 45), "tied", "conv2d", (0, 17, 37)),
            ((37, 45), "frozen", "conv2d", (0, 17, 37)),
            ((37, 45), "reflected", "pad", range(41)),
            ((37, 45), "depthwise", "conv2d", range(41)),
            ((37, 45), "pool", "max_pool2d", range(20)),
            ((37, 45), "average", "avg_pool2d", range(7)),
        ],
    ),
    "signal": (
        Signal,
        (1, 2, 503),
        [((503,), "", "leaky_relu", (0, 20, 54)), ((503,), "average", "avg_pool1d", (0, 1, 13, 27))],
    ),
    "volume": (
        Volume,
        (1, 1, 9, 41, 38),
        [
            ((9, 41, 38), "average", "avg_pool3d", range(4)),
            ((9, 41, 38), "up", "conv_transpose3d", range(8)),
            ((9, 41, 38), "head", "conv3d", range(9)),
        ],
    ),
}
AS_ONNX = ("resnet18", "unet", "rarities")


# --- what PyTorch says of them ------------------------------------------------------------------------


class Traced(torch.fx.Interpreter):
    """The graph with positive weights, in which every value is a positive sum: no gradient cancels or stops.

    A maximum hands its gradient to one cell only, so it is a sum of its window here; a normalisation with
    fixed statistics and an activation work cell by cell, so they are left out. The names of the nodes stay.
    """

    SAME = ("relu", "relu_", "hardtanh_", "leaky_relu", "prelu", "tanh", "batch_norm", "dropout")

    def __init__(self, module, wish):
        super().__init__(module)
        self.wish, self.found = wish, None

    def call_function(self, target, args, kwargs):
        name = str(target).split(".")[1] if "aten" in str(target) else ""
        if name in self.SAME:
            return args[0]
        if name.startswith("max_pool"):
            return summed(target, *args)
        return super().call_function(target, args, kwargs)

    def run_node(self, node):
        if self.found is not None:
            return None  # the rest may not fit an input of another size
        value = super().run_node(node)
        if node.name == self.wish:
            self.found = value
        return value


def summed(target, x, kernel, stride=(), padding=(0,), dilation=(1,), ceil_mode=False):
    """The sums of the windows of a maximum pool: the padded input, cut once for each cell of the kernel."""
    rank = len(kernel)
    stride = stride or kernel
    padding, dilation = (list(one) * (rank // len(one)) for one in (padding, dilation))
    shape = target(x, kernel, stride, padding, dilation, ceil_mode).shape[2:]
    for axis in range(rank):
        room = stride[axis] * shape[axis] + dilation[axis] * kernel[axis]
        low = x.new_zeros([*x.shape[: axis + 2], padding[axis], *x.shape[axis + 3 :]])
        high = x.new_zeros([*x.shape[: axis + 2], room, *x.shape[axis + 3 :]])
        padded = torch.cat([low, x, high], dim=axis + 2)
        cuts = (torch.arange(shape[axis]) * stride[axis] + k * dilation[axis] for k in range(kernel[axis]))
        x = sum(padded.index_select(axis + 2, cut) for cut in cuts)
    return x


def positive(tensor):
    """Weights that are all alike: a filter's sum is about 1, so that nothing grows or dies on the way."""
    fan_in = tensor[0].numel() if tensor.ndim > 1 else 1
    return torch.full(tensor.shape, 1 / fan_in, dtype=torch.float64)


def reached(program, plain, sizes, owner, operation, rows):
    """For rows of a map (along the first axis), the first and last row of the input with a gradient."""
    name = [
        node["name"] for node in plain["nodes"]
        if (node["owner"], node["op"].split(".")[1 if "." in node["op"] else 0]) == (owner, operation)
    ][-1]  # fmt: skip
    channels = plain["inputs"][0]["shape"][1]
    x = torch.ones(1, channels, *sizes, dtype=torch.float64, requires_grad=True)
    held = program.state_dict | program.constants
    given = [x if spec.kind.name == "USER_INPUT" else positive(held[spec.target].detach())
             for spec in program.graph_signature.input_specs]  # fmt: skip
    traced = Traced(program.graph_module, name)
    traced.run(*given)
    size = traced.found.shape[2]
    intervals = {}
    for row in [size // 2] if rows is None else rows:
        (gradient,) = torch.autograd.grad(traced.found[:, :, row].sum(), x, retain_graph=True)
        seen = (gradient != 0).transpose(0, 2).flatten(1).any(dim=1).nonzero().flatten().tolist()
        intervals[str(row)] = [seen[0], seen[-1]] if seen else None  # None: it has seen padding alone
    return {"node": name, "size": list(sizes), "output": size, "intervals": intervals}


def said_by_torch(module, program, plain, shape, questions):
    """Counts, and which rows reach which, all from PyTorch itself."""
    numbers = {id(one): one for one in module.parameters()}.values()
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        module(torch.zeros(shape))
    by_operation = {str(name): count for name, count in counter.get_flop_counts()["Global"].items()}
    return {
        "trainable": sum(one.numel() for one in numbers if one.requires_grad),
        "parameters": sum(one.numel() for one in numbers),
        "buffers": sum(one.numel() for one in module.buffers()),
        "flops": counter.get_total_flops(),  # two for each multiply-accumulate, of convolutions and products
        "flops by operation": by_operation,
        "rows": [reached(program, plain, *question) for question in questions],
    }


def line_by_line(value, depth=2):
    """JSON with one entry a line to this depth, and compact beneath it."""
    if depth and isinstance(value, (dict, list)) and value:
        inner = (
            (f"{json.dumps(key)}: {line_by_line(one, depth - 1)}" for key, one in value.items())
            if isinstance(value, dict)
            else (line_by_line(one, depth - 1) for one in value)
        )
        left, right = "{}" if isinstance(value, dict) else "[]"
        return f"{left}\n" + ",\n".join(inner) + f"\n{right}"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def store(name, value, depth=2):
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / f"{name}.json").write_text(line_by_line(value, depth) + "\n", encoding="utf-8")


def as_onnx(module, example):
    import onnx  # noqa: F401, PLC0415  # plain_onnx asks it

    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.bias)  # as after training: of zeros no bias would be left when it is folded
    with contextlib.redirect_stdout(io.StringIO()):  # it tells of its progress
        exported = torch.onnx.export(module, (example,), dynamo=True, external_data=False)
    return plain_onnx(exported.model_proto)


def keep_for_chapter(plain):
    """ResNet-18 as the package has it, where every reader of the book can trace it."""
    record = {"date": f"{date.today()}", "versions": {"torch": torch.__version__.partition("+")[0]}}
    record |= {"torchvision": version("torchvision"), "ResNet-18": plain}
    target = ROOT / "src" / "convarith" / "data" / "exports.json"
    target.write_text(line_by_line(record, depth=3) + "\n", encoding="utf-8")


def main(names):
    warnings.filterwarnings("ignore")
    told = TARGET / "expected.json"
    expected = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    for name in names or NETWORKS:
        make, shape, questions = NETWORKS[name]
        torch.manual_seed(0)
        module = make().eval()
        program = torch.export.export(module, (torch.zeros(shape),))
        plain = plain_export(program)
        store(name, plain)
        if name == "resnet18":
            keep_for_chapter(plain)
        expected[name] = said_by_torch(module, program, plain, shape, questions)
        if name in AS_ONNX:
            store(f"{name}.onnx", as_onnx(module, torch.zeros(shape)))
        print(name, expected[name]["parameters"], flush=True)
    store("expected", {name: expected[name] for name in NETWORKS if name in expected}, depth=4)


if __name__ == "__main__":
    main(sys.argv[1:])
