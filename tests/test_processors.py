"""The book is the same on every processor: with TensorFlow's oneDNN kernels on as with them off.

A whole run with them on is `make test-processors`. Here it is the cells that show a refusal, which is where
kernels differ: each with the cells that it needs, all in one process.
"""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from browsing import ROOT
from cells import with_what_it_needs

NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "book").glob("*.ipynb"))}
OFF = 'os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # the same answers on every processor'
RUN = """
import contextlib, io, json, sys
import tensorflow as tf
from tensorflow.python.util import _pywrap_util_port
assert _pywrap_util_port.IsMklEnabled(), "the kernels of oneDNN are off"
tf.config.threading.set_intra_op_parallelism_threads(1)  # as chapter 12 does, which only the first may do
tf.config.threading.set_inter_op_parallelism_threads(1)
for cells in json.load(sys.stdin):
    names = {}
    for source in cells:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(source, names)
    print(json.dumps(said.getvalue()))
"""


def refusals() -> list[tuple[str, list[str], str]]:
    """The cells that show a refusal or ask for a shape alone: name, what is to be run, and what is stored."""
    found = []
    for name, notebook in NOTEBOOKS.items():
        code = [cell for cell in notebook.cells if cell.cell_type == "code"][1:]  # the first is the set-up
        sources = [cell.source for cell in code]
        for number, cell in enumerate(code):
            cells = with_what_it_needs(sources, number)
            asks = re.search(r"^ *except |compute_output_shape|keras\.Input", cell.source, re.M)
            # Training asks for no shape; a summary names layers by how many there were before.
            if asks and not re.search(r"\.(fit|summary)\(", cell.source):
                stored = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
                found.append((f"{name}, cell {number}", cells, stored))
    return found


@pytest.mark.slow
def test_refusals_are_the_same_with_onednn_kernels():
    asked = refusals()
    cells = [[source.replace(OFF, OFF.replace('"0"', '"1"')) for source in one] for _, one, _ in asked]
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        env=os.environ | {"TF_ENABLE_ONEDNN_OPTS": "1"},
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(said) == len(asked), f"{asked[len(said)][0]}: {done.returncode}\n{done.stderr[-2000:]}"
    for (name, _, stored), printed in zip(asked, said, strict=True):
        assert printed == stored, name
    assert len(asked) > 15


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_switches_the_kernels_off_before_it_imports_keras(name):
    code = "\n".join(cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type == "code")
    if imports := re.search(r"^(import|from) (keras|tensorflow)\b", code, re.M):
        assert 0 <= code.find(OFF) < imports.start()
