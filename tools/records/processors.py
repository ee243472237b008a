"""Records what TensorFlow makes of impossible shapes with its oneDNN kernels off and on, for chapter 10.

To ask again: `python tools/records/processors.py`. Each layer runs in a process of its own, which may hang or
be killed; several times, since with the kernels on the answer need not be the same each time.
"""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from machine import processor

TIMES, SECONDS = 2, 180  # of which most go to the import, on a busy machine
LAYERS = {
    "a convolution with a kernel of 6 on 5 cells": "keras.layers.Conv1D(1, 6)(np.zeros((1, 5, 1)))",
    "a kernel of 6 × 6 on 5 × 5 cells": "keras.layers.Conv2D(1, 6)(np.zeros((1, 5, 5, 1)))",
    "a pool of 6 on 5 cells": "keras.layers.MaxPooling1D(6, 1)(np.zeros((1, 5, 1)))",
    "a pool of 2 × 2 on 1 × 1 cells": "keras.layers.MaxPooling2D(2)(np.zeros((1, 1, 1, 1)))",
    "4 promised cells from 3": (
        'keras.layers.Conv1DTranspose(1, 4, strides=2, padding="same", output_padding=0)(np.zeros((1, 3, 1)))'
    ),
}
RUN = """
import keras, numpy as np
try:
    print("shape", tuple({layer}.shape))
except Exception as error:
    print(type(error).__name__ + ":", " ".join(str(error).split()))
"""


def answer(layer: str, kernels: str) -> str:
    """What one run of a layer leads to: a shape, a refusal, a process that is killed or one that hangs."""
    environment = os.environ | {"TF_ENABLE_ONEDNN_OPTS": kernels, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", RUN.format(layer=layer)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS} seconds"
    if done.returncode < 0:
        return f"the process is killed: {signal.Signals(-done.returncode).name}"
    said = re.sub(r"Exception encountered when calling \S+ |\x1b\[1m|\{\{.*?\}\} ", "", done.stdout.strip())
    return re.split(r"\. |, in file| \[Op:| spatial_dim", said)[0]


if __name__ == "__main__":
    table = {
        "date": date.today().isoformat(),
        "processor": processor(),
        "keras": version("keras"),
        "tensorflow": version("tensorflow-cpu"),
        "answers": {
            name: {
                "code": layer,
                "off": sorted({answer(layer, "0") for _ in range(TIMES)}),
                "on": sorted({answer(layer, "1") for _ in range(TIMES)}),
            }
            for name, layer in LAYERS.items()
        },
    }
    target = Path(__file__).parents[2] / "src" / "convarith" / "data" / "processors.json"
    target.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
