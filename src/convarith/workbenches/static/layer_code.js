var convarith = convarith || {};

/** A layer of a network as calls of a framework: those with windows as the explorer writes them, and the rest. */
convarith.layer_code = (() => {
  "use strict";
  const { FRAMEWORKS } = convarith.code;
  const { sentence } = convarith.words;
  const PLAIN = convarith.plain_code;

  /** @typedef {keyof typeof FRAMEWORKS} Name */
  /**
   * A part of a layer that is one call, with the axes of its windows if it has any.
   * @typedef {{layer: NetworkLayer, from: Shape, to: Shape, axes: Axis[]}} Part
   */
  /**
   * A layer that is written: its number and that of the layer whose weights it has, what is to be said of it, its
   * calls, and the variables that it reads.
   * @typedef {{n: number, own: number, notes: string[], calls: string[], reads: string[]}} Block
   */

  const WEIGHTED = new Set(["conv", "separable", "transposed", "dense", "norm"]);
  const NAMES = { x: "x", y: "y", end: "" };

  /** A window of one cell on each axis. @param {Shape} shape @returns {Axis[]} */
  const pointsOf = ({ sizes }) =>
    sizes.map((size) => ({ size, kernel: 1, stride: 1, dilation: 1, pad_low: 0, pad_high: 0 }));

  /**
   * The windows that share an axis evenly, where all are of one size and equally far apart.
   * @param {number} size @param {number} output @returns {Axis | null}
   */
  function evenShare(size, output) {
    const kernel = Math.ceil(size / output), stride = Math.floor(size / output);
    if (!stride) return null;
    for (let j = 0; j < output; j++) {
      const first = Math.floor((j * size) / output), end = Math.ceil(((j + 1) * size) / output);
      if (first !== j * stride || end !== first + kernel) return null;
    }
    return { size, kernel, stride, dilation: 1, pad_low: 0, pad_high: 0 };
  }

  /** What a layer is made of where one call does not do. @param {Counted} row @returns {Part[]} */
  function partsOf({ layer, from: [from], to, axes }) {
    const { kind, padding_mode: mode = "zeros", multiplier = 1 } = layer;
    /** @param {LayerKind} one @param {Partial<NetworkLayer>} more @returns {NetworkLayer} */
    const half = (one, more) => ({ ...layer, ...more, kind: one });
    const sides = axes.map(({ pad_low, pad_high }) => /** @type {Sides} */ ([pad_low, pad_high]));
    if (kind === "separable") {
      const between = { channels: from.channels * multiplier, sizes: to.sizes };
      const first = half("conv", { groups: from.channels, bias: false, activation: "" });
      const second = half("conv", { groups: 1, padding: "valid" });
      return [{ layer: first, from, to: between, axes }, { layer: second, from: between, to, axes: pointsOf(between) }];
    }
    if (kind === "conv" && mode !== "zeros" && sides.flat().some(Boolean)) {
      const between = { ...from, sizes: axes.map((axis) => axis.size + axis.pad_low + axis.pad_high) };
      const framed = axes.map((axis, n) => ({ ...axis, size: between.sizes[n], pad_low: 0, pad_high: 0 }));
      const front = half("padding", { padding: sides }), second = half("conv", { padding: "valid" });
      return [{ layer: front, from, to: between, axes: [] }, { layer: second, from: between, to, axes: framed }];
    }
    const shares = kind === "adaptive" ? from.sizes.map((size, n) => evenShare(size, to.sizes[n])) : [];
    if (shares.every(Boolean) && shares.length) return [{ layer, from, to, axes: /** @type {Axis[]} */ (shares) }];
    if (kind === "dense" && layer.along !== "last") return [{ layer, from, to, axes: pointsOf(from) }];
    return [{ layer, from, to, axes }];
  }

  /**
   * A part in a framework: as what that has for it or, with windows, as the explorer writes it; or why not.
   * @param {Name} name @param {Part} part @param {Coded["names"]} names @param {string[]} reads
   * @returns {Written | string}
   */
  function written(name, { layer, from, to, axes }, names, reads) {
    const plain = PLAIN[name][layer.kind];
    const made = plain ? plain({ layer, from, to, rank: from.sizes.length, reads, names }) : null;
    if (made) return { notes: [], calls: [made].flat() };
    const operation = { adaptive: "pool", dense: "conv" }[/** @type {string} */ (layer.kind)] || layer.kind;
    const writer = FRAMEWORKS[name].writers[operation];
    if (!writer || !axes.length) return `${layer.type} in line ${layer.line} has to be written by hand.`;
    // With an output padding of its own, a transposed layer is cut by no word.
    const word = typeof layer.padding === "string" && !layer.output_padding ? layer.padding : "";
    const groups = layer.groups === "channels" ? from.channels : layer.groups || 1;
    return writer({
      operation, rule: word || "sides", pooling: layer.pooling || "max", channels: from.channels, filters: to.channels,
      groups, bias: layer.bias !== false, axes, names,
    });
  }

  /** The activation after a layer. @param {Counted} row @param {string} type @returns {Part} */
  const after = ({ layer, to }, type) => ({ layer: { ...layer, kind: "activation", type }, from: to, to, axes: [] });

  /** What is to be said of a layer, whatever the framework. @param {Counted} row @param {string} where */
  function notesOf({ layer: { branch, kind }, doubt }, where) {
    return [
      doubt && sentence(doubt),
      branch ? `This is a branch, ${branch}: what it joins is not in the text.` : "",
      kind === "identity" ? `${where} changes nothing in a trained network: it is left out.` : "",
    ].filter(Boolean);
  }

  /**
   * All parts of a layer, or none, and the activation after it.
   * @param {Name} name @param {Counted} row @param {number} n @param {string[]} reads what it is made from
   * @returns {Block}
   */
  function blockOf(name, row, n, reads) {
    const { layer } = row, { activation, kind } = layer, where = `${layer.type} in line ${layer.line}`;
    const own = WEIGHTED.has(kind) ? layer.shares ?? n : n, parts = kind === "identity" ? [] : partsOf(row);
    /** @type {Block} */
    const block = { n, own, notes: notesOf(row, where), calls: [], reads };
    if (activation && kind !== "activation") {
      const part = after(row, activation);
      if (typeof written(name, part, NAMES, ["x"]) === "object") parts.push(part);
      else block.notes.push(`The ${activation} after ${where} has to be written by hand.`);
    }
    const places = parts.map((_, m) => `x${n + 1}${m < parts.length - 1 ? `_${m + 1}` : ""}`);
    for (const [m, part] of parts.entries()) {
      const x = m ? places[m - 1] : reads[0], inputs = m ? [name === "onnx" ? x : "x"] : reads;
      const end = `${own + 1}${parts.length > 1 ? `_${m + 1}` : ""}`;
      const made = written(name, part, { x, y: places[m], end }, inputs);
      if (typeof made === "string") return { ...block, notes: [made], calls: [] };
      block.notes.push(...made.notes);
      block.calls.push(...made.calls);
    }
    return block;
  }

  return { blockOf };
})();
