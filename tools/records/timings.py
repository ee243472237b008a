"""Measures how long Keras takes for layers whose multiplications are counted in chapter 9.

To measure again, on a machine with nothing else to do: `python tools/records/timings.py`. A layer's time is
the median of many calls on one input, compiled; the layers take turns, so that what disturbs the machine
disturbs all of them. The chapter shows ratios only.
"""

import json
import os
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # the same kernels on every processor
import keras
import tensorflow as tf
from machine import processor

ROUNDS = 41
PLAIN = {"padding": "same", "use_bias": False}
Conv, Depthwise = keras.layers.Conv2D, keras.layers.DepthwiseConv2D
# The layer and its input, by the name that the chapter gives it.
LAYERS = {
    "3 × 3 on 56 × 56 × 64": (Conv(64, 3, **PLAIN), (56, 56, 64)),
    "3 × 3 on 28 × 28 × 128": (Conv(128, 3, **PLAIN), (28, 28, 128)),
    "3 × 3 on 14 × 14 × 256": (Conv(256, 3, **PLAIN), (14, 14, 256)),
    "3 × 3 on 7 × 7 × 512": (Conv(512, 3, **PLAIN), (7, 7, 512)),
    "1 × 1 on 56 × 56 × 192": (Conv(192, 1, **PLAIN), (56, 56, 192)),
    "depthwise 3 × 3 on 56 × 56 × 4096": (Depthwise(3, **PLAIN), (56, 56, 4096)),
    "dense, 10752 to 10752": (keras.layers.Dense(10752, use_bias=False), (10752,)),
    "stride 2": (Conv(64, 3, strides=2, **PLAIN), (56, 56, 64)),
    "dilation 2": (Conv(64, 3, dilation_rate=2, **PLAIN), (56, 56, 64)),
    "valid": (Conv(64, 3, use_bias=False), (56, 56, 64)),
    "separable": (keras.layers.SeparableConv2D(64, 3, **PLAIN), (56, 56, 64)),
    "its depthwise part": (Depthwise(3, **PLAIN), (56, 56, 64)),
    "its 1 × 1 part": (Conv(64, 1, **PLAIN), (56, 56, 64)),
}


calls = {}
for name, (layer, shape) in LAYERS.items():
    layer.build((1, *shape))
    calls[name] = (tf.function(layer), tf.random.stateless_normal((1, *shape), (9, 1)))
taken: dict[str, list[float]] = {name: [] for name in calls}
for number in range(ROUNDS + 2):  # the first two warm up
    for name, (call, values) in calls.items():
        start = perf_counter()
        call(values)
        if number >= 2:
            taken[name].append(1000 * (perf_counter() - start))

table = {
    "date": date.today().isoformat(),
    "processor": processor(),
    "cores": os.cpu_count(),
    "keras": keras.__version__,
    "tensorflow": tf.__version__,
    "milliseconds": {name: round(median(times), 3) for name, times in taken.items()},
}
target = Path(__file__).parents[2] / "src" / "convarith" / "data" / "timings.json"
target.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
