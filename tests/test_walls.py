"""The library's walls: imports run one way, `import convarith` stays light, and no room grows too large."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from grimp import ImportGraph, build_graph

import convarith

# What each module may load beyond the standard library and the rooms beneath it, which pyproject.toml lists
# (`make lint` holds those). A module of a room that is not listed may load nothing.
PACKAGES = {
    "convarith.__main__": {"keras"},
    "convarith.animation.raster": {"PIL"},
    "convarith.code.outputs": {"numpy"},
    "convarith.explorer": {"anywidget", "ipywidgets", "traitlets"},
    "convarith.figures": {"numpy", "matplotlib"},
    "convarith.workbenches": {"anywidget", "traitlets"},
}
# The most lines of a module, but for that of the arithmetic itself; and of a function, without its docstring.
# A longer function says why where it is defined: `def draw(...):  # long: one picture, from top to bottom`.
MODULE, FUNCTION = 400, 60
LONG = re.compile(r"# long: \w+ \w+")
# What `import convarith` must not load.
HEAVY = {"PIL", "numpy", "matplotlib", "ipywidgets", "anywidget", "tensorflow", "keras"}


def forbidden_packages(graph: ImportGraph) -> set[tuple[str, str]]:
    """The modules that load a package which they may not, each with that package."""
    standard, own = set(sys.stdlib_module_names), graph.find_descendants("convarith") | {"convarith"}
    return {
        (module, package)
        for package in graph.modules - own - standard
        for module in graph.find_modules_that_directly_import(package)
        if not any(
            (module == room or module.startswith(f"{room}.")) and package in allowed
            for room, allowed in PACKAGES.items()
        )
    }


def test_each_module_loads_its_own_packages_only():
    graph = build_graph("convarith", include_external_packages=True, cache_dir=None)
    assert forbidden_packages(graph) == set()
    for module, package in [
        ("convarith.axis", "numpy"),
        ("convarith.tracing.models", "keras"),
        ("convarith.animation.svg", "PIL"),
        ("convarith.figures.windows", "tensorflow"),
    ]:
        graph.add_module(package, is_squashed=True) if package not in graph.modules else None
        graph.add_import(importer=module, imported=package)
        assert forbidden_packages(graph) == {(module, package)}
        graph.remove_import(importer=module, imported=package)


def too_long(source: str) -> Iterator[tuple[str, int]]:
    """The functions that are, each with its lines."""
    written = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            told = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) is not None else 0
            lines = node.end_lineno - node.lineno + 1 - told
            head = written[node.lineno - 1 : max(node.lineno, first.lineno - 1)]
            if lines > FUNCTION and not any(map(LONG.search, head)):
                yield node.name, lines


def test_no_module_and_no_function_is_too_long():
    library = Path(convarith.__file__).parent
    sources = {path: path.read_text(encoding="utf-8") for path in library.rglob("*.py")}
    lines = {str(path.relative_to(library)): len(text.splitlines()) for path, text in sources.items()}
    assert lines.pop("axis.py") > MODULE, "axis.py needs no exception"
    assert {name: count for name, count in lines.items() if count > MODULE} == {}
    assert {path.name: found for path, text in sources.items() if (found := [*too_long(text)])} == {}


@pytest.mark.parametrize("docstring", ["", '    """One.\n\n    Two.\n    """\n'])
@pytest.mark.parametrize("head", ["def f():{}\n", "async def f(\n    a,\n):{}\n"])
def test_a_function_is_measured_without_its_docstring(head, docstring):
    body = docstring + "    x = 1\n" * (FUNCTION - head.count("\n"))
    assert [*too_long(head.format("") + body)] == []
    assert [*too_long(head.format("") + body + "    y = 2\n")] == [("f", FUNCTION + 1)]
    assert [*too_long(head.format("  # long: one picture") + body + "    y = 2\n")] == []
    assert [*too_long(head.format("  # long:") + body + "    y = 2\n")] == [("f", FUNCTION + 1)]


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
