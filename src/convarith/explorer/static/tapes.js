var convarith = convarith || {};

/** The tapes of a stack of layers as SVG. */
convarith.tapes = (() => {
  "use strict";
  const { NO_LAYERS } = convarith.arithmetic;
  const { MEANINGS, formatNumber, inColour, plural } = convarith.words;
  const { FOCUSABLE, MARKS, cellPath, clamp, hatchPath, layered, placeOf } = convarith.drawing;

  /** The tapes of a stack: the input at the bottom, the output on top, and under them what one cell sees. */
  class Tapes {
    /** @param {Element} parent */
    constructor(parent) {
      const described = 'preserveAspectRatio="none" aria-roledescription="tapes of cells"';
      this.box = document.createElement("div");
      this.box.className = "cv-tapes";
      this.box.innerHTML = `<div class="cv-labels"></div><svg ${FOCUSABLE} ${described}></svg>
<div class="cv-seen" aria-hidden="true"><i class="cv-bracket" data-term="span"></i><i class="cv-centre"></i><p></p>
<i class="cv-jump" data-term="stride"></i><p></p></div>`;
      parent.append(this.box);
      const [labels, svg, seen] = this.box.children;
      this.labels = labels;
      this.svg = /** @type {any} */ (svg);
      this.seen = /** @type {any} */ (seen);
      this.mark = layered(svg, ["cone", "margin-lines", "cells", ...MARKS]);
      /** @type {{size: number, unit: number, wide: number, left: number, low: number, high: number, top: number}[]} */
      this.shape = [];
      this.view = [0, 0, 0, 0];
    }

    /**
     * Puts every cell over the middle of what it has seen, or over the end where nothing is seen ahead.
     * A cell is as wide as its stride of the input, but no wider than the input; nor does padding reach further.
     * @param {Layer[]} layers @param {number} size @param {boolean} causal @param {number} chosen layer, or 0
     */
    frame(layers, size, causal, chosen) {
      const tapes = [{ size, field: NO_LAYERS }, ...layers.map(({ count, field }) => ({ size: count.output, field }))];
      this.shape = tapes.map((tape, n) => {
        const unit = tape.field.stride, wide = Math.min(unit, size);
        return {
          size: tape.size, unit, wide,
          left: (tape.field.size - wide) / (causal ? 1 : 2) - tape.field.padding,
          low: layers[n] ? layers[n].axis.pad_low : 0,
          high: layers[n] ? layers[n].axis.pad_high : 0,
          top: 2 * (layers.length - n),
        };
      });
      const all = this.shape.map((_, n) => n);
      const left = Math.min(...all.map((n) => Math.min(this.x(n, 0), Math.max(this.x(n, -this.shape[n].low), -size))));
      const right = Math.max(...this.shape.map(({ size: many, high, wide }, n) => (
        Math.max(this.x(n, many - 1), Math.min(this.x(n, many - 1 + high), 2 * size - wide)) + wide)));
      const tall = 2 * layers.length + 1;
      this.view = [left, 0, right - left, tall];
      this.svg.setAttribute("viewBox", this.view.join(" "));
      this.box.style.setProperty("--columns", String(right - left));
      const [input, ...others] = all.map((n) => this.cells(n));
      const padded = all.filter((n) => this.shape[n].low + this.shape[n].high);
      this.mark("margin-lines", padded.map((n) => this.cells(n, this.shape[n].low, this.shape[n].high)).join(""));
      this.mark("cells", input);
      this.mark("done", others.join(""));
      this.mark("lines", [input, ...others].join(""));
      const labels = this.shape.map((t, n) => (
        `<span class="${n && n === chosen ? "cv-chosen" : ""}">${this.name(n)}: ${t.size}</span>`));
      this.labels.innerHTML = labels.reverse().join("");
      const described = `${plural(layers.length, "layer")} over an input of ${plural(size, "cell")}.`;
      this.svg.setAttribute("aria-label", `${described} Arrow keys choose a cell, up and down another tape.`);
    }

    /** Where a cell begins. @param {number} tape @param {number} cell */
    x(tape, cell) { return this.shape[tape].left + cell * this.shape[tape].unit; }

    /** All cells of a tape, and so many beyond its ends. @param {number} tape */
    cells(tape, low = 0, high = 0) {
      const { size } = this.shape[tape];
      return this.path(tape, Array.from({ length: low + size + high }, (_, n) => n - low));
    }

    /** @param {number} tape */
    name(tape) {
      return tape === 0 ? "input" : tape === this.shape.length - 1 ? "output" : `layer ${tape}`;
    }

    /** @param {number} tape @param {number[]} cells */
    path(tape, cells) {
      const { top, wide } = this.shape[tape];
      return cells.map((cell) => cellPath(this.x(tape, cell), top, wide)).join("");
    }

    /** Hatches cells. @param {number} tape @param {number[]} cells */
    hatching(tape, cells) {
      const { top, wide } = this.shape[tape];
      return cells.map((cell) => hatchPath(this.x(tape, cell), top, wide, 1)).join("");
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
      const [a, b] = [this.x(tape, Math.min(...below)), this.x(tape, Math.max(...below)) + low.wide];
      const [c, d] = [this.x(tape + 1, Math.min(...above)), this.x(tape + 1, Math.max(...above)) + high.wide];
      return `M${c} ${high.top + 1}H${d}L${b} ${low.top}H${a}z`;
    }

    /**
     * Under the input: the field of a cell with its centre, and the jump between its start and that of a neighbour.
     * @param {number} tape @param {number} cell @param {Field} field
     */
    see(tape, cell, field) {
      const [bracket, dot, size, jump, start] = this.seen.children;
      const first = cell * field.stride - field.padding, middle = (field.size - 1) / 2;
      const isLast = cell + 1 === this.shape[tape].size, from = isLast ? first - field.stride : first;
      this.seen.hidden = tape === 0;
      this.put(bracket, first, first + field.size);
      this.put(dot, first + middle + 0.5);
      this.put(size, first + middle + 0.5);
      this.put(jump, from, from + field.stride);
      this.put(start, first);
      jump.hidden = isLast && cell === 0;
      const centre = formatNumber(first + middle);
      size.title = `${MEANINGS.r}; ${MEANINGS.centre}`;
      start.title = `${MEANINGS.start}; ${MEANINGS.S}`;
      size.innerHTML = inColour([["r", "span"], " = ", [field.size, "span"], ", centre ", [centre, "input"]]);
      /** @type {any[]} */
      const steps = jump.hidden ? [] : [", ", ["S", "stride"], " = ", [field.stride, "stride"]];
      start.innerHTML = inColour(["start ", [formatNumber(first), "input"], ...steps]);
    }

    /** Puts something under a place of the input, or from one to another. @param {any} part @param {number} from */
    put(part, from, to = from) {
      const [left, , wide] = this.view;
      const [a, b] = [from, to].map((x) => Math.min(Math.max((100 * (x - left)) / wide, 0), 100));
      part.style.setProperty("--at", `${a}%`);
      part.style.width = to > from ? `${b - a}%` : "";
      part.classList.toggle("cv-from-outside", from < left);
      part.classList.toggle("cv-to-outside", to > left + wide);
    }

    /** The cell of another tape that is nearest to a cell. @param {number} other @param {number[]} place */
    nearest(other, [tape, cell]) {
      const { unit, wide, size } = this.shape[other];
      const middle = this.x(tape, cell) + this.shape[tape].wide / 2;
      return clamp(Math.round((middle - wide / 2 - this.x(other, 0)) / unit), size);
    }

    /** The cell under a pointer, as [tape, cell], or null. @param {PointerEvent} event */
    at(event) {
      const [x, y] = placeOf(event, this.svg, this.view);
      const tape = this.shape.length - 1 - clamp(Math.round((y - 0.5) / 2), this.shape.length);
      const cell = Math.floor((x - this.x(tape, 0)) / this.shape[tape].unit);
      return this.isData(tape, cell) && x - this.x(tape, cell) < this.shape[tape].wide ? [tape, cell] : null;
    }
  }

  return { Tapes };
})();
