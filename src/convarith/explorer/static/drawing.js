var convarith = convarith || {};

/** Grids of cells as SVG; every kind of cell is one path, and the later path lies on top. */
convarith.drawing = (() => {
  "use strict";
  const { Numbers } = convarith.numbers;
  const { writeText } = convarith.writing;
  const { newId } = convarith.controls;

  const SVG = "http://www.w3.org/2000/svg";
  const MARKS = [
    "zeros", "done", "writes-1", "writes-2", "writes-3", "writes-4", "lines", "unused", "hatching", "window",
    "window-margin", "linked", "winner", "current", "lit",
  ];
  /** Pixels that the name of a grid takes: of each letter, at least, and in height. */
  const NAME = { letter: 7, wide: 84, high: 22 };
  const FOCUSABLE = 'tabindex="0" role="application"';

  /** @type {Record<string, [number, number]>} */
  const MOVES = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [-99, -99], End: [99, 99],
  };

  /** One cell as part of a path. @param {number} x @param {number} y */
  const cellPath = (x, y, wide = 1) => boxPath(x, y, wide, 1);
  /** @param {number} x @param {number} y @param {number} wide @param {number} high */
  const boxPath = (x, y, wide, high) => `M${x} ${y}h${wide}v${high}h${-wide}z`;
  /**
   * Slanting lines over a box, half a cell apart; those of two boxes that cross fall on one another.
   * @param {number} x @param {number} y @param {number} wide @param {number} high
   */
  function hatchPath(x, y, wide, high) {
    let path = "";
    for (let from = 0.25; from < wide + high; from += 0.5) { // off the corners of cells
      const [left, right] = [Math.max(from - high, 0), Math.min(from, wide)];
      path += `M${x + left} ${y + from - left}L${x + right} ${y + from - right}`;
    }
    return path;
  }

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
      paths[name].setAttribute("d", "");
      parent.append(paths[name]);
    }
    return (name, d) => {
      if (d !== paths[name].getAttribute("d")) paths[name].setAttribute("d", d);
    };
  }

  /** Where an event is, in cells. @param {PointerEvent} event @param {Element} svg @param {number[]} view */
  function placeOf(event, svg, [left, top, wide, high]) {
    const frame = svg.getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width, y = (event.clientY - frame.top) / frame.height;
    return [x * wide + left, y * high + top];
  }

  /**
   * @typedef {{rows: number, columns: number, margin?: number[], overhang?: number[], place?: any,
   *   across?: number[]}} Frame
   */

  /** A grid with a margin of padding around it. */
  class Grid {
    /** @param {Element} parent @param {string} role "input", "kernel" or "output" @param {string} label */
    constructor(parent, role, label) {
      this.box = document.createElement("div");
      this.box.className = `cv-grid cv-${role}`;
      const id = `${newId()}-numbers`, described = `aria-roledescription="grid of cells" aria-owns="${id}"`;
      const groups = '<g></g><rect class="cv-frame"></rect><g class="cv-edges"></g>';
      this.box.innerHTML = `<div class="cv-name"></div>
<svg class="cv-drawing" ${FOCUSABLE} ${described}>${groups}</svg><svg class="cv-numbers" id="${id}" role="none"></svg>`;
      parent.append(this.box);
      const [title, svg, numbers] = /** @type {any} */ (this.box.children);
      this.title = title;
      this.svg = svg;
      this.label = label;
      const [paths, rect, edges] = svg.children;
      this.mark = layered(paths, ["beyond", "margin", "margin-lines", "cells", ...MARKS]);
      this.rect = rect;
      this.numbers = new Numbers(numbers);
      this.edges = edges;
      this.shape = { rows: 0, columns: 0 };
      /** Of the columns: where the first lies, and how far one is from the next. */
      this.place = { offset: 0, pitch: 1 };
      /** Pixels of its name. */
      this.wide = NAME.wide;
      /** Left, top, width and height of what is seen. */
      this.view = [0, 0, 0, 0];
      this.drawn = "";
    }

    /**
     * @param {Frame} shape
     *   margin: top, bottom, left, right; overhang: cells beyond the bottom and the right margin;
     *   across: the first and the last place of what is seen, where it is not all of the grid
     */
    frame({ rows, columns, margin = [0, 0, 0, 0], overhang = [0, 0], place = { offset: 0, pitch: 1 }, across }) {
      const key = JSON.stringify([this.label, rows, columns, margin, overhang, place, across]);
      if (key === this.drawn) return;
      this.drawn = key;
      this.shape = { rows, columns };
      this.place = place;
      const [top, bottom, left, right] = margin.map((cells) => Math.max(cells, 0));
      const wide = columns + left + right, high = rows + top + bottom;
      const [below, beside] = overhang;
      const [from, to] = across || [-left, wide - left + beside];
      this.view = [from - 0.1, -top - 0.1, to - from + 0.2, high + below + 0.2];
      this.svg.setAttribute("viewBox", this.view.join(" "));
      const padded = top + bottom + left + right > 0, hangs = Math.max(...overhang) > 0;
      this.mark("beyond", hangs ? latticePath(-left, -top, wide + beside, high + below) : "");
      this.mark("margin", padded ? boxPath(-left, -top, wide, high) : "");
      this.mark("margin-lines", padded ? latticePath(-left, -top, wide, high) : "");
      const apart = Array.from({ length: columns }, (_, x) => boxPath(this.x(x), 0, 1, rows)).join("");
      const touching = place.pitch === 1;
      this.mark("cells", touching ? boxPath(place.offset, 0, columns, rows) : apart);
      this.mark("lines", touching ? latticePath(place.offset, 0, columns, rows) : apart);
      const name = `${this.label.split(" ")[0]} ${across ? columns : `${rows} × ${columns}`}`;
      writeText(this.title, name);
      this.wide = Math.max(NAME.letter * name.length, NAME.wide);
      const described = `${this.label}, ${rows} by ${columns} cells. Arrow keys choose a cell.`;
      this.svg.setAttribute("aria-label", described);
    }

    /** Where a column lies. @param {number} column */
    x(column) { return this.place.offset + column * this.place.pitch; }

    /** @param {{row: number, column: number}[]} cells */
    path(cells) { return cells.map(({ row, column }) => cellPath(this.x(column), row)).join(""); }

    /** Width and height in pixels, the name included. @param {number} unit pixels of a cell */
    extent(unit) { return [Math.max(unit * this.view[2], this.wide), unit * this.view[3] + NAME.high]; }

    /**
     * Puts the grid where it belongs. By transforms, as these move nothing else.
     * @param {number} unit pixels of a cell @param {number} left @param {number} top in pixels
     */
    put(unit, left, top) {
      const [wide] = this.extent(unit), own = unit * this.view[2];
      this.svg.style.width = `${own}px`;
      this.svg.style.height = `${unit * this.view[3]}px`;
      // In whole pixels, as lines are sharp there.
      const [x, y] = [left + (wide - own) / 2, top + NAME.high].map(Math.round), place = `translate(${x}px, ${y}px)`;
      this.svg.style.transform = place;
      this.numbers.put(unit, place, this.view);
      this.title.style.transform = `translate(${left + wide / 2}px, ${top}px) translateX(-50%)`;
    }

    /** Writes texts into cells. @param {string[][]} lines row by row */
    write(lines) { this.numbers.write(lines, this.place); }

    /** Puts the frame of the window where the window is. @param {number[]} box x, y, width and height, or none */
    moveFrame([x, y, wide, high] = [0, 0, 0, 0]) {
      this.rect.style.transform = `translate(${x}px, ${y}px)`;
      this.rect.setAttribute("width", wide);
      this.rect.setAttribute("height", high);
    }

    /** The place of a pointer, in cells, also where there are none. @param {PointerEvent} event */
    placeOf(event) { return placeOf(event, this.svg, this.view); }

    /** The cell under a pointer, as [row, column], or null. @param {PointerEvent} event */
    at(event) {
      const [x, y] = this.placeOf(event);
      const { offset, pitch } = this.place, { rows, columns } = this.shape;
      const [row, column] = [Math.floor(y), Math.floor((x - offset) / pitch)];
      const inside = column >= 0 && column < columns && row >= 0 && row < rows;
      return inside && x - this.x(column) < 1 ? [row, column] : null;
    }
  }

  /** Points at cells with pointer and keys. @param {any} panel @param {any} drawing a grid, or the tapes of a stack */
  function listenToPointing(panel, drawing) {
    const { svg } = drawing;
    svg.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => panel.point(drawing, drawing.at(event)));
    svg.addEventListener("pointerleave", () => panel.point(drawing, null));
    svg.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (!panel.shown.why) panel.press(drawing, event);
    });
    // A finger on what can be dragged does not scroll the page.
    svg.addEventListener("touchstart", (/** @type {any} */ event) => {
      if (event.target.closest(".cv-frame, .cv-edge")) event.preventDefault();
    }, { passive: false });
    svg.addEventListener("focus", () => !panel.shown.why && panel.point(drawing, panel.cursor(drawing)));
    svg.addEventListener("blur", () => panel.point(drawing, null));
    svg.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const move = MOVES[event.key];
      if (event.key === "Escape") panel.unpin();
      if (!move || panel.shown.why) return;
      event.preventDefault();
      panel.choose(drawing, panel.next(drawing, panel.cursor(drawing), move));
    });
  }

  /**
   * Follows a pointer that is held down until it is let go.
   * @param {Element} target @param {PointerEvent} event @param {(event: PointerEvent) => void} moved
   */
  function follow(target, event, moved) {
    const move = (/** @type {any} */ later) => moved(later);
    const end = () => {
      for (const name of ["pointerup", "pointercancel"]) target.removeEventListener(name, end);
      target.removeEventListener("pointermove", move);
    };
    target.setPointerCapture(event.pointerId);
    target.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) target.addEventListener(name, end);
  }

  return { FOCUSABLE, MARKS, cellPath, boxPath, hatchPath, layered, placeOf, clamp, Grid, listenToPointing, follow };
})();
