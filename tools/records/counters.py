"""Asks the counters that people use with PyTorch what some layers and one network cost, and stores it.

Chapter 9 shows where they disagree. To ask again, in an environment with torch, torchvision, torchinfo,
fvcore, ptflops and thop: `python tools/records/counters.py`. Each is asked as its documentation shows, for
one image.
"""

import contextlib
import io
import json
import logging
import warnings
from datetime import date
from importlib.metadata import version
from pathlib import Path

import fvcore.nn
import ptflops
import thop
import torch
import torchinfo
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

RECORD = Path(__file__).parents[2] / "src" / "convarith" / "data" / "counters.json"
LAYERS = {  # each with the shape of its input, without the batch
    "convolution": (nn.Conv2d(8, 16, 3, padding=1, bias=False), (8, 28, 28)),
    "with a bias": (nn.Conv2d(8, 16, 3, padding=1), (8, 28, 28)),
    "dense": (nn.Linear(256, 10, bias=False), (256,)),
    "transposed": (nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1, bias=False), (16, 14, 14)),
    "normalisation": (nn.BatchNorm2d(16), (16, 28, 28)),
    "ReLU": (nn.ReLU(), (16, 28, 28)),
    "max pool": (nn.MaxPool2d(2), (16, 28, 28)),
    "average pool": (nn.AvgPool2d(2), (16, 28, 28)),
    "ResNet-50": (torchvision.models.resnet50(), (3, 224, 224)),
}


def by_torch(module, x):
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        module(x)
    return counter.get_total_flops()


def by_torchinfo(module, x):
    return torchinfo.summary(module, input_data=x, verbose=0).total_mult_adds


def by_fvcore(module, x):
    return fvcore.nn.FlopCountAnalysis(module, x).total()


def by_ptflops(module, x):
    count, _ = ptflops.get_model_complexity_info(
        module, tuple(x.shape[1:]), as_strings=False, print_per_layer_stat=False
    )
    return count


def by_thop(module, x):
    return thop.profile(module, (x,), verbose=False)[0]


COUNTERS = {
    "torch": by_torch,
    "torchinfo": by_torchinfo,
    "fvcore": by_fvcore,
    "ptflops": by_ptflops,
    "thop": by_thop,
}


def asked(counter):
    for name, (module, shape) in LAYERS.items():
        with contextlib.redirect_stdout(io.StringIO()):  # some print what they find
            yield name, int(counter(module.eval(), torch.zeros(1, *shape)))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    network, shape = LAYERS["ResNet-50"]
    activations = fvcore.nn.ActivationCountAnalysis(network.eval(), torch.zeros(1, *shape)).total()
    made = {
        "date": date.today().isoformat(),
        "versions": {name: version(name).partition("+")[0] for name in (*COUNTERS, "torchvision")},
        "counts": {name: dict(asked(counter)) for name, counter in COUNTERS.items()},
        "activations": {"fvcore": {"ResNet-50": activations}},
    }
    RECORD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
