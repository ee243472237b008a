"""The workbench: a network is pasted or typed in, and each of its layers counted.

It is one script, in parts in `static/`, for one page of the book, which loads it after the explorer's.
"""

from convarith.workbenches.parts import script, style
from convarith.workbenches.widget import workbench

__all__ = ["script", "style", "workbench"]
