"""Drawings on dark pages: each colour of the palette becomes the one that means the same there."""

import re

from convarith._palette import DARK, LIGHT

_FILLED = re.compile(r"fill: (#[0-9a-f]{6})")


def on_dark_paper(svg: str) -> str:
    """A drawing of matplotlib's that follows the page: white paper by day, dark paper by night.

    One with shades between the palette's colours, such as a map of counts, keeps its white paper: its numbers
    are written to be read on those.
    """
    if not set(_FILLED.findall(svg)) <= set(LIGHT.values()):
        return svg
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{DARK[name]}!important}}'
        for name, light in LIGHT.items()
        for kind in ("fill", "stroke")
        if f"{kind}: {light}" in svg
    )
    return svg.replace("</svg>", f"<style>@media (prefers-color-scheme: dark) {{{rules}}}</style></svg>")
