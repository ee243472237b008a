var convarith = convarith || {};

/** Shapes as they are typed, and the layer that the explorer shows. */
convarith.inputs = (() => {
  "use strict";
  const { writeShape } = convarith.network;

  /** @typedef {Reading["framework"]} Framework_ */

  /** "3, 224, 224" as a shape. @param {string} text @param {Framework_} framework @returns {Shape | null} */
  function readInput(text, framework) {
    if (!/^\s*\d{1,6}(\s*[,x×\s]\s*\d{1,6}){0,3}\s*$/.test(text)) return null;
    const numbers = text.trim().split(/[,x×\s]+/).map(Number);
    if (numbers.some((number) => number < 1)) return null;
    const [first, ...others] = numbers, last = numbers[numbers.length - 1];
    return framework === "keras" ? { channels: last, sizes: numbers.slice(0, -1) } : { channels: first, sizes: others };
  }

  /** A shape as it is typed. @param {Shape} shape @param {Framework_} framework */
  const typedAs = (shape, framework) => writeShape(shape, framework).replaceAll(" × ", ", ");

  /** What a network is usually given, where nothing says it. @param {Reading} reading @returns {Shape} */
  function usualInput({ layers, framework }) {
    const first = layers.find((layer) => layer.rank || layer.kind === "dense");
    const channels = (first && first.channels) || (framework === "keras" && first?.rank !== 1 ? 3 : 1);
    if (first && first.kind === "dense") return { channels, sizes: [] };
    const sizes = [[224], [224, 224], [16, 112, 112]][(first?.rank || 2) - 1];
    return { channels, sizes };
  }

  /** What the explorer shows of a layer. @param {NetworkLayer} layer @param {Axis[]} axes @returns {Change} */
  function stateOf(layer, axes) {
    const rows = axes[0], columns = axes[axes.length - 1];
    const names = /** @type {const} */ (["size", "kernel", "stride", "dilation", "pad_low", "pad_high"]);
    /** @type {Change} */
    const state = { operation: ["pool", "transposed"].includes(layer.kind) ? layer.kind : "conv", rule: "sides" };
    for (const name of names) {
      state[name] = rows[name];
      state[`${name}_columns`] = columns[name];
    }
    state.output_padding = rows.output_padding || 0;
    state.output_padding_columns = columns.output_padding || 0;
    if (layer.pooling) state.pooling = layer.pooling;
    state.ceil_mode = Boolean(rows.ceil_mode);
    state.tape = axes.length === 1;
    state.rectangular = JSON.stringify(rows) !== JSON.stringify(columns);
    return state;
  }

  return { readInput, typedAs, usualInput, stateOf };
})();
