var convarith = convarith || {};

/** What layers with windows and stamps make of a shape, and what they cost: as `layers.py` in the library. */
convarith.sliding = (() => {
  "use strict";
  const { countAxis, paddingOf, outputPaddingOf, refusalOf } = convarith.arithmetic;
  const { plural } = convarith.words;
  const MOST = 2 ** 22; // cells along an axis, and any other number
  const { seeThrough, tapsOfWindows, tapsOfStamps } = convarith.fields;

  /** What does not fit, as a sentence. */
  class Misfit extends Error {}

  /** @param {number[]} numbers */
  const product = (numbers) => numbers.reduce((one, other) => one * other, 1);
  /** The number of an axis, or the one that stands for all. @template T @param {T[]} numbers @param {number} n */
  const at = (numbers, n) => numbers[numbers.length > 1 ? n : 0];

  /** @param {boolean} good @param {string} why */
  function check(good, why) {
    if (!good) throw new Misfit(why);
  }

  /** @param {string} name @param {number[]} numbers @param {number} least @param {number} most */
  function checkNumbers(name, numbers, least = 1, most = MOST) {
    for (const number of numbers) {
      check(number >= least, `${name} must be at least ${least}, but is ${number}`);
      check(number <= most, `${name} is counted here up to ${most}, but is ${number}`);
    }
  }

  /** @param {NetworkLayer} layer @param {Shape} shape */
  function checkChannels(layer, shape) {
    const { channels, groups = 1, filters = shape.channels } = layer;
    const arrive = `${shape.channels} ${shape.channels === 1 ? "arrives" : "arrive"}`;
    if (channels) check(channels === shape.channels, `expects ${plural(channels, "channel")}, but ${arrive}`);
    checkNumbers("filters", [filters]);
    if (typeof groups !== "number") return;
    checkNumbers("groups", [groups]);
    for (const [name, number] of Object.entries({ channels: shape.channels, filters })) {
      check(number % groups === 0, `${name} must be a multiple of groups (${groups}), but is ${number}`);
    }
  }

  /** @param {NetworkLayer} layer @param {Shape} shape @returns {Axis[]} */
  function axesOf(layer, { sizes }) {
    const { kernel: k = [1], stride: s = [1], dilation: d = [1], padding = "valid", output_padding } = layer;
    for (const [name, numbers] of Object.entries({ kernel: k, stride: s, dilation: d })) checkNumbers(name, numbers);
    if (typeof padding !== "string") checkNumbers("padding", padding.flat(), 0);
    return sizes.map((size, n) => {
      const [kernel, stride, dilation] = [k, s, d].map((numbers) => at(numbers, n));
      /** @type {Axis} */
      const axis = { operation: layer.kind, size, kernel, stride, dilation, pad_low: 0, pad_high: 0 };
      if (layer.ceil_mode) axis.ceil_mode = true;
      if (typeof padding !== "string") [axis.pad_low, axis.pad_high] = at(padding, n);
      const rule = typeof padding === "string" ? padding : "sides";
      if (layer.kind !== "transposed") [axis.pad_low, axis.pad_high] = paddingOf(rule, axis);
      else if (rule === "sides" || output_padding) stampedTo(axis, rule, at(output_padding || [0], n));
      else {
        check(!refusalOf(rule, axis), refusalOf(rule, axis));
        axis.output_padding = outputPaddingOf(rule, axis);
        [axis.pad_low, axis.pad_high] = paddingOf(rule, axis);
      }
      return axis;
    });
  }

  /**
   * Stamps with this output padding. By a rule of Keras it fixes the output size, and so what is cut off: the
   * padding of the direct layer that leads back.
   * @param {Axis} axis @param {string} rule @param {number} output_padding
   */
  function stampedTo(axis, rule, output_padding) {
    axis.output_padding = output_padding;
    if (rule === "sides") return;
    check(!refusalOf(rule, axis), refusalOf(rule, axis));
    const { size, stride } = axis, span = axis.dilation * (axis.kernel - 1) + 1;
    const least = rule === "same" ? 1 - (span % 2) : 0;
    const upto = stride > 1 ? ` to ${least + stride - 1}` : "";
    check(
      least <= output_padding && output_padding < least + stride,
      `with ${rule} padding, span ${span} and stride ${stride} the direct layer leads back `
        + `to ${size} only for output_padding ${least}${upto}, but it is ${output_padding}`,
    );
    const output = (size - 1) * stride + (rule === "same" ? span % 2 : span) + output_padding;
    const direct = { ...axis, operation: "conv", size: output };
    [direct.pad_low, direct.pad_high] = [axis.pad_low, axis.pad_high] = paddingOf(rule, direct);
    axis.output_padding = countAxis(direct).unused;
  }

  /** Refuses what a framework does not make. @param {NetworkLayer} layer @param {string} framework */
  function checkFramework({ kind, kernel = [], stride = [], dilation = [], padding }, framework) {
    const [longest, widest] = [Math.max(...stride), Math.max(...dilation)];
    if (framework === "keras" && kind !== "transposed") {
      const both = `Keras has no stride together with dilation, but they are ${longest} and ${widest}`;
      check(longest < 2 || widest < 2, both);
    }
    if (framework !== "pytorch") return;
    check(padding !== "same" || longest < 2, `padding same needs stride 1, but the stride is ${longest}`);
    if (kind !== "pool" || typeof padding === "string") return;
    kernel.forEach((cells, n) => {
      const [most] = at(padding || [[0, 0]], n);
      check(2 * most <= cells, `padding ${most} must be at most half the kernel, which is ${cells}`);
    });
  }

  /** Windows or stamps over a map. @param {NetworkLayer} layer @param {Arriving} arriving */
  function slide(layer, { shape, framework }) {
    checkFramework(layer, framework);
    const axes = axesOf(layer, shape), counts = axes.map(countAxis);
    const misfit = counts.find(({ why }) => why);
    if (misfit) throw new Misfit(misfit.why);
    if (layer.padding_mode) axes.forEach((axis) => checkBorder(layer.padding_mode || "", axis));
    const taps = axes.map((axis, n) => (layer.kind === "transposed" ? tapsOfStamps : tapsOfWindows)(axis, counts[n]));
    return { axes, counts, sizes: counts.map(({ output }) => output), see: seeThrough(taps) };
  }

  /** @param {string} mode @param {Pick<Axis, "size"|"pad_low"|"pad_high">} axis */
  function checkBorder(mode, { size, pad_low, pad_high }) {
    if (mode === "zeros" || mode === "replicate") return;
    const most = size - Number(mode === "reflect"); // the last cell is not repeated
    check(
      Math.max(pad_low, pad_high) <= most,
      `${mode} padding takes cells of the input, so ${size} cells allow ${most} on each side, `
        + `but it is ${pad_low} and ${pad_high}`,
    );
  }

  /**
   * Convolutions and transposed ones, and the two parts of a separable one.
   * @param {NetworkLayer} layer @param {Arriving} arriving @returns {Effect}
   */
  function weigh(layer, arriving) {
    const { shape } = arriving;
    checkChannels(layer, shape);
    const { kind, multiplier = 1, bias = true } = layer, alone = layer.groups === "channels";
    const groups = alone ? shape.channels : Number(layer.groups || 1);
    const filters = alone ? shape.channels * multiplier : layer.filters || 0;
    const { sizes, ...slid } = slide(layer, arriving);
    const window = product(slid.axes.map(({ kernel }) => kernel));
    const weights = kind === "separable"
      ? shape.channels * multiplier * (window + filters)
      : ((window * shape.channels) / groups) * filters;
    const places = product(kind === "transposed" ? shape.sizes : sizes);
    const to = { channels: filters, sizes };
    return { to, ...slid, parameters: weights + Number(bias) * filters, macs: weights * places };
  }

  /** @param {NetworkLayer} layer @param {Arriving} arriving @returns {Effect} */
  function pool(layer, arriving) {
    const { sizes, ...slid } = slide(layer, arriving);
    return { to: { channels: arriving.shape.channels, sizes }, ...slid };
  }

  return { Misfit, check, checkNumbers, product, at, axesOf, checkChannels, checkBorder, weigh, pool };
})();
