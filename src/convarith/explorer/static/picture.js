var convarith = convarith || {};

/** The picture of one layer: input, kernel and output at one scale, what is marked in them, and the numbers. */
convarith.picture = (() => {
  "use strict";
  const { readersOf, unreadOf, windowOf } = convarith.arithmetic;
  const { cellsOf, gathered, kernelOf, pixelAt, stamped, sumText, valueOf } = convarith.values;
  const { formatNumber, list, range } = convarith.words;
  const { writeChildren } = convarith.writing;
  const { Grid, boxPath, hatchPath } = convarith.drawing;

  const MARKED = ["window", "window-margin", "linked", "done", "winner", "current"];
  const WRITES = [1, 2, 3, 4];
  const WIDEST = 34; // pixels of a cell, but where there is a whole window for it
  const LEGIBLE = 14; // pixels of a cell that can have a number in it
  const GAP = 14; // pixels between two grids

  /**
   * What is marked in the two grids, as paths by name, and what is said of it.
   * @typedef {Record<string, string>} Paths
   * @typedef {{field: Paths, stepped: Paths, said: string, sum: string}} Marks
   */

  /** @param {number[][]} lines */
  const textsOf = (lines) => lines.map((line) => line.map(formatNumber));

  /** @param {number[]} shape @param {(row: number, column: number) => number} value @returns {number[][]} */
  const everyCell = ([rows, columns], value) => (
    Array.from({ length: rows }, (_row, y) => Array.from({ length: columns }, (_column, x) => value(y, x))));

  class LayerPicture {
    /** @param {HTMLElement} parent */
    constructor(parent) {
      this.left = new Grid(parent, "input", "Input");
      this.middle = new Grid(parent, "kernel", "Kernel");
      this.right = new Grid(parent, "output", "Output");
      this.grids = [this.left, this.middle, this.right];
      this.unit = 0;
      /** @type {number[][]} left and top of the grids, in pixels */
      this.places = [];
      /** What the numbers were written for, and what cells were hatched for. */
      this.written = this.hatched = "";
      this.pixel = pixelAt;
      /** @type {any} */
      this.state = {};
      /** @type {any} */
      this.layer = {};
      /** @type {number[][]} */
      this.kernel = [];
    }

    // One grid is stepped through: it shows the window of the cell pointed at. Over the other one windows
    // move: it shows who reads (or writes) the cell.

    get stepped() { return this.layer.direct ? this.right : this.left; }

    get field() { return this.layer.direct ? this.left : this.right; }

    /** What a step is called. */
    get stepName() { return this.layer.direct ? "window" : "stamp"; }

    /** Frames a layer that fits; `scale` draws it. @param {State} state @param {LayerCount} layer */
    frame(state, layer) {
      Object.assign(this, { state, layer, kernel: kernelOf(state, layer), pixel: pixelAt });
      const gathers = !layer.direct && state.way === "gather";
      if (gathers) Object.assign(this, gathered(layer, this.kernel));
      const { tape, steps, axes: [rows, columns], counts } = this.layer;
      const margin = [rows.pad_low, rows.pad_high, columns.pad_low, columns.pad_high];
      const overhang = counts.map((/** @type {Count} */ count) => count.overhang);
      const seen = [-Math.max(columns.pad_low, 0), tape[1] + Math.max(columns.pad_high, 0) + overhang[1]];
      const across = state.tape ? seen : undefined;
      // On a tape, every output lies under the middle of its window.
      const middle = (counts[1].span - 1) / 2 - columns.pad_low;
      const place = state.tape ? { offset: middle, pitch: columns.stride } : undefined;
      this.left.label = gathers ? "Stretched input" : "Input";
      this.middle.label = state.operation === "pool" ? "Window" : gathers ? "Turned kernel" : "Kernel";
      this.field.frame({ rows: tape[0], columns: tape[1], margin, overhang, across });
      this.stepped.frame({ rows: steps[0], columns: steps[1], place, across });
      this.frameKernel(0, across);
      this.drawZeros(gathers ? layer.axes.map((axis) => axis.stride) : [1, 1]);
      this.drawUnread();
    }

    /** The kernel lies by itself or, on a tape, under its window. @param {number} x @param {number[]} [across] */
    frameKernel(x, across) {
      const [rows, columns] = this.layer.axes;
      const place = across && { offset: windowOf(columns, x)[0], pitch: columns.dilation };
      this.middle.frame({ rows: rows.kernel, columns: columns.kernel, place, across });
    }

    /** Pixels of a cell, as many as there is space for. @param {number[]} space in pixels */
    unitIn([width, height]) {
      let unit = Math.max(WIDEST, height / 12);
      const isTooLarge = () => this.taken(unit).some((pixels, n) => pixels > [width, height][n]);
      while (unit > 2 && isTooLarge()) unit -= 0.5;
      return unit;
    }

    /** What the grids take, in pixels. @param {number} unit pixels of a cell */
    taken(unit) {
      const extents = this.grids.map((grid) => grid.extent(unit)), gap = this.state.tape ? 0 : GAP;
      return [0, 1].map((n) => {
        const all = extents.map((extent) => extent[n]);
        return n === this.along ? all.reduce((sum, one) => sum + one, 2 * gap) : Math.max(...all);
      });
    }

    /** The axis on which one grid comes after the other. */
    get along() { return this.state.tape ? 1 : 0; }

    /** Gives all cells of the picture one size. @param {number[]} space in pixels @param {number} unit of a cell */
    scale(space, unit) {
      const { along } = this, gap = this.state.tape ? 0 : GAP;
      this.unit = unit;
      let at = (space[along] - this.taken(unit)[along]) / 2;
      this.places = this.grids.map((grid) => {
        const extent = grid.extent(unit), across = (space[1 - along] - extent[1 - along]) / 2;
        const place = along ? [across, at] : [at, across];
        at += extent[along] + gap;
        return place;
      });
      this.grids.forEach((grid, n) => grid.put(unit, this.places[n][0] + 4, this.places[n][1] + 4));
    }

    /** The edges of the padding, to be dragged. @param {boolean} movable */
    drawEdges(movable) {
      const stay = !movable || (!this.layer.direct && this.state.way === "gather");
      for (const grid of this.grids) writeChildren(grid.edges, stay || grid !== this.field ? [] : this.edges());
    }

    /** @returns {string[]} */
    edges() {
      const { tape, axes: [rows, columns] } = this.layer;
      const [left, right, top, bottom] = [
        -columns.pad_low, tape[1] + columns.pad_high, this.state.tape ? 0 : -rows.pad_low, tape[0] + rows.pad_high,
      ];
      const upright = `v${bottom - top}`, level = `h${right - left}`;
      /** @type {Record<string, string>} */
      const lines = { left: `M${left} ${top}${upright}`, right: `M${right} ${top}${upright}` };
      if (!this.state.tape) {
        Object.assign(lines, { top: `M${left} ${top}${level}`, bottom: `M${left} ${bottom}${level}` });
      }
      return Object.entries(lines).map(([side, d]) => (
        `<path class="cv-edge cv-edge-${side}" data-side="${side}" d="${d}"><title>padding</title></path>`));
    }

    /** Leaves white what a stretched input has between its data. @param {number[]} strides of the stamps */
    drawZeros([down, along]) {
      const [rows, columns] = this.layer.tape;
      /** @param {number} many @param {number} stride */
      const between = (many, stride) => Array.from({ length: many }, (_, at) => at).filter((at) => at % stride);
      const boxes = [
        ...between(rows, down).map((y) => boxPath(0, y, columns, 1)),
        ...between(columns, along).map((x) => boxPath(x, 0, 1, rows)),
      ];
      this.field.mark("zeros", boxes.join(""));
      this.stepped.mark("zeros", "");
    }

    /** Hatches the rows and columns that no window reads. */
    drawUnread() {
      const { axes, direct, steps, tape } = this.layer, key = JSON.stringify([axes, direct, steps, tape]);
      if (key === this.hatched) return;
      this.hatched = key;
      const [rows, columns] = axes.map((/** @type {Axis} */ axis, /** @type {number} */ n) => {
        const [low, high] = [axis.pad_low, axis.pad_high].map((cells) => Math.max(cells, 0));
        return { unread: unreadOf(axis, steps[n], tape[n]), first: -low, many: low + tape[n] + high };
      });
      /** @type {[number, number, number, number][]} */
      const boxes = [
        ...rows.unread.map((/** @type {number} */ y) => [columns.first, y, columns.many, 1]),
        ...columns.unread.map((/** @type {number} */ x) => [x, rows.first, 1, rows.many]),
      ];
      for (const [name, pathOf] of Object.entries({ unused: boxPath, hatching: hatchPath })) {
        this.field.mark(name, boxes.map((box) => pathOf(...box)).join(""));
        this.stepped.mark(name, "");
      }
    }

    /** The step as row and column. @param {number} step */
    placeOf(step) { return [Math.floor(step / this.layer.steps[1]), step % this.layer.steps[1]]; }

    /**
     * Marks what a step does, or what the pointer is on.
     * @param {number} step @param {{drawing: any, at: number[]} | null} pointed @returns {Marks}
     */
    mark(step, pointed) {
      const onField = pointed && pointed.drawing === this.field;
      const onStepped = pointed && pointed.drawing === this.stepped;
      const at = onStepped ? pointed.at : this.placeOf(step);
      const marks = onField ? this.marksOfCell(pointed.at) : this.marksOfWindow(at);
      for (const name of MARKED) {
        this.field.mark(name, marks.field[name] || "");
        this.stepped.mark(name, marks.stepped[name] || "");
      }
      this.moveWindow(at);
      this.drawValues(onStepped ? at[0] * this.layer.steps[1] + at[1] : step);
      const isTooSmall = this.state.values && !this.isLegible;
      return { ...marks, sum: isTooSmall ? `${marks.sum} (The cells are too small for numbers.)` : marks.sum };
    }

    /** @param {number[]} at */
    moveWindow([y, x]) {
      const { axes, counts } = this.layer;
      const [top, left] = [windowOf(axes[0], y)[0], windowOf(axes[1], x)[0]];
      this.field.moveFrame([left, top, counts[1].span, counts[0].span]);
      this.stepped.moveFrame();
      if (!this.state.tape) return;
      this.frameKernel(x, [this.field.view[0] + 0.1, this.field.view[0] + this.field.view[2] - 0.1]);
      this.middle.put(this.unit, this.places[1][0] + 4, this.places[1][1] + 4);
    }

    /** A window of the field, and the cell that has it. @param {number[]} at @returns {Marks} */
    marksOfWindow([y, x]) {
      const { axes, direct } = this.layer, { tape, values } = this.state;
      const window = cellsOf(this.layer, y, x, this.kernel);
      const done = (y ? boxPath(this.stepped.x(0), 0, this.layer.steps[1], y) : "")
        + this.stepped.path(Array.from({ length: x + 1 }, (_, column) => ({ row: y, column })));
      const [rows, across] = [range("row", windowOf(axes[0], y)), range("column", windowOf(axes[1], x))];
      const { text, winner } = valueOf(this.state, window, this.pixel);
      const does = direct ? "reads" : "writes to";
      const cells = tape ? range("cell", windowOf(axes[1], x)) : `${rows} and ${across}`;
      return {
        field: {
          window: this.field.path(window.filter((one) => one.isData)),
          "window-margin": this.field.path(window.filter((one) => !one.isData)),
          winner: winner && values ? boxPath(winner.column + 0.12, winner.row + 0.12, 0.76, 0.76) : "",
        },
        stepped: { done, current: this.stepped.path([{ row: y, column: x }]) },
        said: `${this.stepped.label} ${this.nameOf([y, x])} ${does} ${cells}.`,
        sum: !values ? "" : direct ? text : this.stampText([y, x], window),
      };
    }

    /** @param {number[]} at */
    nameOf([y, x]) { return this.state.tape ? String(x) : `(${y}, ${x})`; }

    /** What a stamp adds. @param {number[]} at @param {WindowCell[]} window */
    stampText([y, x], window) {
      const value = pixelAt(y, x);
      const weights = window.map((cell) => formatNumber(cell.weight));
      const shown = weights.length > 16 ? `${weights.length} weights` : weights.join(", ");
      return `It adds its value, ${value}, times ${shown}.`;
    }

    /** A cell of the field, and the cells whose windows have it. @param {number[]} at @returns {Marks} */
    marksOfCell(at) {
      const { axes, direct, steps } = this.layer;
      const [rows, columns] = at.map((cell, n) => readersOf(axes[n], steps[n], cell));
      const readers = rows.flatMap((row) => columns.map((column) => ({ row, column })));
      const times = readers.length === 1 ? "once" : `${readers.length} times`;
      const named = list(readers.map(({ row, column }) => this.nameOf([row, column])));
      const by = readers.length && readers.length < 10 ? `, by ${direct ? "output" : "input"} ${named}` : "";
      return {
        field: { current: this.field.path([{ row: at[0], column: at[1] }]) },
        stepped: { linked: this.stepped.path(readers) },
        said: `${this.field.label} ${this.nameOf(at)} is ${direct ? "read" : "written"} ${times}${by}.`,
        sum: direct || !this.state.values ? "" : this.writesText(at, readers),
      };
    }

    /**
     * What was written into a cell, product by product.
     * @param {number[]} at @param {{row: number, column: number}[]} readers
     */
    writesText([y, x], readers) {
      const products = readers.map(({ row, column }) => {
        const cell = cellsOf(this.layer, row, column, this.kernel).find((one) => one.row === y && one.column === x);
        return [pixelAt(row, column), cell ? cell.weight : 0];
      });
      return sumText(products, products.reduce((sum, [value, weight]) => sum + value * weight, 0));
    }

    /** Whether numbers can be read in cells of this size. */
    get isLegible() { return this.unit >= LEGIBLE; }

    /** Numbers in all cells, and how often stamps have written. @param {number} step the last that is done */
    drawValues(step) {
      const { layer, state, kernel } = this;
      const { sums, writes } = layer.direct ? { sums: [], writes: [] } : stamped(layer, kernel, step + 1);
      this.shadeWrites(writes);
      const legible = state.values && this.isLegible;
      this.middle.write(legible && state.operation !== "pool" ? textsOf(kernel) : []);
      if (!legible) {
        this.written = "";
        for (const grid of [this.field, this.stepped]) grid.write([]);
        return;
      }
      const key = JSON.stringify([layer, kernel, state.pooling, state.operation]);
      if (layer.direct && key === this.written) return; // nothing but the step is new
      this.written = layer.direct ? key : "";
      this.field.write(textsOf(layer.direct ? everyCell(layer.tape, this.pixel) : sums));
      const value = (/** @type {number} */ row, /** @type {number} */ column) => (
        valueOf(state, cellsOf(layer, row, column, kernel), this.pixel).value);
      this.stepped.write(textsOf(everyCell(layer.steps, layer.direct ? value : pixelAt)));
    }

    /** @param {number[][]} writes */
    shadeWrites(writes) {
      const most = Math.max(1, ...writes.flat());
      const levels = writes.map((line) => line.map((many) => Math.ceil(4 * many / Math.max(most, 4))));
      for (const level of WRITES) {
        const cells = levels.flatMap((line, row) => (
          line.flatMap((one, column) => (one === level ? [{ row, column }] : []))));
        this.field.mark(`writes-${level}`, this.field.path(cells));
        this.stepped.mark(`writes-${level}`, "");
      }
    }
  }

  return { LayerPicture };
})();
