var convarith = convarith || {};

/** A layer as code for PyTorch: tests hold it equal with `in_pytorch`. */
convarith.pytorch = (() => {
  "use strict";
  const { countAxis } = convarith.arithmetic;
  const {
    call, fitsWith, groupsOf, isAny, noBias, outputWith, padsOf, paddingCounts, perAxis, reachOf, shared,
    text,
  } = convarith.emit;

  /** @typedef {[number, number]} Sides */

  /** @param {string} name @param {Coded} layer */
  const named = (name, { axes }) => `nn.${name}${axes.length}d`;

  /**
   * The module that pads, or crops where a number is negative; the last axis is named first.
   * @param {Coded} layer @param {Sides[]} pads @param {string} fill
   */
  function frameOf(layer, pads, fill = "") {
    if (!isAny(pads)) return [];
    const name = named(fill ? "ConstantPad" : "ZeroPad", layer);
    return [call(name, [[...pads].reverse().flat(), ...(fill ? [fill] : [])])];
  }

  /** The low sides. @param {Sides[]} pads */
  const lows = (pads) => pads.map(([low]) => low);

  /** @param {Coded} layer @returns {Written} */
  function conv(layer) {
    const name = named("Conv", layer), pads = padsOf(layer), strides = perAxis(layer, "stride");
    const even = pads.every(([low, high]) => low === high), same = layer.rule === "same", notes = [];
    let padding = same && !strides ? '"same"' : "";
    if (same && strides) {
      const alike = pads.every((pad) => text(pad) === text(pads[0]));
      const axes = alike && pads.length > 1 ? " on each axis" : "";
      const refusal = `PyTorch refuses padding="same" with stride ${strides}`;
      notes.push(`${refusal}: in numbers it is ${shared(pads)}${axes} at this size.`);
    }
    if (even && !padding) padding = shared(lows(pads), "0");
    const front = even || padding ? [] : frameOf(layer, pads);
    if (front.length) notes.push(`${name} pads both ends alike: uneven padding comes in front, the last axis first.`);
    const given = [layer.channels, layer.filters, perAxis(layer, "kernel", "")];
    const options = { stride: strides, padding, dilation: perAxis(layer, "dilation"), groups: groupsOf(layer) };
    return { notes, calls: [...front, call(name, given, { ...options, bias: noBias(layer) })] };
  }

  /** @param {Coded} layer @returns {Written} */
  function transposed(layer) {
    const name = named("ConvTranspose", layer), cuts = layer.axes.map(cutsOf);
    const crop = frameOf(layer, cuts.map(({ crop: [low, high] }) => [-low, -high]));
    const notes = crop.length
      ? [`${name} cuts both ends alike: negative padding crops the rest, the last axis first.`] : [];
    const given = [layer.channels, layer.filters, perAxis(layer, "kernel", "")];
    const made = call(name, given, {
      stride: perAxis(layer, "stride"),
      padding: shared(cuts.map((cut) => cut.padding), "0"),
      output_padding: shared(cuts.map((cut) => cut.extra), "0"),
      groups: groupsOf(layer),
      bias: noBias(layer),
      dilation: perAxis(layer, "dilation"),
    });
    return { notes, calls: [made, ...crop] };
  }

  /** PyTorch's padding and output padding, and what is cropped at both ends afterwards. @param {Axis} axis */
  function cutsOf({ stride, dilation, pad_low, pad_high, output_padding = 0 }) {
    const more = pad_low - pad_high + output_padding; // with both ends cut as the low one
    if (more < 0) return { padding: pad_low, extra: 0, crop: [0, -more] };
    if (more < Math.max(stride, dilation)) return { padding: pad_low, extra: more, crop: [0, 0] };
    return { padding: pad_high, extra: output_padding, crop: [pad_low - pad_high, 0] };
  }

  /** @param {Coded} layer @returns {Written | string} */
  function pool(layer) {
    const averages = layer.pooling !== "max", dilation = perAxis(layer, "dilation");
    if (dilation && averages) {
      return `PyTorch has no such layer: its average pools have no dilation, but here it is ${dilation}.`;
    }
    const options = { stride: perAxis(layer, "stride", ""), dilation };
    return withOwnPads(layer, options) || laterPads(layer, options);
  }

  /** @param {Coded} layer @param {Record<string, string>} options */
  const poolOf = (layer, options) => call(nameOf(layer), [perAxis(layer, "kernel", "")], options);
  /** @param {Coded} layer */
  const nameOf = (layer) => named(layer.pooling === "max" ? "MaxPool" : "AvgPool", layer);

  /**
   * A pool with its own padding, if it can have that: where padding does not count, only the first window's
   * start and the number of windows matter.
   * @param {Coded} layer @param {Record<string, string>} options @returns {Written | null}
   */
  function withOwnPads(layer, options) {
    const { axes, pooling } = layer, pads = padsOf(layer), counted = paddingCounts(layer);
    const even = /** @type {Sides[]} */ (pads.map(([low]) => [low, low])), isEven = text(even) === text(pads);
    const { ceil_mode = false } = axes[0], mode = [ceil_mode, !ceil_mode].find((one) => fitsWith(layer, even, one));
    const halves = even.every(([low], n) => 2 * low <= axes[n].kernel);
    if (mode === undefined || !halves || (counted && !isEven) || tooSmall(layer, axes)) return null;
    const leftOut = pooling === "average" && isAny(even);
    const how = mode ? "ceil_mode reaches" : "without ceil_mode it reaches";
    const note = `${nameOf(layer)} pads both ends alike: here they get ${shared(pads)}, and ${how} as many windows.`;
    const made = poolOf(layer, {
      ...options,
      padding: shared(even.map(([low]) => low), "0"),
      ceil_mode: mode ? "True" : "",
      count_include_pad: leftOut ? "False" : "",
    });
    return { notes: isEven ? [] : [note], calls: [made] };
  }

  /**
   * A pool whose padding comes in front, or why that does not do.
   * @param {Coded} layer @param {Record<string, string>} options @returns {Written | string}
   */
  function laterPads(layer, options) {
    const { axes, pooling } = layer, pads = padsOf(layer), refusal = "PyTorch has no such layer";
    const why = `${nameOf(layer)} pads both ends alike, by half the kernel at most`;
    if (pooling === "max") {
      const front = frameOf(layer, axes.map(reachOf), 'float("-inf")');
      const notes = [`${why}: -inf comes in front, the last axis first.`];
      return { notes, calls: [...front, poolOf(layer, options)] };
    }
    const small = tooSmall(layer, axes);
    if (!paddingCounts(layer)) {
      const alone = `${why}, but ${shared(pads)} is neither, and padding in front would count in the average`;
      return `${refusal}: ${small || alone}.`;
    }
    const padded = axes.map((axis) => ({ ...axis, size: axis.size + axis.pad_low + axis.pad_high }));
    const stillSmall = tooSmall(layer, padded);
    if (stillSmall) return `${refusal}: ${stillSmall}.`;
    const mode = [false, true].find((one) =>
      padded.every((axis, n) => outputWith(axis, [0, 0], one) === countAxis(axes[n]).output));
    if (mode === undefined) {
      return `${refusal}: ${why}, and padding ${shared(pads)} in front makes other windows.`;
    }
    const notes = [`${small || why}: zeros come in front, the last axis first.`];
    const made = poolOf(layer, { ...options, ceil_mode: mode ? "True" : "" });
    return { notes, calls: [...frameOf(layer, pads), made] };
  }

  /** Why an average in three dimensions cannot be had of so few cells. @param {Coded} layer @param {Axis[]} axes */
  function tooSmall({ pooling }, axes) {
    const sizes = axes.map((axis) => axis.size), kernels = axes.map((axis) => axis.kernel);
    if (pooling === "max" || sizes.length < 3 || kernels.every((kernel, n) => kernel <= sizes[n])) return "";
    return `nn.AvgPool3d takes no input smaller than its kernel ${shared(kernels)}, as ${shared(sizes)} is`;
  }

  /** @type {Framework} */
  const framework = {
    title: "PyTorch",
    writers: { conv, transposed, pool },
    statement: (made) => `x = ${made}(x)`,
    frame: (code) => code,
  };
  return framework;
})();
