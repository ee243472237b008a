var convarith = convarith || {};

/** A layer of a network in the explorer, and back: what is changed there as arguments of the layer. */
convarith.trying = (() => {
  "use strict";
  const { paddingOf } = convarith.arithmetic;
  const { countLayer } = convarith.state;
  const { Misfit, at, axesOf } = convarith.sliding;
  const { writeShape } = convarith.network;
  const { escaped, titleOf } = convarith.results;
  const { sentence } = convarith.words;

  const DRAWN = 64; // cells along an axis that the explorer still draws
  const OPERATIONS = new Set(["pool", "transposed"]);
  /** Of these, a layer has one for each axis. */
  const EACH = /** @type {const} */ (["kernel", "stride", "dilation"]);
  /** And one for all. */
  const ONE = /** @type {const} */ (["filters", "groups", "bias", "ceil_mode"]);
  const COUNTED = /** @type {const} */ ([...EACH, "size", "pad_low", "pad_high"]);

  /** The axes of a layer, also of one that does not fit; none where it has no windows. @param {Counted} row */
  function axesIn({ layer, axes, why, from: [shape] }) {
    if (!why || !layer.kernel || layer.rank !== shape.sizes.length) return axes;
    try {
      return axesOf(layer, shape);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      return axes; // which has impossible numbers
    }
  }

  /** The rule that a layer has, if the explorer has it, too. @param {NetworkLayer} layer @param {Axis[]} axes */
  function ruleOf({ kind, padding, output_padding }, axes) {
    const keeps = kind !== "transposed" || !output_padding; // which would change what the rule makes of it
    if (keeps && (padding === "same" || padding === "valid")) return padding;
    return axes.every(({ pad_low, pad_high }) => pad_low === pad_high) ? "number" : "sides";
  }

  /** Channels in the names of the explorer: of a separable layer, of its windows. @param {Counted} row */
  function channelsOf({ layer, from: [{ channels }] }) {
    const { kind, filters = channels, groups = 1, multiplier = 1, bias = true } = layer;
    if (kind === "separable") return { channels, filters: channels * multiplier, groups: channels, bias: false };
    if (groups === "channels") return { channels, filters: channels * multiplier, groups: channels, bias };
    return { channels, filters, groups, bias };
  }

  /** What the explorer shows of a layer. @param {Counted} row @param {Axis[]} axes of rows and columns */
  function stateOf(row, axes) {
    const { layer } = row, rows = axes[0], columns = axes[axes.length - 1];
    /** @type {Change} */
    const state = { operation: OPERATIONS.has(layer.kind) ? layer.kind : "conv", rule: ruleOf(layer, axes) };
    for (const name of COUNTED) {
      state[name] = rows[name];
      state[`${name}_columns`] = columns[name];
    }
    [state.padding, state.padding_columns] = [rows.pad_low, columns.pad_low];
    state.output_padding = rows.output_padding || 0;
    state.output_padding_columns = columns.output_padding || 0;
    if (layer.pooling) state.pooling = layer.pooling;
    state.ceil_mode = Boolean(rows.ceil_mode);
    state.tape = axes.length === 1;
    state.rectangular = JSON.stringify(rows) !== JSON.stringify(columns);
    return Object.assign(state, channelsOf(row));
  }

  /**
   * What the explorer is given of a layer, and what is said over it; without a state, nothing of it can be drawn.
   * @param {Counted} row @param {number} n its number @param {Reading["framework"]} framework
   * @returns {{said: string, state: Change | null}}
   */
  function shownOf(row, n, framework) {
    const { layer, why, from: [shape] } = row, { padding_mode = "zeros" } = layer;
    const named = `Layer ${n + 1}, ${escaped(titleOf(layer))}`, arrives = writeShape(shape, framework);
    const fails = why ? `${named}, does not fit: ${arrives} arrives. ` : "";
    const axes = axesIn(row).slice(-2), largest = Math.max(...axes.map(({ size }) => size));
    if (!axes.length) {
      const nothing = layer.kernel ? "Its windows cannot be drawn over that." : "It has no windows to draw.";
      return { said: why ? `${fails}${escaped(sentence(why))} ${nothing}` : "", state: null };
    }
    const none = largest > DRAWN ? `The explorer draws up to ${DRAWN} cells; this layer has ${largest}.`
      : padding_mode !== "zeros" ? `The explorer pads with zeros; this layer has padding_mode ${padding_mode}.` : "";
    if (none) return { said: `${fails || `${named}. `}${none}`, state: null };
    const part = layer.kind === "separable" ? ", its depthwise part" : "";
    const told = why ? `${fails}${escaped(sentence(why))}` : `${named}${part}, to try things out.`;
    return { said: told, state: stateOf(row, axes) };
  }

  /**
   * The rule or the cells that a layer would say of its padding; of axes before those shown, its own.
   * @param {NetworkLayer} layer @param {State} state @param {Axis[]} axes @param {string} framework
   * @returns {Rule | Sides[]}
   */
  function paddingSaid({ kind, padding = "valid" }, { rule }, axes, framework) {
    const byName = framework === "keras" || (typeof padding === "string" && kind === "conv");
    const names = byName ? /** @type {const} */ (["valid", "same"]) : [];
    const isOf = (/** @type {string} */ name) => axes.every((axis) => (
      String(paddingOf(name, axis)) === String([axis.pad_low, axis.pad_high])));
    const named = names.find((name) => rule === name) || (kind === "transposed" ? undefined : names.find(isOf));
    return named || axes.map((axis) => /** @type {Sides} */ ([axis.pad_low, axis.pad_high]));
  }

  /**
   * The arguments that the explorer's settings mean.
   * @param {NetworkLayer} layer @param {State} state @param {Axis[]} axes @param {string} framework
   */
  function argumentsOf(layer, state, axes, framework) {
    const { kernel = [], output_padding, rank = axes.length, padding } = layer, before = rank - axes.length;
    /** All axes: those before are not in the explorer. @template T @param {T[]} own @param {T[]} shown */
    const all = (own, shown) => Array.from({ length: rank }, (_, n) => (n < before ? at(own, n) : shown[n - before]));
    /** @type {any} */
    const said = {};
    for (const name of EACH) said[name] = all(layer[name] || kernel, axes.map((axis) => axis[name]));
    const isWhole = layer.kind !== "separable" && layer.groups !== "channels"; // and not a part of two
    for (const name of isWhole ? ONE : []) said[name] = state[name];
    if (layer.kind === "transposed") {
      const byRule = output_padding === null && ["same", "valid"].includes(state.rule);
      said.output_padding = byRule ? null : all(output_padding || [0], axes.map((axis) => axis.output_padding || 0));
    }
    said.padding = paddingSaid(layer, state, axes, framework);
    if (Array.isArray(said.padding)) said.padding = all(Array.isArray(padding) ? padding : [[0, 0]], said.padding);
    return said;
  }

  /**
   * What is tried, as a change of the layer; or why it is none that its line could say.
   * @param {NetworkLayer} layer @param {any} explorer @param {string} framework
   * @returns {{change: Partial<NetworkLayer>, why: string}}
   */
  function triedIn(layer, { state, initial, shown }, framework) {
    /** @type {any} */
    const change = {}, other = (/** @type {string} */ name) => state[name] !== initial[name];
    if (other("operation") || (state.operation === "pool" && other("pooling"))) {
      return { change, why: "A different kind of layer has a different name: change it in the text." };
    }
    const own = state.tape ? 1 : 2;
    const [after, before] = [[state, shown], [initial, countLayer(initial)]].map(([one, { axes }]) => (
      argumentsOf(layer, one, axes.slice(-own), framework)));
    for (const [name, value] of Object.entries(after)) {
      if (JSON.stringify(value) !== JSON.stringify(before[name])) change[name] = value;
    }
    return { change, why: Object.keys(change).length ? "" : "Nothing in the layer is changed yet." };
  }

  return { shownOf, triedIn };
})();
