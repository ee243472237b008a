"""A browser is found, installed or asked for in words, before Playwright starts."""

import chromium
import pytest


@pytest.fixture
def bare(monkeypatch) -> list[str]:
    """A machine with no browser, whose Playwright lacks a library; returns what is asked of apt."""
    asked: list[str] = []
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    monkeypatch.setattr(chromium, "ON_MACOS", chromium.Path("/nowhere"))
    monkeypatch.setattr(chromium, "WHERE", "raise SystemExit(1)")
    monkeypatch.setattr(chromium, "PLAYWRIGHT", ["sh", "-c", "echo no libatomic.so.1 >&2; exit 127"])
    monkeypatch.setattr(chromium, "apt", lambda package: asked.append(package) or "")
    return asked


def test_a_missing_browser_is_asked_for_with_what_the_driver_says(bare, capsys):
    with pytest.raises(SystemExit) as stopped:
        chromium.get()
    said = str(stopped.value)
    assert "no libatomic.so.1" in said
    assert said.splitlines()[-1].startswith("Chromium or Chrome is needed")
    assert bare == ["chromium-headless-shell", "chromium"]  # what is lighter comes first


def test_the_browser_that_apt_installs_is_found_without_playwright(bare, monkeypatch, capsys):
    def installs(package):
        monkeypatch.setattr(chromium.shutil, "which", lambda name: "/usr/bin/chromium")
        return ""

    monkeypatch.setattr(chromium, "apt", installs)
    monkeypatch.setattr(chromium, "PLAYWRIGHT", ["false"])
    assert chromium.get() == "/usr/bin/chromium"


def test_a_driver_that_does_not_start_gets_its_library_or_says_why(bare, monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", lambda name: "/usr/bin/chromium")
    with pytest.raises(SystemExit, match=r"does not start: no libatomic\.so\.1"):
        chromium.check()
    assert bare == ["libatomic1"]


def test_apt_is_left_alone_by_whoever_may_not_use_it(monkeypatch):
    monkeypatch.setattr(chromium, "_run", lambda *command: pytest.fail(f"ran {command}"))
    monkeypatch.setattr(chromium.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 1000)
    assert chromium.apt("chromium") == ""
