"""Trains the networks of chapter 12, by the cells of the chapter, with more seeds than it has time for.

To record again: `python tools/records/training.py`; it takes one to three minutes. Recorded are the digits
that each run read right, and those among each hundred of the test digits, summed over the seeds; the same for
`valid` where the test digits are drawn at random; and the processor's time, so that other programs disturb it
little, the median of a network's runs. The chapter shows ratios of times only.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time

import nbformat
from machine import processor

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests"))
from cells import with_what_it_needs  # noqa: E402

SEEDS = range(16, 32)  # those before were used while the chapter was planned

notebook = nbformat.read(ROOT / "book" / "12_does_it_matter.ipynb", as_version=4)
sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
(number,) = (n for n, source in enumerate(sources) if "model.fit(" in source)
*before, training = with_what_it_needs(sources, number)
chapter: dict = {}
for source in before:
    exec(source, chapter)

seconds: dict[str, list[float]] = {model.name: [] for model in chapter["models"].values()}
fit = chapter["keras"].Model.fit


def timed(model, *given, **named):
    begun = process_time()
    fit(model, *given, **named)
    seconds[model.name].append(process_time() - begun)


chapter["keras"].Model.fit = timed


def trained(names: list[str]) -> dict[str, list]:
    """Which digits these networks read right, for each seed: 600 times True or False."""
    chosen = {name: model for name, model in models.items() if name in names}
    chapter.update(models=chosen, seeds=SEEDS, answers={name: [] for name in names})
    exec(training, chapter)
    return {name: [given == chapter["truth"] for given in runs] for name, runs in chapter["answers"].items()}


models = chapter["models"]
as_stored = trained(list(models))
times = {name: round(median(seconds[model.name]), 4) for name, model in models.items()}

mixed = chapter["np"].random.default_rng(0).permutation(len(chapter["pixels"]))
for part, chosen in {"train": mixed[:-600], "test": mixed[-600:]}.items():
    chapter[part] = chapter["pixels"][chosen]
    chapter[{"train": "learned", "test": "truth"}[part]] = chapter["digits"].target[chosen]
at_random = trained(["valid"])["valid"]

record = {
    "date": date.today().isoformat(),
    "processor": processor(),
    "cores": os.cpu_count(),
    "keras": chapter["keras"].__version__,
    "tensorflow": chapter["tf"].__version__,
    "onednn": "off",
    "right": {name: [int(run.sum()) for run in runs] for name, runs in as_stored.items()},
    "hundreds": {
        name: [int(sum(run[n : n + 100].sum() for run in runs)) for n in range(0, 600, 100)]
        for name, runs in as_stored.items()
    },
    "right at random": [int(run.sum()) for run in at_random],
    "seconds": times,
}
assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == "0"
target = ROOT / "src" / "convarith" / "data" / "training.json"
target.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
