"""The parts of the workbench's script, and its style."""

from base64 import b64encode
from functools import cache
from importlib.resources import files

from convarith.explorer.view import joined, joined_style

# Each hangs one object on `convarith`, and uses only those before it and those of the explorer.
PARTS = ["fields", "sliding", "kinds", "network", "tokens", "syntax", "statements", "python", "evaluator"]
PARTS += ["interpreter", "names", "keras_names", "pytorch_names", "making", "modules", "printed", "reading"]
PARTS += ["fixes", "plain_code", "layer_code", "network_code", "results", "photo"]
PARTS += [
    "mending",
    "lines",
    "inputs",
    "trying",
    "trial",
    "toolbars",
    "backwards",
    "examples",
    "shell",
    "address",
    "bench",
]


@cache
def script() -> str:
    """The script, joined from its parts, without comments: what the page loads as `workbench.js`."""
    photograph = b64encode((files(__package__) / "static" / "photograph.jpg").read_bytes()).decode()
    image = f'convarith.photograph = "data:image/jpeg;base64,{photograph}";\n'  # which needs no request
    return image + joined("convarith.workbenches", PARTS)


@cache
def style() -> str:
    """The style sheet of the workbench."""
    return joined_style("convarith.workbenches", ["workbench"])
