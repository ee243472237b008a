"""`make bench`: speed as ratios, all taken in one run on one machine."""

import os
import statistics
import subprocess
import sys
import timeit

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras

from convarith import Axis, draw_windows


def interpreter(code: str) -> float:
    """Milliseconds for a fresh interpreter to run some code."""
    command = [sys.executable, "-c", code]
    return 1000 * timeit.timeit(lambda: subprocess.run(command, check=True), number=1)


def each(call: object, number: int) -> float:
    """Microseconds of one call, the best of five rounds."""
    return 1e6 * min(timeit.repeat(call, number=number, repeat=5)) / number


def report(what: str, measured: str, aim: str = "", met: bool = True) -> None:
    print(f"{what:52} {measured:>22}   {aim and ('met:     ' if met else 'NOT MET: ') + aim}")


def main() -> None:
    # Taken in turns, so that a slow moment of the machine hits both.
    pairs = [(interpreter("import convarith"), interpreter("pass")) for _ in range(21)]
    more = statistics.median(imported - empty for imported, empty in pairs)
    report("import convarith, beyond an empty interpreter", f"{more:.1f} ms", "15 ms", more <= 15)

    layer = keras.layers.Conv2D(1, 3, strides=2)
    ours = each(lambda: Axis(size=28, kernel=3, stride=2).output, 20_000)
    theirs = each(lambda: layer.compute_output_shape((1, 28, 28, 1)), 2_000)
    ratio = theirs / ours
    what = f"Axis(...).output, {ours:.2f} us, against Keras, {theirs:.1f} us"
    report(what, f"{ratio:.0f} times faster", "20 times", ratio >= 20)

    axis = Axis(size=28, kernel=3, stride=2).same()
    report(
        "draw_windows(...).svg(), 14 windows", f"{each(lambda: draw_windows(axis).svg(), 3) / 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
