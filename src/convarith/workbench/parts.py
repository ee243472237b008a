"""The parts of the workbench's script."""

from functools import cache

from convarith.explorer.view import joined

# Each hangs one object on `convarith`, and uses only those before it and those of the explorer.
PARTS = ["fields", "sliding", "kinds", "network"]


@cache
def script() -> str:
    """The script, joined from its parts, without comments: what the page loads as `workbench.js`."""
    return joined("convarith.workbench", PARTS)
