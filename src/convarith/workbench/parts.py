"""The parts of the workbench's script."""

from functools import cache

from convarith.explorer.view import joined

# Each hangs one object on `convarith`, and uses only those before it and those of the explorer.
PARTS = [
    "fields",
    "sliding",
    "kinds",
    "network",
    "fixes",
    "tokens",
    "syntax",
    "statements",
    "python",
    "evaluator",
]
PARTS += ["interpreter", "names", "keras_names", "pytorch_names", "making", "modules", "printed", "reading"]


@cache
def script() -> str:
    """The script, joined from its parts, without comments: what the page loads as `workbench.js`."""
    return joined("convarith.workbench", PARTS)
