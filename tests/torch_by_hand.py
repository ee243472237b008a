"""The few parts of PyTorch that the explorer writes, done by hand with NumPy: all weights are 1."""

from itertools import product
from types import SimpleNamespace

import numpy as np


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def pad(x, sides, value=0.0):
    """`F.pad`: the sides of the last axis come first; a negative number crops."""
    for axis, (low, high) in zip((-1, -2), (sides[:2], sides[2:]), strict=True):
        widths = [(0, 0)] * x.ndim
        widths[axis] = max(low, 0), max(high, 0)
        x = np.pad(x, widths, constant_values=value)
        kept = [slice(None)] * x.ndim
        kept[axis] = slice(max(-low, 0), x.shape[axis] - max(-high, 0))
        x = x[tuple(kept)]
    return x


def _windows(x, kernel, stride, dilation, count):
    """Each window of the padded rows and columns: its place, and its cells that there are."""
    for y, x_ in product(*map(range, count)):
        rows = [y * stride[0] + n * dilation[0] for n in range(kernel[0])]
        columns = [x_ * stride[1] + n * dilation[1] for n in range(kernel[1])]
        yield (y, x_), [(r, c) for r, c in product(rows, columns) if r < x.shape[0] and c < x.shape[1]]


def _count(size, kernel, stride, dilation):
    return (size - dilation * (kernel - 1) - 1) // stride + 1


def conv2d(inputs, outputs, kernel, stride=1, padding=0, dilation=1):
    kernel, stride, dilation = map(_pair, (kernel, stride, dilation))

    def layer(x):
        if padding == "same":
            assert stride == (1, 1), "PyTorch refuses it"
            spans = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
            x = pad(x, [side for s in reversed(spans) for side in (s // 2, s - s // 2)])
        else:
            x = pad(x, [side for p in reversed(_pair(padding)) for side in (p, p)])
        count = tuple(map(_count, x.shape, kernel, stride, dilation))
        result = np.zeros(count)
        for place, cells in _windows(x, kernel, stride, dilation, count):
            result[place] = sum(x[cell] for cell in cells)
        return result

    return layer


def conv_transpose2d(inputs, outputs, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    kernel, stride, dilation, more = map(_pair, (kernel, stride, dilation, output_padding))

    def layer(x):
        shape = [
            s * (i - 1) + d * (k - 1) + 1 + m
            for i, k, s, d, m in zip(x.shape, kernel, stride, dilation, more, strict=True)
        ]
        result = np.zeros(shape)
        for place, cells in _windows(result, kernel, stride, dilation, x.shape):
            for cell in cells:
                result[cell] += x[place]
        return pad(result, [-side for p in reversed(_pair(padding)) for side in (p, p)])

    return layer


def _pool2d(reduce, fill):
    def pool(x, kernel, stride, padding=0, dilation=1, ceil_mode=False, count_include_pad=True):
        kernel, stride, padding, dilation = map(_pair, (kernel, stride, padding, dilation))
        assert all(2 * p <= k for p, k in zip(padding, kernel, strict=True)), "PyTorch refuses it"
        count = []
        for i, k, s, p, d in zip(x.shape, kernel, stride, padding, dilation, strict=True):
            room = i + 2 * p - d * (k - 1) - 1
            windows = (-(-room // s) if ceil_mode else room // s) + 1
            count.append(windows - (ceil_mode and (windows - 1) * s >= i + p))
        sides = [side for p in reversed(padding) for side in (p, p)]
        isdata, x = pad(np.ones(x.shape), sides), pad(x, sides, fill)
        result = np.zeros(count)
        for place, cells in _windows(x, kernel, stride, dilation, count):
            divisor = len(cells) if count_include_pad else sum(isdata[cell] for cell in cells)
            result[place] = reduce([x[cell] for cell in cells], divisor)
        return result

    return pool


def _module(function):
    """The module that takes all arguments of the function but the first."""
    return lambda *args, **options: lambda x: function(x, *args, **options)


F = SimpleNamespace(
    pad=pad,
    max_pool2d=_pool2d(lambda cells, divisor: max(cells), float("-inf")),
    avg_pool2d=_pool2d(lambda cells, divisor: sum(cells) / divisor, 0.0),
)
nn = SimpleNamespace(
    Conv2d=conv2d,
    ConvTranspose2d=conv_transpose2d,
    ZeroPad2d=_module(pad),
    ConstantPad2d=_module(pad),
    MaxPool2d=_module(F.max_pool2d),
    AvgPool2d=_module(F.avg_pool2d),
)
