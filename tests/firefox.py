"""A page in Firefox, driven by WebDriver BiDi, which every Firefox speaks without a driver beside it."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import chromium
from websockets.sync.client import ClientConnection, connect

ON_MACOS = Path("/Applications/Firefox.app/Contents/MacOS/firefox")


def find() -> str | None:
    """The path of a Firefox on this machine, or None."""
    found = shutil.which("firefox") or shutil.which("firefox-esr")
    return found or (str(ON_MACOS) if ON_MACOS.exists() else None)


class Firefox:
    """The one tab of a Firefox; `faults` has what went wrong on the page that is open."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.numbers = connection, count(1)
        self.base, self.faults = "", list[str]()
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: object) -> dict:
        """Sends a command, and notes what happens until it is answered."""
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self.connection.recv(timeout=120))
            if said["type"] == "event":
                self._note(said["method"], said["params"])
            elif said.get("id") == number:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['message']}")
                return said["result"]

    def _note(self, event: str, params: dict) -> None:
        if event == "log.entryAdded" and params["level"] == "error":
            self.faults.append(f"{params['type']}: {params['text']}")
        elif event == "network.beforeRequestSent":
            url = params["request"]["url"]
            if not url.startswith((self.base, "data:", "blob:")):
                self.faults.append(f"request to another host: {url}")

    def set_viewport_size(self, size: dict[str, int]) -> None:
        self.ask("browsingContext.setViewport", context=self.tab, viewport=size)

    def evaluate(self, script: str, argument: object = None) -> object:
        """What an expression or a function of the argument is on the page."""
        value = f"({script})({json.dumps(argument)})" if "=>" in script.split("\n")[0] else script
        expression = f"Promise.resolve({value}).then((value) => JSON.stringify(value ?? null))"
        target = {"context": self.tab}
        said = self.ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        if said["type"] == "exception":
            raise RuntimeError(said["exceptionDetails"]["text"])
        return json.loads(said["result"]["value"])

    def open(self, base: str, name: str) -> "Firefox":
        """Opens a page of a site and waits for its math."""
        self.base, self.faults = base, []
        self.ask("browsingContext.navigate", context=self.tab, url=f"{base}/{name}.html", wait="complete")
        self.evaluate("window.MathJax?.startup.promise")
        return self


@contextmanager
def opened(path: str) -> Iterator[Firefox]:
    """A Firefox without a window, with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            try:
                said = ""
                for line in process.stderr:
                    said += line
                    if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                        break
                else:
                    raise RuntimeError(f"Firefox does not start:\n{said}")
                with connect(f"{found[1]}/session", max_size=None) as connection:
                    yield Firefox(connection)
            finally:
                process.kill()


if __name__ == "__main__" and not find():  # installs one, where that can be done
    chromium.apt("firefox-esr")
