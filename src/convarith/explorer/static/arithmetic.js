var convarith = convarith || {};

/** The windows and stamps of an axis, as `Axis` and `TransposedAxis` count them: tests hold the two equal. */
convarith.arithmetic = (() => {
  "use strict";
  const { plural } = convarith.words;

  /** The field of a stack without layers: each cell sees itself. @type {Field} */
  const NO_LAYERS = { size: 1, stride: 1, padding: 0 };

  /** @param {Axis} axis @returns {Count} */
  const countAxis = (axis) => (axis.operation === "transposed" ? countStamps : countWindows)(axis);

  /** @param {Axis} axis @returns {Count} */
  function countWindows({ size, kernel, stride, dilation, pad_low, pad_high, ceil_mode }) {
    const span = dilation * (kernel - 1) + 1;
    const padded = size + pad_low + pad_high;
    const room = padded - span;
    const steps = Math[ceil_mode ? "ceil" : "floor"](room / stride);
    // PyTorch's rule: no window starts past the input and the low padding.
    const dropped = ceil_mode && steps * stride >= size + pad_low;
    const output = steps + (dropped ? 0 : 1);
    if (output < 1) {
      const gaps = dilation > 1 ? ` with dilation ${dilation}` : "";
      const why = `kernel ${kernel}${gaps} spans ${plural(span, "cell")}, but the padded axis has ${padded}`;
      return { span, room, steps, output: 0, unused: 0, overhang: 0, why };
    }
    const left = room - (output - 1) * stride;
    return { span, room, steps, output, unused: Math.max(left, 0), overhang: Math.max(-left, 0), why: "" };
  }

  /** @param {Axis} axis @returns {Count} */
  function countStamps({ size, kernel, stride, dilation, pad_low, pad_high, output_padding = 0 }) {
    const span = dilation * (kernel - 1) + 1;
    const room = stride * (size - 1) + span + output_padding;
    const output = room - pad_low - pad_high;
    let why = "";
    if (output_padding >= Math.max(stride, dilation)) { // PyTorch's limit
      const either = dilation > 1 ? ` or the dilation ${dilation}` : "";
      why = `output_padding must be smaller than the stride ${stride}${either}, but is ${output_padding}`;
    } else if (output < 1) {
      why = `the padding cuts ${pad_low} + ${pad_high} cells off an output that has ${room}`;
    }
    return { span, room, steps: size - 1, output: why ? 0 : output, unused: 0, overhang: 0, why };
  }

  /** The cells of window or stamp number j. @param {Axis} axis @param {number} j */
  function windowOf({ kernel, stride, dilation, pad_low }, j) {
    return Array.from({ length: kernel }, (_, n) => j * stride - pad_low + n * dilation);
  }

  /** The windows or stamps that a cell is in. @param {Axis} axis @param {number} count @param {number} cell */
  function readersOf(axis, count, cell) {
    const readers = [];
    for (let j = 0; j < count; j++) if (windowOf(axis, j).includes(cell)) readers.push(j);
    return readers;
  }

  /**
   * Whether a rule fixes the output size of a transposed layer, and so its output padding, as in Keras.
   * @param {string} rule @param {Axis} axis
   */
  const isOfKeras = (rule, { operation }) => operation === "transposed" && (rule === "valid" || rule === "same");

  /**
   * The padding (low, high) that a rule gives.
   * @param {string} rule @param {Axis & {padding?: number}} axis @returns {[number, number]}
   */
  function paddingOf(rule, { operation, size, kernel, stride, dilation, padding = 0, pad_low, pad_high }) {
    const span = dilation * (kernel - 1) + 1;
    if (rule === "valid") return [0, 0];
    if (rule === "full") return [span - 1, span - 1];
    if (rule === "causal") return [span - 1, 0];
    if (rule === "sides") return [pad_low, pad_high];
    if (rule === "same") {
      // What stamps make is as if the direct layer, which leads back, had that output size.
      const direct = operation === "transposed" ? size * stride : size;
      const total = Math.max((Math.ceil(direct / stride) - 1) * stride + span - direct, 0);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    }
    return [padding, padding];
  }

  /**
   * The output padding: by Keras's rules, whatever a stride has more cells than a stamp.
   * @param {string} rule @param {Axis} axis
   */
  function outputPaddingOf(rule, axis) {
    if (axis.operation !== "transposed") return 0;
    if (!isOfKeras(rule, axis)) return axis.output_padding || 0;
    return Math.max(axis.stride - (axis.dilation * (axis.kernel - 1) + 1), 0);
  }

  /** Why Keras, whose rule it is, has no such layer, or "". @param {string} rule @param {Axis} axis */
  function refusalOf(rule, axis) {
    const { stride, dilation } = axis;
    if (!isOfKeras(rule, axis) || stride === 1 || dilation === 1) return "";
    return `Keras has no stride together with dilation, but they are ${stride} and ${dilation}`;
  }

  /**
   * A stack of layers, counted up to the first that does not fit.
   * @param {number} size @param {number[][]} stack of each layer kernel, stride, padding, dilation
   * @param {string} rule @returns {Layer[]}
   */
  function countStack(size, stack, rule) {
    const layers = [];
    let field = NO_LAYERS;
    for (const [kernel, stride, padding, dilation] of stack) {
      const axis = { size, kernel, stride, padding, dilation, pad_low: 0, pad_high: 0 };
      [axis.pad_low, axis.pad_high] = paddingOf(rule, axis);
      const count = countWindows(axis);
      field = {
        size: field.size + (count.span - 1) * field.stride,
        stride: field.stride * stride,
        padding: field.padding + axis.pad_low * field.stride,
      };
      layers.push({ axis, count, field });
      if (count.why) break;
      size = count.output;
    }
    return layers;
  }

  /**
   * The cells of each tape that a cell depends on, further down, or that depend on it, further up. Padding
   * is among them where it is read; it depends on nothing.
   * @param {Layer[]} layers @param {number} tape 0 for the input @param {number} cell
   * @returns {number[][]}
   */
  function coneOf(layers, tape, cell) {
    /** @type {number[][]} */
    const tapes = [];
    /** @param {number[]} cells */
    const sorted = (cells) => [...new Set(cells)].sort((one, other) => one - other);
    tapes[tape] = [cell];
    for (let n = tape; n > 0; n--) {
      const { axis, count } = layers[n - 1];
      const real = tapes[n].filter((j) => j >= 0 && j < count.output);
      tapes[n - 1] = sorted(real.flatMap((j) => windowOf(axis, j)));
    }
    for (let n = tape; n < layers.length; n++) {
      const { axis, count } = layers[n];
      tapes[n + 1] = sorted(tapes[n].flatMap((at) => readersOf(axis, count.output, at)));
    }
    return tapes;
  }

  /**
   * The cells of a tape and its padding that no window, or stamp, has.
   * @param {Axis} axis @param {number} steps windows or stamps @param {number} tape cells that they move over
   */
  function unreadOf(axis, steps, tape) {
    const [low, high] = [axis.pad_low, axis.pad_high].map((cells) => Math.max(cells, 0));
    const read = new Set(Array.from({ length: steps }, (_, j) => windowOf(axis, j)).flat());
    return Array.from({ length: low + tape + high }, (_, n) => n - low).filter((at) => !read.has(at));
  }

  return {
    NO_LAYERS, countAxis, windowOf, readersOf, unreadOf, isOfKeras, paddingOf, outputPaddingOf, refusalOf,
    countStack, coneOf,
  };
})();
