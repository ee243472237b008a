var convarith = convarith || {};

/** The explorer of a stack of layers: what an output has seen. */
convarith.stack = (() => {
  "use strict";
  const { NO_LAYERS, countStack, coneOf } = convarith.arithmetic;
  const { LAYER_CONTROLS, STACK_CHOICES } = convarith.state;
  const { between, gapsIn, inColour, list, plural } = convarith.words;
  const { codeOf } = convarith.code;
  const { clamp } = convarith.drawing;
  const { Tapes } = convarith.tapes;
  const { LayerTable } = convarith.table;
  const { chooser } = convarith.controls;
  const { Panel } = convarith.panel;

  /** @typedef {string | [string | number, string]} Piece as in words: a text, or one with a term */

  /** "inputs 4 to 11", or "input 4". @param {string} noun @param {number[]} cells */
  const numbered = (noun, cells) => `${noun}${cells.length > 1 ? "s" : ""} ${between(cells)}`;

  /** What code needs to know of a layer of the stack. @param {State} state @param {number} n */
  function kindOf({ kinds, rule }, n) {
    const kind = kinds[n] || "conv"; // or the pooling
    return { operation: kind === "conv" ? "conv" : "pool", pooling: kind, rule };
  }

  class StackExplorer extends Panel {
    /** @param {HTMLElement} root @param {Change} state @param {any} setup */
    constructor(root, state, setup) {
      super(root, state, setup);
      /** @type {any} what is edited, and under it how a layer changes what is seen */
      this.table = this.recurrence = null;
    }

    get stepName() { return "output"; }

    controls() { return this.mainSliders(["size"]); }

    choices() { return chooser("rule", "padding rule", STACK_CHOICES.rule); }

    /** @param {HTMLElement} parent */
    build(parent) {
      this.root.classList.add("cv-stack");
      this.drawings = [new Tapes(parent)];
      const [table, recurrence] = ["table", "recurrence"].map((name) => {
        const part = document.createElement("div");
        part.className = `cv-${name}`;
        return this.part("formula").appendChild(part);
      });
      this.table = new LayerTable(table, this);
      this.recurrence = recurrence;
    }

    get tapes() { return this.drawings[0]; }

    count() {
      const { size, stack, rule } = this.state;
      const layers = countStack(size, stack, rule);
      const { output, why } = layers[layers.length - 1].count;
      return { layers, size: output, steps: [1, output], why: why && `layer ${layers.length}: ${why}` };
    }

    /** What is typed into the table sets its layer. @param {any} control */
    moved(control) {
      const { sets, layer } = control.dataset;
      if (!sets) {
        super.moved(control);
        return;
      }
      const value = sets === "kind" ? control.value : this.valueOf(control, sets);
      if (value === null) return;
      /** @param {any[]} all @param {any} one */
      const placed = (all, one) => all.map((other, n) => (n === Number(layer) ? one : other));
      const { stack, kinds } = this.state;
      if (sets === "kind") this.set({ kinds: placed(kinds, value) }, control);
      else this.set({ stack: placed(stack, withNumber(stack[layer], { [sets]: value })) }, control);
    }

    /**
     * A slider sets the chosen layer or all of them; the chosen layer, or the first, sets the sliders.
     * @param {Change} change @param {any} [control]
     */
    set(change, control) {
      const next = { ...this.state, ...change };
      if (!("stack" in change)) {
        const changed = next.stack.map((/** @type {number[]} */ layer, /** @type {number} */ n) => (
          !next.layer || n === next.layer - 1 ? withNumber(layer, change) : layer));
        const last = changed[changed.length - 1];
        next.stack = Array.from({ length: next.layers }, (_, n) => changed[n] || last);
      }
      const { stack } = next;
      const layer = Math.min(next.layer, stack.length);
      const shown = stack[Math.max(layer - 1, 0)];
      const sliders = Object.fromEntries(LAYER_CONTROLS.map((name, m) => [name, shown[m]]));
      const kinds = next.kinds.length ? Array.from(stack, (_, n) => next.kinds[n] || "conv") : [];
      super.set({ ...change, ...sliders, stack, kinds, layers: stack.length, layer }, control);
    }

    /** @param {string} name @param {HTMLElement} button */
    choiceOf(name, button) { return this.table.press(name, button) || super.choiceOf(name, button); }

    /** @param {any} moved */
    drawControls(moved) {
      super.drawControls(moved);
      this.root.style.setProperty("--layers", this.state.layers);
      this.table.draw(this.state, this.shown.layers, moved);
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
      const { size, rule, layer } = this.state;
      this.tapes.frame(this.shown.layers, size, rule === "causal", layer);
    }

    drawMarks() {
      const { tapes, top } = this;
      const [tape, cell] = this.pointed ? this.pointed.at : [top, this.state.step];
      const cone = coneOf(this.shown.layers, tape, cell);
      const data = cone.map((cells, n) => cells.filter((at) => tapes.isData(n, at)));
      const marks = { window: "", "window-margin": "", unused: "", hatching: "", linked: "", cone: "", current: "" };
      for (let n = 0; n <= top; n++) {
        if (n < top) marks.cone += tapes.slope(n, cone[n], data[n + 1]);
        if (n > tape) marks.linked += tapes.path(n, cone[n]);
        if (n >= tape) continue;
        marks.window += tapes.path(n, data[n]);
        marks["window-margin"] += tapes.path(n, cone[n].filter((at) => !tapes.isData(n, at)));
        marks.unused += tapes.path(n, gapsIn(data[n]));
        marks.hatching += tapes.hatching(n, gapsIn(data[n]));
      }
      marks.current = tapes.path(tape, [cell]);
      for (const [name, path] of Object.entries(marks)) tapes.mark(name, path);
      tapes.see(tape, cell, tape ? this.shown.layers[tape - 1].field : NO_LAYERS);
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
        parts.push(data[0].length ? `it reads ${numbered("input", data[0])}${never}` : "it reads no input at all");
      }
      if (tape < top) {
        const outputs = data[top].length ? numbered("output", data[top]) : "no output";
        parts.push(`${tape ? "it " : ""}is seen by ${outputs}`);
      }
      const name = tape === 0 ? "Input" : tape === top ? "Output" : `Layer ${tape}, cell`;
      return `${name} ${cell} ${parts.join("; ")}.`;
    }

    drawWords() {
      const { layers, size, why } = this.shown;
      const chosen = (this.state.layer || layers.length) - 1;
      const { field } = layers[layers.length - 1];
      /** @type {any[]} */
      const made = why ? ["–"] : [[size, "output"], ", ", ["r", "span"], " = ", [field.size, "span"]];
      this.part("result").innerHTML = inColour([[this.state.size, "input"], " → ", ...made]);
      const lines = this.recurrenceOf(chosen).map((parts) => (
        `<p>${parts.map((pieces) => `<span>${inColour(pieces)}</span>`).join(" ")}</p>`));
      this.recurrence.innerHTML = lines.join("");
      this.part("choice").textContent = this.choiceText;
      if (why) return;
      this.writeCode((framework) => codeOf(framework, layers.map(
        (/** @type {Layer} */ { axis }, /** @type {number} */ n) => ({ kind: kindOf(this.state, n), axes: [axis] }))));
    }

    /** In a live notebook, which layers its sliders set. */
    get choiceText() {
      const { layer } = this.state;
      if (this.setup.sliders !== false) return "";
      return layer ? `The sliders set layer ${layer}; press its number again to set all layers.`
        : "The sliders set all layers; press the number of a layer to set it alone.";
    }

    /**
     * How a layer changes field, padding and stride, in symbols and, where it fits, in numbers.
     * @param {number} n @returns {Piece[][][]} lines of one or two parts
     */
    recurrenceOf(n) {
      const { layers } = this.shown, layer = layers[n];
      const { size, stride, padding } = n && layers[n - 1] ? layers[n - 1].field : NO_LAYERS;
      const { axis, field } = layer || layers[0];
      /** @type {(symbols: Piece[], numbers: Piece[]) => Piece[][]} */
      const line = (symbols, numbers) => [symbols, layer && !layer.count.why ? ["= ", ...numbers] : ["= –"]];
      /** @type {(count: number | string) => Piece} */
      const jump = (count) => [count, "stride"];
      /** @type {(count: number | string) => Piece} */
      const seen = (count) => [count, "span"];
      /** @type {(count: number | string) => Piece} */
      const pad = (count) => [count, "low"];
      const [r, S, P] = [seen("r"), jump("S"), pad("P")];
      const reach = seen(`${axis.dilation}(${axis.kernel} − 1)`);
      return [
        [[`Layer ${n + 1}`]],
        line([r, " ← ", r, " + ", seen("d(k − 1)"), " · ", S],
          [seen(size), " + ", reach, " · ", jump(stride), " = ", seen(field.size)]),
        line([P, " ← ", P, " + ", pad("p_low"), " · ", S],
          [pad(padding), " + ", pad(axis.pad_low), " · ", jump(stride), " = ", pad(field.padding)]),
        line([S, " ← ", S, " · ", jump("s")], [jump(stride), " · ", jump(axis.stride), " = ", jump(field.stride)]),
        [["Output j starts at ", jump("jS"), " − ", P, ", and its centre is at ", jump("jS"), " − ", P, " + (", r,
          " − 1) / 2. The table has both for output 0."]],
      ];
    }
  }

  /** A layer with some of its numbers changed. @param {number[]} layer @param {Change} change @returns {number[]} */
  const withNumber = (layer, change) => LAYER_CONTROLS.map((name, n) => (name in change ? change[name] : layer[n]));

  return { StackExplorer };
})();
