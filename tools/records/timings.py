"""Measures how long Keras takes for layers whose multiplications are counted in chapter 9.

To measure again: `python tools/records/timings.py`; it takes a minute or two. A layer's time is the shortest
of many calls on one input, compiled, since whatever else the machine does can only make a call longer. The
layers take turns, and what is measured again on the same day counts where it is shorter. Beside them are
measured the two limits of the machine, by a product of large matrices and by a sum that reads much and
computes little, and what a call costs that does nothing.
"""

import json
import os
from datetime import date
from itertools import product
from pathlib import Path
from time import perf_counter

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # the same kernels on every processor
import keras
import tensorflow as tf
from machine import processor

ROUNDS, CALLS = 60, 6
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


SIDE, LONG = 1024, 2**25  # of a square matrix; of a row of numbers, 128 MiB


def wait() -> None:
    """Waits for a graphics card, which may still be at work when a call returns; a processor is not."""
    if tf.config.list_logical_devices("GPU"):
        tf.test.experimental.sync_devices()


def numbers(*shape: int) -> tf.Tensor:
    return tf.random.stateless_normal(shape, (9, 1))


calls = {}
for name, (layer, shape) in LAYERS.items():
    layer.build((1, *shape))
    calls[name] = (tf.function(layer), numbers(1, *shape))
calls["product"] = (tf.function(lambda matrix: tf.matmul(matrix, matrix)), numbers(SIDE, SIDE))
calls["sum"] = (tf.function(tf.reduce_sum), numbers(LONG))
calls["nothing"] = (tf.function(tf.identity), numbers(1))
taken: dict[str, list[float]] = {name: [] for name in calls}
for _, (name, (call, values)) in product(range(ROUNDS), calls.items()):
    call(values)  # warms up
    wait()
    for _ in range(CALLS):
        start = perf_counter()
        call(values)
        wait()
        taken[name].append(1000 * (perf_counter() - start))

best = {name: round(min(times), 4) for name, times in taken.items()}
assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == "0"
table = {
    "date": date.today().isoformat(),
    "processor": processor(),
    "cores": os.cpu_count(),
    "keras": keras.__version__,
    "tensorflow": tf.__version__,
    "onednn": "off",
}
limits = {
    "MACs per second": round(SIDE**3 / best["product"] * 1000),
    "bytes per second": round(4 * LONG / best["sum"] * 1000),
}
target = Path(__file__).parents[2] / "src" / "convarith" / "data" / "timings.json"
before = json.loads(target.read_text(encoding="utf-8"))
if table.items() <= before.items():  # measured on this machine today: the shorter times count
    best = {name: min(time, before["milliseconds"].get(name, time)) for name, time in best.items()}
    limits = {name: max(limit, before[name]) for name, limit in limits.items()}
table |= {"milliseconds": {name: best[name] for name in (*LAYERS, "nothing")}, **limits}
target.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
