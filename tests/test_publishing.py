"""The workflows on GitHub run what is run here, on the Pythons that are supported; lint audits them."""

import re
import tomllib

import pytest
import yaml
from browsing import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BOOK = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_targets_that_there_are(path):
    targets = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(), re.M))
    targets = {name for names in targets for name in names.split()}
    assert set(re.findall(r"run: make ([\w-]+)", path.read_text())) <= targets


def test_the_library_is_tested_on_every_python_that_it_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert BOOK["jobs"]["library"]["strategy"]["matrix"]["python"] == named
    assert project["requires-python"] == f">={named[0]}"
    assert set(BOOK["jobs"]["test"]["strategy"]["matrix"]["python"]) <= set(named)


def test_what_is_published_has_passed_every_job_and_only_publishing_has_rights():
    jobs = BOOK["jobs"]
    assert {*jobs["build"]["needs"], "build", "publish"} == jobs.keys()
    assert jobs["publish"]["needs"] == "build"
    rights = {name: job["permissions"] for name, job in jobs.items() if "permissions" in job}
    assert rights == {"publish": {"pages": "write", "id-token": "write"}}
    assert not any("run" in step for step in jobs["publish"]["steps"])
    runs = {step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}
    tests = {
        "bash .ci/run",
        "make test-library",
        "make test-processors",
        "make test-pytorch",
        "make test-colab",
    }
    assert runs == tests | {"make site"}
