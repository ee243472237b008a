"""Each kind of layer as code for Keras: the notes on it, the code, and its weights."""

from collections.abc import Sequence

from convarith.axis import Axis
from convarith.code._emit import (
    Code,
    Spatial,
    UnsupportedLayer,
    Writers,
    each_axis,
    filled,
    framed,
    is_depthwise,
    no_bias,
    output_with,
    padding_counts,
    padding_with_overhang,
    pads_of,
    per_axis,
    rule_of,
    shared_or_tuple,
    write_call,
    write_rows,
)
from convarith.layers import AdaptivePool, AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv


def in_keras(layer: AnyLayer) -> str:
    """The layer as source code for Keras, channels last; it runs after `import keras`.

    A padding that Keras has no word for comes in front, as a layer of its own. The last line names the
    weights, in the order of `layer.get_weights()`, with their shapes.

    Arguments:
        layer: a `Conv`, `SeparableConv`, `TransposedConv`, `Pool`, `AdaptivePool` or `Dense`.

    Returns code that makes `layer`, or only a comment that says why Keras has no such layer.

    Raises TypeError for anything else.

    Source: Keras 3, the layers' own checks (`base_conv.py` and its neighbours).

    >>> from convarith import Conv
    >>> print(in_keras(Conv(size=(224, 224), channels=3, filters=64, kernel=7, stride=2, padding=3)))
    # (batch, 224, 224, 3) to (batch, 112, 112, 64)
    # Keras takes padding in words only: these cells come in front.
    layer = keras.Sequential([
        keras.layers.ZeroPadding2D(((3, 3), (3, 3))),
        keras.layers.Conv2D(64, 7, strides=2),
    ])
    # weights: kernel (7, 7, 3, 64), bias (64,)
    """
    return framed(layer, WRITERS, asked="in_keras", channels_first=False)


def _code(
    layer: AnyLayer, calls: Sequence[str], notes: Sequence[str] = (), **weights: tuple[int, ...]
) -> Code:
    code = f"layer = {calls[0]}" if len(calls) == 1 else write_rows("layer = keras.Sequential([", calls, "])")
    if getattr(layer, "bias", False):
        weights["bias"] = (layer.output_shape[-1],)
    named = ", ".join(f"{name} {shape}" for name, shape in weights.items())
    return Code(notes, code, named and f"weights: {named}")


def _name(name: str, layer: Spatial) -> str:
    return f"keras.layers.{name.replace('#', f'{len(layer.axes)}D')}"


def _frame(name: str, layer: Spatial, pads: list[tuple[int, int]]) -> list[str]:
    """The layer that pads or crops, if there is something to do."""
    said = pads[0] if len(pads) == 1 else tuple(pads)
    return [write_call(_name(name, layer), said)] if any(map(any, pads)) else []


def _padding(layer: Spatial, words: Sequence[str]) -> tuple[str | None, list[str], list[str]]:
    """The word for a padding, or the layer that comes in front instead, with the note on it."""
    word = rule_of(layer)
    if word in words:
        return f'"{word}"', [], []
    front = _frame("ZeroPadding#", layer, pads_of(layer))
    return None, front, ["Keras takes padding in words only: these cells come in front."] if front else []


def _steps(layer: Spatial) -> dict[str, str | None]:
    strides, dilation = per_axis(layer, "stride"), per_axis(layer, "dilation")
    if strides and dilation:
        raise UnsupportedLayer(
            f"Keras has no such layer: it refuses strides ({strides}) together with dilation ({dilation})."
        )
    return {"strides": strides, "dilation_rate": dilation}


def conv(layer: Conv) -> Code:
    """`Conv`, as `DepthwiseConv1D` and 2D where there is one."""
    steps, kernel = _steps(layer), tuple(axis.kernel for axis in layer.axes)
    even_strides = len({axis.stride for axis in layer.axes}) == 1
    if is_depthwise(layer) and len(kernel) < 3 and even_strides:
        padding, front, notes = _padding(layer, ("same",))
        multiplier = layer.filters // layer.channels
        more = {"depth_multiplier": multiplier if multiplier > 1 else None}
        name, given, shape = "DepthwiseConv#", [], (layer.channels, multiplier)
    else:
        padding, front, notes = _padding(layer, ("same", "causal") if len(kernel) == 1 else ("same",))
        more = {"groups": layer.groups if layer.groups > 1 else None}
        name, given, shape = "Conv#", [layer.filters], (layer.channels // layer.groups, layer.filters)
        if is_depthwise(layer):
            why = "takes equal strides only" if len(kernel) < 3 else "ends at two axes"
            notes = [*notes, f"Keras's DepthwiseConv {why}: these are {layer.groups} groups of a Conv."]
    options = {**steps, "padding": padding, **more, "use_bias": no_bias(layer)}
    if mode := filled(layer):
        if mode == "circular":
            raise UnsupportedLayer("Keras has no such layer: on TensorFlow it has no circular padding.")
        notes = ["Keras layers pad with zeros only: these cells come in front."]
        if mode == "replicate":
            notes += [
                "TensorFlow cannot repeat the end cell at once: symmetric padding does, one cell at a time."
            ]
        call = write_call(
            _name(name, layer), *given, per_axis(layer, "kernel", None), **options | {"padding": None}
        )
        return _padded(layer, _copies(mode, pads_of(layer)), call, notes, {"kernel": (*kernel, *shape)})
    call = write_call(_name(name, layer), *given, per_axis(layer, "kernel", None), **options)
    return _code(layer, [*front, call], notes, kernel=(*kernel, *shape))


def separable(layer: SeparableConv) -> Code:
    """`SeparableConv`, in its two parts where Keras does not have both in one."""
    steps, kernel = _steps(layer), tuple(axis.kernel for axis in layer.axes)
    between = layer.channels * layer.multiplier
    pointwise = {"pointwise_kernel": (*(1 for _ in kernel), between, layer.filters)}
    padding, front, notes = _padding(layer, ("same",))
    if len(kernel) < 3 and len({axis.stride for axis in layer.axes}) == 1:
        more = {"depth_multiplier": layer.multiplier if layer.multiplier > 1 else None}
        options = {**steps, "padding": padding, **more, "use_bias": no_bias(layer)}
        given = layer.filters, per_axis(layer, "kernel", None)
        calls = [*front, write_call(_name("SeparableConv#", layer), *given, **options)]
        return _code(
            layer, calls, notes, depthwise_kernel=(*kernel, layer.channels, layer.multiplier), **pointwise
        )
    why = "takes equal strides only" if len(kernel) < 3 else "ends at two axes"
    options = {"padding": padding, "groups": layer.channels if layer.channels > 1 else None}
    name, window = _name("Conv#", layer), per_axis(layer, "kernel", None)
    first = write_call(name, between, window, **steps, **options, use_bias="False")
    second = write_call(name, layer.filters, 1, use_bias=no_bias(layer))
    notes = [*notes, f"Keras's SeparableConv {why}: these are its two parts."]
    depthwise = {"depthwise_kernel": (*kernel, 1, between)}
    return _code(layer, [*front, first, second], notes, **depthwise, **pointwise)


def transposed(layer: TransposedConv) -> Code:
    """`TransposedConv`: by Keras's words, or cropped."""
    if layer.groups > 1:
        raise UnsupportedLayer(
            "Keras has no such layer: its transposed convolutions take no groups, but this "
            f"has {layer.groups}."
        )
    steps, word = _steps(layer), rule_of(layer)
    if word:
        given = layer.output_padding
        more = shared_or_tuple(given) if isinstance(given, tuple) else given if given is None else str(given)
        padding, cut, notes = '"same"' if word == "same" else None, [], []
    else:
        for axis in layer.axes:
            if axis.output_padding >= axis.stride:
                raise UnsupportedLayer(
                    "Keras has no such layer: its output_padding is smaller than the stride "
                    f"{axis.stride}, but here it is {axis.output_padding}."
                )
        # With None, Keras would add cells of its own where the stride is longer than the kernel.
        more, padding = per_axis(layer, "output_padding", None), None
        cut = _frame("Cropping#", layer, pads_of(layer))
        notes = ["Keras cuts by words only: these cells are cropped afterwards."] if cut else []
    if steps["dilation_rate"]:
        dilation = steps["dilation_rate"]
        notes = [*notes, f"TensorFlow refuses dilation {dilation} here on a CPU, unless oneDNN is on."]
    options = {**steps, "padding": padding, "output_padding": more, "use_bias": no_bias(layer)}
    name, kernel = _name("Conv#Transpose", layer), per_axis(layer, "kernel", None)
    shape = (*(axis.kernel for axis in layer.axes), layer.filters, layer.channels)
    return _code(layer, [write_call(name, layer.filters, kernel, **options), *cut], notes, kernel=shape)


def pool(layer: Pool) -> Code:
    """`Pool`: by Keras's words, or with padding in front."""
    name = _name("MaxPooling#" if layer.operation == "max" else "AveragePooling#", layer)
    if dilation := per_axis(layer, "dilation"):
        raise UnsupportedLayer(
            f"Keras has no such layer: its pools have no dilation, but here it is {dilation}."
        )
    window = {"strides": per_axis(layer, "stride", None)}
    kernel, reach = per_axis(layer, "kernel", None), [padding_with_overhang(axis) for axis in layer.axes]
    notes = ["Keras has no ceil_mode: this is the same at this size."] if layer.ceil_mode else []
    if not padding_counts(layer):  # then only where the first window starts matters, and how many there are
        words = {"valid": [(0, 0)] * len(reach)} | ({} if _starts_late(layer) else {"same": _same(layer)})
        for word in sorted(words, reverse=rule_of(layer) != "same"):
            pads = words[word]
            starts = all(mine[0] == low for mine, (low, _) in zip(pads, reach, strict=True))
            fits = all(output_with(a, pad) == a.output for a, pad in zip(layer.axes, pads, strict=True))
            if starts and fits:
                padding = '"same"' if word == "same" else None
                return _code(layer, [write_call(name, kernel, **window, padding=padding)], notes)
    if layer.operation == "max":
        notes = [*notes, "Keras pools take padding in words only, and zeros could win: -inf comes in front."]
        lowest = write_call("keras.ops.pad", "image", _outer(reach), constant_values='float("-inf")')
        return _padded(layer, [lowest], write_call(name, kernel, **window), notes, {})
    if not padding_counts(layer):
        raise UnsupportedLayer(
            "Keras has no such layer: it leaves padding out of an average only if that is padding of same, "
            f"but here it is {shared_or_tuple(reach)}."
        )
    if any(axis.overhang for axis in layer.axes):
        raise UnsupportedLayer(
            f"Keras has no such layer: without ceil_mode an average counts whole windows, but the last hangs "
            f"over the end by {shared_or_tuple(axis.overhang for axis in layer.axes)}."
        )
    notes = [*notes, "Keras leaves the padding of same out of an average: zeros in front are counted."]
    front = _frame("ZeroPadding#", layer, reach)
    return _code(layer, [*front, write_call(name, kernel, **window)], notes)


def _copies(mode: str, pads: Sequence[tuple[int, int]]) -> list[str]:
    """The operations that put cells of the image around it, the first on `image`, the others on `padded`."""
    if mode == "reflect":
        return [write_call("keras.ops.pad", "image", _outer(pads), mode='"reflect"')]
    found: list[str] = []
    for n in range(max(map(max, pads))):
        frame = _outer([(int(low > n), int(high > n)) for low, high in pads])
        found.append(write_call("keras.ops.pad", "padded" if found else "image", frame, mode='"symmetric"'))
    return found


def _outer(pads: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Padding with that of the batch and of the channels, which have none."""
    return ((0, 0), *pads, (0, 0))


def _padded(
    layer: Conv | Pool,
    operations: Sequence[str],
    call: str,
    notes: Sequence[str],
    weights: dict[str, tuple[int, ...]],
) -> Code:
    """A layer after operations that pad, joined to a model."""
    shape = (*(axis.size for axis in layer.axes), layer.channels)
    lines = [
        f"image = keras.Input({shape})",
        *(f"padded = {operation}" for operation in operations),
        f"layer = keras.Model(image, {call}(padded))",
    ]
    plain = _code(layer, [call], notes, **weights)
    return plain._replace(source="\n".join(lines))


def _starts_late(pool: Pool) -> bool:
    """Whether TensorFlow's own `same` starts after the first cell, as on a CPU in three dimensions.

    There the padding that is missing, (o - 1)s + k - i, is halved even where it is negative.
    """
    left = (-(-axis.size // axis.stride) * axis.stride - axis.stride + axis.kernel for axis in pool.axes)
    return len(pool.axes) == 3 and any(c - axis.size < -1 for c, axis in zip(left, pool.axes, strict=True))


def _same(pool: Pool) -> list[tuple[int, int]]:
    rule = [Axis.with_padding("same", size=a.size, kernel=a.kernel, stride=a.stride) for a in pool.axes]
    return [(axis.pad_low, axis.pad_high) for axis in rule]


def adaptive(layer: AdaptivePool) -> Code:
    """`AdaptivePool`: the same in both."""
    outputs = each_axis(layer.output)
    name = "Max" if layer.operation == "max" else "Average"
    call = f"keras.layers.Adaptive{name}Pooling{len(outputs)}D"
    return _code(layer, [write_call(call, shared_or_tuple(outputs))])


def dense(layer: Dense) -> Code:
    """`Dense`: the same in both."""
    call = write_call("keras.layers.Dense", layer.units, use_bias=no_bias(layer))
    return _code(layer, [call], kernel=(layer.inputs, layer.units))


WRITERS = Writers(conv, separable, transposed, pool, adaptive, dense)
