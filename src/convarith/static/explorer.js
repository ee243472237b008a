/**
 * The explorer and the self-check: one renderer for live notebooks and static pages.
 *
 * Plain JavaScript, no dependency. A static page loads it as a classic script, which also works from
 * file://, and every element with the class convarith-explorer or convarith-question comes alive. In a
 * live notebook anywidget imports it as a module and calls `render`. All numbers come from `directAxis`
 * and `transposedAxis`, which are the JavaScript side of `Axis` and `TransposedAxis` and are tested
 * against them.
 */
const convarith = (() => {
  "use strict";

  // --- arithmetic ------------------------------------------------------------------------------------

  /**
   * @typedef {object} Setting one axis of a layer, counted in cells
   * @property {number} size @property {number} kernel @property {number} stride @property {number} dilation
   * @property {number} padLow @property {number} padHigh @property {number} [outputPadding]
   *
   * @typedef {object} Counted what follows from a setting
   * @property {number} span the effective kernel
   * @property {number|null} output the output size, null where nothing fits
   * @property {string} why one sentence where nothing fits, else ""
   * @property {number} room cells left over behind the first window (direct) or stamped in all (transposed)
   * @property {number} unused cells at the end that no window reads
   */

  /** @param {Setting} a @returns {Counted} */
  function directAxis(a) {
    const span = a.dilation * (a.kernel - 1) + 1;
    const padded = a.size + a.padLow + a.padHigh;
    const room = padded - span;
    if (room < 0) {
      const kernel = a.dilation > 1 && a.kernel > 1
        ? `A kernel of ${a.kernel} with dilation ${a.dilation} spans ${span} cells`
        : `A ${span}-wide kernel needs ${span} cells`;
      return { span, room, output: null, unused: 0, why: `${kernel}; there ${padded === 1 ? "is" : "are"} ${padded}.` };
    }
    return { span, room, output: Math.floor(room / a.stride) + 1, unused: room % a.stride, why: "" };
  }

  /** @param {Setting} a @returns {Counted} */
  function transposedAxis(a) {
    const span = a.dilation * (a.kernel - 1) + 1;
    const extra = a.outputPadding || 0;
    const room = a.stride * (a.size - 1) + span + extra;
    const output = room - a.padLow - a.padHigh;
    let why = "";
    if (extra >= a.stride) why = `Output padding must be smaller than the stride ${a.stride}; it is ${extra}.`;
    else if (output < 1) why = `The padding cuts ${a.padLow} + ${a.padHigh} cells off ${room}; nothing is left.`;
    return { span, room, output: why ? null : output, unused: 0, why };
  }

  /** The cells of window or stamp number j. @param {Setting} a @param {number} j @returns {number[]} */
  function windowOf(a, j) {
    const cells = [];
    for (let n = 0; n < a.kernel; n++) cells.push(j * a.stride - a.padLow + n * a.dilation);
    return cells;
  }

  /** The windows that read a cell. @param {Setting} a @param {number} windows @param {number} cell */
  function readersOf(a, windows, cell) {
    const found = [];
    for (let j = 0; j < windows; j++) if (windowOf(a, j).includes(cell)) found.push(j);
    return found;
  }

  /** The two sides that a padding rule gives. @returns {[number, number]} */
  function paddingOf(rule, { size, kernel, stride, dilation, padding, padLow, padHigh }) {
    const span = dilation * (kernel - 1) + 1;
    if (rule === "valid") return [0, 0];
    if (rule === "full") return [span - 1, span - 1];
    if (rule === "sides") return [padLow, padHigh];
    if (rule === "same") {
      const total = Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    }
    return [padding, padding];
  }

  // --- state -----------------------------------------------------------------------------------------

  const LIMITS = {
    size: [1, 16], kernel: [1, 9], stride: [1, 6], padding: [0, 8], dilation: [1, 4],
    pad_low: [0, 8], pad_high: [0, 8], output_padding: [0, 5],
    size_columns: [1, 16], kernel_columns: [1, 9], stride_columns: [1, 6], padding_columns: [0, 8],
    dilation_columns: [1, 4], pad_low_columns: [0, 8], pad_high_columns: [0, 8], output_padding_columns: [0, 5],
    step: [0, 9999],
  };
  const NAMES = {
    size: "input size", kernel: "kernel", stride: "stride", padding: "padding", dilation: "dilation",
    pad_low: "low side", pad_high: "high side", output_padding: "output padding",
  };
  const MAIN = ["size", "kernel", "stride", "padding", "dilation"];
  const DEFAULTS = {
    operation: "conv", size: 7, kernel: 3, stride: 1, padding: 0, dilation: 1, rule: "number",
    pad_low: 0, pad_high: 0, output_padding: 0, rectangular: false, size_columns: 7, kernel_columns: 3,
    stride_columns: 1, padding_columns: 0, dilation_columns: 1, pad_low_columns: 0, pad_high_columns: 0,
    output_padding_columns: 0, values: false, step: 0, goal: 0,
  };

  /** The limits of a control; a size that was asked for in Python may lie above the usual ones. */
  function limitsOf(name, initial) {
    const [low, high] = LIMITS[name];
    return [low, Math.max(high, initial[name] || 0)];
  }

  /** The setting of the rows or, where they differ, of the columns. @returns {Setting} */
  function settingOf(state, columns) {
    const end = columns && state.rectangular ? "_columns" : "";
    const pick = (name) => state[name + end];
    const a = {
      size: pick("size"), kernel: pick("kernel"), stride: pick("stride"), dilation: pick("dilation"),
      padding: pick("padding"), padLow: pick("pad_low"), padHigh: pick("pad_high"),
      outputPadding: state.operation === "transposed" ? pick("output_padding") : 0,
    };
    [a.padLow, a.padHigh] = paddingOf(state.rule, a);
    return a;
  }

  /** Everything that is drawn and said, from the state alone. */
  function count(state) {
    const direct = state.operation !== "transposed";
    const axes = [settingOf(state, false), settingOf(state, true)];
    const counted = axes.map(direct ? directAxis : transposedAxis);
    const bad = counted.find((one) => one.output === null);
    // Windows move over the field: the padded input of a convolution, the uncut output of a transposed one.
    const field = axes.map((a, n) => (direct ? a.size : counted[n].output));
    const steps = axes.map((a, n) => (direct ? counted[n].output : a.size));
    return { direct, axes, counted, why: bad ? bad.why : "", field, steps };
  }

  // --- words -----------------------------------------------------------------------------------------

  const minus = (n) => String(n).replace("-", "−");
  const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const list = (numbers) => (numbers.length > 1
    ? `${numbers.slice(0, -1).join(", ")} and ${numbers[numbers.length - 1]}` : String(numbers[0]));

  /** The formula with the numbers in it. */
  function formula(direct, a, c) {
    if (!direct) {
      return {
        symbols: "o = s(i − 1) + d(k − 1) + 1 − p_low − p_high + output padding",
        numbers: `o = ${a.stride}(${a.size} − 1) + ${a.dilation}(${a.kernel} − 1) + 1 − ${a.padLow} − ${a.padHigh}`
          + ` + ${a.outputPadding} = ${minus(c.room - a.padLow - a.padHigh)}`,
        words: `${plural(a.size, "stamp")} of ${plural(c.span, "cell")}, ${a.stride} apart, cover ${c.room - a.outputPadding}`
          + `${a.outputPadding ? ` and ${a.outputPadding} of output padding makes ${c.room}` : ""}; the padding cuts ${a.padLow + a.padHigh} off.`,
      };
    }
    const steps = Math.floor(c.room / a.stride);
    return {
      symbols: "o = ⌊(i + p_low + p_high − d(k − 1) − 1) / s⌋ + 1",
      numbers: `o = ⌊(${a.size} + ${a.padLow} + ${a.padHigh} − ${a.dilation}(${a.kernel} − 1) − 1) / ${a.stride}⌋ + 1`
        + ` = ⌊${minus(c.room)} / ${a.stride}⌋ + 1${c.output === null ? "" : ` = ${steps} + 1 = ${c.output}`}`,
      words: c.output === null ? c.why
        : `${plural(a.size + a.padLow + a.padHigh, "cell")}${a.padLow + a.padHigh ? " with the padding" : ""}, less the ${c.span} of one window, leave ${c.room}: `
          + `${plural(steps, "step")} of ${a.stride}, remainder ${c.unused}. With the first window, ${c.output}.`,
    };
  }

  const pair = (x, y) => (x === y ? String(x) : `(${x}, ${y})`);

  /** The same layer as Keras code. */
  function inKeras(state, shown) {
    const [r, c] = shown.axes;
    const options = [pair(r.kernel, c.kernel)];
    if (r.stride > 1 || c.stride > 1) options.push(`strides=${pair(r.stride, c.stride)}`);
    const dilated = r.dilation > 1 || c.dilation > 1;
    if (dilated) options.push(`dilation_rate=${pair(r.dilation, c.dilation)}`);
    const frame = `((${r.padLow}, ${r.padHigh}), (${c.padLow}, ${c.padHigh}))`;
    const padded = r.padLow || r.padHigh || c.padLow || c.padHigh;
    const refused = dilated && (r.stride > 1 || c.stride > 1) ? "# Keras refuses strides together with dilation.\n" : "";
    if (!shown.direct) {
      options.push(`output_padding=${pair(r.outputPadding, c.outputPadding)}`);
      const crop = padded ? `\nx = keras.layers.Cropping2D(${frame})(x)` : "";
      return `${refused}x = keras.layers.Conv2DTranspose(1, ${options.join(", ")})(x)${crop}`;
    }
    if (state.rule === "same") options.push('padding="same"');
    const pad = padded && state.rule !== "same" ? `x = keras.layers.ZeroPadding2D(${frame})(x)\n` : "";
    return `${refused}${pad}x = keras.layers.Conv2D(1, ${options.join(", ")})(x)`;
  }

  /** The same layer as PyTorch code. */
  function inPyTorch(state, shown) {
    const [r, c] = shown.axes;
    const even = r.padLow === r.padHigh && c.padLow === c.padHigh;
    const options = [pair(r.kernel, c.kernel)];
    if (r.stride > 1 || c.stride > 1) options.push(`stride=${pair(r.stride, c.stride)}`);
    if (even && (r.padLow || c.padLow)) options.push(`padding=${pair(r.padLow, c.padLow)}`);
    if (!shown.direct && (r.outputPadding || c.outputPadding)) {
      options.push(`output_padding=${pair(r.outputPadding, c.outputPadding)}`);
    }
    if (r.dilation > 1 || c.dilation > 1) options.push(`dilation=${pair(r.dilation, c.dilation)}`);
    const name = shown.direct ? "Conv2d" : "ConvTranspose2d";
    const layer = `x = nn.${name}(1, 1, ${options.join(", ")})(x)`;
    if (even) return layer;
    if (shown.direct) return `x = F.pad(x, (${c.padLow}, ${c.padHigh}, ${r.padLow}, ${r.padHigh}))\n${layer}`;
    return `${layer}\nx = F.pad(x, (${-c.padLow}, ${-c.padHigh}, ${-r.padLow}, ${-r.padHigh}))  # cuts off`;
  }

  // --- drawing ---------------------------------------------------------------------------------------

  const SVG = "http://www.w3.org/2000/svg";
  const cell = (x, y) => `M${x} ${y}h1v1h-1z`;

  /** The lines of a grid, as one path. */
  function lattice(left, top, wide, high) {
    let path = "";
    for (let x = 0; x <= wide; x++) path += `M${left + x} ${top}v${high}`;
    for (let y = 0; y <= high; y++) path += `M${left} ${top + y}h${wide}`;
    return path;
  }

  /** A value for each input cell and each kernel cell: small, fixed, not all alike. */
  const pixel = (y, x) => (3 * y + 5 * x + ((y * x) % 4)) % 10;
  const weight = (y, x) => ((x + 2 * y) % 3) - 1;

  /** One grid as SVG: a frame of margin cells around the cells, and marks on top. */
  class Grid {
    constructor(parent, role, label) {
      this.box = document.createElement("div");
      this.box.className = `cv-grid cv-${role}`;
      this.box.innerHTML = `<div class="cv-name"></div><svg tabindex="0" role="application" aria-roledescription="grid of cells"><g class="cv-paths"></g><g class="cv-numbers"></g></svg>`;
      parent.append(this.box);
      [this.title, this.svg] = this.box.children;
      this.label = label;
      this.paths = {};
      for (const name of ["margin", "margin-lines", "cells", "done", "lines", "unused", "window", "window-margin", "linked", "current"]) {
        const path = document.createElementNS(SVG, "path");
        path.setAttribute("class", `cv-${name}`);
        this.svg.firstChild.append(path);
        this.paths[name] = path;
      }
      this.numbers = this.svg.lastChild;
    }

    /** @param {{rows:number, columns:number, margin:number[]}} shape margin: top, bottom, left, right */
    frame({ rows, columns, margin }) {
      const key = [rows, columns, ...margin].join();
      this.shape = { rows, columns, margin };
      if (key === this.key) return;
      this.key = key;
      const [top, bottom, left, right] = margin;
      const wide = columns + left + right, high = rows + top + bottom;
      this.svg.setAttribute("viewBox", `${-left - 0.1} ${-top - 0.1} ${wide + 0.2} ${high + 0.2}`);
      this.box.style.setProperty("--columns", wide);
      const draw = (name, d) => this.paths[name].setAttribute("d", d);
      const rim = top || bottom || left || right;
      draw("margin", rim ? `M${-left} ${-top}h${wide}v${high}h${-wide}z` : "");
      draw("margin-lines", rim ? lattice(-left, -top, wide, high) : "");
      draw("cells", `M0 0h${columns}v${rows}h${-columns}z`);
      draw("lines", lattice(0, 0, columns, rows));
    }

    mark(name, d) {
      this.paths[name].setAttribute("d", d);
    }

    write(numbers) {
      this.numbers.innerHTML = numbers.map(([x, y, what, small]) => `<text x="${x + (small ? 0.93 : 0.5)}" y="${y + (small ? 0.92 : 0.66)}"${small ? ' class="cv-small"' : ""}>${minus(what)}</text>`).join("");
    }

    /** The cell under a pointer, as [row, column], or null. */
    at(event) {
      const box = this.svg.getBoundingClientRect();
      const { rows, columns, margin: [top, bottom, left, right] } = this.shape;
      const x = Math.floor(((event.clientX - box.left) / box.width) * (columns + left + right + 0.2) - 0.1 - left);
      const y = Math.floor(((event.clientY - box.top) / box.height) * (rows + top + bottom + 0.2) - 0.1 - top);
      return x >= 0 && x < columns && y >= 0 && y < rows ? [y, x] : null;
    }
  }

  // --- the explorer ----------------------------------------------------------------------------------

  let made = 0;

  class Explorer {
    /**
     * @param {HTMLElement} root
     * @param {object} state values by name; what is missing is as in DEFAULTS
     * @param {{sliders?: boolean, link?: string, changed?: (names: object) => void}} how
     *   sliders: draw the five main controls (a live notebook has them as ipywidgets)
     */
    constructor(root, state, how = {}) {
      this.id = `cv${++made}`;
      this.how = how;
      this.initial = { ...DEFAULTS, ...state };
      this.state = { ...this.initial };
      this.root = root;
      root.classList.add("convarith-explorer");
      root.innerHTML = this.skeleton();
      this.find = (name) => root.querySelector(`[name="${name}"]`);
      this.part = (name) => root.querySelector(`.cv-${name}`);
      const grids = this.part("grids");
      this.left = new Grid(grids, "input", "Input");
      this.right = new Grid(grids, "output", "Output");
      this.listen();
      this.draw();
    }

    skeleton() {
      const slider = (name, text) => {
        const [low, high] = limitsOf(name, this.initial);
        return `<div class="cv-control" data-of="${name}"><label for="${this.id}-${name}">${text}</label>`
          + `<input type="range" id="${this.id}-${name}" name="${name}" min="${low}" max="${high}" step="1">`
          + `<input type="text" inputmode="numeric" name="${name}-typed" aria-label="${text}, typed" autocomplete="off"></div>`;
      };
      const many = (names, end, text) => names.map((name) => slider(name + end, NAMES[name] + text)).join("");
      const rest = ["pad_low", "pad_high", "output_padding"];
      const option = (value, text) => `<option value="${value}">${text}</option>`;
      return `
<div class="cv-controls">
  ${this.how.sliders === false ? "" : many(MAIN, "", "")}
  ${many(rest, "", "")}
  <div class="cv-columns">${many([...MAIN, ...rest], "_columns", ", columns")}</div>
  <div class="cv-choices">
    <label>operation <select name="operation">${option("conv", "convolution")}${option("transposed", "transposed convolution")}</select></label>
    <label>padding rule <select name="rule">${option("number", "the number above")}${option("valid", "valid")}${option("same", "same")}${option("full", "full")}${option("sides", "each side on its own")}</select></label>
    <span class="cv-effective"></span>
    <label><input type="checkbox" name="rectangular"> rows and columns apart</label>
    <label><input type="checkbox" name="values"> values</label>
    <button type="button" name="reset">Reset</button>
    ${this.how.link ? '<button type="button" name="link">Copy link</button>' : ""}
  </div>
</div>
<p class="cv-problem" role="alert"></p>
<div class="cv-grids"></div>
<div class="cv-player">
  <button type="button" name="back" aria-label="Step back">◀</button>
  <button type="button" name="play" aria-label="Play" aria-pressed="false">Play</button>
  <button type="button" name="forward" aria-label="Step forward">▶</button>
  <label>window <input type="range" name="step" min="0" max="0" step="1"></label>
  <label>speed <select name="speed">${option(1200, "slow")}${option(500, "normal")}${option(150, "fast")}</select></label>
</div>
<p class="cv-said" aria-live="polite"></p>
<p class="cv-goal" aria-live="polite"></p>
<div class="cv-formula"></div>
<div class="cv-code"><details><summary>The same layer as code</summary>
  <div><b>Keras</b> <button type="button" name="copy-keras">Copy</button><pre class="cv-keras" tabindex="0" role="region" aria-label="Keras code"></pre></div>
  <div><b>PyTorch</b> <button type="button" name="copy-pytorch">Copy</button><pre class="cv-pytorch" tabindex="0" role="region" aria-label="PyTorch code"></pre></div>
</details></div>`;
    }

    listen() {
      this.root.addEventListener("input", (event) => this.moved(event.target));
      this.root.addEventListener("change", (event) => this.moved(event.target));
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.pressed(button.name, button);
      });
      this.find("speed").value = "500";
      for (const grid of [this.left, this.right]) {
        grid.svg.addEventListener("pointermove", (event) => this.point(grid, grid.at(event)));
        grid.svg.addEventListener("pointerleave", () => this.point(grid, null));
        grid.svg.addEventListener("pointerdown", (event) => {
          const at = grid.at(event);
          if (at) this.choose(grid, at);
        });
        grid.svg.addEventListener("focus", () => this.point(grid, this.cursor(grid)));
        grid.svg.addEventListener("blur", () => this.point(grid, null));
        grid.svg.addEventListener("keydown", (event) => this.pressedKey(grid, event));
      }
    }

    /** A control has a new value: take it over, or say why not. */
    moved(control) {
      let { name } = control;
      let value = control.value;
      if (name === "speed") {
        if (this.timer) this.play(true);
        return;
      }
      if (control.type === "checkbox") value = control.checked;
      else if (control.tagName !== "SELECT") {
        name = name.replace("-typed", "");
        const [low, high] = limitsOf(name, this.initial);
        const number = /^\s*\d+\s*$/.test(value) ? Number(value) : NaN;
        if (!(number >= low && number <= high)) {
          control.setAttribute("aria-invalid", "true");
          const what = value.trim() === "" ? "the field is empty" : `“${value.trim()}” is not one`;
          this.part("problem").textContent = `${control.getAttribute("aria-label").replace(", typed", "")}: a whole number from ${low} to ${high}; ${what}.`;
          return;
        }
        value = number;
      }
      if (!(name in this.state)) return;
      const change = { [name]: value };
      if (name === "padding" || name === "padding_columns") change.rule = "number";
      if (name === "rectangular" && value) {
        for (const one of [...MAIN, "pad_low", "pad_high", "output_padding"]) change[`${one}_columns`] = this.state[one];
      }
      if (name !== "step") change.step = name === "values" ? this.state.step : 0;
      else this.stop();
      this.set(change, control);
    }

    /** Takes new values over, tells the notebook, draws. */
    set(change, control) {
      const fresh = {};
      for (const [name, value] of Object.entries(change)) if (this.state[name] !== value) fresh[name] = value;
      Object.assign(this.state, fresh);
      this.draw(control);
      if (this.how.changed && Object.keys(fresh).length) this.how.changed(fresh);
    }

    pressed(name, button) {
      const last = this.shown.steps[0] * this.shown.steps[1] - 1;
      if (name === "reset") { this.stop(); this.set({ ...this.initial }); }
      if (name === "link") this.copy(this.how.link + this.fragment(), button);
      if (name === "copy-keras") this.copy(this.part("keras").textContent, button);
      if (name === "copy-pytorch") this.copy(this.part("pytorch").textContent, button);
      if (this.shown.why) return;
      if (name === "back") { this.stop(); this.set({ step: Math.max(0, this.state.step - 1) }); }
      if (name === "forward") { this.stop(); this.set({ step: Math.min(last, this.state.step + 1) }); }
      if (name === "play") this.play(!this.timer);
    }

    play(on) {
      this.stop();
      if (!on) return;
      const last = this.shown.steps[0] * this.shown.steps[1] - 1;
      if (this.state.step >= last) this.set({ step: 0 });
      this.timer = setInterval(() => {
        if (!this.root.isConnected || this.shown.why) return this.stop();
        this.set({ step: this.state.step + 1 });
        if (this.state.step >= last) this.stop();
        return undefined;
      }, Number(this.find("speed").value));
      this.find("play").textContent = "Pause";
      this.find("play").setAttribute("aria-label", "Pause");
      this.find("play").setAttribute("aria-pressed", "true");
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
      this.find("play").textContent = "Play";
      this.find("play").setAttribute("aria-label", "Play");
      this.find("play").setAttribute("aria-pressed", "false");
    }

    copy(text, button) {
      const before = button.textContent;
      const done = () => {
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = before; }, 1500);
      };
      const byHand = () => {
        const area = document.createElement("textarea");
        area.value = text;
        this.root.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
        done();
      };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand);
      else byHand();
    }

    /** What differs from the page's own state, as a URL fragment. */
    fragment() {
      const different = Object.entries(this.state).filter(([name, value]) => value !== this.initial[name]);
      return `#${this.root.id}&${different.map(([name, value]) => `${name}=${value}`).join("&")}`;
    }

    // Pointing: `pointed` is { grid, at } or null. The grid that is stepped through shows the window of
    // the cell pointed at; the field shows who reads (or writes) the cell.

    get stepped() { return this.shown.direct ? this.right : this.left; }

    get field() { return this.shown.direct ? this.left : this.right; }

    cursor(grid) {
      if (this.shown.why) return null;
      const columns = this.shown.steps[1];
      if (grid === this.stepped) return [Math.floor(this.state.step / columns), this.state.step % columns];
      const [rows, wide] = this.shown.field;
      const [y, x] = this.place || [0, 0];
      return [Math.min(y, rows - 1), Math.min(x, wide - 1)];
    }

    point(grid, at) {
      if (this.shown.why) return;
      this.pointed = at && { grid, at };
      this.drawMarks();
    }

    choose(grid, at) {
      if (this.shown.why) return;
      this.stop();
      this.pointed = { grid, at };
      if (grid === this.stepped) this.set({ step: at[0] * this.shown.steps[1] + at[1] });
      else { this.place = at; this.drawMarks(); }
    }

    pressedKey(grid, event) {
      const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [-99, -99], End: [99, 99] };
      const move = moves[event.key];
      if (!move || this.shown.why) return;
      event.preventDefault();
      const [y, x] = this.cursor(grid);
      const { rows, columns } = grid.shape;
      const within = (n, last) => Math.min(Math.max(n, 0), last - 1);
      this.choose(grid, [within(y + move[0], rows), within(x + move[1], columns)]);
    }

    // --- drawing ---

    draw(moved) {
      const { state } = this;
      const shown = count(state);
      this.shown = shown;
      this.pointed = null;
      this.drawControls(moved);
      const sizes = shown.counted.map((one) => one.output);
      this.root.dataset.outputSize = shown.why ? "" : sizes[0] === sizes[1] ? sizes[0] : sizes.join("x");
      this.part("problem").textContent = shown.why;
      this.part("grids").hidden = Boolean(shown.why);
      this.part("player").hidden = Boolean(shown.why);
      this.drawFormula();
      if (shown.why) {
        this.stop();
        this.part("said").textContent = "";
        return;
      }
      const last = shown.steps[0] * shown.steps[1] - 1;
      state.step = Math.min(state.step, last);
      const scrub = this.find("step");
      scrub.max = last;
      scrub.value = state.step;
      const [rows, columns] = shown.axes;
      this.field.frame({
        rows: shown.field[0], columns: shown.field[1],
        margin: [rows.padLow, rows.padHigh, columns.padLow, columns.padHigh],
      });
      this.stepped.frame({ rows: shown.steps[0], columns: shown.steps[1], margin: [0, 0, 0, 0] });
      for (const grid of [this.left, this.right]) {
        const { rows: high, columns: wide } = grid.shape;
        grid.title.textContent = `${grid.label} ${high} × ${wide}`;
        grid.svg.setAttribute("aria-label", `${grid.label}, ${high} by ${wide} cells. Arrow keys choose a cell.`);
      }
      this.drawUnread();
      this.drawMarks();
    }

    drawControls(moved) {
      const { state } = this;
      for (const control of this.root.querySelectorAll(".cv-controls [name]")) {
        const name = control.name.replace("-typed", "");
        if (!(name in state)) continue;
        if (control.type === "checkbox") control.checked = state[name];
        else if (control !== moved || control.type === "range") control.value = state[name];
        control.removeAttribute("aria-invalid");
      }
      const show = (names, on) => {
        for (const name of names) this.root.querySelector(`[data-of="${name}"]`).hidden = !on;
      };
      const [rows, columns] = this.shown.axes.map((a) => `(${a.padLow}, ${a.padHigh})`);
      this.part("effective").textContent = `padding (low, high): ${rows === columns ? rows : `${rows}, columns ${columns}`}`;
      const transposed = state.operation === "transposed";
      show(["pad_low", "pad_high", "pad_low_columns", "pad_high_columns"], state.rule === "sides");
      show(["output_padding", "output_padding_columns"], transposed);
      this.part("columns").hidden = !state.rectangular;
    }

    drawFormula() {
      const { shown, state } = this;
      const apart = state.rectangular;
      const said = (apart ? [0, 1] : [0]).map((n) => {
        const { symbols, numbers, words } = formula(shown.direct, shown.axes[n], shown.counted[n]);
        const name = apart ? `<b>${n ? "columns" : "rows"}</b> ` : "";
        return `${n ? "" : `<p class="cv-symbols">${symbols.replace(/p_(low|high)/g, "p<sub>$1</sub>")}</p>`}<p class="cv-numbers">${name}${numbers}</p>${shown.why ? "" : `<p>${words}</p>`}`;
      });
      this.part("formula").innerHTML = said.join("");
      this.part("code").hidden = Boolean(shown.why);
      this.part("keras").textContent = inKeras(state, shown);
      this.part("pytorch").textContent = inPyTorch(state, shown);
      const { goal } = state;
      if (goal) {
        const reached = !shown.why && shown.counted.every((one) => one.output === goal);
        this.part("goal").textContent = reached ? `Goal reached: the output is ${goal}.` : `Goal: an output of ${goal}.`;
        this.part("goal").dataset.reached = reached;
      }
    }

    /** Hatches the rows and columns that no window reads. */
    drawUnread() {
      const { axes, steps } = this.shown;
      const { rows, columns, margin: [top, bottom, left, right] } = this.field.shape;
      const unread = axes.map((a, n) => {
        const read = new Set();
        for (let j = 0; j < steps[n]; j++) for (const at of windowOf(a, j)) read.add(at);
        const found = [];
        for (let at = -a.padLow; at < (n ? columns : rows) + a.padHigh; at++) if (!read.has(at)) found.push(at);
        return found;
      });
      const wide = columns + left + right, high = rows + top + bottom;
      this.field.mark("unused", unread[0].map((y) => `M${-left} ${y}h${wide}v1h${-wide}z`).join("")
        + unread[1].map((x) => `M${x} ${-top}h1v${high}h-1z`).join(""));
      this.stepped.mark("unused", "");
    }

    drawMarks() {
      const { axes, steps, field, direct } = this.shown;
      const pointed = this.pointed;
      const columns = steps[1];
      const onField = pointed && pointed.grid === this.field;
      const [y, x] = pointed && !onField ? pointed.at : [Math.floor(this.state.step / columns), this.state.step % columns];
      const inside = (r, c) => r >= 0 && r < field[0] && c >= 0 && c < field[1];
      let window = "", outside = "", linked = "", done = "";
      if (!onField) {
        for (const r of windowOf(axes[0], y)) {
          for (const c of windowOf(axes[1], x)) {
            if (inside(r, c)) window += cell(c, r);
            else outside += cell(c, r);
          }
        }
      }
      const readers = onField ? pointed.at.map((at, n) => readersOf(axes[n], steps[n], at)) : [[], []];
      for (const r of readers[0]) for (const c of readers[1]) linked += cell(c, r);
      if (y) done += `M0 0h${columns}v${y}h${-columns}z`;
      done += `M0 ${y}h${x + 1}v1h${-x - 1}z`;
      this.field.mark("window", window);
      this.field.mark("window-margin", outside);
      this.field.mark("current", onField ? cell(pointed.at[1], pointed.at[0]) : "");
      this.field.mark("linked", "");
      this.field.mark("done", "");
      this.stepped.mark("done", onField ? "" : done);
      this.stepped.mark("current", onField ? "" : cell(x, y));
      this.stepped.mark("linked", linked);
      this.stepped.mark("window", "");
      this.stepped.mark("window-margin", "");
      const times = readers[0].length * readers[1].length;
      const verb = direct ? "reads" : "writes to";
      this.part("said").textContent = onField
        ? `${direct ? "Input" : "Output"} (${pointed.at.join(", ")}) is ${direct ? "read" : "written"} ${times === 1 ? "once" : `${times} times`}${times && times < 10
          ? `, by ${direct ? "output" : "input"} ${list(readers[0].flatMap((r) => readers[1].map((c) => `(${r}, ${c})`)))}` : ""}.`
        : `${direct ? "Output" : "Input"} (${y}, ${x}) ${verb} ${range("row", windowOf(axes[0], y))} and ${range("column", windowOf(axes[1], x))}.${this.sum(y, x)}`;
      this.drawValues(y, x, onField);
    }

    /** The products of the current window, written out. */
    sum(y, x) {
      if (!this.state.values || !this.shown.direct) return "";
      const { axes, field } = this.shown;
      const products = [];
      let total = 0;
      windowOf(axes[0], y).forEach((r, n) => windowOf(axes[1], x).forEach((c, m) => {
        const value = r >= 0 && r < field[0] && c >= 0 && c < field[1] ? pixel(r, c) : 0;
        total += value * weight(n, m);
        products.push(`${value}·${minus(weight(n, m))}`);
      }));
      return ` ${products.length > 25 ? "The sum of its products is" : `${products.join(" + ")} =`} ${minus(total)}.`;
    }

    drawValues(y, x, onField) {
      if (!this.state.values) {
        if (this.written) { this.left.write([]); this.right.write([]); this.written = false; }
        return;
      }
      this.written = true;
      const { axes, steps, field, direct } = this.shown;
      const numbers = (high, wide, value) => {
        const all = [];
        for (let r = 0; r < high; r++) for (let c = 0; c < wide; c++) all.push([c, r, value(r, c)]);
        return all;
      };
      const weights = [];
      if (!onField) {
        windowOf(axes[0], y).forEach((r, n) => windowOf(axes[1], x).forEach((c, m) => weights.push([c, r, `×${weight(n, m)}`, true])));
      }
      if (direct) {
        const convolved = (r, c) => {
          let total = 0;
          windowOf(axes[0], r).forEach((i, n) => windowOf(axes[1], c).forEach((j, m) => {
            if (i >= 0 && i < field[0] && j >= 0 && j < field[1]) total += pixel(i, j) * weight(n, m);
          }));
          return total;
        };
        this.left.write([...numbers(field[0], field[1], pixel), ...weights]);
        this.right.write(numbers(steps[0], steps[1], convolved));
      } else {
        const sums = Array.from({ length: field[0] }, () => new Array(field[1]).fill(0));
        for (let r = 0; r < steps[0]; r++) {
          for (let c = 0; c < steps[1]; c++) {
            windowOf(axes[0], r).forEach((i, n) => windowOf(axes[1], c).forEach((j, m) => {
              if (sums[i] && j >= 0 && j < field[1]) sums[i][j] += pixel(r, c) * weight(n, m);
            }));
          }
        }
        this.left.write(numbers(steps[0], steps[1], pixel));
        this.right.write([...numbers(field[0], field[1], (r, c) => sums[r][c]), ...weights]);
      }
    }
  }

  /** "rows 1 to 3" or "column 2", with the step where there are gaps. */
  function range(noun, cells) {
    const last = cells[cells.length - 1];
    if (cells.length === 1) return `${noun} ${minus(last)}`;
    const step = cells[1] - cells[0];
    return `${noun}s ${minus(cells[0])} to ${minus(last)}${step > 1 ? ` in steps of ${step}` : ""}`;
  }

  // --- the self-check --------------------------------------------------------------------------------

  class Question {
    /** @param {HTMLElement} root @param {{text: string, find: string, setting: object, output: number}} asked */
    constructor(root, asked) {
      const id = `cv${++made}`;
      root.classList.add("convarith-question");
      root.innerHTML = `<form><label for="${id}">${asked.text}</label> <input id="${id}" name="answer" type="text" inputmode="numeric" autocomplete="off"> <button type="submit">Check</button></form><p class="cv-verdict" aria-live="polite"></p>`;
      root.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        const typed = root.querySelector("input").value.trim();
        const verdict = root.querySelector(".cv-verdict");
        const { right, why } = judge(asked, typed);
        verdict.textContent = why;
        root.dataset.right = right === null ? "" : String(right);
      });
    }
  }

  /** Whether an answer is right, and the count that shows it. */
  function judge(asked, typed) {
    if (!/^\d{1,4}$/.test(typed)) return { right: null, why: "A whole number, please, such as 3." };
    const number = Number(typed);
    const setting = { ...asked.setting };
    if (asked.find === "output") {
      const c = directAxis(setting);
      const right = number === c.output;
      return { right, why: `${right ? "Right." : `Not ${number}.`} ${formula(true, setting, c).words}` };
    }
    if (asked.find === "padding") setting.padLow = setting.padHigh = number;
    else setting[asked.find] = number;
    if (number < 1 && asked.find !== "padding") return { right: false, why: `A ${NAMES[asked.find]} is at least 1.` };
    const c = directAxis(setting);
    const right = c.output === asked.output;
    const says = `With ${NAMES[asked.find]} ${number}: ${formula(true, setting, c).words}`;
    return { right, why: `${right ? "Right." : `Not ${number}.`} ${says}${right || c.output === null ? "" : ` Asked for: ${asked.output}.`}` };
  }

  // --- coming alive ----------------------------------------------------------------------------------

  /** A live notebook: anywidget hands over the model and an element. */
  function render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    if (model.get("question")) {
      new Question(root, JSON.parse(model.get("question")));
      return;
    }
    const names = Object.keys(DEFAULTS);
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const explorer = new Explorer(root, state, {
      sliders: false,
      changed: (fresh) => {
        for (const [name, value] of Object.entries(fresh)) model.set(name, value);
        model.save_changes();
      },
    });
    for (const name of names) {
      model.on(`change:${name}`, () => {
        const change = { [name]: model.get(name) };
        if (explorer.state[name] === change[name]) return;
        if (name === "padding") change.rule = "number";
        if (name !== "step" && name !== "values") change.step = 0;
        explorer.set(change);
      });
    }
  }

  /** A static page: every component in it, and the state that its address asks for. */
  function mount() {
    document.querySelectorAll(".convarith-question[data-state]").forEach((root) => {
      if (!root.querySelector("form")) new Question(root, JSON.parse(root.dataset.state));
    });
    document.querySelectorAll(".convarith-explorer[data-state]").forEach((root, n) => {
      if (root.querySelector(".cv-grids")) return;
      root.id = root.id || `explorer-${n + 1}`;
      const link = location.href.split("#")[0];
      const explorer = new Explorer(root, JSON.parse(root.dataset.state), { link });
      const follow = () => {
        const [id, ...parts] = decodeURIComponent(location.hash.slice(1)).split("&");
        if (id !== root.id) return;
        explorer.set(readFragment(parts, explorer.initial));
        root.scrollIntoView();
      };
      window.addEventListener("hashchange", follow);
      follow();
    });
  }

  /** The state that a fragment asks for; what is unknown or out of range is left as it was. */
  function readFragment(parts, initial) {
    const state = { ...initial };
    for (const part of parts) {
      const [name, text] = part.split("=");
      if (name in LIMITS) {
        const [low, high] = limitsOf(name, initial);
        if (/^\d+$/.test(text) && Number(text) >= low && Number(text) <= high) state[name] = Number(text);
      } else if (name === "operation" && ["conv", "transposed"].includes(text)) state[name] = text;
      else if (name === "rule" && ["number", "valid", "same", "full", "sides"].includes(text)) state[name] = text;
      else if (name === "rectangular" || name === "values") state[name] = text === "true";
    }
    return state;
  }

  return { directAxis, transposedAxis, windowOf, readersOf, paddingOf, inKeras, inPyTorch, count, judge, DEFAULTS, render, mount };
})();

if (document.querySelector("script[src*='explorer.js']")) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", convarith.mount);
  else convarith.mount();
}
