var convarith = convarith || {};

/** Grids and tapes of cells as SVG; every kind of cell is one path, and the later path lies on top. */
convarith.drawing = (() => {
  "use strict";
  const { NO_LAYERS } = convarith.arithmetic;
  const { plural } = convarith.words;

  const SVG = "http://www.w3.org/2000/svg";
  const MARKS = ["done", "lines", "unused", "window", "window-margin", "linked", "current"];
  const FOCUSABLE = 'tabindex="0" role="application"';

  /** @type {Record<string, [number, number]>} */
  const MOVES = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [-99, -99], End: [99, 99],
  };

  /** One cell as part of a path. @param {number} x @param {number} y */
  const cellPath = (x, y, wide = 1) => boxPath(x, y, wide, 1);
  /** @param {number} x @param {number} y @param {number} wide @param {number} high */
  const boxPath = (x, y, wide, high) => `M${x} ${y}h${wide}v${high}h${-wide}z`;
  /** The index that is nearest among so many. @param {number} index @param {number} count */
  const clamp = (index, count) => Math.min(Math.max(index, 0), count - 1);

  /** The lines of a grid. @param {number} left @param {number} top @param {number} wide @param {number} high */
  function latticePath(left, top, wide, high, unit = 1) {
    let path = "";
    for (let x = 0; x <= wide; x++) path += `M${left + x * unit} ${top}v${high}`;
    for (let y = 0; y <= high; y++) path += `M${left} ${top + y}h${wide * unit}`;
    return path;
  }

  /**
   * Makes the paths of a drawing; what is returned sets one of them.
   * @param {Element} parent @param {string[]} names @returns {(name: string, d: string) => void}
   */
  function layered(parent, names) {
    /** @type {Record<string, Element>} */
    const paths = {};
    for (const name of names) {
      paths[name] = document.createElementNS(SVG, "path");
      paths[name].setAttribute("class", `cv-${name}`);
      parent.append(paths[name]);
    }
    return (name, d) => paths[name].setAttribute("d", d);
  }

  /** Where an event is, in cells. @param {PointerEvent} event @param {Element} svg @param {number[]} view */
  function placeOf(event, svg, [left, top, wide, high]) {
    const frame = svg.getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width, y = (event.clientY - frame.top) / frame.height;
    return [x * wide + left, y * high + top];
  }

  /** A grid with a margin of padding around it. */
  class Grid {
    /** @param {Element} parent @param {string} role "input" or "output" @param {string} label */
    constructor(parent, role, label) {
      this.box = document.createElement("div");
      this.box.className = `cv-grid cv-${role}`;
      const described = 'aria-roledescription="grid of cells"';
      const groups = '<g></g><g class="cv-numbers"></g>';
      this.box.innerHTML = `<div class="cv-name"></div><svg ${FOCUSABLE} ${described}>${groups}</svg>`;
      parent.append(this.box);
      const [title, svg] = this.box.children;
      this.title = title;
      this.svg = svg;
      this.label = label;
      const [paths, numbers] = svg.children;
      this.mark = layered(paths, ["beyond", "margin", "margin-lines", "cells", ...MARKS]);
      this.numbers = numbers;
      this.shape = { rows: 0, columns: 0 };
      /** Left, top, width and height of what is seen. */
      this.view = [0, 0, 0, 0];
      this.drawn = "";
    }

    /**
     * @param {{rows: number, columns: number, margin: number[], overhang: number[]}} shape
     *   margin: top, bottom, left, right; overhang: cells beyond the bottom and the right margin
     */
    frame({ rows, columns, margin, overhang }) {
      const key = [rows, columns, ...margin, ...overhang].join();
      this.shape = { rows, columns };
      if (key === this.drawn) return;
      this.drawn = key;
      const [top, bottom, left, right] = margin;
      const wide = columns + left + right, high = rows + top + bottom;
      const [below, beside] = overhang;
      this.view = [-left - 0.1, -top - 0.1, wide + beside + 0.2, high + below + 0.2];
      this.svg.setAttribute("viewBox", this.view.join(" "));
      this.box.style.setProperty("--columns", String(wide + beside));
      const padded = Math.max(...margin) > 0, hangs = Math.max(...overhang) > 0;
      this.mark("beyond", hangs ? latticePath(-left, -top, wide + beside, high + below) : "");
      this.mark("margin", padded ? boxPath(-left, -top, wide, high) : "");
      this.mark("margin-lines", padded ? latticePath(-left, -top, wide, high) : "");
      this.mark("cells", boxPath(0, 0, columns, rows));
      this.mark("lines", latticePath(0, 0, columns, rows));
      this.title.textContent = `${this.label} ${rows} × ${columns}`;
      const described = `${this.label}, ${rows} by ${columns} cells. Arrow keys choose a cell.`;
      this.svg.setAttribute("aria-label", described);
    }

    /** Writes texts into cells; small ones stand in the corner. @param {[number, number, string, boolean][]} texts */
    write(texts) {
      this.numbers.innerHTML = texts.map(([row, column, text, small]) => {
        const kind = small ? "cv-small" : text.length > 3 ? "cv-long" : "";
        const x = column + (small ? 0.93 : 0.5), y = row + (small ? 0.92 : 0.66);
        return `<text x="${x}" y="${y}" class="${kind}">${text}</text>`;
      }).join("");
    }

    /** The cell under a pointer, as [row, column], or null. @param {PointerEvent} event */
    at(event) {
      const [x, y] = placeOf(event, this.svg, this.view).map(Math.floor);
      const { rows, columns } = this.shape;
      return x >= 0 && x < columns && y >= 0 && y < rows ? [y, x] : null;
    }
  }

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
      this.svg = svg;
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

  /** Points at cells with pointer and keys. @param {any} panel @param {Grid | Tapes} drawing */
  function listenToPointing(panel, drawing) {
    const svg = /** @type {HTMLElement} */ (drawing.svg);
    svg.addEventListener("pointermove", (event) => panel.point(drawing, drawing.at(event)));
    svg.addEventListener("pointerleave", () => panel.point(drawing, null));
    svg.addEventListener("pointerdown", (event) => {
      const at = !panel.shown.why && drawing.at(event);
      if (at) panel.choose(drawing, at);
    });
    svg.addEventListener("focus", () => !panel.shown.why && panel.point(drawing, panel.cursor(drawing)));
    svg.addEventListener("blur", () => panel.point(drawing, null));
    svg.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move || panel.shown.why) return;
      event.preventDefault();
      panel.choose(drawing, panel.next(drawing, panel.cursor(drawing), move));
    });
  }

  return { cellPath, boxPath, clamp, Grid, Tapes, listenToPointing };
})();
