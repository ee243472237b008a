"""How the tests are shared out: what takes long comes first, and the site is built while others run."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

# Before anything imports TensorFlow. Its oneDNN kernels, which are on where the processor is new, answer
# otherwise; `make test-processors` has them on.
ONEDNN = os.environ.get("PROCESSORS") == "onednn"
os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": str(int(ONEDNN))}
gc.disable()  # until all tests are collected: what is imported stays

import chromium
import firefox as firefox_browser
import pytest
import warm_kernels
from browsing import NO_NETWORK, ROOT, SITE, serving
from firefox import Firefox
from playwright.sync_api import Browser, sync_playwright
from repository import git
from xdist.scheduler import LoadScopeScheduling

pytest.register_assert_rewrite("explorer_pages", "workbench_pages")  # imported before they are plugins

# Fixtures by the time that their tests take: what needs the site waits until that is built.
LONG, SITES = {"archive", "installed", "jupyterlab"}, {"site", "bases"}
HEAVY = ("12_does_it_matter.ipynb",)
BUILD = pytest.StashKey[subprocess.Popen]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--build-site", action="store_true", help="run `make site` beside the tests")
    parser.addoption("--quick", action="store_true", help="leave out browser, site and unchanged notebooks")


def pytest_configure(config: pytest.Config) -> None:
    """Starts to get a Firefox and build the site, once; the workers learn where the result will be."""
    config.option.nbval_current_env, config.option.nbval_kernel_name = False, "warm"
    if config.getoption("--quick"):
        unchanged = set((ROOT / "book").glob("*.ipynb")) - notebooks_changed()
        config.option.ignore = [*(config.option.ignore or []), *map(str, sorted(unchanged))]
    if hasattr(config, "workerinput"):
        return
    warm_kernels.install()
    if config.getoption("--build-site"):
        os.environ["SITE_RESULT"] = result = str(Path(tempfile.mkdtemp()) / "result")
        build = f"PYTHONPATH=book/_tools {sys.executable} tests/firefox.py; make site > {result}.log 2>&1"
        build += f"; echo $? > {result}.part; mv {result}.part {result}"
        config.stash[BUILD] = subprocess.Popen(["sh", "-c", build], cwd=ROOT, start_new_session=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        warm_kernels.remove()
    if (build := config.stash.get(BUILD, None)) and build.poll() is None:  # the tests were stopped before
        os.killpg(build.pid, signal.SIGTERM)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    result = Path(os.environ.get("SITE_RESULT", ""))
    if config.stash.get(BUILD, None) and result.exists() and result.read_text().strip() != "0":
        terminalreporter.section("make site")
        terminalreporter.write(Path(f"{result}.log").read_text())


class SharingTogether(LoadScopeScheduling):
    """The cells of a notebook share a kernel, and what is tried on Colab an environment in which one installs
    what another takes away: each stays with one worker. Any other test goes to the worker that is free."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return path if path.endswith((".ipynb", "test_colab.py")) else nodeid


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: while one worker waits for a browser, the others work."""
    return min(os.cpu_count() or 1, 4) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharingTogether:
    return SharingTogether(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        needs = set(getattr(item, "fixturenames", ()))
        if SITES & needs:
            return 3
        if LONG & needs or item.path.name in HEAVY:
            return 0
        return 1 if item.path.suffix == ".ipynb" else 2

    if any(item.path.suffix == ".ipynb" for item in items):
        warm_kernels.start()
    for item in items:
        if isinstance(item, pytest.DoctestItem) and "import keras" in item.dtest.docstring:
            item.add_marker(pytest.mark.skipif(not find_spec("keras"), reason="Keras is not installed"))
    items.sort(key=rank)
    if config.getoption("--quick"):
        left_out = [
            item
            for item in items
            if (LONG | SITES | {"browser", "firefox"}) & set(getattr(item, "fixturenames", ()))
        ]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish() -> None:
    warm_kernels.set_imports_aside()


def notebooks_changed() -> set[Path]:
    """The notebooks that differ from the last commit on main, committed or not."""
    return {
        ROOT / name for name in git(ROOT, "diff", "--name-only", "main", "--", "book/*.ipynb").splitlines()
    }


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.get()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.OPTIONS, NO_NETWORK])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox(site: Path) -> Iterator[Firefox]:
    if not (path := firefox_browser.find()):
        pytest.skip("there is no Firefox, and none could be installed")
    with firefox_browser.opened(path) as page:
        yield page


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book, once it is built."""
    if place := os.environ.get("SITE_RESULT"):
        result = Path(place)
        while not result.exists():
            time.sleep(0.2)
        if result.read_text().strip() != "0":
            pytest.fail("The site cannot be built: what was said stands at the end.", pytrace=False)
    assert SITE.is_dir(), f"There is no {SITE}: run `make site` first."
    return SITE


@pytest.fixture(scope="session")
def bases(site: Path) -> Iterator[dict[str, str]]:
    """Where the book can be read: from a server on this machine, and from its folder."""
    with serving(site) as address:
        yield {"http": address, "file": site.as_uri()}
