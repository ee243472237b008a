"""Colours by role, once for drawings, explorers and animations, on light paper and on dark.

They are after Okabe and Ito, and differ in lightness too. Nothing is imported to name them.
"""

LIGHT = {
    "paper": "#ffffff",
    "ink": "#222222",
    "faint": "#767676",
    "input": "#d5e5f3",
    "input_edge": "#4c7ba3",
    "window": "#f2b53c",
    "window_edge": "#7a4f00",
    "margin": "#fbe7c0",  # the part of a window that lies on padding
    "output": "#c9e9dd",
    "output_edge": "#1f7a5c",
    "current": "#35b58c",
    "current_edge": "#0b4a36",
    "unused": "#a03325",
}
DARK = {
    "paper": "#1b1e23",
    "ink": "#e6e6e6",
    "faint": "#b0b0b0",
    "input": "#2b4257",
    "input_edge": "#86aecf",
    "window": "#7d5408",
    "window_edge": "#ffdf9e",
    "margin": "#4a3c20",
    "output": "#25493c",
    "output_edge": "#55b592",
    "current": "#1c6e54",
    "current_edge": "#d8fff0",
    "unused": "#f08a7c",
}
