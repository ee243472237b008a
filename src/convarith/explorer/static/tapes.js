var convarith = convarith || {};

/** The tapes of a stack of layers as SVG. */
convarith.tapes = (() => {
  "use strict";
  const { NO_LAYERS } = convarith.arithmetic;
  const { plural } = convarith.words;
  const { FOCUSABLE, MARKS, boxPath, cellPath, clamp, latticePath, layered, placeOf } = convarith.drawing;

  /** The tapes of a stack: the input at the bottom, the output on top. */
  class Tapes {
    /** @param {Element} parent */
    constructor(parent) {
      const described = 'preserveAspectRatio="none" aria-roledescription="tapes of cells"';
      this.box = document.createElement("div");
      this.box.className = "cv-tapes";
      this.box.innerHTML = `<div class="cv-labels"></div><svg ${FOCUSABLE} ${described}></svg>`;
      parent.append(this.box);
      const [labels, svg] = this.box.children;
      this.labels = labels;
      this.svg = /** @type {any} */ (svg);
      this.mark = layered(svg, ["cone", "margin-lines", "cells", ...MARKS]);
      /** @type {{size: number, unit: number, left: number, low: number, high: number, top: number}[]} */
      this.shape = [];
      this.view = [0, 0, 0, 0];
    }

    /**
     * Puts every cell over the middle of what it has seen, or over the end where nothing is seen ahead.
     * @param {Layer[]} layers @param {number} size @param {boolean} causal
     */
    frame(layers, size, causal) {
      const tapes = [{ size, field: NO_LAYERS }, ...layers.map(({ count, field }) => ({ size: count.output, field }))];
      this.shape = tapes.map((tape, n) => ({
        size: tape.size,
        unit: tape.field.stride,
        left: (tape.field.size - tape.field.stride) / (causal ? 1 : 2) - tape.field.padding,
        low: layers[n] ? layers[n].axis.pad_low : 0,
        high: layers[n] ? layers[n].axis.pad_high : 0,
        top: 2 * (layers.length - n),
      }));
      const left = Math.min(...this.shape.map((t) => t.left - t.low * t.unit));
      const right = Math.max(...this.shape.map((t) => t.left + (t.size + t.high) * t.unit));
      const high = 2 * layers.length + 1;
      this.view = [left, 0, right - left, high];
      this.svg.setAttribute("viewBox", this.view.join(" "));
      this.box.style.setProperty("--rows", String(high));
      this.box.style.setProperty("--columns", String(right - left));
      const [input, ...others] = this.shape.map((t) => boxPath(t.left, t.top, t.size * t.unit, 1));
      const padded = this.shape.filter((t) => t.low + t.high);
      const margin = padded.map((t) => latticePath(t.left - t.low * t.unit, t.top, t.low + t.size + t.high, 1, t.unit));
      this.mark("margin-lines", margin.join(""));
      this.mark("cells", input);
      this.mark("done", others.join(""));
      this.mark("lines", this.shape.map((t) => latticePath(t.left, t.top, t.size, 1, t.unit)).join(""));
      const labels = this.shape.map((t, n) => `<span>${this.name(n)}: ${t.size}</span>`);
      this.labels.innerHTML = labels.reverse().join("");
      const described = `${plural(layers.length, "layer")} over an input of ${plural(size, "cell")}.`;
      this.svg.setAttribute("aria-label", `${described} Arrow keys choose a cell, up and down another tape.`);
    }

    /** @param {number} tape */
    name(tape) {
      return tape === 0 ? "input" : tape === this.shape.length - 1 ? "output" : `layer ${tape}`;
    }

    /** @param {number} tape @param {number[]} cells */
    path(tape, cells) {
      const { left, unit, top } = this.shape[tape];
      return cells.map((cell) => cellPath(left + cell * unit, top, unit)).join("");
    }

    /** @param {number} tape @param {number} cell */
    isData(tape, cell) {
      return cell >= 0 && cell < this.shape[tape].size;
    }

    /**
     * The sides of a cone between a tape and the next.
     * @param {number} tape @param {number[]} below @param {number[]} above
     */
    slope(tape, below, above) {
      if (!below.length || !above.length) return "";
      const [low, high] = [this.shape[tape], this.shape[tape + 1]];
      const [a, b] = [low.left + Math.min(...below) * low.unit, low.left + (Math.max(...below) + 1) * low.unit];
      const [c, d] = [high.left + Math.min(...above) * high.unit, high.left + (Math.max(...above) + 1) * high.unit];
      return `M${c} ${high.top + 1}H${d}L${b} ${low.top}H${a}z`;
    }

    /** The cell of another tape that is nearest to a cell. @param {number} other @param {number[]} place */
    nearest(other, [tape, cell]) {
      const { left, unit, size } = this.shape[other];
      const middle = this.shape[tape].left + (cell + 0.5) * this.shape[tape].unit;
      return clamp(Math.floor((middle - left) / unit), size);
    }

    /** The cell under a pointer, as [tape, cell], or null. @param {PointerEvent} event */
    at(event) {
      const [x, y] = placeOf(event, this.svg, this.view);
      const tape = this.shape.length - 1 - clamp(Math.round((y - 0.5) / 2), this.shape.length);
      const cell = Math.floor((x - this.shape[tape].left) / this.shape[tape].unit);
      return this.isData(tape, cell) ? [tape, cell] : null;
    }
  }

  return { Tapes };
})();
