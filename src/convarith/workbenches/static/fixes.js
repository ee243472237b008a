var convarith = convarith || {};

/** What would mend a network that does not fit: every proposal has been counted again. */
convarith.fixes = (() => {
  "use strict";
  const { shared } = convarith.emit;
  const { at, product } = convarith.sliding;
  const { countNetwork, readBy, writeShape } = convarith.network;

  const FARTHEST = 256; // cells up and down in which other sizes are tried
  const PATIENCE = 6000; // layers that are counted for it, at most
  const MOST = 3; // sizes that are named

  /** The number of the first layer that does not fit, or of all layers. @param {Network} network */
  function reach(network) {
    const { rows, misfit } = countNetwork(network, { fields: false });
    return misfit ? rows.length - 1 : rows.length;
  }

  /**
   * The network with some layers changed.
   * @param {Network} network @param {Map<number, Partial<NetworkLayer>>} changes
   */
  function changed(network, changes) {
    return { ...network, layers: network.layers.map((layer, n) => Object.assign({}, layer, changes.get(n))) };
  }

  /** The network with a flatten before a layer. @param {Network} network @param {number} n */
  function flattened(network, n) {
    const { layers } = network, read = readBy(layers, n);
    /** @type {NetworkLayer} */
    const flatten = { kind: "flatten", type: "Flatten", name: "", line: layers[n].line, reads: read };
    const moved = (/** @type {number} */ number) => (number < n ? number : number + 1);
    const after = layers.slice(n).map((layer, m) => {
      const { shares } = layer, reads = m ? readBy(layers, n + m).map(moved) : [n];
      return Object.assign({}, layer, { reads }, shares === undefined ? {} : { shares: moved(shares) });
    });
    return { ...network, layers: [...layers.slice(0, n), flatten, ...after] };
  }

  /** @param {Network} network @param {number} more cells along every axis */
  function resized(network, more) {
    const { input } = network;
    return { ...network, input: { ...input, sizes: input.sizes.map((size) => size + more) } };
  }

  /** Changes of size, the nearest first, that leave at least one cell. @param {Network} network */
  function steps({ input: { sizes }, layers }) {
    if (!sizes.length) return [];
    const far = Math.min(FARTHEST, Math.floor(PATIENCE / layers.length / 2)), least = 1 - Math.min(...sizes);
    return Array.from({ length: far }, (_, n) => [-n - 1, n + 1]).flat().filter((more) => more >= least);
  }

  /**
   * What would mend the first layer that does not fit.
   * @param {Network} network @param {NetworkCount} count @returns {Fix[]}
   */
  function fixesOf(network, { rows, misfit }) {
    if (!misfit) return [];
    const n = rows.length - 1, { layer, from: [shape] } = misfit;
    const tried = [...ofChannels(network, n, shape), ...ofGroups(network, n, shape), ...ofPadding(network, n)];
    if (layer.kernel) tried.push(...ofWindows(network, n));
    /** @type {Fix[]} */
    const good = [];
    const found = new Set();
    for (const { of, text, network: mended, inserted = 0, input } of tried) {
      const far = found.has(of) ? 0 : reach(mended); // the nearest of a kind is enough
      if (far <= n + inserted) continue;
      found.add(of);
      good.push({ text, network: mended, fits: far === mended.layers.length, ...(input && { input }) });
    }
    return [...good, ...sizesThatFit(network)];
  }

  /** The input with its channels at the other end. @param {Network} network @returns {Tried[]} */
  function ofOrder(network) {
    const { input: { channels, sizes }, framework } = network;
    if (sizes.length < 2) return []; // where both orders are alike
    const keras = framework === "keras", all = keras ? [...sizes, channels] : [channels, ...sizes];
    const input = keras ? { channels: all[0], sizes: all.slice(1) }
      : { channels: all[all.length - 1], sizes: all.slice(0, -1) };
    const text = `an input of ${writeShape(input, framework)}, as the channels come ${keras ? "last" : "first"} here`;
    return [{ of: "order", text, network: { ...network, input }, input }];
  }

  /**
   * Numbers that are not those that arrive.
   * @param {Network} network @param {number} n @param {Shape} shape @returns {Tried[]}
   */
  function ofChannels(network, n, { channels, sizes }) {
    const { layers } = network, layer = layers[n], arrive = channels * product(sizes);
    if (layer.kind === "flatten" && layer.target) {
      const next = layers[n + 1], both = new Map([[n, /** @type {Partial<NetworkLayer>} */ ({ target: [arrive] })]]);
      if (next && next.kind === "dense" && next.channels) both.set(n + 1, { channels: arrive });
      const text = `${arrive} in place of ${layer.target[0]} in line ${layer.line}`;
      return [{ of: "target", text, network: changed(network, both) }];
    }
    if (!layer.channels) return [];
    const dense = layer.kind === "dense", was = `in place of ${layer.channels}`;
    const name = dense ? "in_features" : layer.kind === "norm" ? "num_features" : "in_channels";
    if (dense && sizes.length) {
      const text = layer.channels === arrive ? "" : ` and ${name}=${arrive} ${was} in line ${layer.line}`;
      const mended = changed(flattened(network, n), new Map([[n + 1, { channels: arrive }]]));
      return [{ of: "flatten", text: `a flatten before it${text}`, network: mended, inserted: 1 }];
    }
    const own = changed(network, new Map([[n, { channels }]])), before = madeBy(layers, n);
    const found = before < 0 ? ofOrder(network) : [];
    found.push({ of: name, text: `${name}=${channels} ${was} in line ${layer.line}`, network: own });
    if (before >= 0) {
      const { kind, line, filters } = layers[before], outward = kind === "dense" ? "out_features" : "out_channels";
      const text = `${outward}=${layer.channels} in place of ${filters} in line ${line}`;
      found.push({ of: outward, text, network: changed(network, new Map([[before, { filters: layer.channels }]])) });
    }
    return found;
  }

  /** The layer that makes the channels that a layer reads, or -1. @param {NetworkLayer[]} layers @param {number} n */
  function madeBy(layers, n) {
    let [before] = readBy(layers, n);
    while (before >= 0 && !layers[before].filters) [before] = readBy(layers, before);
    return before;
  }

  /**
   * Padding of the layers before, with which as many features arrive as a dense layer was made for: none, or what
   * keeps the size. Of one layer, the nearest first, then of all.
   * @param {Network} network @param {number} n @returns {Tried[]}
   */
  function ofPadding(network, n) {
    const { layers } = network, { kind, channels, target } = layers[n];
    if (kind === "dense" ? !channels : !(kind === "flatten" && target)) return [];
    /** @type {{m: number, was: string, none: Sides[], half: Sides[]}[]} */
    const padded = layers.slice(0, n).flatMap(({ kind: of, kernel, padding, dilation = [1] }, m) => {
      if (of !== "conv" || !kernel || !Array.isArray(padding)) return [];
      const spans = kernel.map((cells, axis) => at(dilation, axis) * (cells - 1) + 1);
      /** @param {(span: number) => number} sides @returns {Sides[]} */
      const all = (sides) => spans.map((span) => [sides(span), sides(span)]);
      return [{ m, was: saidOf(padding), none: all(() => 0), half: all((span) => Math.floor((span - 1) / 2)) }];
    }).reverse();
    const most = Math.floor(PATIENCE / layers.length / 4);
    const gaps = padded.some(({ m }) => layers[m].dilation?.some((cells) => cells > 1));
    const half = gaps ? "d * (k - 1) // 2" : "(k - 1) // 2";
    return /** @type {const} */ (["none", "half"]).flatMap((way) => {
      const others = padded.filter((one) => saidOf(one[way]) !== one.was);
      const single = others.slice(0, most).map((one) => {
        const text = `padding=${saidOf(one[way])} in place of ${one.was} in line ${layers[one.m].line}`;
        return { of: way, text, network: changed(network, new Map([[one.m, { padding: one[way] }]])) };
      });
      if (others.length < 2) return single;
      const all = new Map(others.map((one) => [one.m, { padding: one[way] }]));
      const text = way === "none" ? "no padding in any convolution" : `padding=${half} in every convolution`;
      return single.concat({ of: way, text, network: changed(network, all) });
    });
  }

  /** Padding that is the same on both sides, as it is said. @param {Sides[]} padding */
  const saidOf = (padding) => shared(padding.map(([side]) => side));

  /** Groups that divide. @param {Network} network @param {number} n @param {Shape} shape @returns {Tried[]} */
  function ofGroups(network, n, { channels }) {
    const { groups, filters = channels, line } = network.layers[n];
    if (typeof groups !== "number") return [];
    const good = Array.from({ length: Math.min(channels, filters) }, (_, less) => less + 1)
      .filter((number) => channels % number === 0 && filters % number === 0)
      .sort((one, other) => Math.abs(one - groups) - Math.abs(other - groups));
    return good.slice(0, 1).map((number) => {
      const mended = changed(network, new Map([[n, { groups: number }]]));
      return { of: "groups", text: `groups=${number} in place of ${groups} in line ${line}`, network: mended };
    });
  }

  /** Windows and stamps that fit. @param {Network} network @param {number} n @returns {Tried[]} */
  function ofWindows(network, n) {
    const layer = network.layers[n], { kind, kernel = [] } = layer;
    const all = (/** @type {number} */ number) => kernel.map(() => number);
    /** @type {[string, string, Partial<NetworkLayer>][]} */
    const changes = [];
    const most = kind === "transposed" ? 1 : Math.max(...kernel);
    for (let cells = most - 1; cells > 0; cells--) {
      const smaller = kernel.map((size) => Math.min(size, cells));
      const tiles = kind === "pool" && String(layer.stride) === String(kernel);
      const change = { kernel: smaller, ...(tiles && { stride: smaller }) };
      changes.push(["kernel", `a kernel of ${cells} at most`, change]);
    }
    changes.push(...paddings(layer, network.framework === "keras"));
    const rounds = network.framework === "pytorch" && kind === "pool";
    if (rounds) changes.push(["ceil", "ceil_mode=True", { ceil_mode: true }]);
    changes.push(["stride", "a stride of 1", { stride: all(1) }]);
    changes.push(["dilation", "a dilation of 1", { dilation: all(1) }]);
    for (let more = Math.max(...(layer.output_padding || [0])) - 1; more >= 0; more--) {
      changes.push(["output", `an output padding of ${more} at most`, { output_padding: all(more) }]);
    }
    return changes.map(([of, what, change]) => {
      const text = `${what} in line ${layer.line}`;
      return { of, text, network: changed(network, new Map([[n, change]])) };
    });
  }

  /** @param {NetworkLayer} layer @param {boolean} keras @returns {[string, string, Partial<NetworkLayer>][]} */
  function paddings({ kind, kernel = [], dilation = [1], padding }, keras) {
    if (keras) return kind === "transposed" ? [] : [["padding", 'padding="same"', { padding: "same" }]];
    const span = Math.max(...kernel.map((cells, axis) => at(dilation, axis) * (cells - 1) + 1));
    const own = Array.isArray(padding) ? Math.max(...padding.flat()) : (span - 1) / 2;
    const sides = Array.from({ length: Math.min(span, FARTHEST) + 1 }, (_, side) => side);
    sides.sort((one, other) => Math.abs(one - own) - Math.abs(other - own));
    return sides.map((side) => {
      const text = `a padding of ${side} at ${side < own ? "most" : "least"} on both sides`;
      return ["padding", text, { padding: kernel.map(() => [side, side]) }];
    });
  }

  /**
   * The nearest sizes at which all layers fit, one smaller and one larger.
   * @param {Network} network @returns {Fix[]}
   */
  function sizesThatFit(network) {
    /** @type {Map<number, Fix>} */
    const found = new Map();
    for (const more of steps(network)) {
      const other = resized(network, more), { input, layers, framework } = other, sign = Math.sign(more);
      if (found.has(sign) || reach(other) < layers.length) continue;
      const text = `an input of ${writeShape(input, framework)}, where all layers fit`;
      found.set(sign, { text, network: other, fits: true, input });
    }
    return [...found.values()].sort((one, other) => Number(one.input?.sizes[0]) - Number(other.input?.sizes[0]));
  }

  /** The network without numbers that depend on the input size. @param {Network} network */
  function relaxed(network) {
    const layers = network.layers.map((layer) => {
      const free = layer.kind === "dense" ? { channels: null } : layer.kind === "flatten" ? { target: undefined } : {};
      return Object.assign({}, layer, free);
    });
    return { ...network, layers };
  }

  /**
   * The features that arrive at each dense layer, whatever the source says.
   * @param {Network} network @returns {{layer: number, features: number}[]}
   */
  function featuresOf(network) {
    const { rows } = countNetwork(relaxed(network), { fields: false });
    return rows.flatMap(({ layer: { kind, along }, from: [{ channels, sizes }] }, layer) => {
      const features = along === "last" && sizes.length ? sizes[sizes.length - 1] : channels;
      return kind === "dense" ? [{ layer, features }] : [];
    });
  }

  /**
   * The nearest input sizes at which no layer leaves cells unused, with the features of a dense layer that would
   * have to say another number.
   * @param {Network} network @param {NetworkCount} count
   */
  function sizesNear(network, count) {
    const divides = (/** @type {NetworkCount} */ { rows, misfit }) => (
      !misfit && rows.every(({ counts }) => counts.every(({ unused }) => !unused)));
    if (divides(count)) return [];
    /** @type {number[]} */
    const near = [];
    for (const more of steps(network)) {
      if (near.length === MOST) break;
      if (divides(countNetwork(resized(relaxed(network), more), { fields: false }))) near.push(more);
    }
    return near.sort((one, other) => one - other).map((more) => {
      const other = resized(network, more), shape = writeShape(other.input, other.framework);
      const differs = featuresOf(other).find(({ layer, features }) => {
        const { channels } = other.layers[layer];
        return channels && channels !== features;
      });
      return differs ? `${shape} with in_features=${differs.features}` : shape;
    });
  }

  return { fixesOf, featuresOf, sizesNear };
})();
