"""`make bench`: speed as ratios, all taken in one run on one machine."""

import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import timeit
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # the same kernels on every processor
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as they are for readers

import chromium
import keras
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import sync_playwright
from weigh import CHAPTER, weigh

from convarith import Axis, animate, draw_windows, explore, explorer, recorded, trace, workbench, workbenches
from convarith.tracing.pytorch import exported

# Milliseconds that `make` in Dumoulin and Visin's conv_arithmetic took for one GIF of 25 frames, on 2 cores.
LATEX = 25_800


def interpreter(code: str) -> float:
    """Milliseconds for a fresh interpreter to run some code."""
    command = [sys.executable, "-c", code]
    return 1000 * timeit.timeit(lambda: subprocess.run(command, check=True), number=1)


def each(call: object, number: int) -> float:
    """Microseconds of one call, the best of five rounds."""
    return 1e6 * min(timeit.repeat(call, number=number, repeat=5)) / number


def report(what: str, measured: str, aim: str = "", met: bool = True) -> None:
    print(f"{what:58} {measured:>18}   {aim and ('met:     ' if met else 'NOT MET: ') + aim}")


def listing() -> str:
    """A class with as many layers as ResNet-50, one after the other, and their normalisations."""
    lines, channels = ["class Net(nn.Module):", "    def __init__(self):"], 3
    for number in range(53):
        filters = 64 << min(number // 14, 3)
        stride = 2 if number in (0, 14, 28, 42) else 1
        conv = f"nn.Conv2d({channels}, {filters}, 3, stride={stride}, padding=1, bias=False)"
        lines += [
            f"        self.conv{number} = {conv}",
            f"        self.bn{number} = nn.BatchNorm2d({filters})",
        ]
        channels = filters
    lines.append("    def forward(self, x):")
    lines += [f"        x = F.relu(self.bn{number}(self.conv{number}(x)))" for number in range(53)]
    return "\n".join([*lines, "        return x"])


def in_the_browser(
    shown: object, packages: list[ModuleType], script: str, given: object = None
) -> list[float]:
    """What a script measures on a page that shows something, in milliseconds."""
    style, code = ("".join(text) for text in zip(*((p.style(), p.script()) for p in packages), strict=True))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "page.html"
        head = f"<!doctype html><meta charset='utf-8'><style>{style}</style>"
        page_file.write_text(f"{head}{shown.html()}<script>{code}</script>")
        browser = playwright.chromium.launch(executable_path=chromium.get(), args=chromium.OPTIONS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(page_file.as_uri())
        times = page.evaluate(script, given)
        browser.close()
    return times


# From a pasted listing to the finished DOM of the workbench, 20 times.
READ = """(text) => {
  const root = document.createElement("div");
  document.body.append(root);
  const bench = new convarith.bench.Workbench(root, {}).open(), times = [];
  for (let n = 0; n < 20; n++) {
    const start = performance.now();
    bench.set({ text: `${text}\n# ${n}`, chosen: -1 });
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""
# From input event to finished DOM, for 200 moves at 16 x 16 with the values on.
MOVE = """async () => {
  const names = ["size", "kernel", "stride", "padding", "dilation"], times = [];
  document.querySelector("[name=values]").click();
  for (let n = 0; n < 200; n++) {
    const slider = document.querySelector(`[name=${names[n % 5]}]`);
    const low = Number(slider.min), many = Number(slider.max) - low + 1;
    slider.value = n % 5 ? low + ((n * 7) % Math.min(many, 4)) : 16 - (n % 3);
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();  // the layout, too
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def redraw_by_matplotlib() -> float:
    """Milliseconds for a kernel to answer a slider's move with a new matplotlib picture."""
    manager, client = start_new_kernel()
    redraw = "fig, ax = plt.subplots(); ax.imshow(np.random.rand(16, 16)); plt.show()"
    try:
        client.execute_interactive("%matplotlib inline\nimport numpy as np, matplotlib.pyplot as plt")
        quiet = {"output_hook": lambda message: None}
        times = [
            timeit.timeit(lambda: client.execute_interactive(redraw, **quiet), number=1) for _ in range(12)
        ]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return 1000 * statistics.median(times[2:])


def animations() -> None:
    """An animation of 25 frames: in this process, and by the command in a fresh one."""
    axis = Axis(size=5, kernel=3).same()
    with tempfile.TemporaryDirectory() as folder:
        for kind, aims in (("svg", (3, 3_000, 60, 400)), ("gif", (130, 150_000, 300, 80))):
            path = Path(folder) / f"a.{kind}"
            animate(axis, path)
            took = each(lambda path=path: animate(axis, path), 10) / 1000
            data = path.read_bytes()
            size = len(gzip.compress(data, 9)) if kind == "svg" else len(data)
            report(f"an animation of 25 frames as {kind}", f"{took:.1f} ms", f"{aims[0]} ms", took < aims[0])
            what = f"  its size{', gzipped' if kind == 'svg' else ''}"
            report(what, f"{size / 1000:.1f} kB", f"{aims[1] / 1000:.0f} kB", size < aims[1])
            command = Path(sys.executable).with_name("convarith")
            words = [command, "animate", "5", "--kernel", "3", "--padding", "1", path]
            run = partial(subprocess.run, words, check=True, stdout=subprocess.DEVNULL)
            colds = [(1000 * timeit.timeit(run, number=1), interpreter("pass")) for _ in range(11)]
            cold, empty = (statistics.median(times) for times in zip(*colds, strict=True))
            what = f"  by the command, cold; an empty interpreter takes {empty:.0f} ms"
            report(what, f"{cold:.0f} ms", f"{aims[2]} ms", cold < aims[2])
            ratio = LATEX / cold
            report(
                "  against the LaTeX pipeline",
                f"{ratio:.0f} times faster",
                f"{aims[3]} times",
                ratio >= aims[3],
            )


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

    model = keras.applications.ResNet50(weights=None)
    pairs = [
        (each(lambda: str(trace(model)), 1), each(lambda: model.summary(print_fn=lambda line: None), 1))
        for _ in range(3)
    ]
    ours, theirs = (statistics.median(times) / 1000 for times in zip(*pairs, strict=True))
    what = f"trace of ResNet-50, {ours:.0f} ms, against model.summary, {theirs:.0f} ms"
    report(what, f"{theirs / ours:.1f} times faster", "not slower", ours <= theirs)

    stored = recorded("exports")["ResNet-18"]
    ours = each(lambda: str(trace(stored)), 5) / 1000
    report("trace of ResNet-18 from a stored export of PyTorch, 69 operations", f"{ours:.0f} ms")
    if find_spec("torch"):  # not in the set-up
        nn = import_module("torch").nn
        module = nn.Sequential(*(nn.Conv2d(3, 3, 3) for _ in range(20)))
        whole = each(lambda: trace(module, (3, 64, 64)), 1) / 1000
        program = exported(module, [(3, 64, 64)])
        ours = each(lambda: trace(program), 3) / 1000
        report(
            "trace of 20 convolutions of PyTorch", f"{whole:.0f} ms, of it {ours:.0f} ms not torch.export's"
        )

    axis = Axis(size=28, kernel=3, stride=2).same()
    report(
        "draw_windows(...).svg(), 14 windows", f"{each(lambda: draw_windows(axis).svg(), 3) / 1000:.0f} ms"
    )

    animations()

    moves = sorted(in_the_browser(explore(size=16, kernel=3, padding=1), [explorer], MOVE))
    readings = in_the_browser(workbench(input="3, 224, 224"), [explorer, workbenches], READ, listing())
    middle, slow = statistics.median(moves), moves[round(0.99 * len(moves)) - 1]
    report("a move of the explorer, 16 x 16, median of 200", f"{middle:.2f} ms", "2 ms", middle < 2)
    report("the same, 99th percentile", f"{slow:.2f} ms", "16.7 ms", slow < 16.7)
    usual = redraw_by_matplotlib()
    report(f"a redraw by kernel and matplotlib takes {usual:.0f} ms", f"{usual / middle:.0f} times slower")
    read = statistics.median(readings)
    report(
        "a listing of 53 convolutions, read and drawn by the workbench", f"{read:.0f} ms", "50 ms", read < 50
    )
    sizes = [
        sum(len(gzip.compress(text.encode(), 9)) for text in (package.script(), package.style()))
        for package in (explorer, workbenches)
    ]
    size = sum(sizes)
    what = f"script and style of explorer, {sizes[0] / 1000:.1f} kB, and workbench"
    report(what, f"{size / 1000:.1f} kB", "40 kB", size < 40_000)

    site = weigh()
    first, second = site["first"], site["second"]
    report(f"first visit to {CHAPTER}", f"{first.total:.0f} kB", "700 kB", first.total < 700)
    report(f"  {first}", "")
    report("second visit, ten minutes at most after the first", f"{second.total:.0f} kB")
    report("  on a slow connection: first text after", f"{site['text']:.0f} ms")
    report("  and everything after", f"{site['loaded']:.0f} ms")


if __name__ == "__main__":
    main()
