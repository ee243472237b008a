var convarith = convarith || {};

/** Hands on the picture of a layer: a window, or the edge of the padding, is taken hold of and moved. */
convarith.hands = (() => {
  "use strict";
  const { limitsOf } = convarith.state;
  const { clamp, follow } = convarith.drawing;

  /**
   * The pointer goes down on an edge, on the window, or on a cell.
   * @param {any} panel @param {any} grid @param {PointerEvent} event
   */
  function takeHold(panel, grid, event) {
    const target = /** @type {any} */ (event.target), edge = target.dataset.side;
    if (edge) {
      event.preventDefault();
      dragPadding(panel, edge, event, grid.svg);
      return;
    }
    const at = grid.at(event);
    const isPinned = panel.pinned && at && panel.pinned.drawing === grid && String(panel.pinned.at) === String(at);
    if (isPinned) panel.unpin();
    else if (at) panel.choose(grid, at);
    if (target.classList.contains("cv-frame")) dragWindow(panel, grid, event);
  }

  /** @param {any} panel @param {any} grid @param {PointerEvent} event */
  function dragWindow(panel, grid, event) {
    const { picture } = panel, { axes, steps } = picture.layer;
    const [y, x] = picture.placeOf(panel.state.step);
    const [startX, startY] = grid.placeOf(event);
    event.preventDefault();
    follow(grid.svg, event, (later) => {
      const [nowX, nowY] = grid.placeOf(later);
      const row = clamp(y + Math.round((nowY - startY) / axes[0].stride), steps[0]);
      const column = clamp(x + Math.round((nowX - startX) / axes[1].stride), steps[1]);
      if (row !== y || column !== x || !panel.pinned) panel.goTo({ step: row * steps[1] + column });
    });
  }

  /** @param {any} panel @param {string} side @param {PointerEvent} event @param {Element} target */
  function dragPadding(panel, side, event, target) {
    const { unit } = panel.picture, { rule, rectangular, tape } = panel.state;
    const level = side === "left" || side === "right", low = side === "left" || side === "top";
    const end = level && rectangular && !tape ? "_columns" : "";
    const name = (rule === "sides" ? (low ? "pad_low" : "pad_high") : "padding") + end;
    const axis = panel.shown.axes[level ? 1 : 0];
    const start = low ? axis.pad_low : axis.pad_high, [least, most] = limitsOf(name, panel.initial);
    // Of stamps, padding is cut off: its edge moves inwards.
    const outwards = (low ? -1 : 1) * (panel.shown.direct ? 1 : -1);
    follow(target, event, (later) => {
      const moved = level ? later.clientX - event.clientX : later.clientY - event.clientY;
      const cells = Math.min(Math.max(start + outwards * Math.round(moved / unit), least), most);
      if (cells !== axis[low ? "pad_low" : "pad_high"]) panel.goTo(panel.consequencesOf(name, cells));
    });
  }

  return { takeHold };
})();
