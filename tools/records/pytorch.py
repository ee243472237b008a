"""Asks PyTorch what it makes of pooling and transposed convolution, and stores it as `pytorch.json`.

PyTorch is too large for the set-up, so the tests read the table. To make it again, in an environment with
torch 2.13: `python tools/records/pytorch.py`. What PyTorch refuses is stored as the letter of its reason.
"""

import json
from itertools import product
from pathlib import Path

import torch
from torch.nn import functional

# The grids, in the order of the stored rows; the tests walk through them in the same order.
POOL = {
    "size": range(1, 11),
    "kernel": range(1, 5),
    "stride": range(1, 6),
    "pad": range(3),
    "dilation": (1, 2, 3),
}
AVERAGE = {"size": range(1, 9), "kernel": range(1, 6), "stride": range(1, 5), "pad": range(3)}
TRANSPOSED = {
    "size": range(1, 5),
    "kernel": range(1, 5),
    "stride": range(1, 4),
    "padding": range(4),
    "output_padding": range(4),
    "dilation": (1, 2, 3),
}
REASONS = {
    "P": "at most half of",
    "S": "too small",
    "I": "Invalid computed output size",
    "O": "smaller than either",
}


def asked(question, *arguments, **named):
    """The answer as a flat list of numbers, or the letter of the reason why there is none."""
    try:
        return question(*arguments, **named).flatten().tolist()
    except (RuntimeError, ValueError) as refusal:
        (letter,) = (letter for letter, words in REASONS.items() if words in str(refusal))
        return letter


def max_sizes(ceil_mode):
    for size, kernel, stride, pad, dilation in product(*POOL.values()):
        tape = torch.zeros(1, 1, size)
        given = {
            "stride": stride,
            "padding": pad,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }
        answer = asked(functional.max_pool1d, tape, kernel, **given)
        yield answer if isinstance(answer, str) else len(answer)


def average_divisors(ceil_mode, count_include_pad):
    """What each window's sum was divided by: the number of ones in it, over their average."""
    for size, kernel, stride, pad in product(*AVERAGE.values()):
        tape = torch.ones(1, 1, size, dtype=torch.float64)
        given = {"stride": stride, "padding": pad, "ceil_mode": ceil_mode}
        averages = asked(functional.avg_pool1d, tape, kernel, **given, count_include_pad=count_include_pad)
        if isinstance(averages, str):
            yield averages
            continue
        starts = [j * stride - pad for j in range(len(averages))]
        sums = [sum(0 <= cell < size for cell in range(start, start + kernel)) for start in starts]
        # A window without data has the sum 0, which tells nothing of the divisor: stored as 0.
        yield "".join(str(round(s / a)) if s else "0" for s, a in zip(sums, averages, strict=True))


def transposed_writes():
    for size, kernel, stride, padding, extra, dilation in product(*TRANSPOSED.values()):
        given = {"stride": stride, "padding": padding, "output_padding": extra, "dilation": dilation}
        answer = asked(functional.conv_transpose1d, torch.ones(1, 1, size), torch.ones(1, 1, kernel), **given)
        yield answer if isinstance(answer, str) else "".join(str(round(count)) for count in answer)


def table():
    return {
        "torch": torch.__version__.partition("+")[0],
        "reasons": REASONS,
        "grids": {
            name: {key: list(values) for key, values in grid.items()}
            for name, grid in {"pool": POOL, "average": AVERAGE, "transposed": TRANSPOSED}.items()
        },
        "max_sizes": {str(mode): " ".join(map(str, max_sizes(mode))) for mode in (False, True)},
        "average_divisors": {
            f"{mode} {count}": " ".join(average_divisors(mode, count))
            for mode, count in product((False, True), repeat=2)
        },
        "transposed_writes": " ".join(transposed_writes()),
    }


if __name__ == "__main__":  # torchvision looks for a module `pytorch`, and finds this one from beside it
    TARGET = Path(__file__).parents[2] / "tests" / "data" / "pytorch.json"
    TARGET.write_text(json.dumps(table(), indent=1) + "\n", encoding="utf-8")
