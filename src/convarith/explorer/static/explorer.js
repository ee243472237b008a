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
   * @property {boolean} [ceilMode] whether a last window may hang over the end
   *
   * @typedef {object} Counted what follows from a setting
   * @property {number} span the effective kernel
   * @property {number|null} output the output size, null where nothing fits
   * @property {string} why one sentence where nothing fits, else ""
   * @property {number} room cells left over behind the first window (direct) or stamped in all (transposed)
   * @property {number} steps room over stride, rounded
   * @property {number} unused cells at the end that no window reads
   * @property {number} over cells that the last window hangs over the end
   */

  /** @param {Setting} a @returns {Counted} */
  function directAxis(a) {
    const span = a.dilation * (a.kernel - 1) + 1;
    const padded = a.size + a.padLow + a.padHigh;
    const room = padded - span;
    const steps = Math[a.ceilMode ? "ceil" : "floor"](room / a.stride);
    if (steps < 0) {
      const kernel = a.dilation > 1 && a.kernel > 1
        ? `A kernel of ${a.kernel} with dilation ${a.dilation} spans ${span} cells`
        : `A ${span}-wide kernel needs ${span} cells`;
      const why = `${kernel}; there ${padded === 1 ? "is" : "are"} ${padded}.`;
      return { span, room, steps, output: null, unused: 0, over: 0, why };
    }
    // PyTorch's rule: no window starts behind the input and the low padding.
    const dropped = a.ceilMode && steps * a.stride >= a.size + a.padLow;
    const output = steps + (dropped ? 0 : 1);
    const left = room - (output - 1) * a.stride;
    return { span, room, steps, output, unused: Math.max(left, 0), over: Math.max(-left, 0), why: "" };
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
    return { span, room, steps: 0, output: why ? null : output, unused: 0, over: 0, why };
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
    if (rule === "causal") return [span - 1, 0];
    if (rule === "sides") return [padLow, padHigh];
    if (rule === "same") {
      const total = Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    }
    return [padding, padding];
  }

  /**
   * A stack of layers, counted up to the first that does not fit.
   * @typedef {{a: Setting, c: Counted, seen: {size: number, stride: number, padding: number}}} Layer
   *   seen: the receptive field of its outputs
   * @param {number} size @param {number[][]} stack each layer's values in the order of KNOBS
   * @param {string} rule @returns {Layer[]}
   */
  function countStack(size, stack, rule) {
    const layers = [];
    let seen = NOTHING_YET;
    for (const [kernel, stride, padding, dilation] of stack) {
      const a = { size, kernel, stride, padding, dilation };
      [a.padLow, a.padHigh] = paddingOf(rule, a);
      const c = directAxis(a);
      seen = {
        size: seen.size + (c.span - 1) * seen.stride,
        stride: seen.stride * stride,
        padding: seen.padding + a.padLow * seen.stride,
      };
      layers.push({ a, c, seen });
      if (c.why) break;
      size = c.output;
    }
    return layers;
  }

  /**
   * The cells of each tape that a cell depends on, further down, or that depend on it, further up. Padding
   * is among them where it is read; it depends on nothing.
   * @param {Layer[]} layers @param {number} tape 0 for the input @param {number} cell @returns {number[][]}
   */
  function coneOf(layers, tape, cell) {
    const tapes = [];
    const sorted = (cells) => [...new Set(cells)].sort((one, other) => one - other);
    tapes[tape] = [cell];
    for (let n = tape; n > 0; n--) {
      const { a, c } = layers[n - 1];
      const real = tapes[n].filter((j) => j >= 0 && j < c.output);
      tapes[n - 1] = sorted(real.flatMap((j) => windowOf(a, j)));
    }
    for (let n = tape; n < layers.length; n++) {
      const { a, c } = layers[n];
      tapes[n + 1] = sorted(tapes[n].flatMap((at) => readersOf(a, c.output, at)));
    }
    return tapes;
  }

  // --- state -----------------------------------------------------------------------------------------

  // Of every slider: its name, its limits, and where it stands unless told otherwise.
  const SLIDERS = {
    size: ["input size", 1, 16, 7], kernel: ["kernel", 1, 9, 3], stride: ["stride", 1, 6, 1],
    padding: ["padding", 0, 8, 0], dilation: ["dilation", 1, 4, 1],
    pad_low: ["low side", 0, 8, 0], pad_high: ["high side", 0, 8, 0], output_padding: ["output padding", 0, 5, 0],
    layers: ["layers", 1, 5, 1], layer: ["layer", 0, 5, 0], step: ["step", 0, 9999, 0],
  };
  const MOST_OF_STACK = { size: 32, dilation: 16 };
  const KNOBS = ["kernel", "stride", "padding", "dilation"];
  const MAIN = ["size", ...KNOBS];
  const REST = ["pad_low", "pad_high", "output_padding"];
  const CHOICES = {
    operation: { conv: "convolution", transposed: "transposed convolution", pool: "pooling" },
    rule: { number: "the number above", valid: "valid", same: "same", full: "full", sides: "each side on its own" },
    pooling: { max: "maximum", average: "average of the data", average_padded: "average with the padding" },
  };
  const STACK_CHOICES = { rule: { number: "the number above", same: "same", causal: "causal" } };
  const DEFAULTS = {
    operation: "conv", rule: "number", rectangular: false, pooling: "max", ceil_mode: false, values: false, goal: 0, stack: [],
  };
  for (const [name, [, , , usual]] of Object.entries(SLIDERS)) DEFAULTS[name] = usual;
  for (const name of [...MAIN, ...REST]) DEFAULTS[`${name}_columns`] = DEFAULTS[name];
  const NOTHING_YET = { size: 1, stride: 1, padding: 0 };

  /** The limits of a control; a size that was asked for in Python may lie above the usual ones. */
  function limitsOf(name, initial) {
    const usual = name.replace("_columns", "");
    const [, low, most] = SLIDERS[usual];
    const high = (initial.operation === "stack" && MOST_OF_STACK[usual]) || most;
    const asked = initial.stack.map((layer) => layer[KNOBS.indexOf(usual)] || 0);
    return [low, Math.max(high, initial[name] || 0, ...asked)];
  }

  /** The setting of the rows or, where they differ, of the columns. @returns {Setting} */
  function settingOf(state, columns) {
    const end = columns && state.rectangular ? "_columns" : "";
    const a = Object.fromEntries(MAIN.map((name) => [name, state[name + end]]));
    a.padLow = state[`pad_low${end}`];
    a.padHigh = state[`pad_high${end}`];
    a.outputPadding = state.operation === "transposed" ? state[`output_padding${end}`] : 0;
    a.ceilMode = state.operation === "pool" && state.ceil_mode;
    [a.padLow, a.padHigh] = paddingOf(state.rule, a);
    return a;
  }

  /** Everything that is drawn and said of one layer, from the state alone. */
  function count(state) {
    const direct = state.operation !== "transposed";
    const axes = [settingOf(state, false), settingOf(state, true)];
    const counted = axes.map(direct ? directAxis : transposedAxis);
    const bad = counted.find((one) => one.why);
    // Windows move over the field: the padded input of a convolution, the uncut output of a transposed one.
    const field = axes.map((a, n) => (direct ? a.size : counted[n].output));
    const steps = axes.map((a, n) => (direct ? counted[n].output : a.size));
    return { direct, axes, counted, why: bad ? bad.why : "", field, steps };
  }

  // --- values ----------------------------------------------------------------------------------------

  /** A value for each input cell and each kernel cell: small, fixed, not all alike. */
  const pixel = (y, x) => (3 * y + 5 * x + ((y * x) % 4)) % 10;
  const weight = (y, x) => ((x + 2 * y) % 3) - 1;
  const total = (numbers) => numbers.reduce((sum, n) => sum + n, 0);

  /** The cells of one window: where, under which weight, whether on data, whether on data or padding. */
  function cellsOf({ axes, field }, y, x) {
    const within = (at, n) => at >= 0 && at < field[n];
    const padded = (at, n) => at < axes[n].size + axes[n].padHigh;
    return windowOf(axes[0], y).flatMap((r, n) => windowOf(axes[1], x).map((c, m) => ({
      r, c, weight: weight(n, m), data: within(r, 0) && within(c, 1), padded: padded(r, 0) && padded(c, 1),
    })));
  }

  /** The value of one output, and how it comes about. @returns {{value: number, said: string}} */
  function valueOf(state, shown, y, x) {
    const cells = cellsOf(shown, y, x);
    const read = (one) => (one.data ? pixel(one.r, one.c) : 0);
    const written = (parts, sign) => (parts.length > 25 ? "…" : parts.join(sign));
    if (state.operation === "conv") {
      const value = total(cells.map((one) => read(one) * one.weight));
      return { value, said: `${written(cells.map((one) => `${read(one)}·${minus(one.weight)}`), " + ")} = ${minus(value)}.` };
    }
    const data = cells.filter((one) => one.data).map(read);
    if (state.pooling === "max") {
      const value = Math.max(...data);
      return { value, said: `max(${written(data, ", ")}) = ${minus(value)}${data.length < cells.length ? "; what is not data counts as −∞" : ""}.` };
    }
    const sum = total(data), padded = cells.filter((one) => one.padded).length;
    const means = [data.length, padded].map((divisor) => `${sum} / ${divisor} = ${minus(sum / divisor)}`);
    return {
      value: sum / (state.pooling === "average" ? data.length : padded),
      said: `${written(data, " + ") || 0} = ${sum}. Divided by the cells of data, ${means[0]}; by those of data and padding, ${means[1]}.`,
    };
  }

  // --- words -----------------------------------------------------------------------------------------

  /** A number as it is read: at most two decimals, a real minus, a dash for the mean of nothing. */
  const minus = (n) => (Number.isNaN(n) ? "–"
    : String(typeof n === "number" ? Math.round(n * 100) / 100 : n).replace("-", "−").replace("Infinity", "∞"));
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
    const [open, close] = a.ceilMode ? "⌈⌉" : "⌊⌋";
    const dropped = c.steps === c.output;
    const rest = !a.ceilMode ? `remainder ${c.unused}. `
      : `rounded up${c.over ? `; the last window hangs over by ${c.over}` : ""}. ${dropped ? "One more would start behind the input and the low padding and is dropped. " : ""}`;
    return {
      symbols: `o = ${open}(i + p_low + p_high − d(k − 1) − 1) / s${close} + 1`,
      numbers: `o = ${open}(${a.size} + ${a.padLow} + ${a.padHigh} − ${a.dilation}(${a.kernel} − 1) − 1) / ${a.stride}${close} + 1`
        + ` = ${open}${minus(c.room)} / ${a.stride}${close} + 1${c.why ? "" : ` = ${c.steps} + 1${dropped ? " − 1" : ""} = ${c.output}`}`,
      words: c.why
        || `${plural(a.size + a.padLow + a.padHigh, "cell")}${a.padLow + a.padHigh ? " with the padding" : ""}, less the ${c.span} of one window, leave ${minus(c.room)}: `
          + `${plural(c.steps - dropped, "step")} of ${a.stride}, ${rest}With the first window, ${c.output}.`,
    };
  }

  // --- code: the same layer in Keras and in PyTorch, for one axis or for two ---------------------------

  const tuple = (parts) => (parts.every((one) => one === parts[0]) ? String(parts[0]) : `(${parts.join(", ")})`);
  const each = (axes, name) => tuple(axes.map((a) => a[name]));
  const some = (axes, name, usual) => axes.some((a) => a[name] !== usual);
  const isPadded = (axes) => some(axes, "padLow", 0) || some(axes, "padHigh", 0);

  /** The arguments after the kernel that are not as usual, under a framework's own names. */
  function argumentsOf(axes, stride, dilation, always) {
    const options = [each(axes, "kernel")];
    if (always || some(axes, "stride", 1)) options.push(`${stride}=${each(axes, "stride")}`);
    if (some(axes, "dilation", 1)) options.push(`${dilation}=${each(axes, "dilation")}`);
    return options;
  }

  const x = (call) => `x = ${call}(x)`;

  /** @param {object} state operation, rule, pooling @param {Setting[]} axes @returns {string} */
  function inKeras({ operation, rule, pooling }, axes) {
    const pool = operation === "pool";
    const options = argumentsOf(axes, "strides", "dilation_rate", pool);
    const sides = axes.map((a) => `(${a.padLow}, ${a.padHigh})`).join(", ");
    const layer = (name, inside) => x(`keras.layers.${name.replace("#", `${axes.length}D`)}(${inside})`);
    const framed = (name) => layer(name, axes.length > 1 ? `(${sides})` : sides);
    const dilated = some(axes, "dilation", 1);
    const lines = [];
    if (pool && dilated) return "# Keras has no pooling with dilation.";
    if (pool && axes.some((a) => directAxis(a).over)) return "# Keras has no ceil_mode: its last window never hangs over.";
    if (dilated && some(axes, "stride", 1)) return "# Keras refuses strides together with dilation.";
    if (operation === "transposed") {
      options.push(`output_padding=${each(axes, "outputPadding")}`);
      lines.push(layer("Conv#Transpose", `1, ${options.join(", ")}`));
      if (isPadded(axes)) lines.push(framed("Cropping#"));
      return lines.join("\n");
    }
    const named = pool ? rule === "same" && pooling !== "average_padded" : rule === "same" || (rule === "causal" && axes.length === 1);
    if (named) options.push(`padding="${rule}"`);
    else if (isPadded(axes)) {
      if (pool && pooling === "average") return '# Keras leaves padding out of an average only with padding="same".';
      if (pool) lines.push("# Keras pools take no padding in numbers.");
      lines.push(pool && pooling === "max" ? `x = keras.ops.pad(x, ((0, 0), ${sides}, (0, 0)), constant_values=float("-inf"))` : framed("ZeroPadding#"));
    }
    const name = !pool ? "Conv#" : pooling === "max" ? "MaxPooling#" : "AveragePooling#";
    return [...lines, layer(name, `${pool ? "" : "1, "}${options.join(", ")}`)].join("\n");
  }

  /** @param {object} state operation, rule, pooling @param {Setting[]} axes @returns {string} */
  function inPyTorch({ operation, rule, pooling }, axes) {
    const pool = operation === "pool", max = pooling === "max", transposed = operation === "transposed";
    const options = argumentsOf(axes, "stride", "dilation", pool);
    // A pool takes no more padding than half its kernel; what a layer does not take, F.pad adds.
    const named = operation === "conv" && rule === "same" && !some(axes, "stride", 1); // refused with a stride
    const taken = named || axes.every((a) => a.padLow === a.padHigh && !(pool && 2 * a.padLow > a.kernel));
    if (named) options.push('padding="same"');
    else if (taken && isPadded(axes)) options.push(`padding=${each(axes, "padLow")}`);
    if (transposed && some(axes, "outputPadding", 0)) options.push(`output_padding=${each(axes, "outputPadding")}`);
    if (pool && !max && some(axes, "dilation", 1)) return "# PyTorch has no average pooling with dilation.";
    if (pool && !taken && (axes[0].ceilMode || pooling === "average")) {
      return "# PyTorch pads both sides of a pool alike, by half the kernel at most.";
    }
    if (pool && axes[0].ceilMode) options.push("ceil_mode=True");
    if (pool && isPadded(axes) && pooling === "average") options.push("count_include_pad=False");
    const layer = pool ? `x = F.${max ? "max" : "avg"}_pool${axes.length}d(x, ${options.join(", ")})`
      : x(`nn.Conv${transposed ? "Transpose" : ""}${axes.length}d(1, 1, ${options.join(", ")})`);
    if (taken) return layer;
    const sides = [...axes].reverse().flatMap((a) => [a.padLow, a.padHigh]);
    if (transposed) return `${layer}\nx = F.pad(x, (${sides.map((n) => -n).join(", ")}))  # cuts off`;
    return `x = F.pad(x, (${sides.join(", ")})${pool && max ? ', value=float("-inf")' : ""})\n${layer}`;
  }

  // --- drawing ---------------------------------------------------------------------------------------

  const SVG = "http://www.w3.org/2000/svg";
  const cell = (x, y, wide = 1) => `M${x} ${y}h${wide}v1h${-wide}z`;

  /** Paths of one drawing by name, one above the other. @returns {(name: string, d: string) => void} */
  function layered(parent, names) {
    const paths = {};
    for (const name of names) {
      paths[name] = document.createElementNS(SVG, "path");
      paths[name].setAttribute("class", `cv-${name}`);
      parent.append(paths[name]);
    }
    return (name, d) => paths[name].setAttribute("d", d);
  }

  /** The lines of a grid, as one path. */
  function lattice(left, top, wide, high, unit = 1) {
    let path = "";
    for (let x = 0; x <= wide; x++) path += `M${left + x * unit} ${top}v${high}`;
    for (let y = 0; y <= high; y++) path += `M${left} ${top + y}h${wide * unit}`;
    return path;
  }

  const DRAWING = 'tabindex="0" role="application"';
  const within = (n, many) => Math.min(Math.max(n, 0), many - 1);

  /** Where in a drawing an event is, in cells. @param {number[]} view left, top, width, height */
  function placeOf(event, svg, [left, top, wide, high]) {
    const box = svg.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * wide + left, ((event.clientY - box.top) / box.height) * high + top];
  }

  /** One grid as SVG: a frame of margin cells around the cells, and marks on top. */
  class Grid {
    constructor(parent, role, label) {
      this.box = document.createElement("div");
      this.box.className = `cv-grid cv-${role}`;
      this.box.innerHTML = `<div class="cv-name"></div><svg ${DRAWING} aria-roledescription="grid of cells"><g></g><g class="cv-numbers"></g></svg>`;
      parent.append(this.box);
      [this.title, this.svg] = this.box.children;
      this.label = label;
      this.mark = layered(this.svg.firstChild, ["beyond", "margin", "margin-lines", "cells", "done", "lines", "unused", "window", "window-margin", "linked", "current"]);
      this.numbers = this.svg.lastChild;
    }

    /**
     * @param {{rows: number, columns: number, margin: number[], over: number[]}} shape
     *   margin: top, bottom, left, right; over: cells beyond the bottom and the right margin
     */
    frame({ rows, columns, margin, over }) {
      const key = [rows, columns, ...margin, ...over].join();
      this.shape = { rows, columns };
      if (key === this.key) return;
      this.key = key;
      const [top, bottom, left, right] = margin;
      const wide = columns + left + right, high = rows + top + bottom;
      this.view = [-left - 0.1, -top - 0.1, wide + over[1] + 0.2, high + over[0] + 0.2];
      this.svg.setAttribute("viewBox", this.view.join(" "));
      this.box.style.setProperty("--columns", wide + over[1]);
      const rim = Math.max(...margin);
      this.mark("beyond", Math.max(...over) ? lattice(-left, -top, wide + over[1], high + over[0]) : "");
      this.mark("margin", rim ? `M${-left} ${-top}h${wide}v${high}h${-wide}z` : "");
      this.mark("margin-lines", rim ? lattice(-left, -top, wide, high) : "");
      this.mark("cells", `M0 0h${columns}v${rows}h${-columns}z`);
      this.mark("lines", lattice(0, 0, columns, rows));
      this.title.textContent = `${this.label} ${rows} × ${columns}`;
      this.svg.setAttribute("aria-label", `${this.label}, ${rows} by ${columns} cells. Arrow keys choose a cell.`);
    }

    write(numbers) {
      this.numbers.innerHTML = numbers.map(([x, y, what, small]) => {
        const text = minus(what);
        const kind = small ? "cv-small" : text.length > 3 ? "cv-long" : "";
        return `<text x="${x + (small ? 0.93 : 0.5)}" y="${y + (small ? 0.92 : 0.66)}" class="${kind}">${text}</text>`;
      }).join("");
    }

    /** The cell under a pointer, as [row, column], or null. */
    at(event) {
      const [x, y] = placeOf(event, this.svg, this.view).map(Math.floor);
      const { rows, columns } = this.shape;
      return x >= 0 && x < columns && y >= 0 && y < rows ? [y, x] : null;
    }
  }

  /** The tapes of a stack as one SVG: the input at the bottom, the output on top. */
  class Tapes {
    constructor(parent) {
      parent.innerHTML = `<div class="cv-tapes"><div class="cv-labels"></div><svg ${DRAWING} preserveAspectRatio="none" aria-roledescription="tapes of cells"></svg></div>`;
      [this.labels, this.svg] = parent.firstChild.children;
      this.mark = layered(this.svg, ["cone", "margin-lines", "cells", "done", "lines", "unused", "window", "window-margin", "linked", "current"]);
    }

    /** Puts every cell over the middle of what it has seen, or over the end of it where nothing is seen ahead. */
    frame(layers, size, causal) {
      this.shape = [{ size, seen: NOTHING_YET }, ...layers.map(({ c, seen }) => ({ size: c.output, seen }))]
        .map((tape, n) => ({
          size: tape.size,
          unit: tape.seen.stride,
          left: (tape.seen.size - tape.seen.stride) / (causal ? 1 : 2) - tape.seen.padding,
          low: layers[n] ? layers[n].a.padLow : 0,
          high: layers[n] ? layers[n].a.padHigh : 0,
          top: 2 * (layers.length - n),
        }));
      const left = Math.min(...this.shape.map((t) => t.left - t.low * t.unit));
      const right = Math.max(...this.shape.map((t) => t.left + (t.size + t.high) * t.unit));
      const high = 2 * layers.length + 1;
      this.view = [left, 0, right - left, high];
      this.svg.setAttribute("viewBox", this.view.join(" "));
      this.svg.parentNode.style.setProperty("--rows", high);
      this.svg.parentNode.style.setProperty("--columns", right - left);
      const box = (t) => `M${t.left} ${t.top}h${t.size * t.unit}v1h${-t.size * t.unit}z`;
      this.mark("margin-lines", this.shape.map((t) => (t.low + t.high ? lattice(t.left - t.low * t.unit, t.top, t.low + t.size + t.high, 1, t.unit) : "")).join(""));
      this.mark("cells", box(this.shape[0]));
      this.mark("done", this.shape.slice(1).map(box).join(""));
      this.mark("lines", this.shape.map((t) => lattice(t.left, t.top, t.size, 1, t.unit)).join(""));
      this.labels.innerHTML = [...this.shape.keys()].reverse().map((n) => `<span>${this.name(n)}: ${this.shape[n].size}</span>`).join("");
      this.svg.setAttribute("aria-label", `${plural(layers.length, "layer")} over an input of ${plural(size, "cell")}. Arrow keys choose a cell, up and down another tape.`);
    }

    name(tape) {
      return tape === 0 ? "input" : tape === this.shape.length - 1 ? "output" : `layer ${tape}`;
    }

    /** A tape's cells as a path. */
    cells(n, numbers) {
      const t = this.shape[n];
      return numbers.map((j) => cell(t.left + j * t.unit, t.top, t.unit)).join("");
    }

    isData(n, j) {
      return j >= 0 && j < this.shape[n].size;
    }

    /** The sloping sides between two tapes. */
    slope(n, below, above) {
      if (!below.length || !above.length) return "";
      const [low, high] = [this.shape[n], this.shape[n + 1]];
      const ends = (t, cells) => [t.left + Math.min(...cells) * t.unit, t.left + (Math.max(...cells) + 1) * t.unit];
      const [a, b] = ends(low, below), [c, d] = ends(high, above);
      return `M${c} ${high.top + 1}H${d}L${b} ${low.top}H${a}z`;
    }

    /** The cell of a tape that is nearest to a place. */
    nearest(n, x) {
      const t = this.shape[n];
      return within(Math.floor((x - t.left) / t.unit), t.size);
    }

    middle([n, j]) {
      return this.shape[n].left + (j + 0.5) * this.shape[n].unit;
    }

    /** The cell under a pointer, as [tape, cell], or null. */
    at(event) {
      const [x, y] = placeOf(event, this.svg, this.view);
      const n = this.shape.length - 1 - within(Math.round((y - 0.5) / 2), this.shape.length);
      const j = Math.floor((x - this.shape[n].left) / this.shape[n].unit);
      return this.isData(n, j) ? [n, j] : null;
    }
  }

  // --- what all explorers share ------------------------------------------------------------------------

  let made = 0;

  const option = ([value, text]) => `<option value="${value}">${text}</option>`;
  const chooser = (name, label, choices) => `<label data-of="${name}">${label} <select name="${name}">${Object.entries(choices).map(option).join("")}</select></label>`;
  const box = (name, label) => `<label data-of="${name}"><input type="checkbox" name="${name}"> ${label}</label>`;
  const codeOf = (framework, name) => `<div><b>${framework}</b> <button type="button" name="copy-${name}">Copy</button><pre class="cv-${name}" tabindex="0" role="group" aria-label="${framework} code"></pre></div>`;

  /** Controls, player, words and code. What is counted and drawn, a class below says. */
  class Panel {
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
      root.innerHTML = `
<div class="cv-controls">${this.controls()}
    <button type="button" name="reset">Reset</button>
    ${how.link ? '<button type="button" name="link">Copy link</button>' : ""}
  </div>
</div>
<p class="cv-problem" role="alert"></p>
<div class="cv-grids"></div>
<div class="cv-player">
  <button type="button" name="back" aria-label="Step back">◀</button>
  <button type="button" name="play" aria-label="Play" aria-pressed="false">Play</button>
  <button type="button" name="forward" aria-label="Step forward">▶</button>
  <label>${this.stepName} <input type="range" name="step" min="0" max="0" step="1"></label>
  <label>speed <select name="speed">${[[1200, "slow"], [500, "normal"], [150, "fast"]].map(option).join("")}</select></label>
</div>
<p class="cv-said" aria-live="polite"></p>
<p class="cv-goal" aria-live="polite"></p>
<div class="cv-formula"></div>
<div class="cv-code"><details><summary>The same as code</summary>${codeOf("Keras", "keras")}${codeOf("PyTorch", "pytorch")}</details></div>`;
      this.find = (name) => root.querySelector(`[name="${name}"]`);
      this.part = (name) => root.querySelector(`.cv-${name}`);
      this.build(this.part("grids"));
      this.listen();
      this.draw();
    }

    /** Labelled sliders, each with a field to type into. */
    sliders(names, end = "", text = "") {
      return names.map((name) => {
        const [low, high] = limitsOf(name, this.initial);
        const label = SLIDERS[name][0] + text;
        return `<div class="cv-control" data-of="${name}${end}"><label for="${this.id}-${name}${end}">${label}</label>`
          + `<input type="range" id="${this.id}-${name}${end}" name="${name}${end}" min="${low}" max="${high}" step="1">`
          + `<input type="text" inputmode="numeric" name="${name}${end}-typed" aria-label="${label}, typed" autocomplete="off"></div>`;
      }).join("");
    }

    /** The main sliders, unless the notebook has them. */
    main(names) {
      return this.how.sliders === false ? "" : this.sliders(names);
    }

    listen() {
      this.root.addEventListener("input", (event) => this.moved(event.target));
      this.root.addEventListener("change", (event) => this.moved(event.target));
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.pressed(button.name, button);
      });
      this.find("speed").value = "500";
      for (const drawing of this.drawings) {
        const { svg } = drawing;
        svg.addEventListener("pointermove", (event) => this.point(drawing, drawing.at(event)));
        svg.addEventListener("pointerleave", () => this.point(drawing, null));
        svg.addEventListener("pointerdown", (event) => {
          const at = !this.shown.why && drawing.at(event);
          if (at) this.choose(drawing, at);
        });
        svg.addEventListener("focus", () => !this.shown.why && this.point(drawing, this.cursor(drawing)));
        svg.addEventListener("blur", () => this.point(drawing, null));
        svg.addEventListener("keydown", (event) => {
          const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [-99, -99], End: [99, 99] };
          const move = moves[event.key];
          if (!move || this.shown.why) return;
          event.preventDefault();
          this.choose(drawing, this.next(drawing, this.cursor(drawing), move));
        });
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
      } else if (name === "layer") value = Number(value);
      if (!(name in this.state)) return;
      const change = { [name]: value };
      if (name.startsWith("padding")) change.rule = "number";
      if (name === "rectangular" && value) {
        for (const one of [...MAIN, ...REST]) change[`${one}_columns`] = this.state[one];
      }
      // A pool that is not told otherwise puts window beside window.
      if (value === "pool") change.stride = Math.min(this.state.kernel, limitsOf("stride", this.initial)[1]);
      if (name === "step") this.stop();
      else if (this.startsAgain && !["values", "pooling", "layer"].includes(name)) change.step = 0;
      this.set(change, control);
    }

    /** Takes new values over, tells the notebook, draws. */
    set(change, control) {
      const fresh = {};
      for (const [name, value] of Object.entries(change)) if (String(this.state[name]) !== String(value)) fresh[name] = value;
      Object.assign(this.state, fresh);
      this.draw(control);
      if (this.how.changed && Object.keys(fresh).length) this.how.changed(fresh);
    }

    /** The last step there is. */
    get last() { return this.shown.steps[0] * this.shown.steps[1] - 1; }

    pressed(name, button) {
      if (name === "reset") { this.stop(); this.set({ ...this.initial }); }
      if (name === "link") this.copy(this.how.link + this.fragment(), button);
      if (name.startsWith("copy-")) this.copy(this.part(name.slice(5)).textContent, button);
      if (this.shown.why) return;
      if (name === "back") { this.stop(); this.set({ step: Math.max(0, this.state.step - 1) }); }
      if (name === "forward") { this.stop(); this.set({ step: Math.min(this.last, this.state.step + 1) }); }
      if (name === "play") this.play(!this.timer);
    }

    play(on) {
      this.stop();
      if (!on) return;
      if (this.state.step >= this.last) this.set({ step: 0 });
      this.timer = setInterval(() => {
        if (!this.root.isConnected || this.shown.why) return this.stop();
        this.set({ step: this.state.step + 1 });
        if (this.state.step >= this.last) this.stop();
        return undefined;
      }, Number(this.find("speed").value));
      this.sayPlay("Pause", true);
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
      this.sayPlay("Play", false);
    }

    sayPlay(text, pressed) {
      this.find("play").textContent = text;
      this.find("play").setAttribute("aria-label", text);
      this.find("play").setAttribute("aria-pressed", pressed);
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
      const different = Object.entries(this.state).filter(([name, value]) => String(value) !== String(this.initial[name]));
      return `#${this.root.id}&${different.map(([name, value]) => `${name}=${value}`).join("&")}`;
    }

    /** Pointing: `pointed` is { drawing, at } or null; then the drawing shows the step. */
    point(drawing, at) {
      if (this.shown.why) return;
      this.pointed = at && { drawing, at };
      this.drawMarks();
    }

    draw(moved) {
      const { state } = this;
      this.shown = this.count();
      const { why } = this.shown;
      this.pointed = null;
      for (const control of this.root.querySelectorAll(".cv-controls [name]")) {
        const name = control.name.replace("-typed", "");
        if (!(name in state)) continue;
        if (control.type === "checkbox") control.checked = state[name];
        else if (control !== moved || control.type === "range") control.value = state[name];
        control.removeAttribute("aria-invalid");
      }
      this.root.dataset.outputSize = why ? "" : this.shown.size;
      this.part("problem").textContent = why;
      for (const name of ["grids", "player", "code"]) this.part(name).hidden = Boolean(why);
      this.drawWords();
      if (why) {
        this.stop();
        this.part("said").textContent = "";
        return;
      }
      state.step = Math.min(state.step, this.last);
      this.find("step").max = this.last;
      this.find("step").value = state.step;
      this.drawPicture();
      this.drawMarks();
    }

    show(names, on) {
      for (const name of names) this.root.querySelector(`[data-of="${name}"]`).hidden = !on;
    }

    write(code) {
      for (const [name, text] of Object.entries(code)) this.part(name).textContent = text;
    }
  }

  // --- one layer: windows over a grid ------------------------------------------------------------------

  class Explorer extends Panel {
    get stepName() { return "window"; }

    /** A change puts the first window back on; a stack keeps the output that it looks at. */
    get startsAgain() { return true; }

    controls() {
      return `
  ${this.main(MAIN)}${this.sliders(REST)}
  <div class="cv-columns">${this.sliders([...MAIN, ...REST], "_columns", ", columns")}</div>
  <div class="cv-choices">
    ${chooser("operation", "operation", CHOICES.operation)}
    ${chooser("pooling", "of each window, the", CHOICES.pooling)}
    ${chooser("rule", "padding rule", CHOICES.rule)}
    <span class="cv-effective"></span>
    ${box("ceil_mode", "ceil_mode")} ${box("rectangular", "rows and columns apart")} ${box("values", "values")}`;
    }

    build(parent) {
      this.left = new Grid(parent, "input", "Input");
      this.right = new Grid(parent, "output", "Output");
      this.drawings = [this.left, this.right];
    }

    count() {
      const shown = count(this.state);
      const [high, wide] = shown.counted.map((one) => one.output);
      return { ...shown, size: high === wide ? high : `${high}x${wide}` };
    }

    // The grid that is stepped through shows the window of the cell pointed at; the field shows who reads
    // (or writes) the cell.

    get stepped() { return this.shown.direct ? this.right : this.left; }

    get field() { return this.shown.direct ? this.left : this.right; }

    cursor(grid) {
      const columns = this.shown.steps[1];
      if (grid === this.stepped) return [Math.floor(this.state.step / columns), this.state.step % columns];
      return (this.place || [0, 0]).map((at, n) => Math.min(at, this.shown.field[n] - 1));
    }

    next({ shape: { rows, columns } }, [y, x], move) {
      return [within(y + move[0], rows), within(x + move[1], columns)];
    }

    choose(grid, at) {
      this.stop();
      this.pointed = { drawing: grid, at };
      if (grid === this.stepped) this.set({ step: at[0] * this.shown.steps[1] + at[1] });
      else { this.place = at; this.drawMarks(); }
    }

    drawPicture() {
      const { field, steps, axes: [rows, columns], counted } = this.shown;
      const margin = [rows.padLow, rows.padHigh, columns.padLow, columns.padHigh];
      this.field.frame({ rows: field[0], columns: field[1], margin, over: counted.map((one) => one.over) });
      this.stepped.frame({ rows: steps[0], columns: steps[1], margin: [0, 0, 0, 0], over: [0, 0] });
      this.drawUnread();
    }

    drawWords() {
      const { shown, state } = this;
      const [rows, columns] = shown.axes.map((a) => `(${a.padLow}, ${a.padHigh})`);
      this.part("effective").textContent = `padding (low, high): ${rows === columns ? rows : `${rows}, columns ${columns}`}`;
      this.show(["pad_low", "pad_high", "pad_low_columns", "pad_high_columns"], state.rule === "sides");
      this.show(["output_padding", "output_padding_columns"], state.operation === "transposed");
      this.show(["pooling", "ceil_mode"], state.operation === "pool");
      this.part("columns").hidden = !state.rectangular;
      const said = (state.rectangular ? [0, 1] : [0]).map((n) => {
        const { symbols, numbers, words } = formula(shown.direct, shown.axes[n], shown.counted[n]);
        const name = state.rectangular ? `<b>${n ? "columns" : "rows"}</b> ` : "";
        return `${n ? "" : `<p class="cv-symbols">${symbols.replace(/p_(low|high)/g, "p<sub>$1</sub>")}</p>`}<p class="cv-numbers">${name}${numbers}</p>${shown.why ? "" : `<p>${words}</p>`}`;
      });
      this.part("formula").innerHTML = said.join("");
      this.write({ keras: inKeras(state, shown.axes), pytorch: inPyTorch(state, shown.axes) });
      const { goal } = state;
      if (goal) {
        const reached = !shown.why && shown.counted.every((one) => one.output === goal);
        this.part("goal").textContent = reached ? `Goal reached: the output is ${goal}.` : `Goal: an output of ${goal}.`;
        this.part("goal").dataset.reached = reached;
      }
    }

    /** Hatches the rows and columns that no window reads. */
    drawUnread() {
      const { axes, steps, field } = this.shown;
      const unread = axes.map((a, n) => {
        const read = new Set();
        for (let j = 0; j < steps[n]; j++) for (const at of windowOf(a, j)) read.add(at);
        const found = [];
        for (let at = -a.padLow; at < field[n] + a.padHigh; at++) if (!read.has(at)) found.push(at);
        return found;
      });
      const [high, wide] = axes.map((a, n) => a.padLow + field[n] + a.padHigh);
      this.field.mark("unused", unread[0].map((y) => `M${-axes[1].padLow} ${y}h${wide}v1h${-wide}z`).join("")
        + unread[1].map((x) => `M${x} ${-axes[0].padLow}h1v${high}h-1z`).join(""));
      this.stepped.mark("unused", "");
    }

    drawMarks() {
      const { axes, steps, direct } = this.shown;
      const { pointed } = this;
      const columns = steps[1];
      const onField = pointed && pointed.drawing === this.field;
      const [y, x] = pointed && !onField ? pointed.at : [Math.floor(this.state.step / columns), this.state.step % columns];
      const window = onField ? [] : cellsOf(this.shown, y, x);
      const path = (cells) => cells.map((one) => cell(one.c, one.r)).join("");
      const readers = onField ? pointed.at.map((at, n) => readersOf(axes[n], steps[n], at)) : [[], []];
      const linked = readers[0].flatMap((r) => readers[1].map((c) => ({ r, c })));
      const done = `${y ? `M0 0h${columns}v${y}h${-columns}z` : ""}M0 ${y}h${x + 1}v1h${-x - 1}z`;
      const field = {
        window: path(window.filter((one) => one.data)),
        "window-margin": path(window.filter((one) => !one.data)),
        current: onField ? cell(pointed.at[1], pointed.at[0]) : "",
      };
      const stepped = { linked: path(linked), done: onField ? "" : done, current: onField ? "" : cell(x, y) };
      for (const name of ["window", "window-margin", "linked", "done", "current"]) {
        this.field.mark(name, field[name] || "");
        this.stepped.mark(name, stepped[name] || "");
      }
      const times = linked.length;
      const verb = direct ? "reads" : "writes to";
      this.part("said").textContent = onField
        ? `${direct ? "Input" : "Output"} (${pointed.at.join(", ")}) is ${direct ? "read" : "written"} ${times === 1 ? "once" : `${times} times`}${times && times < 10
          ? `, by ${direct ? "output" : "input"} ${list(linked.map(({ r, c }) => `(${r}, ${c})`))}` : ""}.`
        : `${direct ? "Output" : "Input"} (${y}, ${x}) ${verb} ${range("row", windowOf(axes[0], y))} and ${range("column", windowOf(axes[1], x))}.`
          + `${this.state.values && direct ? ` ${valueOf(this.state, this.shown, y, x).said}` : ""}`;
      this.drawValues(window);
    }

    /** Numbers in all cells and, small, the weights on the window. */
    drawValues(window) {
      if (!this.state.values) {
        if (this.written) { this.left.write([]); this.right.write([]); this.written = false; }
        return;
      }
      this.written = true;
      const { steps, field, direct } = this.shown;
      const numbers = ([high, wide], value) => {
        const all = [];
        for (let r = 0; r < high; r++) for (let c = 0; c < wide; c++) all.push([c, r, value(r, c)]);
        return all;
      };
      const weights = this.state.operation === "pool" ? [] : window.map((one) => [one.c, one.r, `×${one.weight}`, true]);
      if (direct) {
        this.left.write([...numbers(field, pixel), ...weights]);
        this.right.write(numbers(steps, (r, c) => valueOf(this.state, this.shown, r, c).value));
        return;
      }
      const sums = Array.from({ length: field[0] }, () => new Array(field[1]).fill(0));
      numbers(steps, (r, c) => cellsOf(this.shown, r, c).forEach((one) => {
        if (one.data) sums[one.r][one.c] += pixel(r, c) * one.weight;
      }));
      this.left.write(numbers(steps, pixel));
      this.right.write([...numbers(field, (r, c) => sums[r][c]), ...weights]);
    }
  }

  // --- a stack of layers: what an output has seen --------------------------------------------------------

  class StackExplorer extends Panel {
    get stepName() { return "output"; }

    controls() {
      const layers = { 0: "all layers" };
      for (let n = 1; n <= SLIDERS.layers[2]; n++) layers[n] = `layer ${n}`;
      return `
  ${this.main(["size"])}${this.sliders(["layers"])}
  <div class="cv-choices">${chooser("layer", "the sliders set", layers)}</div>
  ${this.main(KNOBS)}
  <div class="cv-choices">
    ${chooser("rule", "padding rule of all layers", STACK_CHOICES.rule)}`;
    }

    build(parent) {
      this.tapes = new Tapes(parent);
      this.drawings = [this.tapes];
    }

    count() {
      const { size, stack, rule } = this.state;
      const layers = countStack(size, stack, rule);
      const { c } = layers[layers.length - 1];
      return { layers, size: c.output, steps: [1, c.output], why: c.why && `Layer ${layers.length}: ${c.why}` };
    }

    /** A slider sets the chosen layer or all of them; the chosen layer, or the first, sets the sliders. */
    set(change, control) {
      let { stack } = { ...this.state, ...change };
      if (!("stack" in change)) {
        const { layer } = { ...this.state, ...change };
        stack = stack.map((values, n) => values.map((old, knob) => (
          KNOBS[knob] in change && (!layer || n === layer - 1) ? change[KNOBS[knob]] : old)));
        const { layers } = { ...this.state, ...change };
        stack = Array.from({ length: layers }, (_, n) => stack[n] || stack[stack.length - 1]);
      }
      const layers = stack.length;
      const layer = Math.min("layer" in change ? change.layer : this.state.layer, layers);
      const shown = stack[Math.max(layer - 1, 0)];
      const sliders = Object.fromEntries(KNOBS.map((name, knob) => [name, shown[knob]]));
      super.set({ ...change, ...sliders, stack, layers, layer }, control);
    }

    // A place is [tape, cell]; the output tape is the one that is stepped through.

    get top() { return this.shown.layers.length; }

    cursor() {
      const [tape, j] = this.place || [this.top, 0];
      return tape >= this.top ? [this.top, this.state.step] : [tape, within(j, this.tapes.shape[tape].size)];
    }

    next(tapes, [tape, j], [up, along]) {
      if (Math.abs(up) !== 1) return [tape, within(j + along, tapes.shape[tape].size)];
      const other = within(tape - up, this.top + 1);
      return [other, tapes.nearest(other, tapes.middle([tape, j]))];
    }

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
      const [tape, j] = this.pointed ? this.pointed.at : [top, this.state.step];
      const cone = coneOf(this.shown.layers, tape, j);
      const data = cone.map((cells, n) => cells.filter((at) => tapes.isData(n, at)));
      const marks = { window: "", "window-margin": "", unused: "", linked: "", cone: "" };
      for (let n = 0; n <= top; n++) {
        if (n < top) marks.cone += tapes.slope(n, cone[n], data[n + 1]);
        if (n > tape) marks.linked += tapes.cells(n, cone[n]);
        if (n >= tape) continue;
        marks.window += tapes.cells(n, data[n]);
        marks["window-margin"] += tapes.cells(n, cone[n].filter((at) => !tapes.isData(n, at)));
        marks.unused += tapes.cells(n, gapsIn(data[n]));
      }
      marks.current = tapes.cells(tape, [j]);
      for (const [name, d] of Object.entries(marks)) tapes.mark(name, d);
      const said = [];
      if (tape) {
        const { seen } = this.shown.layers[tape - 1];
        const from = j * seen.stride - seen.padding, gaps = gapsIn(data[0]);
        said.push(`has a receptive field of ${plural(seen.size, "cell")}, ${minus(from)} to ${minus(from + seen.size - 1)}`,
          data[0].length ? `it reads input ${between(data[0])}${gaps.length ? `, but never ${list(gaps)}` : ""}` : "it reads no input at all");
      }
      if (tape < top) said.push(`${tape ? "it " : ""}is seen by ${data[top].length ? `output ${between(data[top])}` : "no output"}`);
      const name = { 0: "Input", [top]: "Output" }[tape] || `Layer ${tape}, cell`;
      this.part("said").textContent = `${name} ${j} ${said.join("; ")}.`;
    }

    drawWords() {
      const { layers, why } = this.shown;
      const rows = layers.map(({ a, c, seen }, n) => {
        const before = n ? layers[n - 1].seen : NOTHING_YET;
        return [n + 1, a.kernel, a.stride, `(${a.padLow}, ${a.padHigh})`, a.dilation, c.why ? "–" : c.output,
          `${before.size} + ${c.span - 1} · ${before.stride} = <b>${seen.size}</b>`,
          `${before.stride} · ${a.stride} = <b>${seen.stride}</b>`,
          `${before.padding} + ${a.padLow} · ${before.stride} = <b>${seen.padding}</b>`,
          minus(-seen.padding)];
      });
      const heads = ["layer", "kernel", "stride", "padding", "dilation", "output", "field r", "stride S", "padding P", "start"];
      this.part("formula").innerHTML = `<p class="cv-symbols">r ← r + d(k − 1) · S, then P ← P + p<sub>low</sub> · S, then S ← S · s; output j sees the cells from jS − P to jS − P + r − 1</p>
<div class="cv-table" tabindex="0" role="group" aria-label="Receptive field, layer by layer"><table><thead><tr>${heads.map((one) => `<th scope="col">${one}</th>`).join("")}</tr></thead>
<tbody>${rows.map(([n, ...rest]) => `<tr><th scope="row">${n}</th>${rest.map((one) => `<td>${one}</td>`).join("")}</tr>`).join("")}</tbody></table></div>`;
      for (const choice of this.find("layer").options) choice.hidden = choice.disabled = choice.value > this.state.layers;
      if (why) return;
      const layer = { operation: "conv", rule: this.state.rule };
      const lines = (write) => layers.map(({ a }) => write(layer, [a])).join("\n");
      this.write({ keras: lines(inKeras), pytorch: lines(inPyTorch) });
    }
  }

  /** @returns {Panel} the explorer of a layer or of a stack */
  const exploring = (root, state, how) => new (state.operation === "stack" ? StackExplorer : Explorer)(root, state, how);

  /** The cells between the first and the last that are not among them. */
  function gapsIn(cells) {
    const gaps = [];
    for (let at = cells[0]; at < cells[cells.length - 1]; at++) if (!cells.includes(at)) gaps.push(at);
    return gaps;
  }

  const between = (cells) => (cells.length > 1 ? `${cells[0]} to ${cells[cells.length - 1]}` : String(cells[0]));

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
    if (number < 1 && asked.find !== "padding") return { right: false, why: `A ${SLIDERS[asked.find][0]} is at least 1.` };
    const c = directAxis(setting);
    const right = c.output === asked.output;
    const says = `With ${SLIDERS[asked.find][0]} ${number}: ${formula(true, setting, c).words}`;
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
    const explorer = exploring(root, state, {
      sliders: false,
      changed: (fresh) => {
        for (const [name, value] of Object.entries(fresh)) model.set(name, value);
        model.save_changes();
      },
    });
    for (const name of names) {
      model.on(`change:${name}`, () => {
        const change = { [name]: model.get(name) };
        if (String(explorer.state[name]) === String(change[name])) return;
        if (name === "padding") change.rule = "number";
        if (explorer.startsAgain && !["step", "values", "layer"].includes(name)) change.step = 0;
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
      const explorer = exploring(root, JSON.parse(root.dataset.state), { link });
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
    const choices = initial.operation === "stack" ? STACK_CHOICES : CHOICES;
    const isIn = (name, text) => {
      const [low, high] = limitsOf(name, initial);
      return /^\d+$/.test(text) && Number(text) >= low && Number(text) <= high;
    };
    for (const part of parts) {
      const [name, text] = part.split("=");
      if (name === "stack") {
        const all = text.split(",");
        const layers = all.length / KNOBS.length;
        if (layers > SLIDERS.layers[2] || !all.every((one, n) => isIn(KNOBS[n % KNOBS.length], one))) continue;
        if (Number.isInteger(layers)) state.stack = Array.from({ length: layers }, (_, n) => all.slice(4 * n, 4 * n + 4).map(Number));
      } else if (SLIDERS[name.replace("_columns", "")]) {
        if (isIn(name, text)) state[name] = Number(text);
      } else if (typeof initial[name] === "boolean") state[name] = text === "true";
      else if (choices[name] && text in choices[name]) state[name] = text;
    }
    return state;
  }

  return { directAxis, transposedAxis, windowOf, readersOf, paddingOf, countStack, coneOf, inKeras, inPyTorch, count, valueOf, judge, DEFAULTS, SLIDERS, MOST_OF_STACK, render, mount };
})();

if (document.querySelector("script[src*='explorer.js']")) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", convarith.mount);
  else convarith.mount();
}
