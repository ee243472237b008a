var convarith = convarith || {};

/** The explorer of a stack of layers: what an output has seen. */
convarith.stack = (() => {
  "use strict";
  const { NO_LAYERS, countStack, coneOf } = convarith.arithmetic;
  const { SLIDERS, LAYER_CONTROLS, STACK_CHOICES } = convarith.state;
  const { between, formatNumber, gapsIn, list, plural } = convarith.words;
  const { codeOf } = convarith.code;
  const { clamp } = convarith.drawing;
  const { Tapes } = convarith.tapes;
  const { chooser } = convarith.controls;
  const { Panel } = convarith.panel;

  const HEADS = [
    "layer", "kernel", "stride", "padding", "dilation", "output", "field r", "stride S", "padding P", "start",
  ];
  const RECURRENCE = "r ← r + d(k − 1) · S, then P ← P + p<sub>low</sub> · S, then S ← S · s; "
    + "output j sees the cells from jS − P to jS − P + r − 1";

  /** What code needs to know of a layer of the stack. @param {State} state @param {number} n */
  function kindOf({ kinds, rule }, n) {
    const kind = kinds[n] || "conv"; // or the pooling
    return { operation: kind === "conv" ? "conv" : "pool", pooling: kind, rule };
  }

  class StackExplorer extends Panel {
    get stepName() { return "output"; }

    controls() {
      const layers = Array.from({ length: SLIDERS.layers.high }, (_, n) => [n + 1, `layer ${n + 1}`]);
      const choices = { 0: "all layers", ...Object.fromEntries(layers) };
      return `
  ${this.mainSliders(["size"])}${this.sliders(["layers"])}
  <div class="cv-choices">${chooser("layer", "the sliders set", choices)}</div>
  ${this.mainSliders(LAYER_CONTROLS)}
  <div class="cv-choices">
    ${chooser("rule", "padding rule of all layers", STACK_CHOICES.rule)}`;
    }

    /** @param {HTMLElement} parent */
    build(parent) {
      this.drawings = [new Tapes(parent)];
    }

    get tapes() { return this.drawings[0]; }

    count() {
      const { size, stack, rule } = this.state;
      const layers = countStack(size, stack, rule);
      const { output, why } = layers[layers.length - 1].count;
      return { layers, size: output, steps: [1, output], why: why && `layer ${layers.length}: ${why}` };
    }

    /**
     * A slider sets the chosen layer or all of them; the chosen layer, or the first, sets the sliders.
     * @param {Change} change @param {any} [control]
     */
    set(change, control) {
      const next = { ...this.state, ...change };
      if (!("stack" in change)) {
        const changed = next.stack.map((/** @type {number[]} */ layer, /** @type {number} */ n) => {
          const isMeant = !next.layer || n === next.layer - 1;
          return LAYER_CONTROLS.map((name, m) => (isMeant && name in change ? change[name] : layer[m]));
        });
        const last = changed[changed.length - 1];
        next.stack = Array.from({ length: next.layers }, (_, n) => changed[n] || last);
      }
      const { stack } = next;
      const layer = Math.min(next.layer, stack.length);
      const shown = stack[Math.max(layer - 1, 0)];
      const sliders = Object.fromEntries(LAYER_CONTROLS.map((name, m) => [name, shown[m]]));
      super.set({ ...change, ...sliders, stack, layers: stack.length, layer }, control);
    }

    // A place is [tape, cell]; the output tape is the one that is stepped through.

    get top() { return this.shown.layers.length; }

    /** @returns {number[]} */
    cursor() {
      const [tape, cell] = this.place || [this.top, 0];
      if (tape >= this.top) return [this.top, this.state.step];
      return [tape, clamp(cell, this.tapes.shape[tape].size)];
    }

    /** @param {any} tapes @param {number[]} at @param {number[]} move */
    next(tapes, [tape, cell], [up, along]) {
      if (Math.abs(up) !== 1) return [tape, clamp(cell + along, tapes.shape[tape].size)];
      const other = clamp(tape - up, this.top + 1);
      return [other, tapes.nearest(other, [tape, cell])];
    }

    /** @param {any} tapes @param {number[]} at */
    choose(tapes, at) {
      this.stop();
      this.place = at;
      if (at[0] === this.top) this.set({ step: at[1] });
      this.point(tapes, at);
    }

    drawPicture() {
      this.tapes.frame(this.shown.layers, this.state.size, this.state.rule === "causal");
    }

    drawMarks() {
      const { tapes, top } = this;
      const [tape, cell] = this.pointed ? this.pointed.at : [top, this.state.step];
      const cone = coneOf(this.shown.layers, tape, cell);
      const data = cone.map((cells, n) => cells.filter((at) => tapes.isData(n, at)));
      const marks = { window: "", "window-margin": "", unused: "", linked: "", cone: "", current: "" };
      for (let n = 0; n <= top; n++) {
        if (n < top) marks.cone += tapes.slope(n, cone[n], data[n + 1]);
        if (n > tape) marks.linked += tapes.path(n, cone[n]);
        if (n >= tape) continue;
        marks.window += tapes.path(n, data[n]);
        marks["window-margin"] += tapes.path(n, cone[n].filter((at) => !tapes.isData(n, at)));
        marks.unused += tapes.path(n, gapsIn(data[n]));
      }
      marks.current = tapes.path(tape, [cell]);
      for (const [name, path] of Object.entries(marks)) tapes.mark(name, path);
      this.part("said").textContent = this.textOf(tape, cell, data);
    }

    /** What a cell sees and is seen by. @param {number} tape @param {number} cell @param {number[][]} data */
    textOf(tape, cell, data) {
      const { top } = this;
      const parts = [];
      if (tape) {
        const { field } = this.shown.layers[tape - 1];
        const first = cell * field.stride - field.padding;
        const gaps = gapsIn(data[0]);
        const never = gaps.length ? `, but never ${list(gaps)}` : "";
        const ends = between([first, first + field.size - 1]);
        parts.push(`has a receptive field of ${plural(field.size, "cell")}, ${ends}`);
        parts.push(data[0].length ? `it reads input ${between(data[0])}${never}` : "it reads no input at all");
      }
      if (tape < top) {
        const outputs = data[top].length ? `output ${between(data[top])}` : "no output";
        parts.push(`${tape ? "it " : ""}is seen by ${outputs}`);
      }
      const name = tape === 0 ? "Input" : tape === top ? "Output" : `Layer ${tape}, cell`;
      return `${name} ${cell} ${parts.join("; ")}.`;
    }

    drawWords() {
      const { layers, why } = this.shown;
      const heads = HEADS.map((head) => `<th scope="col">${head}</th>`).join("");
      const rows = layers.map((/** @type {Layer} */ _, /** @type {number} */ n) => {
        const cells = this.rowOf(n).map((text) => `<td>${text}</td>`).join("");
        return `<tr><th scope="row">${n + 1}</th>${cells}</tr>`;
      });
      this.part("formula").innerHTML = `<p class="cv-symbols">${RECURRENCE}</p>
<div class="cv-table" tabindex="0" role="group" aria-label="Receptive field, layer by layer"><table>
<thead><tr>${heads}</tr></thead>
<tbody>${rows.join("")}</tbody></table></div>`;
      for (const choice of this.find("layer").options) {
        choice.hidden = choice.disabled = Number(choice.value) > this.state.layers;
      }
      if (why) return;
      this.writeCode((framework) => codeOf(framework, layers.map(
        (/** @type {Layer} */ { axis }, /** @type {number} */ n) => ({ kind: kindOf(this.state, n), axes: [axis] }))));
    }

    /** A layer in the table. @param {number} n @returns {(string | number)[]} */
    rowOf(n) {
      const { layers } = this.shown;
      const { axis, count, field } = layers[n];
      const { size, stride, padding } = n ? layers[n - 1].field : NO_LAYERS;
      return [
        axis.kernel, axis.stride, `(${axis.pad_low}, ${axis.pad_high})`, axis.dilation, count.output || "–",
        `${size} + ${count.span - 1} · ${stride} = <b>${field.size}</b>`,
        `${stride} · ${axis.stride} = <b>${field.stride}</b>`,
        `${padding} + ${axis.pad_low} · ${stride} = <b>${field.padding}</b>`,
        formatNumber(-field.padding),
      ];
    }
  }

  return { StackExplorer };
})();
