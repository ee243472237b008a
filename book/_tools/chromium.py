"""Finds a Chromium or Chrome, which prints the book and tests its pages, or gets one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

OPTIONS = ["--no-sandbox", "--disable-background-networking"]
# The first is Chromium without its windows, which takes a third less time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PLAYWRIGHT = [sys.executable, "-m", "playwright"]
# Where Playwright keeps the browser that it downloads. In a process of its own: Playwright does not start
# twice in one, and it may be running already.
WHERE = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find() -> str | None:
    """The path of a browser on this machine, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if ON_MACOS.exists():
        return str(ON_MACOS)
    own = Path(subprocess.run([sys.executable, "-c", WHERE], capture_output=True, text=True).stdout.strip())
    return str(own) if own.is_file() else None


def get() -> str:
    """The path of a browser, which is installed where there is none."""
    if found := find():
        return found
    print("No Chromium or Chrome found: installing one.", flush=True)
    # Debian's package brings the system libraries along, which Playwright's download does not.
    said = apt(NAMES[0]) + ("" if find() else apt("chromium"))
    if not find():
        said += _run(*PLAYWRIGHT, "install", "chromium")[1]
    if found := find():
        return found
    sys.exit(f"{said}\nChromium or Chrome is needed, and could not be installed: install one as `chromium`.")


def check() -> str:
    """The path of a browser, once Playwright, which drives it, has been seen to start."""
    found = get()
    works, said = _run(*PLAYWRIGHT, "--version")
    if not works and "libatomic" in said:  # the one library that its driver needs and Python does not
        said += apt("libatomic1")
        works, said = _run(*PLAYWRIGHT, "--version")
    if not works:
        sys.exit(f"Playwright, which drives the browser, does not start: {said.strip()}")
    return found


def apt(package: str) -> str:
    """Installs a package where that can be done, and returns what was said."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return ""
    install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    return _run("apt-get", "update")[1] + _run(*install)[1]


def _run(*command: str) -> tuple[bool, str]:
    """Whether a command succeeds, and what it says."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired:
        return False, f"{' '.join(command)} took longer than 10 minutes.\n"
    return done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    check()
