"""A move of an explorer writes only what it changes: which must come to the same as to draw all of it."""

from random import Random

import pytest
from grids import many

from convarith import explore

pytest_plugins = ["explorer_pages"]

RANGES = {
    "size": (1, 16),
    "kernel": (1, 5),
    "stride": (1, 4),
    "padding": (0, 4),
    "dilation": (1, 3),
    "size_columns": (1, 16),
    "kernel_columns": (1, 5),
    "step": (0, 40),
}
CHOICES = {
    "rule": ["number", "same", "full"],
    "pooling": ["max", "average"],
    "weights": ["mixed", "blur", "edge"],
}

# What an explorer shows that has been moved, and reset where nothing fits, and one opened in its state.
BOTH = """async ([moves, against]) => {
  const place = document.querySelector("main div");
  const frame = () => new Promise(requestAnimationFrame);
  const open = (state) => {
    place.replaceChildren(document.createElement("div"));
    return convarith.start.openExplorer(place.firstChild, state, {});
  };
  const drawn = async ({ root }) => {
    for (let n = 0; n < 3; n++) await frame(); // what follows a change of size
    const copy = root.cloneNode(true);
    for (const hidden of copy.querySelectorAll("[hidden]")) hidden.remove();
    const parts = [".cv-grids", ".cv-told", ".cv-formula", ".cv-result"];
    return parts.map((part) => copy.querySelector(part).innerHTML.replace(/"cv\\d+-/g, '"'));
  };
  const moved = open(JSON.parse(document.querySelector("[data-state]").dataset.state));
  let count = 0;
  for (const [name, value] of moves) {
    count += 1;
    const control = moved.find(name);
    if (name === "way") moved.root.querySelector(`[name=way][value=${value}]`).click();
    else if (control.type === "checkbox") control.click();
    else {
      control.value = value;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (count === 5 && against && !moved.shown.why) moved.find("keep").click();
    if (count % 7 === 0) moved.root.querySelector(".cv-output .cv-drawing").dispatchEvent(new Event("focus"));
  }
  if (moved.shown.why) moved.find("reset").click();
  return [await drawn(moved), await drawn(open(moved.state))];
}"""


def moves_of(random, values):
    for _ in range(30):
        kind = random.choice(["range"] * 6 + ["choice", "switch"])
        if kind == "range":
            name = random.choice(list(RANGES))
            yield name, random.randint(*RANGES[name])
        elif kind == "choice":
            name = random.choice([*CHOICES, "way"])
            yield name, random.choice(CHOICES.get(name, ["scatter", "gather"]))
        else:
            yield random.choice(["tape", "rectangular", "ceil_mode"] + ["values"] * values), None


@pytest.mark.parametrize("against", [False, True])
@pytest.mark.parametrize("values", [False, True])
@pytest.mark.parametrize("operation", ["conv", "transposed", "pool"])
def test_moved_or_opened_afresh_the_picture_is_the_same(opened, operation, values, against):
    for seed in range(many(3, 1)):
        page = opened(explore(size=5, kernel=3, operation=operation))
        page.mouse.move(0, 0)  # where it points at nothing
        random = Random(f"{seed} {operation} {values} {against}")
        moved, fresh = page.evaluate(BOTH, [list(moves_of(random, values)), against])
        assert moved == fresh, seed
