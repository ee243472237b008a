var convarith = convarith || {};

/** What would mend the first layer that does not fit: whatever is proposed has been counted. */
convarith.fixes = (() => {
  "use strict";
  const { at } = convarith.sliding;
  const { countNetwork, readBy, writeShape } = convarith.network;

  const FARTHEST = 256; // how far from the size that is given others are looked for

  /** The number of the first layer that does not fit, or of all layers. @param {Network} network */
  function reached(network) {
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
    const behind = layers.slice(n).map((layer, m) => {
      const { shares } = layer, reads = m ? readBy(layers, n + m).map(moved) : [n];
      return Object.assign({}, layer, { reads }, shares === undefined ? {} : { shares: moved(shares) });
    });
    return { ...network, layers: [...layers.slice(0, n), flatten, ...behind] };
  }

  /**
   * What would make the first misfit fit, as an argument is written, with the network that it leads to.
   * @param {Network} network @returns {Fix[]}
   */
  function fixesFor(network) {
    const { rows, misfit } = countNetwork(network, { fields: false }), n = rows.length - 1;
    if (!misfit) return [];
    const { layer, from: [shape] } = misfit;
    const unflattened = layer.kind === "dense" && shape.sizes.length; // no size is a remedy for that
    const tried = [
      ...ofChannels(network, n, shape), ...ofGroups(network, n, shape),
      ...(layer.kernel ? ofWindows(network, n) : []), ...(unflattened || layer.refusal ? [] : ofInput(network)),
    ];
    /** @type {Fix[]} */
    const good = [];
    for (const { text, network: mended, inserted = 0 } of tried) {
      const far = reached(mended);
      const isNew = good.every((fix) => fix.text.split("=")[0] !== text.split("=")[0]); // the nearest of a kind
      if (isNew && far > n + inserted) good.push({ text, network: mended, fits: far === mended.layers.length });
    }
    return good;
  }

  /**
   * Numbers of a layer that are not those that arrive.
   * @param {Network} network @param {number} n @param {Shape} shape @returns {Tried[]}
   */
  function ofChannels(network, n, { channels, sizes }) {
    const { layers } = network, layer = layers[n], arrive = channels * sizes.reduce((one, other) => one * other, 1);
    if (layer.kind === "flatten") {
      const next = layers[n + 1], both = new Map([[n, { target: [arrive] }]]);
      if (next && next.kind === "dense") both.set(n + 1, /** @type {any} */ ({ channels: arrive }));
      return [{ text: `${layer.type}(-1, ${arrive})`, network: changed(network, both) }];
    }
    if (!layer.channels) return [];
    const name = { dense: "in_features", norm: "num_features" }[/** @type {"norm"} */ (layer.kind)] || "in_channels";
    /** @type {Tried[]} */
    const found = [{ text: `${name}=${channels}`, network: changed(network, new Map([[n, { channels }]])) }];
    if (layer.kind === "dense" && sizes.length) {
      const flat = flattened(network, n), text = layer.channels === arrive ? "" : ` and ${name}=${arrive}`;
      const mended = changed(flat, new Map([[n + 1, { channels: arrive }]]));
      found.unshift({ text: `Flatten() before it${text}`, network: mended, inserted: 1 });
    }
    const before = madeBy(layers, n);
    if (before >= 0 && !sizes.length === (layer.kind === "dense")) {
      const mended = changed(network, new Map([[before, { filters: layer.channels }]]));
      const { kind, line } = layers[before], filters = kind === "dense" ? "out_features" : "out_channels";
      found.push({ text: `${filters}=${layer.channels} in line ${line}`, network: mended });
    }
    return found;
  }

  /** The layer that makes the channels that a layer reads, or -1. @param {NetworkLayer[]} layers @param {number} n */
  function madeBy(layers, n) {
    let [before] = readBy(layers, n);
    while (before >= 0 && !layers[before].filters) [before] = readBy(layers, before);
    return before;
  }

  /** Groups that divide. @param {Network} network @param {number} n @param {Shape} shape @returns {Tried[]} */
  function ofGroups(network, n, { channels }) {
    const { groups, filters = channels } = network.layers[n];
    if (typeof groups !== "number") return [];
    const all = Array.from({ length: Math.min(channels, filters) }, (_, less) => less + 1);
    const good = all.filter((number) => channels % number === 0 && filters % number === 0);
    good.sort((one, other) => Math.abs(one - groups) - Math.abs(other - groups));
    return good.slice(0, 1).map((number) => {
      return { text: `groups=${number}`, network: changed(network, new Map([[n, { groups: number }]])) };
    });
  }

  /** Windows and stamps that fit. @param {Network} network @param {number} n @returns {Tried[]} */
  function ofWindows(network, n) {
    const layer = network.layers[n], { kind, kernel = [] } = layer, keras = network.framework === "keras";
    const all = (/** @type {number} */ number) => kernel.map(() => number);
    /** @type {[string, Partial<NetworkLayer>][]} */
    const changes = [...paddings(layer, keras)];
    if (!keras && kind === "pool") changes.push(["ceil_mode=True", { ceil_mode: true }]);
    changes.push([keras ? "strides=1" : "stride=1", { stride: all(1) }]);
    changes.push([keras ? "dilation_rate=1" : "dilation=1", { dilation: all(1) }]);
    for (let more = Math.max(...(layer.output_padding || [0])) - 1; more >= 0; more--) {
      changes.push([`output_padding=${more}`, { output_padding: all(more) }]);
    }
    const most = kind === "transposed" ? 1 : Math.max(...kernel);
    for (let cells = most - 1; cells > 0; cells--) {
      const smaller = kernel.map((size) => Math.min(size, cells));
      const tiles = kind === "pool" && String(layer.stride) === String(kernel);
      const name = keras && kind === "pool" ? "pool_size" : "kernel_size";
      changes.push([`${name}=${cells}`, { kernel: smaller, ...(tiles && { stride: smaller }) }]);
    }
    return changes.map(([text, change]) => ({ text, network: changed(network, new Map([[n, change]])) }));
  }

  /** @param {NetworkLayer} layer @param {boolean} keras @returns {[string, Partial<NetworkLayer>][]} */
  function paddings({ kind, kernel = [], dilation = [1], padding }, keras) {
    if (keras) return kind === "transposed" ? [] : [['padding="same"', { padding: "same" }]];
    const span = Math.max(...kernel.map((cells, axis) => at(dilation, axis) * (cells - 1) + 1));
    const own = Array.isArray(padding) ? padding[0][0] : (span - 1) / 2;
    const sides = Array.from({ length: Math.min(span, FARTHEST) + 1 }, (_, side) => side);
    sides.sort((one, other) => Math.abs(one - own) - Math.abs(other - own));
    return sides.map((side) => [`padding=${side}`, { padding: kernel.map(() => [side, side]) }]);
  }

  /**
   * Input sizes, the nearest first: all axes are made longer, or shorter, by as much.
   * @param {Network} network @returns {Tried[]}
   */
  function ofInput(network) {
    const { input: { channels, sizes }, framework } = network, tried = [];
    for (let away = 1; away <= FARTHEST && sizes.length; away++) {
      for (const more of [-away, away]) {
        const input = { channels, sizes: sizes.map((cells) => Math.max(cells + more, 1)) };
        tried.push({ text: `input=${writeShape(input, framework)}`, network: { ...network, input } });
      }
    }
    return tried;
  }

  /** The network without numbers that depend on the input size. @param {Network} network */
  function relaxed(network) {
    const layers = network.layers.map((layer) => {
      if (layer.kind === "dense") return { ...layer, channels: null };
      return layer.kind === "flatten" ? { ...layer, target: undefined } : layer;
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
   * The sizes nearest to that of an axis at which no layer leaves cells unused or hangs over: up to two below,
   * the size itself, up to two above. Axes of the same size are changed together.
   * @param {Network} network @param {number} axis
   */
  function evenSizes(network, axis) {
    const free = relaxed(network), { input } = free, own = input.sizes[axis];
    /** @param {number} size */
    const isEven = (size) => {
      const sizes = input.sizes.map((cells) => (cells === own ? size : cells));
      const { rows, misfit } = countNetwork({ ...free, input: { ...input, sizes } }, { fields: false });
      return !misfit && rows.every(({ counts }) => {
        const count = counts[axis];
        return !count || count.unused + count.overhang === 0;
      });
    };
    /** @param {number} step */
    const search = (step) => {
      const found = [];
      for (let size = own + step; size > 0 && Math.abs(size - own) <= FARTHEST && found.length < 2; size += step) {
        if (isEven(size)) found.push(size);
      }
      return found;
    };
    return [...search(-1).reverse(), ...(isEven(own) ? [own] : []), ...search(1)];
  }

  return { fixesFor, featuresOf, evenSizes };
})();
