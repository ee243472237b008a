var convarith = convarith || {};

/** What would mend a network that does not fit: every proposal has been counted again. */
convarith.fixes = (() => {
  "use strict";
  const { countNetwork, writeShape } = convarith.network;

  const NEAR = 32; // cells up and down in which other input sizes are tried
  const MOST = 3; // sizes that are named

  /** @typedef {Pick<Reading, "layers"|"framework"> & {input: Shape}} Network */
  /** @typedef {{text: string, input?: Shape}} Fix */

  /** What the source calls the channels of the input. @param {NetworkLayer} layer */
  const wordFor = ({ kind }) => (kind === "dense" ? "in_features" : kind === "norm" ? "num_features" : "in_channels");

  /** How far a network gets: the number of its first layer that does not fit. @param {Network} network */
  function reach(network) {
    const { rows, misfit } = countNetwork(network, { fields: false });
    return misfit ? rows.length - 1 : Infinity;
  }

  /**
   * The network with something else in one layer.
   * @param {Network} network @param {number} n @param {Partial<NetworkLayer>} change
   */
  const changed = (network, n, change) => ({
    ...network, layers: network.layers.map((layer, m) => (m === n ? { ...layer, ...change } : layer)),
  });

  /**
   * The network at another size, the same number of cells more or less along every axis.
   * @param {Network} network @param {number} more
   */
  const resized = (network, more) => ({
    ...network, input: { ...network.input, sizes: network.input.sizes.map((size) => size + more) },
  });

  /** Changes of size, the nearest first, that leave at least one cell. @param {Shape} input */
  function steps({ sizes }) {
    if (!sizes.length) return [];
    const least = 1 - Math.min(...sizes);
    return Array.from({ length: NEAR }, (_, n) => [-n - 1, n + 1]).flat().filter((more) => more >= least);
  }

  /**
   * What would mend the first layer that does not fit.
   * @param {Network} network @param {NetworkCount} count @returns {Fix[]}
   */
  function fixesOf(network, { rows, misfit }) {
    if (!misfit) return [];
    const n = rows.length - 1, { layer } = misfit;
    const helps = (/** @type {Partial<NetworkLayer>} */ change) => reach(changed(network, n, change)) > n;
    return [...channelsThatFit(layer, misfit, helps), ...windowsThatFit(layer, helps), ...sizesThatFit(network)];
  }

  /** @param {NetworkLayer} layer @param {Counted} misfit @param {(change: any) => boolean} helps @returns {Fix[]} */
  function channelsThatFit(layer, { from }, helps) {
    const [{ channels, sizes }] = from;
    const last = layer.along === "last" && sizes.length ? sizes[sizes.length - 1] : channels;
    if (layer.target && layer.kind === "flatten") {
      const all = sizes.reduce((one, other) => one * other, channels);
      return helps({ target: [all] }) ? [{ text: `${all} in place of ${layer.target[0]}` }] : [];
    }
    if (!layer.channels || layer.channels === last || !helps({ channels: last })) return [];
    return [{ text: `${wordFor(layer)}=${last} in place of ${layer.channels}` }];
  }

  /** @param {NetworkLayer} layer @param {(change: any) => boolean} helps @returns {Fix[]} */
  function windowsThatFit({ kernel, padding, kind }, helps) {
    /** @type {Fix[]} */
    const fixes = [];
    if (!kernel || kind === "transposed" || padding === "same" || padding === "causal") return fixes;
    const smaller = [...Array(Math.max(...kernel)).keys()].reverse().find((size) => (
      size && helps({ kernel: kernel.map((one) => Math.min(one, size)) })));
    if (smaller) fixes.push({ text: `a kernel of ${smaller} at most` });
    const sides = Array.isArray(padding) ? padding : kernel.map(() => /** @type {Sides} */ ([0, 0]));
    const more = [...Array(Math.max(...kernel)).keys()].find((cells) => (
      cells && helps({ padding: sides.map(([low, high]) => [low + cells, high + cells]) })));
    const before = Math.max(...sides.flat());
    if (more) fixes.push({ text: `a padding of ${before + more} at least, on both sides` });
    return fixes;
  }

  /** The nearest sizes at which all layers fit, one smaller and one larger. @param {Network} network */
  function sizesThatFit(network) {
    const all = steps(network.input);
    const nearest = [-1, 1].map((sign) => (
      all.find((more) => Math.sign(more) === sign && reach(resized(network, more)) === Infinity)));
    return nearest.flatMap((more) => {
      if (more === undefined) return [];
      const { input } = resized(network, more);
      return [{ text: `an input of ${writeShape(input, network.framework)}, where all layers fit`, input }];
    });
  }

  /**
   * The nearest input sizes at which no layer leaves cells unused.
   * @param {Network} network @param {NetworkCount} count
   */
  function sizesNear(network, count) {
    /** @param {NetworkCount} one */
    const divides = ({ rows, misfit }) => !misfit && rows.every(({ counts }) => counts.every(({ unused }) => !unused));
    if (divides(count)) return [];
    const at = (/** @type {number} */ more) => countNetwork(resized(network, more), { fields: false });
    /** @type {number[]} */
    const near = [];
    for (const more of steps(network.input)) {
      if (near.length === MOST) break;
      if (divides(at(more))) near.push(more);
    }
    const inputs = near.sort((one, other) => one - other).map((more) => resized(network, more).input);
    return inputs.map((input) => writeShape(input, network.framework));
  }

  return { fixesOf, sizesNear };
})();
