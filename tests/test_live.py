"""Explorer and workbench with a kernel: in a real JupyterLab."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from contextlib import suppress

import pytest
from browsing import ROOT
from playwright.sync_api import Page, TimeoutError as NotInTime, expect

# It does not belong into the set-up: it runs in an environment of its own, made on the spot.
UV = [ROOT / ".venv" / "bin" / "uv", "run", "--quiet", "--no-project"]
CELLS = ["from convarith import explore\nexplorer = explore(size=7, kernel=3)\nexplorer", "explorer.axis"]
CELLS += ["from convarith import workbench\nbench = workbench('nn.Conv2d(3, 8, 3)', input='3, 9, 9')\nbench"]
CELLS += ["bench.view.text"]


@pytest.fixture
def jupyterlab(tmp_path):
    """The address of a JupyterLab that has a notebook with the cells above."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "live.ipynb").write_text(json.dumps(notebook))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*UV, "--python", ROOT / ".venv" / "bin" / "python", "--with", "jupyterlab", "jupyter", "lab"]
    command += ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    # The widgets' browser side lies beside the library, not beside JupyterLab.
    env = os.environ | {"JUPYTER_PATH": str(ROOT / ".venv" / "share" / "jupyter")}
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/lab"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/../api", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.5)
        yield f"{address}/tree/live.ipynb"
    finally:
        server.terminate()
        server.wait()


def run_until_it_says(page: Page, number: int, expected: str) -> None:
    """Runs a cell again and again: widgets tell Python of a move only when it has taken in the one before."""
    for _ in range(60):
        page.locator(".jp-CodeCell").nth(number).click()
        page.keyboard.press("Control+Enter")
        with suppress(NotInTime):
            return page.get_by_text(expected, exact=True).wait_for(timeout=1000)
    pytest.fail(f"Cell {number} does not say {expected}.")


def test_what_is_moved_in_jupyterlab_is_drawn_and_known_to_python(browser, jupyterlab):
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.goto(jupyterlab)
    page.get_by_text(re.compile(r"\| Idle$")).wait_for(timeout=60_000)
    page.get_by_text("Run", exact=True).first.click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    root = page.locator(".convarith-explorer").first
    root.wait_for(timeout=60_000)
    assert root.get_attribute("data-output-size") == "5"
    assert page.locator(".widget-hslider").count() == 5
    page.get_by_text("Axis(size=7, kernel=3)", exact=True).wait_for(timeout=60_000)

    page.locator(".widget-hslider .noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator('.convarith-explorer[data-output-size="6"]').wait_for()
    root.locator("[name=rule]").select_option("same")
    page.locator('.convarith-explorer[data-output-size="8"]').wait_for()
    run_until_it_says(page, 1, "Axis(size=8, kernel=3, pad_low=1, pad_high=1)")

    bench = page.locator(".convarith-workbench")
    expect(bench.locator(".cw-table")).to_contain_text("8 × 7 × 7")
    bench.locator("[name=add][value=flatten]").click()
    run_until_it_says(page, 3, r"'nn.Conv2d(3, 8, 3)\nnn.Flatten()'")
    page.close()
