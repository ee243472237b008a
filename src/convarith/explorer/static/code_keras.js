var convarith = convarith || {};

/** A layer as code for Keras: tests hold it equal with `in_keras`. */
convarith.keras = (() => {
  "use strict";
  const { countAxis, isOfKeras, paddingOf } = convarith.arithmetic;
  const {
    call, fitsWith, groupsOf, isAny, isDepthwise, noBias, numbersOf, padsOf, paddingCounts, perAxis, reachOf,
    shared,
  } = convarith.emit;

  const IN_FRONT = "Keras takes padding in words only: these cells come in front.";

  /** @param {string} name with # for "2D" @param {Coded} layer */
  const named = (name, { axes }) => `keras.layers.${name.replace("#", `${axes.length}D`)}`;
  /**
   * The layer that pads or crops, if there is something to do.
   * @param {string} name @param {Coded} layer @param {any[]} pads
   */
  const frameOf = (name, layer, pads) =>
    (isAny(pads) ? [call(named(name, layer), [pads.length > 1 ? pads : pads[0]])] : []);

  /** @param {Coded} layer */
  const stepsOf = (layer) => ({ strides: perAxis(layer, "stride"), dilation_rate: perAxis(layer, "dilation") });

  /** @param {{strides: string, dilation_rate: string}} steps */
  const refusalOf = ({ strides, dilation_rate }) => (strides && dilation_rate
    ? `Keras has no such layer: it refuses strides (${strides}) together with dilation (${dilation_rate}).` : "");

  /** Whether all axes have the same stride. @param {Coded} layer */
  const isEven = (layer) => new Set(numbersOf(layer, "stride")).size === 1;

  /** @param {Coded} layer @returns {Written | string} */
  function conv(layer) {
    const { axes, rule, channels, filters } = layer, rank = axes.length, steps = stepsOf(layer);
    if (refusalOf(steps)) return refusalOf(steps);
    const alone = isDepthwise(layer) && rank < 3 && isEven(layer);
    const word = rule === "same" || (rule === "causal" && rank === 1 && !alone) ? `"${rule}"` : "";
    const front = word ? [] : frameOf("ZeroPadding#", layer, padsOf(layer));
    const notes = front.length ? [IN_FRONT] : [];
    const options = { ...steps, padding: word }, kernel = perAxis(layer, "kernel", "");
    if (alone) {
      const more = { depth_multiplier: filters > channels ? String(filters / channels) : "", use_bias: noBias(layer) };
      return { notes, calls: [...front, call(named("DepthwiseConv#", layer), [kernel], { ...options, ...more })] };
    }
    if (isDepthwise(layer)) {
      const why = rank < 3 ? "takes equal strides only" : "ends at two axes";
      notes.push(`Keras's DepthwiseConv ${why}: these are ${layer.groups} groups of a Conv.`);
    }
    const more = { groups: groupsOf(layer), use_bias: noBias(layer) };
    return { notes, calls: [...front, call(named("Conv#", layer), [filters, kernel], { ...options, ...more })] };
  }

  /** @param {Coded} layer @returns {Written | string} */
  function transposed(layer) {
    const { axes, rule, groups, filters } = layer, steps = stepsOf(layer);
    const byWord = isOfKeras(rule, axes[0]);
    const large = byWord ? undefined : axes.find((axis) => (axis.output_padding || 0) >= axis.stride);
    if (groups > 1) {
      return `Keras has no such layer: its transposed convolutions take no groups, but this has ${groups}.`;
    }
    if (refusalOf(steps)) return refusalOf(steps);
    if (large) {
      return "Keras has no such layer: its output_padding is smaller than the stride "
        + `${large.stride}, but here it is ${large.output_padding}.`;
    }
    const cut = byWord ? [] : frameOf("Cropping#", layer, padsOf(layer));
    const notes = cut.length ? ["Keras cuts by words only: these cells are cropped afterwards."] : [];
    if (steps.dilation_rate) {
      notes.push(`TensorFlow refuses dilation ${steps.dilation_rate} here on a CPU, unless oneDNN is on.`);
    }
    const options = {
      ...steps,
      padding: rule === "same" ? '"same"' : "",
      // Without it, Keras would add cells of its own where the stride is longer than the kernel.
      output_padding: byWord ? "" : perAxis(layer, "output_padding", ""),
      use_bias: noBias(layer),
    };
    const made = call(named("Conv#Transpose", layer), [filters, perAxis(layer, "kernel", "")], options);
    return { notes, calls: [made, ...cut] };
  }

  /** @param {Coded} layer @returns {Written | string} */
  function pool(layer) {
    const { axes, pooling } = layer, isMax = pooling === "max";
    const name = named(isMax ? "MaxPooling#" : "AveragePooling#", layer), dilation = perAxis(layer, "dilation");
    if (dilation) return `Keras has no such layer: its pools have no dilation, but here it is ${dilation}.`;
    const given = [perAxis(layer, "kernel", "")], strides = perAxis(layer, "stride", ""), reach = axes.map(reachOf);
    const notes = axes[0].ceil_mode ? ["Keras has no ceil_mode: this is the same at this size."] : [];
    const counted = paddingCounts(layer);
    const word = counted ? undefined : wordOf(layer, reach);
    if (word) {
      const padding = word === "same" ? '"same"' : "";
      return { notes, calls: [call(name, given, { strides, padding })] };
    }
    const made = call(name, given, { strides });
    if (isMax) {
      notes.push("Keras pools take padding in words only, and zeros could win: -inf comes in front.");
      const outer = [[0, 0], ...reach, [0, 0]];
      return { notes, calls: [call("keras.ops.pad", ["x", outer], { constant_values: 'float("-inf")' }), made] };
    }
    if (!counted) {
      return "Keras has no such layer: it leaves padding out of an average only if that is padding of same, "
        + `but here it is ${shared(reach)}.`;
    }
    const overhangs = axes.map((axis) => countAxis(axis).overhang);
    if (overhangs.some(Boolean)) {
      return "Keras has no such layer: without ceil_mode an average counts whole windows, but the last hangs "
        + `over the end by ${shared(overhangs)}.`;
    }
    notes.push("Keras leaves the padding of same out of an average: zeros in front are counted.");
    return { notes, calls: [...frameOf("ZeroPadding#", layer, reach), made] };
  }

  /**
   * The word with which a pool has its windows, where its padding does not count: only where the first window
   * starts matters then, and how many there are.
   * @param {Coded} layer @param {[number, number][]} reach
   */
  function wordOf(layer, reach) {
    const { axes, rule } = layer;
    /** @type {Record<string, [number, number][]>} */
    const words = {
      valid: axes.map(() => [0, 0]),
      same: axes.map((axis) => paddingOf("same", { ...axis, dilation: 1 })),
    };
    const order = rule === "same" ? ["same", "valid"] : ["valid", "same"];
    return order.filter((word) => word === "valid" || !startsLate(axes))
      .find((word) => words[word].every(([low], n) => low === reach[n][0]) && fitsWith(layer, words[word]));
  }

  /**
   * Whether TensorFlow's own `same` starts after the first cell, as on a CPU in three dimensions.
   * @param {Axis[]} axes
   */
  function startsLate(axes) {
    const left = axes.map(({ size, stride, kernel }) => (Math.ceil(size / stride) - 1) * stride + kernel - size);
    return axes.length === 3 && Math.min(...left) < -1;
  }

  /** @type {Framework} */
  const framework = {
    title: "Keras",
    writers: { conv, transposed, pool },
    statement: (made) => `x = ${made}${made.startsWith("keras.ops") ? "" : "(x)"}`,
    frame: (code) => code,
  };
  return framework;
})();
