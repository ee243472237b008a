"""The workflows on GitHub: pinned, with no more rights than they need, running what is run here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from browsing import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def faults(text: str) -> list[str]:
    """What is unsafe in a workflow."""
    workflow = yaml.safe_load(text)
    found = []
    for used in re.findall(r"uses: *(.*)", text):
        if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+(\.\d+)+", used):
            found.append(f"not pinned: {used}")
    if workflow.get("permissions") != {"contents": "read"}:
        found.append(f"rights for all jobs: {workflow.get('permissions')}")
    for name, job in workflow["jobs"].items():
        rights = job.get("permissions", {})
        if not rights.keys() <= {"pages", "id-token"} or (rights and any("run" in s for s in job["steps"])):
            found.append(f"rights of {name}: {rights}")
        if "timeout-minutes" not in job:
            found.append(f"no limit of time: {name}")
        for step in job["steps"]:
            if (
                "checkout" in step.get("uses", "")
                and step.get("with", {}).get("persist-credentials") is not False
            ):
                found.append(f"credentials stay in the folder: {name}")
            if re.search(r"\$\{\{\s*github\.(event\b|head_ref)", str(step.get("run", ""))):
                found.append(f"a stranger's text in a command: {name}")
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_safe(path):
    assert faults(path.read_text()) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_targets_that_there_are(path):
    targets = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(), re.M))
    targets = {name for names in targets for name in names.split()}
    assert set(re.findall(r"run: make ([\w-]+)", path.read_text())) <= targets


def test_tests_run_on_every_supported_python():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    runs = [step.get("run") for job in workflow["jobs"].values() for step in job["steps"]]
    assert {"bash .ci/run", "make test-colab"} <= set(runs)


GOOD = """
on: push
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: {persist-credentials: false}
      - run: make test
"""
BAD = {
    "not pinned": ("@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "@v4"),
    "rights for all jobs": ("permissions: {contents: read}", "permissions: write-all"),
    "rights of test": ("timeout-minutes: 5", "timeout-minutes: 5\n    permissions: {pages: write}"),
    "no limit of time": ("    timeout-minutes: 5\n", ""),
    "credentials stay": ("persist-credentials: false", "fetch-depth: 0"),
    "a stranger's text": ("make test", "echo ${{ github.event.issue.title }}"),
    "a stranger's text in": ("make test", "echo ${{github.head_ref}}"),
}


@pytest.mark.parametrize("fault", BAD)
def test_an_unsafe_workflow_is_found_out(fault):
    assert faults(GOOD) == []
    was, now = BAD[fault]
    assert any(said.startswith(fault) for said in faults(GOOD.replace(was, now)))


def test_the_schema_refuses_a_workflow_with_a_typing_error(tmp_path):
    command = [
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.github-workflows",
    ]
    for text, refused in ((GOOD, False), (GOOD.replace("on: push", "on: psuh"), True)):
        path = tmp_path / "workflow.yml"
        path.write_text(text)
        assert bool(subprocess.run([*command, path], capture_output=True).returncode) == refused
