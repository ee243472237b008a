"""The command `convarith`, also `python -m convarith`: shapes, settings, animations, and what a model does.

What each command needs is loaded when it is asked for, so that it answers at once.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import product

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from convarith.axis import Axis, TransposedAxis
    from convarith.layers import Conv, Pool, TransposedConv

RULES = {
    "same": "as in TensorFlow: ceil(i / s) windows",
    "same-lower": "as --same, but an odd cell goes to the low side",
    "full": "all windows that touch the input",
    "causal": "padding on the low side only",
}
EXAMPLES = """examples:
  convarith shape 224 --kernel 7 --stride 2 --same
  convarith shape 28x20 --kernel 3x5 --padding 1x2 --channels 3 --filters 8
  convarith shape 16x28x28 --kernel 3 --same --channels 8 --depthwise 2 --no-bias
  convarith animate 5 --kernel 3 --padding 1 --stride 2 out.svg
  convarith animate 3 --kernel 3 --stride 2 --padding 1 --output-padding 1 --transposed up.gif
  convarith animate 5 --kernel 3 --values sums.svg
  convarith settings 28 14 --kernel 3,5
  convarith settings 13 25 --kernel 3 --transposed
  convarith explain model.keras
  convarith explain model.h5 --input-shape 224 224 3

Two numbers with an x between them are for rows and columns, three for depth, rows and columns; a comma
separates low and high padding.
"""


class Help(argparse.RawDescriptionHelpFormatter):
    """Lines of one length: to ask the terminal for its own would take longer than to write an animation."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=100)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> "NoReturn":
        """Ends the command, with the exit code of words that are not understood."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def per_axis(text: str) -> int | tuple[int, ...]:
    """A number, or one for each axis."""
    numbers = [part for (part,) in _numbers(text, "3, 3x5 or 3x5x7", most=1)]
    return tuple(numbers) if len(numbers) > 1 else numbers[0]


def padding(text: str) -> tuple[tuple[int, int], ...]:
    """Low and high padding, once or for each axis."""
    return tuple((part[0], part[-1]) for part in _numbers(text, "1 or 0,1 or 1x0,1 or 1x0,1x2", most=2))


def listed(text: str) -> list[int]:
    """Numbers to try."""
    return [number for part in _numbers(text, "3 or 3,5") for number in part]


def _numbers(text: str, example: str, most: int | None = None) -> list[list[int]]:
    parts = [part.split(",") for part in text.split("x")]
    if len(parts) > (3 if most else 1) or any(len(part) > (most or len(part)) for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form {example}")
    try:
        return [[int(number) for number in part] for part in parts]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form {example}") from None


def parser() -> argparse.ArgumentParser:
    """Everything that the command understands."""
    looks: dict[str, Any] = {"formatter_class": Help, "epilog": EXAMPLES}
    root = Parser("convarith", description="The arithmetic of convolution, exactly.", **looks)
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None], what: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.", **looks)
        one.set_defaults(run=run)
        return one

    what = "count the windows and costs of a layer, and write it as code for four frameworks"
    one = command("shape", shape, what)
    layer_options(one)
    one.add_argument("--channels", type=int, default=1, metavar="C", help="channels of the input (1)")
    one.add_argument("--filters", type=int, metavar="F", help="channels of the output (1)")
    one.add_argument("--groups", type=int, metavar="G", help="groups of channels and filters (1)")
    one.add_argument("--depthwise", type=int, metavar="M", help="each channel by itself, with M filters")
    one.add_argument("--no-bias", dest="bias", action="store_false", help="give the filters no bias")

    one = command("animate", animated, "show the window of a layer in motion, as .svg, .gif or .png")
    layer_options(one)
    one.add_argument("path", metavar="FILE", help="the file to write; its suffix sets the format")
    one.add_argument(
        "--values", action="store_true", help="show numbers: 1 to 9 over and over, and weights 0 to 2"
    )
    one.add_argument(
        "--stretched", action="store_true", help="with --transposed: a window over the stretched input"
    )
    one.add_argument("--cell", type=int, metavar="PIXELS", help="size of a cell")
    one.add_argument("--seconds", type=float, default=0.5, metavar="T", help="seconds per frame (0.5)")
    one.add_argument("--theme", choices=("auto", "light", "dark"), default="auto", help="colours (auto)")

    one = command("settings", settings_for, "list the settings that lead from one size to another")
    one.add_argument("size", type=int, metavar="SIZE", help="input size")
    one.add_argument("output", type=int, metavar="OUTPUT", help="wanted output size")
    one.add_argument("--kernel", type=listed, default=range(1, 8), metavar="K,...", help="kernels (1 to 7)")
    one.add_argument("--stride", type=listed, default=range(1, 5), metavar="S,...", help="strides (1 to 4)")
    one.add_argument("--dilation", type=listed, default=1, metavar="D,...", help="dilations (1)")
    one.add_argument("--uneven", action="store_true", help="also pad the two sides differently")
    kinds = one.add_mutually_exclusive_group()
    kinds.add_argument("--transposed", action="store_true", help="for transposed convolutions")
    kinds.add_argument("--ceil-mode", action="store_true", help="for max pools that round up, as in PyTorch")

    one = command("explain", explain, "trace a saved Keras, PyTorch or ONNX network, layer by layer")
    one.add_argument(
        "path", metavar="MODEL", help=".keras, .h5, .hdf5, .json (Keras), .pt2 (torch.export), .onnx"
    )
    size = "without the batch; needed where the model leaves it open, or to read it at another size"
    one.add_argument("--input-shape", type=int, nargs="+", metavar="N", help=size)
    one.add_argument(
        "--custom", metavar="MODULE.PY", help="Python file with the model's own layers; it is run: trust it"
    )
    unsafe = "let Keras run code that is stored in the file (Lambda layers): only for files that you trust"
    one.add_argument("--unsafe-run-code-in-the-file", dest="unsafe", action="store_true", help=unsafe)
    return root


def layer_options(one: argparse.ArgumentParser) -> None:
    """What a layer is made of."""
    one.add_argument(
        "size", type=per_axis, metavar="SIZE", help="input size: 28, 28x20 or 9x28x20; 28 means 28x28"
    )
    one.add_argument("-k", "--kernel", type=per_axis, required=True, metavar="K", help="kernel size")
    one.add_argument("-s", "--stride", type=per_axis, metavar="S", help="step between windows (1)")
    one.add_argument("-d", "--dilation", type=per_axis, default=1, metavar="D", help="step between cells (1)")
    pads = one.add_mutually_exclusive_group()
    pads.add_argument("-p", "--padding", type=padding, metavar="P", help="cells a side, or LOW,HIGH (0)")
    for rule, what in RULES.items():
        name = rule.replace("-", "_")
        pads.add_argument(f"--{rule}", dest="rule", action="store_const", const=name, help=what)
    kinds = one.add_mutually_exclusive_group()
    kinds.add_argument("--transposed", action="store_true", help="a transposed convolution")
    kinds.add_argument("--pool", choices=("max", "average"), help="a pool; by default stride = kernel")
    one.add_argument("--output-padding", type=per_axis, metavar="N", help="cells added, with --transposed")
    one.add_argument("--ceil-mode", action="store_true", help="count a last window that hangs over (--pool)")
    one.add_argument("--count-padding", action="store_true", help="count it in averages (--pool average)")
    one.add_argument("--flat", action="store_true", help="one axis only: a tape, not a grid")


def layer_of(given: argparse.Namespace) -> "Conv | Pool | TransposedConv":
    """The layer that the options describe; one size alone is that of all axes, two unless others say more."""
    from convarith._validate import as_positive_int  # noqa: PLC0415
    from convarith.layers import Conv, Pool, TransposedConv  # noqa: PLC0415

    check_together(given)
    numbers = (given.size, given.kernel, given.stride, given.dilation, given.padding, given.output_padding)
    rank = max([1 if given.flat else 2, *(len(one) for one in numbers if isinstance(one, tuple))])
    if given.flat and rank > 1:
        raise argparse.ArgumentTypeError("--flat goes with one number for each option")
    pads = given.rule or given.padding or 0
    if isinstance(pads, tuple) and len(pads) == 1 and not given.flat:
        pads *= rank
    one_size = isinstance(given.size, int) and not given.flat
    channels = getattr(given, "channels", 1)
    common = {
        "size": (given.size,) * rank if one_size else given.size,
        "channels": channels,
        "kernel": given.kernel,
        "padding": pads,
        "dilation": given.dilation,
    }
    if given.pool:
        common |= {"stride": given.stride, "ceil_mode": given.ceil_mode}
        return Pool(**common, operation=given.pool, count_padding=given.count_padding)
    filters, groups, multiplier = (getattr(given, name, None) for name in ("filters", "groups", "depthwise"))
    if multiplier is not None:
        filters, groups = channels * as_positive_int("multiplier", multiplier), channels
    common |= {
        "stride": 1 if given.stride is None else given.stride,
        "filters": 1 if filters is None else filters,
        "groups": 1 if groups is None else groups,
        "bias": getattr(given, "bias", True),
    }
    return (
        TransposedConv(**common, output_padding=given.output_padding) if given.transposed else Conv(**common)
    )


def check_together(given: argparse.Namespace) -> None:
    """Raises where an option says nothing of a layer of this kind."""
    grouped, filters, bias = (getattr(given, name, None) for name in ("groups", "filters", "bias"))
    depthwise = getattr(given, "depthwise", None) is not None
    of_filters = depthwise or grouped is not None or filters is not None
    odd_rule = given.rule if given.transposed and given.rule != "same" else None
    rules = {
        "--output-padding goes with --transposed": given.output_padding is not None and not given.transposed,
        "--ceil-mode goes with --pool": given.ceil_mode and not given.pool,
        "--count-padding goes with --pool average": given.count_padding and given.pool != "average",
        "--flat goes with one size": given.flat and isinstance(given.size, tuple),
        f"--{str(odd_rule).replace('_', '-')} does not go with --transposed": odd_rule,
        "--filters, --groups and --depthwise do not go with --pool": given.pool and of_filters,
        "--no-bias does not go with --pool": given.pool and bias is False,
        "--depthwise sets the filters and groups itself, so it does not go with --filters or "
        "--groups": depthwise and (grouped is not None or filters is not None),
    }
    for sentence, broken in rules.items():
        if broken:
            raise argparse.ArgumentTypeError(sentence)


def shape(given: argparse.Namespace) -> None:
    """Prints what the layer costs, how its output size comes about, and its code."""
    layer = layer_of(given)
    from convarith import in_jax, in_keras, in_onnx, in_pytorch  # noqa: PLC0415
    from convarith._text import plural  # noqa: PLC0415

    costs = (
        plural(f"{layer.parameters:,}", "parameter"),
        plural(f"{layer.macs:,}", "multiply-accumulate"),
        plural(f"{layer.activations:,}", "activation"),
    )
    print(layer, f"output {' x '.join(map(str, layer.output_shape))}: {', '.join(costs)}", sep="\n")
    axes = layer.axes
    names = ("depth", "rows", "columns")[-len(axes) :] if len(axes) > 1 else ("axis",)
    if len(set(axes)) == 1 < len(axes):
        names = (f"{', '.join(names[:-1])} and {names[-1]}",)
    for name, axis in zip(names, axes, strict=False):
        print(f"\n{name}: {axis}", *axis.explain().splitlines(), sep="\n  ")
    for name, write in (("Keras", in_keras), ("PyTorch", in_pytorch), ("ONNX", in_onnx), ("JAX", in_jax)):
        print(f"\n{name}", *write(layer).splitlines(), sep="\n  ")


def animated(given: argparse.Namespace) -> None:
    """Writes an animation and says what it shows."""
    from convarith.animation.animation import animate  # noqa: PLC0415

    layer = layer_of(given)
    numbers: dict[str, Any] = {}
    if given.values:
        numbers["image"] = over_and_over(range(1, 10), [axis.size for axis in layer.axes])
        if not given.pool:
            numbers["kernel"] = over_and_over(range(3), [axis.kernel for axis in layer.axes])
    look = {name: getattr(given, name) for name in ("stretched", "cell", "seconds", "theme")}
    made = animate(layer, given.path, **numbers, **look)
    print(f"{given.path}: {made.alt}")


def over_and_over(numbers: range, shape: list[int]) -> list[int] | list[list[int]]:
    """The numbers in turn, line by line, until a tape or grid is full."""
    *rows, columns = shape
    lines = [
        [numbers[(row * columns + column) % len(numbers)] for column in range(columns)]
        for row in range(rows[0] if rows else 1)
    ]
    return lines if rows else lines[0]


def settings_for(given: argparse.Namespace) -> None:
    """Prints settings, one a line, and what has them in Keras and in PyTorch."""
    from convarith.axis import settings  # noqa: PLC0415

    names = ("kernel", "stride", "dilation", "uneven")
    limits: dict[str, Any] = {name: getattr(given, name) for name in names}
    found: Iterable[Axis | TransposedAxis]
    if given.transposed:
        found = settings(given.size, given.output, **limits, transposed=True)
    else:
        found = settings(given.size, given.output, **limits, ceil_mode=given.ceil_mode)
    none = True
    for axis in found:
        none = False
        print(f"{axis}  # Keras: {keras_words(axis)}; PyTorch: {pytorch_words(axis)}")
    if none:
        raise ValueError(f"no such setting leads from {given.size} to {given.output}")


def keras_words(axis: "Axis | TransposedAxis") -> str:
    """The arguments that have this axis in Keras, what comes before or after, or why there is none."""
    from convarith.axis import Axis, TransposedAxis  # noqa: PLC0415

    common = {name: getattr(axis, name) for name in ("size", "kernel", "stride", "dilation")}
    sides = square((axis.pad_low, axis.pad_high))
    pool = isinstance(axis, Axis) and axis.ceil_mode
    if axis.dilation > 1 and (pool or axis.stride > 1):
        return "no pool with dilation" if pool else "no stride together with dilation"
    if isinstance(axis, Axis):
        for word in ("valid", "same"):
            if same_windows(axis, Axis.with_padding, padding=word, **common):
                return f'padding="{word}"'
        return "no word for it" if pool else f"ZeroPadding2D({sides}) in front"
    steps = written({"strides": axis.stride, "dilation_rate": axis.dilation})
    for more, word in product((None, *range(axis.stride + 1)), ("valid", "same")):
        if same_windows(axis, TransposedAxis.keras, padding=word, output_padding=more, **common):
            return ", ".join([*steps, f'padding="{word}"'] + [f"output_padding={more}"] * (more is not None))
    if axis.output_padding >= axis.stride:
        return f"no output_padding of {axis.output_padding} at stride {axis.stride}"
    return ", ".join([*steps, f"output_padding={axis.output_padding}", f"then Cropping2D({sides})"])


def pytorch_words(axis: "Axis | TransposedAxis") -> str:
    """The same in PyTorch."""
    from convarith.axis import Axis  # noqa: PLC0415

    low, high = axis.pad_low, axis.pad_high
    if isinstance(axis, Axis):
        if axis.ceil_mode and 2 * low > axis.kernel:
            return "no pool with padding beyond half the kernel"
        common = {name: getattr(axis, name) for name in ("size", "kernel", "stride", "dilation")}
        for mode in (True, False) if axis.ceil_mode else (False,):
            if same_windows(axis, Axis.with_padding, padding=low, ceil_mode=mode, **common):
                return f"padding={low}{', ceil_mode=True' if mode else ''}"
        return "no pool with uneven padding" if axis.ceil_mode else f"F.pad(x, {(low, high) * 2}) in front"
    more, cut = low - high + axis.output_padding, ""  # with both ends cut as the low one
    if more < 0:
        more, cut = 0, f"then F.pad(x, {(0, more) * 2})"
    elif more >= max(axis.stride, axis.dilation):
        low, more, cut = high, axis.output_padding, f"then F.pad(x, {(high - low, 0) * 2})"
    steps = written({"stride": axis.stride, "dilation": axis.dilation})
    extra = [f"output_padding={more}"] * (more > 0) + [cut] * bool(cut)
    return ", ".join([*steps, f"padding={low}", *extra])


def same_windows(
    axis: "Axis | TransposedAxis", make: "Callable[..., Axis | TransposedAxis]", **given: "Any"
) -> bool:
    """Whether what is made so has the windows of this axis; padding that none of them reaches is free."""
    try:
        other = make(**given)
    except ValueError:
        return False
    return (axis.pad_low, axis.output) == (other.pad_low, other.output)


def written(steps: dict[str, int]) -> list[str]:
    """Arguments that are not 1, as code."""
    return [f"{name}={number}" for name, number in steps.items() if number > 1]


def square(sides: tuple[int, int]) -> str:
    """Cells at the low and the high side of rows and of columns, as Keras takes them."""
    return str(sides[0] if sides[0] == sides[1] else (sides, sides))


def explain(given: argparse.Namespace) -> None:
    """Prints the trace of a model."""
    from convarith.tracing.loading import KERAS, load  # noqa: PLC0415
    from convarith.tracing.models import trace  # noqa: PLC0415

    if (given.custom or given.unsafe) and not given.path.lower().endswith(KERAS):
        raise argparse.ArgumentTypeError("--custom and --unsafe-run-code-in-the-file go with Keras models")
    model = load(given.path, custom=given.custom, runs_code=given.unsafe)
    shape = tuple(given.input_shape) if given.input_shape else None
    try:
        print(trace(model, shape))
    except ValueError as error:
        said, _, example = str(error).partition("input_shape=")
        numbers = " ".join(example.strip("()").replace(",", " ").split())
        raise ValueError(f"{said}--input-shape {numbers}" if example else said) from None


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command; 0 for success, 1 for what does not fit or cannot be had, 2 for words not understood."""
    root = parser()
    given = root.parse_args(words)
    try:
        given.run(given)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except argparse.ArgumentTypeError as error:
        root.error(str(error))
    except (ValueError, TypeError, OSError) as error:
        print(f"convarith: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
