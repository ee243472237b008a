var convarith = convarith || {};

/** What can be set, and within which limits. Names are those of the traits in Python. */
convarith.state = (() => {
  "use strict";
  const { countAxis, outputPaddingOf, paddingOf, refusalOf } = convarith.arithmetic;

  /** @typedef {{label: string, low: number, high: number, usual: number, term?: string}} Slider */

  /** @type {Record<string, Slider>} */
  const SLIDERS = {
    size: { label: "input size", low: 1, high: 32, usual: 7, term: "input" },
    kernel: { label: "kernel", low: 1, high: 9, usual: 3, term: "span" },
    stride: { label: "stride", low: 1, high: 6, usual: 1, term: "stride" },
    padding: { label: "padding", low: 0, high: 8, usual: 0, term: "low" },
    dilation: { label: "dilation", low: 1, high: 4, usual: 1, term: "span" },
    pad_low: { label: "low side", low: 0, high: 8, usual: 0, term: "low" },
    pad_high: { label: "high side", low: 0, high: 8, usual: 0, term: "high" },
    output_padding: { label: "output padding", low: 0, high: 5, usual: 0, term: "rest" },
    channels: { label: "channels", low: 1, high: 65536, usual: 1 },
    filters: { label: "filters", low: 1, high: 65536, usual: 1 },
    groups: { label: "groups", low: 1, high: 65536, usual: 1 },
    batch: { label: "batch", low: 1, high: 65536, usual: 1 },
    bytes: { label: "bytes per number", low: 1, high: 8, usual: 4 },
    layers: { label: "layers", low: 1, high: 8, usual: 1 },
    layer: { label: "layer", low: 0, high: 8, usual: 0 },
    step: { label: "step", low: 0, high: Number.MAX_SAFE_INTEGER, usual: 0 },
  };
  /** Of a stack, sliders that go further. @type {Record<string, number>} */
  const STACK_HIGH = { dilation: 16 };
  const LAYER_CONTROLS = ["kernel", "stride", "padding", "dilation"];
  const CONTROLS = ["size", ...LAYER_CONTROLS];
  const SIDES = ["pad_low", "pad_high", "output_padding"];
  const COSTS = ["channels", "filters", "groups", "batch", "bytes"];
  /** @type {Record<string, Record<string, string>>} */
  const CHOICES = {
    operation: { conv: "Convolution", pool: "Pooling", transposed: "Transposed" },
    rule: { number: "in numbers", valid: "valid", same: "same", full: "full", sides: "each side on its own" },
    pooling: { max: "maximum", average: "average of the data", average_padded: "average with the padding" },
    weights: {
      mixed: "−1, 0, 1", identity: "identity", blur: "blur", sharpen: "sharpen", edge: "edge", own: "your own",
    },
    way: { scatter: "stamps", gather: "windows" },
  };
  /** @type {Record<string, Record<string, string>>} */
  const STACK_CHOICES = { rule: { number: "in numbers", same: "same", causal: "causal" } };
  /** What a layer of a stack may be. @type {Record<string, string>} */
  const KINDS = { conv: "conv", max: "max pool", average: "average pool", average_padded: "average pool with padding" };

  /** @type {State} */
  const DEFAULTS = {
    operation: "conv", rule: "number", rectangular: false, pooling: "max", ceil_mode: false, values: false,
    weights: "mixed", own: [], way: "scatter", tape: false, against: "", controls: [], cost: false, bias: true,
    goal: 0, stack: [], kinds: [],
  };
  for (const [name, { usual }] of Object.entries(SLIDERS)) DEFAULTS[name] = usual;
  for (const name of [...CONTROLS, ...SIDES]) DEFAULTS[`${name}_columns`] = DEFAULTS[name];

  /**
   * The limits of a control; what was asked for in Python may lie above the usual ones.
   * @param {string} name @param {State} initial @returns {[number, number]}
   */
  function limitsOf(name, initial) {
    const ofRows = name.replace("_columns", "");
    const { low, high } = SLIDERS[ofRows];
    const usual = (initial.operation === "stack" && STACK_HIGH[ofRows]) || high;
    const inStack = initial.stack.map((/** @type {number[]} */ layer) => layer[LAYER_CONTROLS.indexOf(ofRows)] || 0);
    return [low, Math.max(usual, initial[name] || 0, ...inStack)];
  }

  /** The axis of the rows or, where they are apart, of the columns. @param {State} state @returns {Axis} */
  function axisOf(state, columns = false) {
    const end = columns && state.rectangular ? "_columns" : "";
    const read = Object.fromEntries([...CONTROLS, ...SIDES].map((name) => [name, state[name + end]]));
    const { operation, rule } = state;
    const given = /** @type {any} */ ({ operation, ...read });
    const { size, kernel, stride, dilation } = given;
    const [pad_low, pad_high] = paddingOf(rule, given);
    const output_padding = outputPaddingOf(rule, given);
    const ceil_mode = operation === "pool" && state.ceil_mode;
    return { operation, size, kernel, stride, dilation, pad_low, pad_high, output_padding, ceil_mode };
  }

  /** The axis that a tape has beside its own: one cell, one window. @type {Axis} */
  const ONE_CELL = { size: 1, kernel: 1, stride: 1, dilation: 1, pad_low: 0, pad_high: 0, output_padding: 0 };

  /** Everything that is drawn and said of one layer. @param {State} state @returns {LayerCount} */
  function countLayer(state) {
    const direct = state.operation !== "transposed";
    const axes = state.tape ? [{ ...ONE_CELL, operation: state.operation }, axisOf(state)]
      : [axisOf(state), axisOf(state, true)];
    const counts = axes.map((axis) => {
      const count = countAxis(axis), why = refusalOf(state.rule, axis);
      return why ? { ...count, output: 0, why } : count;
    });
    const sizes = axes.map((axis) => axis.size), outputs = counts.map((count) => count.output);
    const why = (counts.find((count) => count.why) || { why: "" }).why;
    return { direct, axes, counts, why, tape: direct ? sizes : outputs, steps: direct ? outputs : sizes };
  }

  return {
    SLIDERS, STACK_HIGH, LAYER_CONTROLS, CONTROLS, SIDES, COSTS, CHOICES, STACK_CHOICES, KINDS, DEFAULTS,
    limitsOf, axisOf, countLayer,
  };
})();
