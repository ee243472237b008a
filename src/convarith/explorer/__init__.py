"""The explorer and the self-check: sliders and questions that work live and on a static page."""

from convarith.explorer.widgets import explore, explore_stack, predict

__all__ = ["explore", "explore_stack", "predict"]
