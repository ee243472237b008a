"""Measures how long the networks of chapter 12 take to train, by running the chapter as far as that.

To measure again: `python tools/records/training.py`. The time is that of the processor, so that other
programs disturb it little, and the median of a network's runs, of which the first also compiles it. The
chapter shows ratios only.
"""

import json
import os
from datetime import date
from pathlib import Path
from statistics import median

import nbformat
from machine import processor

ROOT = Path(__file__).parents[2]


chapter: dict = {}
for cell in nbformat.read(ROOT / "book" / "12_does_it_matter.ipynb", as_version=4).cells:
    if cell.cell_type == "code":
        exec(cell.source, chapter)
    if "seconds" in chapter and all(chapter["seconds"].values()):
        break

record = {
    "date": date.today().isoformat(),
    "processor": processor(),
    "cores": os.cpu_count(),
    "keras": chapter["keras"].__version__,
    "tensorflow": chapter["tf"].__version__,
    "seconds": {name: round(median(times), 4) for name, times in chapter["seconds"].items()},
}
target = ROOT / "src" / "convarith" / "data" / "training.json"
target.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
