var convarith = convarith || {};

/** A network, counted layer by layer up to the first that does not fit. */
convarith.network = (() => {
  "use strict";
  const { Misfit, checkNumbers } = convarith.sliding;
  const { effectOf, numbersOf } = convarith.kinds;
  const { ofInput, merge, said } = convarith.fields;

  const BYTES = 4; // of a number
  const TOTALS = /** @type {const} */ (["parameters", "fixed", "macs", "activations", "bytes", "weight_bytes"]);

  /** @typedef {{shape: Shape, sights: Sight[], doubt: string}} Output */

  /**
   * A shape in the order of its framework, the batch left out.
   * @param {Shape} shape @param {Reading["framework"]} framework
   */
  function writeShape({ channels, sizes }, framework) {
    return (framework === "keras" ? [...sizes, channels] : [channels, ...sizes]).join(" × ");
  }

  /** The layers that one reads. @param {NetworkLayer[]} layers @param {number} n */
  const readBy = (layers, n) => layers[n].reads || [n - 1];

  /**
   * @param {Network} network
   * @param {{fields?: boolean}} options without fields, which take most of the time
   * @returns {NetworkCount}
   */
  function countNetwork({ layers, framework, input }, { fields = true } = {}) {
    /** @type {Output[]} */
    const outputs = [];
    const first = { shape: input, sights: fields ? input.sizes.map(ofInput) : [], doubt: "" };
    /** @type {Counted[]} */
    const rows = [];
    const write = (/** @type {Shape} */ shape) => writeShape(shape, framework);
    for (const [n, layer] of layers.entries()) {
      const read = readBy(layers, n).map((number) => (number < 0 ? first : outputs[number]));
      const { row, output } = countLayer(layer, read, framework, write, input.sizes);
      rows.push(row);
      outputs.push(output);
      if (row.why) break;
    }
    const totals = Object.fromEntries(TOTALS.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]));
    const last = rows[rows.length - 1];
    return { rows, totals: /** @type {NetworkCount["totals"]} */ (totals), misfit: last && last.why ? last : null };
  }

  /**
   * @param {NetworkLayer} layer @param {Output[]} read @param {string} framework @param {Arriving["write"]} write
   * @param {number[]} cells of the input
   */
  function countLayer(layer, read, framework, write, cells) {
    const { doubt } = read.find((one) => one.doubt) || { doubt: "" };
    const shapes = read.map(({ shape }) => shape);
    const from = doubt && layer.channels ? shapes.map((shape) => believed(layer, shape)) : shapes;
    /** @type {Counted} */
    const row = {
      layer, from, to: { channels: 0, sizes: [] }, axes: [], counts: [], parameters: 0, fixed: 0, macs: 0,
      activations: 0, bytes: 0, weight_bytes: 0, fields: [], why: "", doubt,
    };
    /** @type {Effect} */
    let effect;
    try {
      effect = effectOf(layer, { shapes: from, shape: from[0], framework, write });
      checkSize(effect);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      row.why = error.message;
      return { row, output: read[0] };
    }
    const { to, axes = [], counts = [], parameters = 0, fixed = 0, macs = 0, hands, see } = effect;
    const own = layer.shares === undefined;
    Object.assign(row, { to, axes, counts, macs, activations: hands ? 0 : numbersOf(to) });
    if (own) Object.assign(row, { parameters, fixed });
    row.bytes = BYTES * row.activations;
    row.weight_bytes = BYTES * (row.parameters + row.fixed);
    const merged = read[0].sights.map((_, n) => merge(read.map(({ sights }) => sights[n])));
    const sights = see(merged);
    row.fields = sights.map((sight, n) => said(sight, cells[n]));
    const unknown = layer.kind === "unknown" ? `what ${layer.type} in line ${layer.line} does is not known` : doubt;
    return { row, output: { shape: to, sights, doubt: unknown } };
  }

  /**
   * What arrives, where that is in doubt: as many channels as the layer says.
   * @param {NetworkLayer} layer @param {Shape} shape
   */
  function believed({ kind, channels, along }, shape) {
    if (kind === "dense" && along === "last") return { channels: channels || 0, sizes: [] };
    return { ...shape, channels: channels || 0 };
  }

  /** Refuses what is not counted exactly. @param {Effect} effect */
  function checkSize({ to, parameters = 0, macs = 0 }) {
    checkNumbers("a size", to.sizes);
    const largest = Math.max(parameters, macs, numbersOf(to));
    if (largest > Number.MAX_SAFE_INTEGER) {
      throw new Misfit(`counts to ${largest}, but ${Number.MAX_SAFE_INTEGER} is the most that is exact here`);
    }
  }

  return { countNetwork, writeShape, readBy };
})();
