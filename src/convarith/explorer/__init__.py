"""The explorer and the self-check: sliders and questions that work live and on a static page.

Both are drawn by one script, in parts in `static/`. In a live notebook it is the view of a widget, driven by
ipywidgets sliders that are linked to it in the browser. On a static page the `text/html` side of the output
carries the state, and the page's own copy of the script brings it to life. Where there is no script, as on
GitHub or on paper, a picture of that state stands in its place.
"""

from convarith.explorer.question import predict
from convarith.explorer.stack import explore_stack
from convarith.explorer.view import script, style
from convarith.explorer.widgets import explore

__all__ = ["explore", "explore_stack", "predict", "script", "style"]
