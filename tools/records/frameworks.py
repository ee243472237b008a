"""Runs the code that the library emits for PyTorch, ONNX and JAX, and stores what comes out.

None of the three is in the set-up, so tests and chapters read what is stored. To make it again, in an
environment with torch, onnx, onnxruntime and jax: `PYTHONPATH=src:tests python tools/records/frameworks.py`.

`tests/data/frameworks.json` has for each layer of `layer_grid.py`, in its order, a fingerprint of the
code and the shape and a weighted sum of the output. `convarith/data/frameworks.json` has what chapter 10
shows: code, values, refusals, and what PyTorch makes of expressions that the library does not emit.
"""

import json
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from layer_grid import (
    NEEDS,
    RUN,
    asked_for_the_chapter,
    by_walking,
    digest,
    expressions_for_the_chapter,
    fingerprint,
    layers,
    refusals_for_the_chapter,
    tape,
)

import convarith

ROOT = Path(__file__).parents[2]
VERSIONS = {name: version(name).partition("+")[0] for names in NEEDS.values() for name in names}
RECORD = ROOT / "src" / "convarith" / "data" / "frameworks.json"


def answers(function):
    for layer in layers():
        code = getattr(convarith, function)(layer)
        if "\n" not in code:
            yield f"{fingerprint(code)} none"
            continue
        x = tape(layer)
        values = RUN[function](code, layer, x)
        assert abs(values - by_walking(layer, x)).max() < 1e-3, code
        shape, checksum = digest(values)
        yield f"{fingerprint(code)} {shape} {checksum:.2f}"


def stored(path, table):
    path.write_text(json.dumps(table, indent=0) + "\n", encoding="utf-8")


made = {"versions": VERSIONS, "date": date.today().isoformat(), "processor": platform.machine()}
made |= {"answers": asked_for_the_chapter(), "refusals": refusals_for_the_chapter()}
stored(RECORD, made | {"expressions": expressions_for_the_chapter()})
table = {"versions": VERSIONS, "answers": {function: list(answers(function)) for function in NEEDS}}
stored(ROOT / "tests" / "data" / "frameworks.json", table)
