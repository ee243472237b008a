var convarith = convarith || {};

/** The explorer of one layer: windows over a grid. */
convarith.layer = (() => {
  "use strict";
  const { isOfKeras, unreadOf } = convarith.arithmetic;
  const { CHOICES, CONTROLS, COSTS, SIDES, countLayer } = convarith.state;
  const { networkFragment, readSetting, writeSetting } = convarith.links;
  const { gathered, kernelOf } = convarith.values;
  const { formula, grouped, hatchedText, inBytes, inColour, sentence } = convarith.words;
  const { FRAMEWORKS, codeOf } = convarith.code;
  const { costOf } = convarith.cost;
  const { clamp } = convarith.drawing;
  const { rulerIn, rulerOf } = convarith.ruler;
  const { writeChildren, writeText } = convarith.writing;
  const { LayerPicture } = convarith.picture;
  const { lightTerm, termsAt } = convarith.terms;
  const { takeHold } = convarith.hands;
  const { OwnKernel } = convarith.own;
  const { showControls } = convarith.taught;
  const { PAIRS, PRESETS, captionsOf, comparisonOf, settingOf } = convarith.presets;
  const { numberField, pushButton, checkbox, chooser, tabs } = convarith.controls;
  const { Panel } = convarith.panel;

  const CAPTION = 52; // pixels of what stands over each of two pictures that are compared

  class LayerExplorer extends Panel {
    /** @param {HTMLElement} root @param {Change} state @param {any} setup */
    constructor(root, state, setup) {
      super(root, state, setup);
      /** @type {any} the picture, and that of the setting it is compared with */
      this.picture = this.other = null;
      /** @type {any} the fields for a kernel of the reader's own */
      this.own = null;
      /** @type {number[]} the cell of the field that the keys are on */
      this.place = [0, 0];
      /** Terms that are lit. */
      this.lit = "";
    }

    get stepName() { return "window"; }
    get startsAgain() { return true; }

    head() {
      const presets = Object.entries(PRESETS).map(([name, [title]]) => pushButton("preset", name, name, title));
      return `${tabs("operation", "operation", CHOICES.operation)}
<div class="cv-presets" data-of="presets" role="group" aria-label="Try">Try: ${presets.join("")}</div>`;
    }

    controls() {
      const columns = this.sliders([...CONTROLS, ...SIDES], "_columns", ", columns");
      return `${this.mainSliders(CONTROLS)}${this.sliders(SIDES)}<div class="cv-columns">${columns}</div>`;
    }

    choices() {
      return `
${chooser("rule", "padding rule", CHOICES.rule)} <span class="cv-effective"></span>
${chooser("pooling", "of each window, the", CHOICES.pooling)} ${checkbox("ceil_mode", "ceil_mode")}
${chooser("weights", "weights", CHOICES.weights)} ${tabs("way", "view", CHOICES.way)}
${checkbox("values", "values")} ${checkbox("tape", "one axis")} ${checkbox("rectangular", "rows and columns apart")}
${checkbox("cost", "cost")}`;
    }

    foot() {
      const pairs = Object.keys(PAIRS).map((name) => pushButton("pair", name, name));
      const costs = COSTS.map((name) => numberField(this.id, name)).join(" ");
      return `
<div class="cv-cost" data-of="cost-fields">${costs} ${checkbox("bias", "bias")}<p class="cv-costs"></p></div>
<div class="cv-presets" data-of="compare" role="group" aria-label="Compare">
  Compare: ${pushButton("keep", "keep this beside", "", "what you change from now on is compared with it")}
  ${pairs.join("")}${pushButton("alone", "end comparison")}</div>`;
    }

    tools() {
      const ways = { workbench: "Open in the workbench", notation: "Words and letters" };
      const links = Object.entries(ways).map(([page, text]) => {
        const link = /** @type {any} */ (document.querySelector(`a[href*="${page}.html"]`));
        return this.setup.link && link ? `<a class="cv-to-${page}" href="${link.href}">${text}</a>` : "";
      });
      return (this.initial.controls.length ? pushButton("all", "All controls") : "") + links.join("");
    }

    /** @param {HTMLElement} parent */
    build(parent) {
      this.picture = this.pictureIn(parent, "cv-picture");
      this.drawings = this.picture.grids;
      this.own = new OwnKernel(this.picture.middle.box, (weights) => this.set({ own: weights }));
    }

    /** @param {HTMLElement} parent @param {string} name */
    pictureIn(parent, name) {
      const box = parent.appendChild(document.createElement("div"));
      box.className = name;
      box.innerHTML = '<p class="cv-caption"></p>';
      return new LayerPicture(box);
    }

    /** The pictures that are there: of what is shown, and of what it is compared with. */
    get pictures() { return this.other ? [this.picture, this.other] : [this.picture]; }

    /** Another setting, to compare with: looked at, not touched. */
    frameOther() {
      const { against } = this.state, grids = this.part("grids");
      if (!against) {
        if (this.other) grids.lastElementChild?.remove();
        writeText(this.part("caption"), "");
        this.other = null;
        return;
      }
      if (!this.other) {
        this.other = this.pictureIn(grids, "cv-picture cv-other");
        for (const { svg } of this.other.grids) {
          svg.removeAttribute("tabindex");
          svg.setAttribute("role", "img");
        }
      }
      const { tape, values } = this.state;
      /** @type {State} */
      const other = { ...readSetting(against, this.initial), tape, values };
      const layer = countLayer(other);
      const captions = captionsOf(this.state, this.shown, other, layer);
      const drawn = layer.why ? [] : other.rectangular && !tape ? [0, 1] : [1];
      captions[1] = [captions[1], ...drawn.map((n) => this.unreadText(n, other, layer))].join(" ").trimEnd();
      grids.querySelectorAll(".cv-caption").forEach((caption, n) => { caption.innerHTML = captions[n]; });
      this.other.grids.forEach((/** @type {any} */ grid) => { grid.box.hidden = Boolean(layer.why); });
      if (!layer.why) this.other.frame(other, layer);
      return !layer.why;
    }

    listen() {
      super.listen();
      const way = this.part("to-workbench"); // told where to when somebody is about to go
      for (const name of ["pointerdown", "focus", "click"]) way?.addEventListener(name, () => this.leadOn(way));
      for (const name of ["pointerover", "pointerleave"]) {
        this.root.addEventListener(name, (event) => {
          const term = /** @type {Element} */ (event.target).closest?.("[data-term]");
          this.light(term && name === "pointerover" ? String(/** @type {HTMLElement} */ (term).dataset.term) : "");
        });
      }
    }

    count() {
      const { state } = this, shown = countLayer(state);
      const [rows, columns] = shown.counts.map((count) => count.output);
      const gathers = !shown.direct && state.way === "gather" && !shown.why;
      const { steps } = gathers ? gathered(shown, kernelOf(state, shown)).layer : shown;
      return { ...shown, layer: shown, steps, size: rows === columns || state.tape ? columns : `${rows}x${columns}` };
    }

    /** @param {any} grid @returns {number[]} */
    cursor(grid) {
      if (grid === this.picture.stepped) return this.picture.placeOf(this.state.step);
      const { rows, columns } = grid.shape;
      const [row, column] = this.place;
      return [clamp(row, rows), clamp(column, columns)];
    }

    /** @param {any} grid @param {number[]} at @param {number[]} move */
    next(grid, [row, column], move) {
      const { rows, columns } = grid.shape;
      return [clamp(row + move[0], rows), clamp(column + move[1], columns)];
    }

    /** @param {any} grid @param {number[]} at */
    choose(grid, at) {
      this.stop();
      if (grid === this.picture.stepped) {
        this.step(at[0] * this.picture.layer.steps[1] + at[1]);
        this.pointed = { drawing: grid, at };
        return;
      }
      if (grid !== this.picture.field) return;
      this.place = at;
      this.pinned = this.pointed = { drawing: grid, at };
      this.drawMarks();
    }

    /** @param {any} grid @param {PointerEvent} event */
    press(grid, event) { takeHold(this, grid, event); }

    /** Of a rule, the padding's slider shows what it comes to. @param {any} moved */
    drawControls(moved) {
      super.drawControls(moved);
      const { rule, rectangular } = this.state;
      if (rule === "number" || rule === "sides") return;
      for (const [end, axis] of [["", this.shown.axes[rectangular ? 0 : 1]], ["_columns", this.shown.axes[1]]]) {
        const { pad_low: low, pad_high: high } = axis, typed = this.find(`padding${end}-typed`);
        if (!typed) continue; // in a live notebook, which has sliders of its own
        this.find(`padding${end}`).value = high;
        if (typed !== moved) typed.value = low === high ? low : `${low}, ${high}`;
      }
    }

    drawPicture() {
      const { against, tape, weights, operation } = this.state;
      const [width, height] = this.space;
      const space = against ? [width, height / 2 - CAPTION] : [width, height];
      this.picture.frame(this.state, this.shown.layer);
      const drawn = this.frameOther() ? this.pictures : [this.picture];
      const unit = Math.min(...drawn.map((picture) => picture.unitIn(space))); // one scale for what is compared
      for (const picture of drawn) picture.scale(space, unit);
      this.own.show(this.picture.kernel, this.picture.unit, weights === "own" && operation !== "pool");
      this.picture.drawEdges(!against && this.uses("padding"));
      this.root.classList.toggle("cv-compares", Boolean(against));
      this.root.classList.toggle("cv-on-tape", tape);
      writeText(this.part("step"), this.picture.stepName);
    }

    drawMarks() {
      const { picture, other, state } = this;
      const { said, sum } = picture.mark(state.step, this.pointed);
      this.part("said").textContent = said; // anew at each move, as it is to be heard
      writeText(this.part("sum"), sum);
      if (other?.layer.steps) other.mark(Math.min(state.step, other.layer.steps[0] * other.layer.steps[1] - 1), null);
      this.light(this.pointed ? termsAt(picture, this.pointed) : "");
    }

    /** @param {string} name @param {any} button */
    choiceOf(name, button) {
      const { state } = this;
      /** @type {Record<string, () => Change>} */
      const changes = {
        keep: () => ({ against: writeSetting(state) }),
        alone: () => ({ against: "" }),
        all: () => ({ controls: [] }),
        preset: () => settingOf({ size: state.size, ...PRESETS[button.value][1] }),
        pair: () => comparisonOf(button.value),
      };
      if (!changes[name]) return super.choiceOf(name, button);
      this.goTo(changes[name]());
      if (name !== "all") this.part("stage").scrollIntoView({ block: "nearest" }); // it may be a screen away
      return true;
    }

    /** Lets the way to the workbench carry the layer, as code of a framework that has it. @param {any} way */
    leadOn(way) {
      const { state, shown } = this, axes = state.tape ? shown.axes.slice(1) : shown.axes;
      const sizes = axes.map((/** @type {Axis} */ axis) => axis.size);
      way.hash = "";
      for (const name of /** @type {const} */ (["pytorch", "keras"])) {
        const text = codeOf(FRAMEWORKS[name], [{ kind: state, axes }]);
        if (text.split("\n").every((line) => line.startsWith("#"))) continue; // it has no such layer
        const shape = name === "keras" ? [...sizes, state.channels] : [state.channels, ...sizes];
        way.hash = networkFragment({ input: shape.join(", "), chosen: 0, text });
        return;
      }
    }

    drawCost() {
      const { state, shown } = this;
      const { parameters, macs, activations, memory, why } = costOf(state.operation, shown, /** @type {any} */ (state));
      const parts = [["parameters", parameters], ["multiply-accumulates", macs], ["activations", activations]];
      const bytes = Object.entries(memory).map(([name, many]) => `${name} ${inBytes(many)}`).join(", ");
      const said = parts.map(([name, many]) => `<b>${grouped(Number(many))}</b> ${name}`).join(", ");
      this.part("costs").innerHTML = why ? sentence(why) : `${said} per image; in memory, for the batch: ${bytes}.`;
    }

    drawGoal() {
      const { goal, operation } = this.state;
      const reached = !this.shown.why && this.shown.counts.every((/** @type {Count} */ one) => one.output === goal);
      const part = this.part("goal");
      part.hidden = operation !== this.initial.operation; // of which it was asked
      part.textContent = reached ? `Goal reached: the output is ${goal}.` : `Goal: an output of ${goal}.`;
      part.dataset.reached = String(reached);
    }

    /** Lights a term wherever it is. @param {string} terms */
    light(terms) {
      if (terms === this.lit) return;
      this.lit = terms;
      lightTerm(this.root, this.picture, this.shown, this.state.step, terms);
    }

    /** Whether the chapter has taught something, or it is asked for all the same. @param {string} name */
    uses(name) { return !this.state.controls.length || this.state.controls.includes(name); }

    drawWords() {
      const { shown, state } = this;
      this.light("");
      const axes = state.tape ? shown.axes.slice(1) : shown.axes;
      const byKeras = isOfKeras(state.rule, axes[0]);
      const [rows, columns] = axes.map((/** @type {Axis} */ axis) => {
        const more = byKeras && axis.output_padding ? ` and output padding ${axis.output_padding}` : "";
        return `(${axis.pad_low}, ${axis.pad_high})${more}`;
      });
      const sides = rows === columns || state.tape ? rows : `${rows}, columns ${columns}`;
      writeText(this.part("effective"), state.rule === "number" ? "" : `(low, high) = ${sides}`);
      showControls(this, byKeras);
      this.drawFormula();
      /** @param {number[]} sizes */
      const written = ([y, x]) => (state.tape ? String(x) : `${y} × ${x}`);
      const input = written(shown.axes.map((/** @type {Axis} */ axis) => axis.size));
      const output = written(shown.counts.map((/** @type {Count} */ count) => count.output));
      const made = shown.why ? "–" : output;
      this.part("result").innerHTML = inColour([[input, "input"], " → ", [made, "output"]]);
      this.writeCode((framework) => codeOf(framework, [{ kind: state, axes }]));
      if (state.cost) this.drawCost();
      if (state.goal) this.drawGoal();
    }

    /**
     * What is hatched in a picture.
     * @param {number} n of an axis @param {State} state @param {LayerCount} layer
     */
    unreadText(n, state, { axes, direct, steps, tape }) {
      const { rectangular, way } = state;
      if (!direct && way === "gather") return ""; // which shows other cells
      const nouns = state.tape ? ["cell"] : rectangular ? [["row", "column"][n]] : ["row", "column"];
      const unread = unreadOf(axes[n], steps[n], tape[n]);
      return hatchedText(nouns, unread, tape[n], direct ? "window reads" : "stamp writes");
    }

    drawFormula() {
      const { shown, state } = this;
      const isApart = state.rectangular && !state.tape;
      /** @type {Axis[]} */
      const axes = shown.axes;
      const met = {
        padding: this.uses("padding") || axes.some(({ pad_low, pad_high }) => pad_low + pad_high > 0),
        stride: this.uses("stride") || state.stride > 1,
        dilation: this.uses("dilation") || state.dilation > 1,
      };
      const [width] = this.space, root = this.part("formula"), drawn = isApart ? [0, 1] : [1];
      const formulas = drawn.map((n) => formula(axes[n], shown.counts[n], met));
      writeChildren(root, formulas.flatMap(({ symbols, numbers, words, span }, m) => [
        m ? "" : `<p class="cv-symbols">${inColour(symbols)}</p>`,
        span.length ? `<p class="cv-spans">${inColour(span)}</p>` : "",
        `<p class="cv-numbers">${isApart ? `<b>${m ? "columns" : "rows"}</b> ` : ""}${inColour(numbers)}</p>`,
        `<div class="cv-ruler">${rulerIn(width)}</div>`,
        `<p class="cv-words">${shown.why ? "" : inColour(words)}</p>`,
        `<p class="cv-unread">${shown.why ? "" : this.unreadText(drawn[m], state, shown.layer)}</p>`,
      ]).filter(Boolean));
      root.querySelectorAll("svg").forEach((ruler, m) => {
        writeChildren(ruler, rulerOf(axes[drawn[m]], shown.counts[drawn[m]], width));
      });
    }
  }

  return { LayerExplorer };
})();
