"""The library's walls: imports run one way, and `import convarith` stays light."""

import ast
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import convarith

SOURCES = sorted((Path(__file__).parents[1] / "src" / "convarith").glob("*.py"))

# What each module may import beyond the standard library. A module that is not listed may import nothing.
ALLOWED = {
    "__init__": {"convarith"},
    "__main__": {"convarith", "keras"},
    "axis": {"convarith.checks"},
    "animation": {
        "convarith.animation_frames",
        "convarith.animation_numbers",
        "convarith.animation_raster",
        "convarith.animation_svg",
        "convarith.axis",
        "convarith.checks",
    },
    "animation_frames": {"convarith.animation_numbers", "convarith.axis", "convarith.checks"},
    "animation_numbers": {"convarith.axis", "convarith.checks"},
    "animation_raster": {"convarith.animation_frames", "convarith.roles", "PIL"},
    "animation_svg": {"convarith.animation_frames", "convarith.roles"},
    "layers": {"convarith.axis", "convarith.checks"},
    "receptive": {"convarith.axis", "convarith.layers"},
    "keras_layers": {"convarith.layers"},
    "tracing": {"convarith.checks", "convarith.keras_layers", "convarith.receptive"},
    "frameworks_text": {"convarith.axis", "convarith.layers"},
    "frameworks_keras": {"convarith.axis", "convarith.layers", "convarith.frameworks_text"},
    "frameworks_pytorch": {"convarith.axis", "convarith.layers", "convarith.frameworks_text"},
    "frameworks_onnx": {"convarith.axis", "convarith.layers", "convarith.frameworks_text"},
    "frameworks_jax": {"convarith.axis", "convarith.layers", "convarith.frameworks_text"},
    "frameworks": {
        "convarith.frameworks_jax",
        "convarith.frameworks_keras",
        "convarith.frameworks_onnx",
        "convarith.frameworks_pytorch",
        "convarith.frameworks_text",
        "convarith.layers",
    },
    "explorer": {
        "convarith.axis",
        "convarith.figures",
        "convarith.figures_stacks",
        "convarith.painting",
        "anywidget",
        "ipywidgets",
        "traitlets",
    },
    "figures": {"convarith.axis", "convarith.checks", "convarith.painting", "numpy", "matplotlib"},
    "figures_costs": {"convarith.layers", "convarith.painting", "numpy", "matplotlib"},
    "figures_networks": {"convarith.painting", "convarith.tracing", "numpy", "matplotlib"},
    "figures_stacks": {"convarith.axis", "convarith.receptive", "convarith.painting", "numpy", "matplotlib"},
    "figures_spread": {"convarith.painting", "numpy", "matplotlib"},
    "painting": {"convarith.roles", "numpy", "matplotlib"},
}
# What `import convarith` must not load.
HEAVY = {"PIL", "numpy", "matplotlib", "ipywidgets", "anywidget", "tensorflow", "keras"}


def forbidden_imports(module: str, source: str) -> list[str]:
    """The imports in the source of a module that cross a wall."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    allowed = ALLOWED.get(module, set())
    return [
        name
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names
        and name not in allowed
        and name.split(".")[0] not in allowed
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_imports_run_one_way(path):
    assert forbidden_imports(path.stem, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("axis", "import numpy as np"),
        ("axis", "from convarith.figures import draw_windows"),
        ("axis", "def f():\n    from . import figures"),
        ("checks", "from convarith.axis import Axis"),
        ("layers", "from convarith.figures import draw_windows"),
        ("keras_layers", "import keras"),
        ("tracing", "from keras import layers"),
        ("painting", "from convarith.axis import Axis"),
        ("frameworks_keras", "import keras"),
        ("frameworks_pytorch", "from convarith.frameworks import in_keras"),
        ("roles", "import matplotlib"),
        ("animation", "from convarith.painting import paint"),
        ("animation_svg", "from PIL import Image"),
        ("figures", "import tensorflow as tf"),
        ("figures", "import keras.layers"),
        ("figures", "from convarith import Axis"),
        ("figures", "from convarith.explorer import explore"),
        ("unheard_of", "from convarith.axis import Axis"),
    ],
)
def test_an_import_through_the_wall_is_found_out(module, source):
    assert forbidden_imports(module, source) != []


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running some code."""
    code += "; import sys, json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_importing_the_library_loads_nothing_heavy():
    assert not loaded_by("import convarith; convarith.Axis(size=7, kernel=3).output") & HEAVY
    assert not loaded_by("import convarith; convarith.in_keras(convarith.Dense(inputs=1, units=1))") & HEAVY
    assert not loaded_by("from convarith import trace") & HEAVY
    assert {"numpy", "matplotlib"} <= loaded_by("from convarith import draw_windows")


def test_the_version_is_looked_up_when_it_is_asked_for():
    code = (
        "import sys, convarith; assert 'importlib.metadata' not in sys.modules; print(convarith.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == version("convarith")


def test_drawing_does_not_load_pyplot():
    code = "import convarith as c; c.draw_windows(c.Axis(size=7, kernel=3)).svg()"
    code += "; import sys; assert 'matplotlib.pyplot' not in sys.modules"
    loaded_by(code)


def test_every_public_name_is_there_and_documented():
    namespace: dict = {}
    exec("from convarith import *", namespace)
    for name in convarith.__all__:
        assert namespace[name].__doc__, name
    assert set(dir(convarith)) == set(convarith.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Axes'"):
        _ = convarith.Axes
