"""Asks PyTorch what the pasted snippets make, and stores it as `pasted/pytorch.json`; some are printed, too.

PyTorch is too large for the set-up, so the tests read what it said. To ask again, in an environment with
torch 2.14: `python tools/records/pasted.py`. Each snippet in `tests/data/pasted/pytorch` makes a `model` and
an `x`; of each layer the class and the output shape are stored, without the batch, in the order of calls.
"""

import inspect
import json
import re
from math import prod
from pathlib import Path

import torch
from torch.nn import functional

PASTED = Path(__file__).parents[2] / "tests" / "data" / "pasted"
# Those that printing shows whole: what their modules do not say is at most a flatten.
PRINTED = [
    *("alexnet", "autoencoder", "bottleneck", "dcgan_discriminator", "dcgan_generator", "densenet"),
    *(
        "inception",
        "mobilenet",
        "norms",
        "ordered",
        "resnet",
        "sequential",
        "tcn",
        "vgg_from_config",
        "video_3d",
    ),
]


def asked(source):
    """The model of a snippet, and its layers as they are called."""
    names = {}
    exec(source, names)
    model, x = names["model"].eval(), names["x"]
    with torch.no_grad():
        model(x)  # lazy layers become what they are
        calls = []
        for module in model.modules():
            if not list(module.children()) and not isinstance(module, torch.nn.Sequential):
                module.register_forward_hook(
                    lambda one, _, made: calls.append([type(one).__name__, [*made.shape[1:]]])
                )
        made = model(x)
    last = made[-1] if isinstance(made, list) else made
    statistics = [value for name, value in model.named_buffers() if "running" in name]
    return model, {
        "input": [*x.shape],
        "layers": calls,
        "output": [*last.shape[1:]],
        "parameters": sum(prod(weights.shape) for weights in model.parameters()),
        "fixed": sum(prod(one.shape) for one in statistics),
    }


def signatures():
    """The parameters of layers and functions that have numbers, in order: "kernel_size! stride padding=0"."""
    layers = "(Lazy)?(Conv|ConvTranspose|BatchNorm|InstanceNorm)[123]d|(Lazy)?Linear|(Group|Layer)Norm|PReLU"
    layers += "|(Adaptive)?(Max|Avg)Pool[123]d|(Zero|Constant|Reflection|Replication|Circular)Pad[123]d"
    layers += "|Flatten|Unflatten|Upsample|Upsampling(Nearest|Bilinear)2d"
    functions = "_(adaptive_)?max_pool[123]d|adaptive_avg_pool[23]d|interpolate|pad"
    for owner, read in ((torch.nn, layers), (functional, functions)):
        for name, one in sorted(vars(owner).items()):
            if callable(one) and re.fullmatch(read, name):
                parameters = inspect.signature(one).parameters.values()
                yield name.lstrip("_"), " ".join(map(written, parameters)).removeprefix("input! ")


def written(parameter):
    """A parameter with its default; None is not written."""
    if parameter.default is parameter.empty:
        return f"{parameter.name}!"
    return parameter.name if parameter.default is None else f"{parameter.name}={parameter.default}"


def main():
    models = {}
    for path in sorted((PASTED / "pytorch").glob("*.py")):
        model, models[path.stem] = asked(path.read_text())
        if path.stem in PRINTED:
            (PASTED / "printed" / f"{path.stem}.txt").write_text(f"{model}\n")
    lines = [f" {json.dumps(name)}: {json.dumps(model)}" for name, model in models.items()]
    called = [f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in signatures()]
    version = torch.__version__.partition("+")[0]
    text = "{\n" + f' "torch": "{version}",\n "signatures": {{\n'
    text += ",\n".join(called) + "\n },\n" + ",\n".join(lines) + "\n}\n"
    (PASTED / "pytorch.json").write_text(text)


if __name__ == "__main__":
    main()
