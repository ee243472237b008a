var convarith = convarith || {};

/** What each kind of layer makes of a shape, and what it costs: as `tracing/effects.py` in the library. */
convarith.kinds = (() => {
  "use strict";
  const { plural } = convarith.words;
  const { at, check, checkBorder, checkChannels, checkNumbers, pool, product, weigh } = convarith.sliding;
  const { seeThrough, gather, scatter, tapsOfShift, tapsOfShares, tapsOfResizing } = convarith.fields;

  /** @typedef {(layer: NetworkLayer, arriving: Arriving) => Effect} Kind */

  const RADII = { nearest: 0, linear: 1, cubic: 2 };
  /** @type {Effect["see"]} */
  const asBefore = (sights) => sights;

  /** How many numbers there are. @param {Shape} shape */
  const numbersOf = ({ channels, sizes }) => channels * product(sizes);
  /** Sizes, then channels, as one list. @param {Shape} shape */
  const listOf = ({ channels, sizes }) => [...sizes, channels];
  /** @param {number[]} numbers @returns {Shape} */
  const shapeOf = (numbers) => ({ channels: numbers[numbers.length - 1], sizes: numbers.slice(0, -1) });

  /**
   * How many there are along the axis, or axes, of a dense layer or a norm.
   * @param {NetworkLayer} layer @param {Shape} shape
   */
  function along({ along: where }, shape) {
    const last = shape.sizes.length ? shape.sizes[shape.sizes.length - 1] : shape.channels;
    return { channels: shape.channels, last, all: numbersOf(shape), one: 1 }[where || "channels"];
  }

  /**
   * "256 × 6 × 6 = 9216", or "9216" where nothing was flattened.
   * @param {Shape} shape @param {Arriving["write"]} write
   */
  function sum(shape, write) {
    const all = shape.flat || listOf(shape);
    return all.length > 1 ? `${write(shapeOf(all))} = ${numbersOf(shape)}` : String(shape.channels);
  }

  /** @type {Kind} */
  function dense(layer, { shape, write }) {
    const { channels, filters = 1, bias = true } = layer, features = along(layer, shape);
    checkNumbers("filters", [filters]);
    const axis = layer.along === "last" && shape.sizes.length ? shape.sizes.length - 1 : -1;
    if (channels && channels !== features) {
      const wanted = `expects ${plural(channels, "feature")}, but`;
      check(axis < 0, `${wanted} the last axis of ${write(shape)} has ${features}: nothing flattens it`);
      check(false, `${wanted} ${sum(shape, write)} ${features === 1 ? "arrives" : "arrive"}`);
    }
    const to = axis < 0
      ? { channels: filters, sizes: shape.sizes }
      : { channels: shape.channels, sizes: [...shape.sizes.slice(0, axis), filters] };
    const macs = (features * filters * numbersOf(shape)) / features;
    const gathers = axis >= 0 || !shape.sizes.length;
    return {
      to,
      parameters: features * filters + Number(bias) * filters,
      macs,
      see: (sights) => sights.map((sight, n) => {
        if (!gathers || (axis >= 0 && n !== axis)) return sight;
        return gather(sight, axis < 0 ? 1 : filters);
      }),
    };
  }

  /** @type {Kind} */
  function flatten({ target }, { shape, write }) {
    const channels = numbersOf(shape), flat = shape.sizes.length ? listOf(shape) : shape.flat;
    const [wanted] = target || [channels];
    check(wanted === channels, `wants ${plural(wanted, "number")} for each input, but ${sum(shape, write)} arrive`);
    return { to: { channels, sizes: [], flat }, hands: true, see: shape.sizes.length ? lose : asBefore };
  }
  /** @type {Effect["see"]} */
  const lose = (sights) => sights.map(scatter);

  /** @type {Kind} */
  function reshape({ target = [] }, { shape, write }) {
    checkNumbers("a target", target.filter((size) => size !== -1));
    const total = numbersOf(shape), rest = Math.abs(product(target));
    const to = shapeOf(target.map((size) => (size === -1 ? Math.floor(total / rest) : size)));
    const both = `${write(shape)} is ${plural(total, "number")}, ${write(to)} is ${numbersOf(to)}`;
    check(numbersOf(to) === total, both);
    const same = String(listOf(to)) === String(listOf(shape));
    return { to, hands: true, see: same ? asBefore : lose };
  }

  /** Cells put around, or cut off. @type {Kind} */
  function frame({ kind, padding, padding_mode = "zeros" }, { shape }) {
    const sign = kind === "cropping" ? -1 : 1;
    const taps = shape.sizes.map((size, n) => {
      const [low, high] = /** @type {Sides} */ (at(/** @type {Sides[]} */ (padding), n).map((cells) => sign * cells));
      const cut = -Math.min(low, 0) - Math.min(high, 0);
      check(size + low + high > 0, `cuts ${plural(cut, "cell")} off ${size}`);
      checkBorder(padding_mode, { size, pad_low: low, pad_high: high });
      return tapsOfShift(size, [low, high]);
    });
    return { to: { ...shape, sizes: taps.map(({ outputs }) => outputs) }, see: seeThrough(taps) };
  }

  /** @type {Kind} */
  function upsampling({ times = [1], outputs, interpolation = "nearest", corners = false }, { shape }) {
    const taps = shape.sizes.map((size, n) => {
      const made = outputs ? at(outputs, n) || size : Math.floor(size * at(times, n));
      checkNumbers("a size", [made]);
      return tapsOfResizing(size, made, RADII[interpolation], corners);
    });
    return { to: { ...shape, sizes: taps.map((one) => one.outputs) }, see: seeThrough(taps) };
  }

  /** @type {Kind} */
  function adaptive({ outputs = [] }, { shape }) {
    checkNumbers("a size", outputs.map((size) => size || 1));
    const taps = shape.sizes.map((size, n) => tapsOfShares(size, at(outputs, n) || size));
    return { to: { ...shape, sizes: taps.map((one) => one.outputs) }, see: seeThrough(taps) };
  }

  /** @type {Kind} */
  function global({ keep }, { shape }) {
    const sizes = keep ? shape.sizes.map(() => 1) : [];
    return { to: { channels: shape.channels, sizes }, see: (sights) => sights.map((sight) => gather(sight, 1)) };
  }

  /** @type {Kind} */
  function norm(layer, { shape, write }) {
    const { target, scale = true, bias = true, statistics, mixes, channels } = layer;
    const each = along(layer, shape);
    if (target) {
      const same = String(target) === String(listOf(shape));
      check(same, `expects ${write(shapeOf(target))}, but ${write(shape)} arrives`);
    } else if (layer.along === "last") {
      check(!channels || channels === each, `expects ${channels} along the last axis of ${write(shape)}`);
    } else checkChannels(layer, shape);
    const places = layer.along === "last" ? shape.sizes.length - 1 : -1;
    return {
      to: shape,
      parameters: (Number(scale) + Number(bias)) * each,
      fixed: statistics ? 2 * each : 0,
      see: (sights) => sights.map((sight, n) => {
        const mixed = mixes && shape.sizes.length && (places < 0 || n === places);
        return mixed ? gather(sight, sight.cells, true) : sight;
      }),
    };
  }

  /** @param {number} rank @param {Shape} shape @param {Arriving["write"]} write */
  function misranked(rank, shape, write) {
    const { sizes } = shape, axes = (/** @type {number} */ n) => `${n || "no"} ax${n === 1 ? "i" : "e"}s`;
    return `needs a map with ${axes(rank)}, but ${write(shape)} arrives, which has ${axes(sizes.length)}`;
  }

  /** Number by number; a place that is the only one along its axis is read by all. @type {Kind} */
  function add(_, { shapes, write }) {
    const all = shapes.map(listOf), most = all[0].map((_size, n) => Math.max(...all.map((one) => one[n] || 0)));
    const alike = all.every((one) => {
      return one.length === most.length && one.every((size, n) => size === 1 || size === most[n]);
    });
    check(alike, `brings ${shapes.map(write).join(" and ")} together`);
    return { to: shapeOf(most), see: asBefore };
  }

  /** @type {Kind} */
  function concatenate(_, { shapes, write }) {
    const [{ sizes }] = shapes;
    const alike = shapes.every((shape) => String(shape.sizes) === String(sizes));
    check(alike, `joins ${shapes.map(write).join(" and ")}`);
    return { to: { sizes, channels: shapes.reduce((sum_, { channels }) => sum_ + channels, 0) }, see: asBefore };
  }

  /** @type {Kind} */
  const keep = (_, { shape }) => ({ to: shape, see: asBefore });
  /** @type {Kind} */
  const hand = (_, { shape }) => ({ to: shape, hands: true, see: asBefore });

  /** @type {Record<LayerKind, Kind>} */
  const KINDS = {
    conv: weigh, separable: weigh, transposed: weigh, pool, adaptive, global, dense, flatten, reshape,
    padding: frame, cropping: frame, upsampling, norm, activation: keep, identity: hand, add, concatenate,
    unknown: hand,
  };

  /** @type {Kind} */
  function effectOf(layer, arriving) {
    const { shape, write } = arriving;
    const { rank, kind, refusal } = layer, axes = shape.sizes.length;
    if (refusal) check(false, refusal);
    // BatchNorm1d takes vectors, too.
    if (rank) check(axes === rank || (kind === "norm" && rank === 1 && !axes), misranked(rank, shape, write));
    return KINDS[kind](layer, arriving);
  }

  return { effectOf, numbersOf };
})();
