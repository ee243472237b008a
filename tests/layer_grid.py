"""Layers of all kinds, what each computes by a walk that asks no framework, and how emitted code is run."""

from dataclasses import replace
from hashlib import sha256
from itertools import product
from math import prod

import numpy as np

import convarith
from convarith import AdaptivePool, Conv, Dense, Pool, SeparableConv, TransposedConv

SIZES, KERNELS, STRIDES, DILATIONS = (7, 6, 8), (2, 3, (3, 2, 4)), (1, 2, (1, 2, 3)), (1, 2, (1, 2, 1))
PADDINGS = ("valid", "same", "same_lower", "full", "causal", 1, ((0, 1), (2, 0), (1, 1)))
CUTS = ("valid", "same", 0, 1, ((0, 1),) * 3, ((1, 0),) * 3, ((2, 1), (0, 0), (1, 2)))
CHANNELS = ((4, 6, 1, True), (4, 6, 2, False), (4, 4, 4, True), (4, 8, 4, True))  # in, out, groups, bias
# Of so many combinations every 5th, 7th, ... is taken: no factor of the grid has one of these sizes.
POOLED = ("valid", "same", "same_lower", 1, ((0, 1), (1, 0), (1, 1)))  # no window of padding alone
# What is hard for pools: fewer cells than the kernel has, and windows in the padding alone.
SMALL, NARROW = (3, 2, 3), (1, 3, (2, 1, 3))
WIDE = ("same", 1, 2, ((0, 2), (2, 0), (1, 2)))
EVERY = {1: (5, 1, 1, 1), 2: (5, 7, 5, 5), 3: (11, 13, 11, 5)}


def _cut(value, rank):
    """As many of the values as there are axes."""
    if not isinstance(value, tuple):
        return value
    return value[:rank] if rank > 1 else value[0]


def _made(kind, rank, given, sizes=SIZES):
    """The layer, or nothing where no window fits or a pool has a window of which nothing can be said."""
    given = {name: _cut(value, rank) for name, value in given.items()}
    try:
        made = kind(size=_cut(sizes, rank), **given)
    except ValueError:
        return []
    of_data = kind is Pool and not (made.operation == "average" and made.count_padding)
    return [] if of_data and any(0 in axis.divisors(count_padding=False) for axis in made.axes) else [made]


def layers():
    """The grid: every kind of layer in one to three dimensions."""
    found = [Dense(inputs=5, units=3), Dense(inputs=4, units=2, bias=False)]
    for rank, (convs, pools, transposed, small) in EVERY.items():
        combinations = list(product(CHANNELS, PADDINGS, KERNELS, STRIDES, DILATIONS))[::convs]
        for (channels, filters, groups, bias), padding, kernel, stride, dilation in combinations:
            given = {"channels": channels, "filters": filters, "groups": groups, "bias": bias}
            given |= {"padding": padding, "kernel": kernel, "stride": stride, "dilation": dilation}
            found += _made(Conv, rank, given)
        for mode, padding, (stride, groups) in product(
            ("reflect", "replicate", "circular"), PADDINGS[1:], ((1, 1), (2, 2))
        ):
            given = {"channels": 4, "filters": 6, "kernel": 3, "padding": padding, "stride": stride}
            found += _made(Conv, rank, given | {"groups": groups, "padding_mode": mode})
        for operation, sizes, outputs in product(("average", "max"), (SIZES, SMALL), (1, 2, 3, (5, 3, 4))):
            given = {"channels": 2, "output": outputs, "operation": operation}
            found += _made(AdaptivePool, rank, given, sizes)
        for padding, stride, dilation, multiplier in product(
            ("valid", "same", 1, "causal"), (1, 2, (2, 1, 1)), (1, 2), (1, 2)
        ):
            given = {"channels": 3, "filters": 4, "kernel": 3, "padding": padding, "stride": stride}
            given |= {"dilation": dilation, "multiplier": multiplier, "bias": multiplier == 1}
            found += _made(SeparableConv, rank, given)
        averages = (("max", False), ("average", False), ("average", True))
        combinations = list(product(averages, (False, True), POOLED, KERNELS, (None, 1, 2, 3)))[::pools]
        for (operation, counted), ceil_mode, padding, kernel, stride in combinations:
            given = {"channels": 2, "padding": padding, "kernel": kernel, "stride": stride}
            given |= {"operation": operation, "count_padding": counted, "ceil_mode": ceil_mode}
            found += _made(Pool, rank, given)
        combinations = list(product(averages, (False, True), WIDE, NARROW, (1, 2, 3)))[::small]
        for (operation, counted), ceil_mode, padding, kernel, stride in combinations:
            given = {"channels": 2, "padding": padding, "kernel": kernel, "stride": stride}
            given |= {"operation": operation, "count_padding": counted, "ceil_mode": ceil_mode}
            found += _made(Pool, rank, given, SMALL)
        # With gaps; and averages of windows of padding alone.
        gaps = product(averages, (False, True), ("valid", 1, "same"), (2, 3), (1, 2), (2,))
        bare = product((("average", True),), (False, True), (1,), (1,), (1, 2), (1,))
        for (operation, counted), ceil_mode, padding, kernel, stride, dilation in (*gaps, *bare):
            given = {"channels": 2, "padding": padding, "kernel": kernel, "stride": stride}
            given |= {"operation": operation, "count_padding": counted, "ceil_mode": ceil_mode}
            found += _made(Pool, rank, given | {"dilation": dilation})
        combinations = list(product(CUTS, (None, 0, 1), (1, 2, 3), (2, 3), (1, 2), (1, 2)))[::transposed]
        for padding, extra, stride, kernel, dilation, groups in combinations:
            given = {"channels": 4, "filters": 6, "padding": padding, "output_padding": extra}
            given |= {"stride": stride, "kernel": kernel, "dilation": dilation, "groups": groups}
            found += _made(TransposedConv, rank, given | {"bias": groups == 1})
    return list(dict.fromkeys(found))


def fingerprint(text):
    """Eight letters that tell one text from another."""
    return sha256(text.encode()).hexdigest()[:8]


def _whole_numbers(shape, step, most):
    return ((np.arange(prod(shape)) * step) % (2 * most + 1) - most).reshape(shape).astype("float32")


def tape(layer):
    """An input of small whole numbers, channels last; none of it is 0 throughout a window."""
    sizes = (layer.inputs,) if isinstance(layer, Dense) else (*_sizes(layer), layer.channels)
    return _whole_numbers((2, *sizes), 13, 5)


def _sizes(layer):
    if isinstance(layer, AdaptivePool):
        return layer.size if isinstance(layer.size, tuple) else (layer.size,)
    return tuple(axis.size for axis in layer.axes)


def weights(layer):
    """Weights of small whole numbers under the names and in the layouts that Keras gives them."""
    if isinstance(layer, Pool | AdaptivePool):
        return {}
    if isinstance(layer, Dense):
        shapes = {"kernel": (layer.inputs, layer.units)}
    else:
        kernel = tuple(axis.kernel for axis in layer.axes)
    if isinstance(layer, Conv):
        shapes = {"kernel": (*kernel, layer.channels // layer.groups, layer.filters)}
    if isinstance(layer, TransposedConv):
        shapes = {"kernel": (*kernel, layer.filters // layer.groups, layer.channels)}
    if isinstance(layer, SeparableConv):
        between = layer.channels * layer.multiplier
        shapes = {"depthwise_kernel": (*kernel, 1, between)}
        shapes |= {"pointwise_kernel": (*(1 for _ in kernel), between, layer.filters)}
    shapes |= {"bias": layer.output_shape[-1:]} if layer.bias else {}
    return {name: _whole_numbers(shape, 7, 2) for name, shape in shapes.items()}


def by_walking(layer, x):
    """What the layer makes of x, from windows that are walked and stamps that are stamped."""
    given = weights(layer)
    if isinstance(layer, Dense):
        return x @ given["kernel"] + given.get("bias", 0)
    if isinstance(layer, SeparableConv):
        depthwise, pointwise = layer.parts
        between = _convolved(depthwise, x, given["depthwise_kernel"])
        return _convolved(pointwise, between, given["pointwise_kernel"]) + given.get("bias", 0)
    if isinstance(layer, TransposedConv):
        return _stamped(layer, x, given["kernel"]) + given.get("bias", 0)
    if isinstance(layer, Conv):
        return _convolved(layer, _filled(layer, x), given["kernel"]) + given.get("bias", 0)
    return _adapted(layer, x) if isinstance(layer, AdaptivePool) else _pooled(layer, x)


def _adapted(layer, x):
    """Each output takes the cells that its share of the tape touches."""
    for number, (i, o) in enumerate(zip(_sizes(layer), layer.output_shape, strict=False), 1):
        touched = [[c for c in range(i) if c * o < (j + 1) * i and (c + 1) * o > j * i] for j in range(o)]
        reduce = np.max if layer.operation == "max" else np.mean
        x = np.stack([reduce(x.take(cells, number), axis=number) for cells in touched], number)
    return x


def _starts(axis):
    """Where windows start on the padded tape: one stride after the other, as long as one fits."""
    starts = [0]
    while starts[-1] + axis.stride + axis.span <= axis.padded:
        starts.append(starts[-1] + axis.stride)
    if axis.ceil_mode:
        if starts[-1] + axis.span < axis.padded:
            starts.append(starts[-1] + axis.stride)  # one more hangs over the end
        if starts[-1] >= axis.size + axis.pad_low:
            starts.pop()  # the last one starts past the input
    return starts


def _windows(layer, x, fill):
    """All windows: batch, outputs, then (kernel cells..., channels)."""
    axes = layer.axes
    if getattr(layer, "padding_mode", "zeros") != "zeros":  # it stands in x
        axes = [replace(axis, size=axis.padded, pad_low=0, pad_high=0) for axis in axes]
    frame = [(0, 0), *((axis.pad_low, axis.pad_high + axis.span) for axis in axes), (0, 0)]
    padded = np.pad(x, frame, constant_values=fill)
    starts = [_starts(axis) for axis in axes]
    out = np.empty((len(x), *map(len, starts), *(axis.kernel for axis in axes), x.shape[-1]))
    for place in product(*(range(len(one)) for one in starts)):
        cut = [
            slice(one[j], one[j] + axis.dilation * (axis.kernel - 1) + 1, axis.dilation)
            for one, j, axis in zip(starts, place, axes, strict=True)
        ]
        out[(slice(None), *place)] = padded[(slice(None), *cut)]
    return out


def _convolved(layer, x, kernel):
    rank, seen = len(layer.axes), _windows(layer, x, 0)
    wide, each = layer.channels // layer.groups, layer.filters // layer.groups
    filters = []
    for f in range(layer.filters):
        part = seen[..., f // each * wide : (f // each + 1) * wide]
        filters.append((part * kernel[..., f]).sum(axis=tuple(range(-rank - 1, 0))))
    return np.stack(filters, axis=-1)


def _filled(layer, x):
    """What a window reads of a tape whose padding is no zeros: that tape, as if it had none."""
    modes = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    if layer.padding_mode == "zeros":
        return x
    pads = [(0, 0), *((axis.pad_low, axis.pad_high) for axis in layer.axes), (0, 0)]
    return np.pad(x, pads, modes[layer.padding_mode])


def _stamped(layer, x, kernel):
    axes = layer.axes
    room = [a.stride * (a.size - 1) + a.dilation * (a.kernel - 1) + 1 + a.output_padding for a in axes]
    out = np.zeros((len(x), *room, layer.filters))
    wide, each = layer.channels // layer.groups, layer.filters // layer.groups
    for place in product(*map(range, _sizes(layer))):
        for cell in product(*(range(axis.kernel) for axis in axes)):
            at = tuple(i * a.stride + k * a.dilation for i, k, a in zip(place, cell, axes, strict=True))
            for g in range(layer.groups):
                inside, outside = slice(g * wide, (g + 1) * wide), slice(g * each, (g + 1) * each)
                stamp = x[(slice(None), *place, inside)] @ kernel[(*cell, slice(None), inside)].T
                out[(slice(None), *at, outside)] += stamp
    cut = [slice(a.pad_low, size - a.pad_high) for a, size in zip(axes, room, strict=True)]
    return out[(slice(None), *cut)]


def _pooled(layer, x):
    inner = tuple(range(len(layer.axes) + 1, 2 * len(layer.axes) + 1))
    if layer.operation == "max":
        return _windows(layer, x, -np.inf).max(axis=inner)
    cells = np.ones_like(x)
    if layer.count_padding:
        frame = [(0, 0), *((axis.pad_low, axis.pad_high) for axis in layer.axes), (0, 0)]
        cells = np.pad(cells, frame, constant_values=1)
        inside = [(0, 0), *((0, axis.span) for axis in layer.axes), (0, 0)]
        cells = _windows_of_padded(layer, np.pad(cells, inside))
    else:
        cells = _windows(layer, cells, 0)
    return _windows(layer, x, 0).sum(axis=inner) / cells.sum(axis=inner)


def _windows_of_padded(layer, padded):
    starts = [_starts(axis) for axis in layer.axes]
    out = np.empty((len(padded), *map(len, starts), *(a.kernel for a in layer.axes), padded.shape[-1]))
    for place in product(*(range(len(one)) for one in starts)):
        cut = [
            slice(one[j], one[j] + a.span, a.dilation)
            for one, j, a in zip(starts, place, layer.axes, strict=True)
        ]
        out[(slice(None), *place)] = padded[(slice(None), *cut)]
    return out


def carried_over(code):
    """The last comment of emitted code as pairs: what gets a weight, and the expression that it gets."""
    *_, last = code.splitlines()
    return [part.split(": ") for part in last.removeprefix("# ").split("; ")] if last[0] == "#" else []


def run_pytorch(code, layer, x):
    """What emitted PyTorch code computes, channels last again."""
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    names = {"nn": nn, "np": np, "torch": torch, **weights(layer)}
    exec(code, names)
    for target, expression in carried_over(code):
        assert eval(f"{target}.shape == ({expression}).shape", names), (target, expression)
        exec(f"{target}.data = torch.tensor(np.ascontiguousarray({expression}))", names)
    return np.moveaxis(names["layer"](torch.tensor(np.moveaxis(x, -1, 1).copy())).detach().numpy(), 1, -1)


def run_onnx(code, layer, x):
    """What emitted ONNX nodes compute in ONNX Runtime, channels last again."""
    import onnx  # noqa: PLC0415
    import onnxruntime  # noqa: PLC0415
    from onnx import helper, numpy_helper  # noqa: PLC0415

    onnxruntime.set_default_logger_severity(4)  # what is refused is raised, and not said twice
    names = {"helper": helper, **weights(layer)}
    exec(code, names)
    stored = [
        numpy_helper.from_array(np.ascontiguousarray(eval(expression, names)), target)
        for target, expression in carried_over(code)
    ]
    turned = np.ascontiguousarray(np.moveaxis(x, -1, 1))
    values = {
        name: helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name, shape in (("x", turned.shape), ("y", [None] * turned.ndim))
    }
    graph = helper.make_graph(names["nodes"], "layer", [values["x"]], [values["y"]], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.moveaxis(session.run(None, {"x": turned})[0], 1, -1)


def run_jax(code, layer, x):
    """What emitted JAX code computes."""
    from jax import lax, numpy as jnp  # noqa: PLC0415

    names = {"lax": lax, "jnp": jnp, "x": jnp.array(x), **weights(layer)}
    for target, expression in carried_over(code):
        names[target] = eval(expression, names)
    exec(code, names)
    return np.asarray(names["y"])


RUN = {"in_pytorch": run_pytorch, "in_onnx": run_onnx, "in_jax": run_jax}
NEEDS = {"in_pytorch": ("torch",), "in_onnx": ("onnx", "onnxruntime"), "in_jax": ("jax",)}


def digest(values):
    """The shape without the batch, and a sum in which every cell has a weight of its own."""
    flat = np.asarray(values, "float64").ravel()
    shape = "x".join(map(str, values.shape[1:]))
    return shape, float(flat @ (np.arange(flat.size) % 97 + 1.0))


# --- what chapter 10 shows ----------------------------------------------------------------------------

ROW = {"size": 6, "channels": 1, "filters": 1, "kernel": 3, "bias": False}
UP = {"size": 4, "channels": 1, "filters": 1, "kernel": 3, "stride": 2, "bias": False}
PHOTO = {"size": (224, 224), "channels": 1, "filters": 1, "kernel": 7, "stride": 2, "bias": False}
AVERAGE = {"size": 5, "channels": 1, "kernel": 3, "stride": 1, "operation": "average"}
SHOWN = {
    "224 same": ("in_pytorch", Conv(**PHOTO, padding="same")),
    "224 padding 3": ("in_pytorch", Conv(**PHOTO, padding=3)),
    "upper": ("in_onnx", Conv(**ROW, stride=2, padding="same")),
    "lower": ("in_onnx", Conv(**ROW, stride=2, padding="same_lower")),
    "even kernel": ("in_pytorch", Conv(**(ROW | {"kernel": 4}), padding="same")),
    "lower in JAX": ("in_jax", Conv(**ROW, stride=2, padding="same_lower")),
    "ported": (
        "in_pytorch",
        Conv(size=(5, 5), channels=4, filters=5, kernel=(2, 3), stride=2, padding="same"),
    ),
    "depthwise": ("in_pytorch", Conv.depthwise(size=(4, 4), channels=2, multiplier=2, kernel=2)),
    "up same": ("in_pytorch", TransposedConv(**UP, padding="same")),
    "up padding 1": ("in_pytorch", TransposedConv(**UP, padding=1, output_padding=1)),
    "ceil": ("in_pytorch", Pool(size=5, channels=1, kernel=2, ceil_mode=True)),
    "average": ("in_pytorch", Pool(**AVERAGE, padding=1, count_padding=True)),
    "average of data": ("in_pytorch", Pool(**AVERAGE, padding="same")),
}
REFUSED = {  # on an input of 5 cells, with a kernel of 3 where it is not said
    "PyTorch, same with a stride": ("in_pytorch", 'nn.Conv2d(1, 1, 7, stride=2, padding="same")'),
    "PyTorch, a pool's padding": ("in_pytorch", "nn.MaxPool1d(2, padding=2)(torch.zeros(1, 1, 5))"),
    "PyTorch, output padding": (
        "in_pytorch",
        "nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=2)(torch.zeros(1, 1, 4))",
    ),
    "PyTorch, a large kernel": ("in_pytorch", "nn.Conv1d(1, 1, 7)(torch.zeros(1, 1, 5))"),
    "PyTorch, a pool of 6": ("in_pytorch", "nn.MaxPool1d(6, stride=1)(torch.zeros(1, 1, 5))"),
    "ONNX Runtime, a word with dilation": (
        "in_onnx",
        'helper.make_node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", dilations=[2])',
    ),
    "ONNX Runtime, output padding": (
        "in_onnx",
        'helper.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[2], output_padding=[2])',
    ),
    "ONNX Runtime, a pool's padding": (
        "in_onnx",
        'helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2], pads=[2, 2])',
    ),
    "ONNX Runtime, a wide kernel": (
        "in_onnx",
        'helper.make_node("Conv", ["x", "w"], ["y"], dilations=[3])',
    ),
    "ONNX Runtime, a pool of 7": (
        "in_onnx",
        'helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[7])',
    ),
    "ONNX Runtime, a pool of 6": (
        "in_onnx",
        'helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[6])',
    ),
    "JAX, another word": ("in_jax", 'lax.conv(x, w, (1,), "FULL")'),
    "JAX, a number": ("in_jax", "lax.conv(x, w, (1,), 1)"),
    "JAX, a large kernel": ("in_jax", 'lax.conv(x, jnp.ones((1, 1, 7)), (1,), "VALID")'),
    "JAX, a pool of 6": (
        "in_jax",
        'lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 6), (1, 1, 1), "VALID")',
    ),
}

# What no emitted code has: expressions of PyTorch that have a shape and numbers, or some numbers.
ASKED = {
    "F.pad": "nn.functional.pad(torch.ones(1, 1, 1, 1), (3, 4, 1, 2))",
    "Unfold": "nn.Unfold((2, 3))(torch.arange(24.0).reshape(1, 2, 3, 4))",
    "BatchNorm2d": "nn.BatchNorm2d(1).eps, nn.BatchNorm2d(1).momentum",
}


def ramp(shape):
    """What chapter 10 puts in: 0 to 10 and again, less 5."""
    return (np.arange(prod(shape)) % 11 - 5).reshape(shape).astype("float32")


def asked_for_the_chapter():
    """What the frameworks make of the chapter's layers: code, shape, and values (of the first two rows)."""
    said = {}
    for name, (function, layer) in SHOWN.items():
        code = getattr(convarith, function)(layer)
        x = ramp((1, *_sizes(layer), layer.channels))
        values = RUN[function](code, layer, x)
        shown = values[0] if values.size < 100 else values[0, :2, :6]
        said[name] = {"code": code, "shape": values.shape[1:], "sum": float(values.sum(dtype="float64"))}
        said[name]["values"] = np.round(shown.astype("float64"), 6).tolist()
    return said


def expressions_for_the_chapter():
    """What PyTorch makes of expressions: code and numbers, by name."""
    import torch  # noqa: PLC0415

    names = {"nn": torch.nn, "torch": torch}
    answers = {name: eval(code, names) for name, code in ASKED.items()}
    return {
        name: {"code": ASKED[name], "answer": made.tolist() if hasattr(made, "tolist") else list(made)}
        for name, made in answers.items()
    }


def refusals_for_the_chapter():
    """What the frameworks answer to code that asks for too much: code and answer, by name."""
    said = {}
    for name, (function, code) in REFUSED.items():
        try:
            answer = f"gives the shape {_outcome(function, code)}"
        except Exception as refusal:
            answer = str(refusal).splitlines()[0].split("Status Message: ")[-1].split(" was false. ")[-1]
        said[name] = {"code": code, "answer": answer}
    return said


def _outcome(function, code):
    """The shape that comes out of one expression, with an input of 5 cells and a kernel of 3."""
    if function == "in_onnx":
        x, w = np.zeros((1, 5, 1), "float32"), Conv(size=5, channels=1, filters=1, kernel=3, bias=False)
        carried = "\n# w: kernel.transpose(2, 1, 0)" if '"w"' in code else ""
        return run_onnx(f"nodes = [{code}]{carried}", w, x).shape
    if function == "in_pytorch":
        import torch  # noqa: PLC0415

        return tuple(eval(code, {"nn": torch.nn, "torch": torch}).shape)
    import jax  # noqa: PLC0415

    names = {"lax": jax.lax, "jnp": jax.numpy, "x": jax.numpy.ones((1, 1, 5)), "w": jax.numpy.ones((1, 1, 3))}
    return tuple(eval(code, names).shape)
