"""Real modules of PyTorch, torchvision's above all, and files of ONNX: `make test-pytorch`.

PyTorch is too large for the set-up. What `trace` says is compared with torch: each shape by `trace` itself,
parameters, and multiply-accumulates with torch's own counter.
"""

import os
from importlib import import_module
from importlib.util import find_spec

import pytest

from convarith import fitting, trace
from convarith.__main__ import main

torch = pytest.importorskip("torch", reason="PyTorch is not installed: `make test-pytorch` asks it")
torchvision, onnx = (import_module(name) if find_spec(name) else None for name in ("torchvision", "onnx"))
with_torchvision = pytest.mark.skipif(not torchvision, reason="torchvision is not installed")

IMAGES = """
    alexnet convnext_tiny deeplabv3_resnet50 densenet121 efficientnet_b0 efficientnet_v2_s fcn_resnet50
    googlenet inception_v3 lraspp_mobilenet_v3_large mnasnet1_0 mobilenet_v2 mobilenet_v3_small r3d_18
    regnet_y_400mf resnet18 resnet50 resnext50_32x4d shufflenet_v2_x1_0 squeezenet1_1 swin_t vgg16
    wide_resnet50_2
""".split()  # noqa: SIM905


def counted(module, shape):
    """Multiply-accumulates by torch's own counter, which runs the module."""
    counter = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    with counter, torch.no_grad():
        module(torch.zeros(1, *shape))
    return counter.get_total_flops() / 2


@with_torchvision
@pytest.mark.parametrize("name", IMAGES)
def test_networks_of_torchvision(name):
    given = {"weights": None} | (
        {"weights_backbone": None} if "_" in name and name.startswith(("deep", "fcn", "lras")) else {}
    )
    module = torchvision.models.get_model(name, **given).eval()
    shape = (3, 8, 64, 64) if name == "r3d_18" else (3, 299, 299) if name == "inception_v3" else (3, 224, 224)
    network = trace(module, shape)
    assert network.parameters == sum(one.numel() for one in module.parameters())
    assert network.macs == counted(module, shape) and network.unknown == ()


@with_torchvision
@pytest.mark.parametrize(("name", "gigamacs"), [("vit_b_32", 4.409), ("vit_b_16", 17.564)])
def test_attention_costs_what_torchvision_says(name, gigamacs):
    """Torch's counter leaves attention out: torchvision's own pages have the cost."""
    network = trace(torchvision.models.get_model(name, weights=None), (3, 224, 224))
    assert round(network.macs / 1e9, 3) == gigamacs


def test_nothing_is_run_and_nothing_changed():
    class Watched(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.drop = torch.nn.Conv2d(3, 4, 3), torch.nn.Dropout(0.5)
            self.seen = []

        def forward(self, x):
            self.seen.append(type(x).__name__)
            return self.drop(self.conv(x))

    module = Watched()
    module.drop.eval()
    network = trace(module, (3, 9, 9))
    assert network["conv"].output_shape == (4, 7, 7) and "Tensor" not in module.seen
    assert module.training and not module.drop.training


def test_sizes_that_fit_a_module():
    class Halved(torch.nn.Module):
        def forward(self, x):
            down = torch.nn.functional.max_pool2d(x, 4)
            return torch.cat([x, torch.nn.functional.interpolate(down, scale_factor=4)], 1)

    assert fitting(Halved(), near=14, channels=3, count=2) == ((3, 16, 16), (3, 12, 12))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: trace(torch.nn.Linear(3, 2)), "Linear leaves its input size open; give it, for example"),
        (
            lambda: trace(torch.nn.Conv2d(4, 2, 3), (3, 9, 9)),
            "torch.export cannot read Conv2d: Given groups=1",
        ),
        (
            lambda: fitting(torch.nn.ReLU(), near=9),
            "ReLU leaves its channels open; give them, say channels=3",
        ),
    ],
)
def test_sentences(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value).startswith(message)


@pytest.mark.skipif(not (onnx and find_spec("onnxscript")), reason="onnx and onnxscript are not installed")
def test_files_are_explained(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, stride=2), torch.nn.ReLU(), torch.nn.Flatten()
    ).eval()
    example = (torch.zeros(1, 3, 21, 21),)
    torch.export.save(torch.export.export(module, example), "m.pt2")
    torch.onnx.export(module, example, "m.onnx", dynamo=True)
    capsys.readouterr()
    for name in ("m.pt2", "m.onnx"):
        assert main(["explain", name]) == 0
        assert "224 parameters, 21,600 multiply-accumulates" in capsys.readouterr().out
    assert main(["explain", "m.onnx", "--input-shape", "3", "21", "21"]) == 0
    assert os.path.exists("m.onnx")
