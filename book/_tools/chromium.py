"""Finds a Chromium or Chrome, which prints the book and tests its pages, or gets one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

OPTIONS = ["--no-sandbox", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Where Playwright keeps the browser that it downloads.
WHERE = (
    "from playwright.sync_api import sync_playwright as s; p = s().start(); print(p.chromium.executable_path)"
)
WHERE += "; p.stop()"


def find() -> str | None:
    """The path of a browser on this machine, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if ON_MACOS.exists():
        return str(ON_MACOS)
    # In a process of its own: Playwright does not start twice in one, and it may be running already.
    own = Path(subprocess.run([sys.executable, "-c", WHERE], capture_output=True, text=True).stdout.strip())
    return str(own) if own.is_file() else None


def get() -> str:
    """The path of a browser, which is installed where there is none."""
    if found := find():
        return found
    print("No Chromium or Chrome found: installing one.", flush=True)
    apt = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    attempts = [own]
    # Debian's package brings the system libraries along, which Playwright's download does not.
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts = [["apt-get", "update"], apt, own]
    said = ""
    for command in attempts:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            said += done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            said += f"{' '.join(command)} took longer than 10 minutes.\n"
        if found := find():
            return found
    sys.exit(f"{said}\nChromium or Chrome is needed: install one, so that `chromium` is found.")


if __name__ == "__main__":
    get()
