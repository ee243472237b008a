var convarith = convarith || {};

/** A layer as ONNX nodes: tests hold it equal with `in_onnx`. */
convarith.onnx = (() => {
  "use strict";
  const { call, groupsOf, listed, numbersOf, padsOf, paddingCounts } = convarith.emit;

  /** @type {Record<string, string>} */
  const AUTO_PAD = { same: '"SAME_UPPER"', same_lower: '"SAME_LOWER"' };

  /** A list as an attribute takes it, "" where all are as usual. @param {number[]} values */
  const numbers = (values, usual = 1) => (values.every((value) => value === usual) ? "" : listed(values));
  /** All low ends, then all high ends. @param {number[][]} pads */
  const ends = (pads) => numbers([...pads.map(([low]) => low), ...pads.map(([, high]) => high)], 0);

  /** @param {string} operator @param {Coded} layer @param {Record<string, string>} options */
  function node(operator, layer, options) {
    const { x, y, end } = layer.names;
    const inputs = layer.operation === "pool" ? [x] : [x, `w${end}`, ...(layer.bias ? [`b${end}`] : [])];
    const given = [`"${operator}"`, listed(inputs.map((name) => `"${name}"`)), `["${y}"]`];
    const attributes = {
      kernel_shape: listed(numbersOf(layer, "kernel")),
      strides: numbers(numbersOf(layer, "stride")),
      dilations: numbers(numbersOf(layer, "dilation")),
      group: groupsOf(layer),
    };
    return call("helper.make_node", given, { ...attributes, ...options });
  }

  /** The padding: a word where ONNX Runtime takes it, else numbers with a note on why. @param {Coded} layer */
  function paddingOf(layer) {
    const { axes, operation, rule } = layer, word = AUTO_PAD[rule], pads = { pads: ends(padsOf(layer)) };
    /** @type {(note: string, options: Record<string, string>) => {notes: string[], options: Record<string, string>}} */
    const said = (note, options) => ({ notes: note ? [note] : [], options });
    if (!word) return said("", pads);
    if (axes.some((axis) => axis.dilation > 1)) {
      const [verb, how] = operation === "pool" ? ["ignores dilation with", ""] : ["refuses", " with dilation"];
      return said(`ONNX Runtime ${verb} auto_pad=${word}${how}: hence pads, all low ends first.`, pads);
    }
    if (axes.some((axis) => axis.stride > axis.kernel)) {
      return said(`ONNX Runtime refuses auto_pad=${word} with gaps between windows: hence pads.`, pads);
    }
    return said("", { auto_pad: word });
  }

  /** @param {Coded} layer @returns {Written} */
  function conv(layer) {
    const { notes, options } = paddingOf(layer);
    return { notes, calls: [node("Conv", layer, options)] };
  }

  /** @param {Coded} layer @returns {Written | string} */
  function transposed(layer) {
    const cuts = layer.axes.map(cutsOf), large = layer.axes.find((_, n) => cuts[n].high < 0);
    if (large) {
      return "ONNX Runtime has no such layer: its output_padding is smaller than the stride "
        + `${large.stride}, but here it is ${large.output_padding}.`;
    }
    const pads = ends(cuts.map(({ low, high }) => [low, high]));
    const notes = pads ? ["Here pads are cells cut off, all low ends first."] : [];
    const output_padding = numbers(cuts.map(({ extra }) => extra), 0);
    return { notes, calls: [node("ConvTranspose", layer, { pads, output_padding })] };
  }

  /** What is cut off and added, with less of both where so much cannot be added. @param {Axis} axis */
  function cutsOf({ stride, pad_low: low, pad_high: high, output_padding: extra = 0 }) {
    return extra < stride ? { low, high, extra } : { low, high: high - extra, extra: 0 };
  }

  /** @param {Coded} layer @returns {Written | string} */
  function pool(layer) {
    const { axes, pooling } = layer, isMax = pooling === "max";
    const wide = axes.find((axis) => Math.max(axis.pad_low, axis.pad_high) >= axis.kernel);
    if (wide) {
      return `ONNX Runtime has no such layer: it pads a pool by less than its kernel ${wide.kernel}, `
        + `but here it is (${wide.pad_low}, ${wide.pad_high}).`;
    }
    const { notes, options } = axes[0].ceil_mode
      ? { notes: [], options: { pads: ends(padsOf(layer)), ceil_mode: "1" } } : paddingOf(layer);
    const gaps = !isMax && axes.some((axis) => axis.dilation > 1);
    const count_include_pad = paddingCounts(layer) ? "1" : "";
    return {
      notes: [...notes, ...(gaps ? ["AveragePool has dilations since opset 19."] : [])],
      calls: [node(isMax ? "MaxPool" : "AveragePool", layer, { ...options, count_include_pad })],
    };
  }

  /** @type {Framework} */
  const framework = {
    title: "ONNX",
    writers: { conv, transposed, pool },
    statement: (made) => `${made},`,
    frame: (code) => `nodes = [\n${code.replace(/^/gm, "    ")}\n]`,
  };
  return framework;
})();
