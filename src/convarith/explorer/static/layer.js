var convarith = convarith || {};

/** The explorer of one layer: windows over a grid. */
convarith.layer = (() => {
  "use strict";
  const { isOfKeras, readersOf, windowOf } = convarith.arithmetic;
  const { CHOICES, CONTROLS, SIDES, countLayer } = convarith.state;
  const { pixelAt, cellsOf, valueOf, stampedSums } = convarith.values;
  const { formatNumber, formula, list, range } = convarith.words;
  const { inKeras, inPyTorch } = convarith.code;
  const { boxPath, cellPath, clamp, Grid } = convarith.drawing;
  const { checkbox, chooser } = convarith.controls;
  const { Panel } = convarith.panel;

  const MARKED = ["window", "window-margin", "linked", "done", "current"];

  /**
   * What is marked in the two grids, as paths by name, and what is said of it.
   * @typedef {Record<string, string>} Paths
   * @typedef {{window: WindowCell[], field: Paths, stepped: Paths, said: string}} Marks
   */

  /** @param {{row: number, column: number}[]} cells */
  const pathOf = (cells) => cells.map(({ row, column }) => cellPath(column, row)).join("");

  /**
   * A number for every cell, as text.
   * @param {number[]} shape @param {(row: number, column: number) => number} value @returns {any[]}
   */
  function textsOf([rows, columns], value) {
    return Array.from({ length: rows * columns }, (_, n) => {
      const row = Math.floor(n / columns), column = n % columns;
      return [row, column, formatNumber(value(row, column)), false];
    });
  }

  class LayerExplorer extends Panel {
    get stepName() { return "window"; }
    get startsAgain() { return true; }

    controls() {
      const columns = this.sliders([...CONTROLS, ...SIDES], "_columns", ", columns");
      return `
  ${this.mainSliders(CONTROLS)}${this.sliders(SIDES)}
  <div class="cv-columns">${columns}</div>
  <div class="cv-choices">
    ${chooser("operation", "operation", CHOICES.operation)}
    ${chooser("pooling", "of each window, the", CHOICES.pooling)}
    ${chooser("rule", "padding rule", CHOICES.rule)}
    <span class="cv-effective"></span>
    ${checkbox("ceil_mode", "ceil_mode")} ${checkbox("rectangular", "rows and columns apart")}
    ${checkbox("values", "values")}`;
    }

    /** @param {HTMLElement} parent */
    build(parent) {
      this.left = new Grid(parent, "input", "Input");
      this.right = new Grid(parent, "output", "Output");
      this.drawings = [this.left, this.right];
    }

    count() {
      const shown = countLayer(this.state);
      const [rows, columns] = shown.counts.map((count) => count.output);
      return { ...shown, size: rows === columns ? rows : `${rows}x${columns}` };
    }

    // One grid is stepped through: it shows the window of the cell pointed at. Over the other one windows
    // move: it shows who reads (or writes) the cell.

    /** @returns {any} */
    get stepped() { return this.shown.direct ? this.right : this.left; }

    /** @returns {any} */
    get field() { return this.shown.direct ? this.left : this.right; }

    /** The step as row and column. */
    get stepAt() {
      const columns = this.shown.steps[1];
      return [Math.floor(this.state.step / columns), this.state.step % columns];
    }

    /** @param {any} grid @returns {number[]} */
    cursor(grid) {
      if (grid === this.stepped) return this.stepAt;
      return (this.place || [0, 0]).map((at, n) => clamp(at, this.shown.tape[n]));
    }

    /** @param {any} grid @param {number[]} at @param {number[]} move */
    next(grid, [row, column], move) {
      const { rows, columns } = grid.shape;
      return [clamp(row + move[0], rows), clamp(column + move[1], columns)];
    }

    /** @param {any} grid @param {number[]} at */
    choose(grid, at) {
      this.stop();
      this.pointed = { drawing: grid, at };
      if (grid === this.stepped) {
        this.set({ step: at[0] * this.shown.steps[1] + at[1] });
        return;
      }
      this.place = at;
      this.drawMarks();
    }

    drawPicture() {
      const { tape, steps, axes: [rows, columns], counts } = this.shown;
      const margin = [rows.pad_low, rows.pad_high, columns.pad_low, columns.pad_high];
      const overhang = counts.map((/** @type {Count} */ count) => count.overhang);
      this.field.frame({ rows: tape[0], columns: tape[1], margin, overhang });
      this.stepped.frame({ rows: steps[0], columns: steps[1], margin: [0, 0, 0, 0], overhang: [0, 0] });
      this.drawUnread();
    }

    drawWords() {
      const { shown, state } = this;
      const byKeras = isOfKeras(state.rule, shown.axes[0]);
      const [rows, columns] = shown.axes.map((/** @type {Axis} */ axis) => {
        const more = byKeras && axis.output_padding ? ` and output padding ${axis.output_padding}` : "";
        return `(${axis.pad_low}, ${axis.pad_high})${more}`;
      });
      const sides = rows === columns ? rows : `${rows}, columns ${columns}`;
      this.part("effective").textContent = `padding (low, high): ${sides}`;
      this.show(["pad_low", "pad_high", "pad_low_columns", "pad_high_columns"], state.rule === "sides");
      this.show(["output_padding", "output_padding_columns"], state.operation === "transposed" && !byKeras);
      this.show(["pooling", "ceil_mode"], state.operation === "pool");
      this.part("columns").hidden = !state.rectangular;
      this.part("formula").innerHTML = state.rectangular
        ? this.formulaOf(0, "<b>rows</b> ") + this.formulaOf(1, "<b>columns</b> ") : this.formulaOf(0, "");
      this.writeCode({ keras: inKeras(state, shown.axes), pytorch: inPyTorch(state, shown.axes) });
      if (state.goal) this.drawGoal();
    }

    /** @param {string[]} names @param {boolean} on */
    show(names, on) {
      for (const name of names) {
        const control = /** @type {HTMLElement} */ (this.root.querySelector(`[data-of="${name}"]`));
        control.hidden = !on;
      }
    }

    /** @param {number} n of the axis @param {string} name */
    formulaOf(n, name) {
      const { symbols, numbers, words } = formula(this.shown.axes[n], this.shown.counts[n]);
      const first = `<p class="cv-symbols">${symbols.replace(/p_(low|high)/g, "p<sub>$1</sub>")}</p>`;
      const last = `<p>${words}</p>`;
      return `${n ? "" : first}<p class="cv-numbers">${name}${numbers}</p>${this.shown.why ? "" : last}`;
    }

    drawGoal() {
      const { goal } = this.state;
      const reached = !this.shown.why && this.shown.counts.every((/** @type {Count} */ one) => one.output === goal);
      const part = this.part("goal");
      part.textContent = reached ? `Goal reached: the output is ${goal}.` : `Goal: an output of ${goal}.`;
      part.dataset.reached = String(reached);
    }

    /** Hatches the rows and columns that no window reads. */
    drawUnread() {
      const { axes, steps, tape } = this.shown;
      const [rows, columns] = axes.map((/** @type {Axis} */ axis, /** @type {number} */ n) => {
        const unread = [];
        for (let at = -axis.pad_low; at < tape[n] + axis.pad_high; at++) {
          if (!readersOf(axis, steps[n], at).length) unread.push(at);
        }
        return { unread, first: -axis.pad_low, many: axis.pad_low + tape[n] + axis.pad_high };
      });
      const paths = [
        ...rows.unread.map((/** @type {number} */ y) => boxPath(columns.first, y, columns.many, 1)),
        ...columns.unread.map((/** @type {number} */ x) => boxPath(x, rows.first, 1, rows.many)),
      ];
      this.field.mark("unused", paths.join(""));
      this.stepped.mark("unused", "");
    }

    drawMarks() {
      const onField = this.pointed && this.pointed.drawing === this.field;
      const at = this.pointed ? this.pointed.at : this.stepAt;
      const marks = onField ? this.marksOfCell(at) : this.marksOfWindow(at);
      for (const name of MARKED) {
        this.field.mark(name, marks.field[name] || "");
        this.stepped.mark(name, marks.stepped[name] || "");
      }
      this.part("said").textContent = marks.said;
      this.drawValues(marks.window);
    }

    /** A window of the field, and the cell that has it. @param {number[]} at @returns {Marks} */
    marksOfWindow([y, x]) {
      const { axes, direct, steps: [, columns] } = this.shown;
      const window = cellsOf(this.shown, y, x);
      const done = (y ? boxPath(0, 0, columns, y) : "") + boxPath(0, y, x + 1, 1);
      const [rows, across] = [range("row", windowOf(axes[0], y)), range("column", windowOf(axes[1], x))];
      const value = this.state.values && direct ? ` ${valueOf(this.state, this.shown, y, x).text}` : "";
      const does = direct ? `Output (${y}, ${x}) reads` : `Input (${y}, ${x}) writes to`;
      return {
        window,
        field: {
          window: pathOf(window.filter((one) => one.isData)),
          "window-margin": pathOf(window.filter((one) => !one.isData)),
        },
        stepped: { done, current: cellPath(x, y) },
        said: `${does} ${rows} and ${across}.${value}`,
      };
    }

    /** A cell of the field, and the cells whose windows have it. @param {number[]} at @returns {Marks} */
    marksOfCell(at) {
      const { axes, direct, steps } = this.shown;
      const [rows, columns] = at.map((cell, n) => readersOf(axes[n], steps[n], cell));
      const readers = rows.flatMap((row) => columns.map((column) => ({ row, column })));
      const times = readers.length === 1 ? "once" : `${readers.length} times`;
      const named = list(readers.map(({ row, column }) => `(${row}, ${column})`));
      const by = readers.length && readers.length < 10 ? `, by ${direct ? "output" : "input"} ${named}` : "";
      const cell = `${direct ? "Input" : "Output"} (${at.join(", ")})`;
      return {
        window: [],
        field: { current: cellPath(at[1], at[0]) },
        stepped: { linked: pathOf(readers) },
        said: `${cell} is ${direct ? "read" : "written"} ${times}${by}.`,
      };
    }

    /** Numbers in all cells and, small, the weights on the window. @param {WindowCell[]} window */
    drawValues(window) {
      if (!this.state.values && !this.written) return;
      this.written = this.state.values;
      const { steps, tape, direct } = this.shown;
      const { state } = this;
      let onField = [], onStepped = [];
      if (state.values) {
        const sums = direct ? [] : stampedSums(this.shown);
        onField = textsOf(tape, direct ? pixelAt : (row, column) => sums[row][column]);
        onStepped = textsOf(steps, direct ? (row, column) => valueOf(state, this.shown, row, column).value : pixelAt);
        if (state.operation !== "pool") {
          for (const { row, column, weight } of window) onField.push([row, column, `×${formatNumber(weight)}`, true]);
        }
      }
      this.field.write(onField);
      this.stepped.write(onStepped);
    }
  }

  return { LayerExplorer };
})();
