"""The fold at the workbench's foot: the layers that lead from a size to each of two outputs."""

from itertools import product

from browsing import PHONE
from playwright.sync_api import expect

from convarith import settings, workbench

pytest_plugins = ["workbench_pages"]

FIELDS = ("size", "kernel", "stride", "dilation", "pad_low", "pad_high", "ceil_mode")


def layers_to(size, output):
    """What the fold is to find, by the library alone."""
    rounded_down = list(settings(size, output))
    yield from rounded_down
    taken = {(axis.kernel, axis.stride, axis.pad_low) for axis in rounded_down}
    for axis in settings(size, output, uneven=True):
        if axis.pad_low != axis.pad_high and axis == axis.same():
            yield axis
    for axis in settings(size, output, ceil_mode=True):
        one = axis.kernel, axis.stride, axis.pad_low
        if 2 * axis.pad_low <= axis.kernel and one not in taken:
            yield axis


def test_the_layers_are_those_that_the_library_finds(bench):
    cases = list(product([*range(1, 13), 28, 57, 112], range(1, 64)))
    by_script = bench.evaluate(
        "(cases) => cases.map(([size, output]) => convarith.backwards.layersTo(size, output))", cases
    )
    rules = {"none": 0, "uneven": 0, "ceil_mode": 0}
    for (size, output), found in zip(cases, by_script, strict=True):
        axes = list(layers_to(size, output))
        wanted = sorted(tuple(getattr(axis, name) for name in FIELDS) for axis in axes)
        assert sorted(tuple({"ceil_mode": False, **one}[name] for name in FIELDS) for one in found) == wanted
        rules["none"] += not axes
        rules["uneven"] += any(axis.pad_low != axis.pad_high for axis in axes)
        rules["ceil_mode"] += any(axis.ceil_mode for axis in axes)
    assert min(rules.values()) > 40, rules


def lists_of(page):
    """The items of each list that are in sight, under its heading."""
    ways = page.locator(".cw-ways > div").all()
    return {way.locator("h3").inner_text(): way.locator("> ul > li").all_inner_texts() for way in ways}


def test_numbers_that_are_typed_lead_to_the_layers_that_make_them(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)", input="3, 9, 9"))
    fold, said = page.locator(".cw-numbers"), page.locator(".cw-pairs")
    assert fold.get_attribute("open") is None
    fold.locator("> summary").click()
    assert lists_of(page) == {
        "From 57 to 29": [
            "kernel 3, stride 2: same or padding=1",
            "kernel 2, stride 2: same (0,\xa01)",
            "kernel 2, stride 2: ceil_mode=True",
            "kernel 1, stride 2: valid or same",
            "kernel 7, stride 2: same or padding=3",
            "kernel 5, stride 2: same or padding=2",
        ],
        "From 57 to 28": [
            "kernel 3, stride 2: valid",
            "kernel 2, stride 2: valid",
            "kernel 4, stride 2: padding=1",
            "kernel 6, stride 2: padding=2",
            "kernel 7, stride 2: padding=2",
            "kernel 5, stride 2: padding=1",
        ],
    }
    pair = "kernel 3 and stride 2 make 29 with same or padding=1, but 28 with valid; "
    pair += "kernel 2 and stride 2 make 29 with same (0,\xa01), but 28 with valid."
    assert said.inner_text() == f"Look for layers that pad or round differently: {pair}"
    more = page.locator(".cw-ways details").first
    more.locator("summary").click()
    rest = more.locator("li").count()
    assert rest == len(list(layers_to(57, 29))) - 6
    assert more.locator("summary").inner_text() == f"and {rest} more"
    size, one, other = (fold.get_by_label(label) for label in ("Input size", "One output", "The other"))
    size.fill("56")
    assert lists_of(page)["From 56 to 28"][:3] == [
        "kernel 3, stride 2: same (0,\xa01)",
        "kernel 3, stride 2: padding=1",
        "kernel 3, stride 2: ceil_mode=True",
    ]
    size.fill("13")
    one.fill("13")
    other.fill("900")
    assert lists_of(page)["From 13 to 13"][0] == "kernel 3, stride 1: same or padding=1"
    expect(said).to_have_text("No such layer leads from 13 to 900.")
    assert len(lists_of(page)) == 1
    other.fill("0")
    expect(said).to_have_text("These are whole numbers from 1 to 999999.")
    assert lists_of(page) == {}
    other.fill("11")
    expect(said).to_contain_text("kernel 3 and stride 1 make 13 with same or padding=1, but 11 with valid")
    other.fill("13")
    assert said.inner_text() == "" and len(lists_of(page)) == 1, "the same number twice"


def test_the_lists_stand_side_by_side_or_one_under_the_other_on_a_phone(opened):
    for size in (None, PHONE):
        page = opened(workbench("nn.Flatten()"), **({"viewport": size} if size else {}))
        page.locator(".cw-numbers > summary").click()
        one, other = (way.bounding_box() for way in page.locator(".cw-ways > div").all())
        assert (one["y"] == other["y"]) == (size is None)
