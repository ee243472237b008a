var convarith = convarith || {};

/** A layer as code for JAX: tests hold it equal with `in_jax`. */
convarith.jax = (() => {
  "use strict";
  const { windowOf, countAxis } = convarith.arithmetic;
  const { call, groupsOf, listed, numbersOf, padsOf, paddingCounts, reachOf, tuple } = convarith.emit;

  /** @typedef {[number, number]} Sides */

  /** @type {Record<string, string>} */
  const WORDS = { valid: '"VALID"', same: '"SAME"', same_lower: '"SAME_LOWER"' };

  /** One number for each axis, even where all are alike. @param {Coded} layer @param {"stride"|"dilation"} name */
  const perAxis = (layer, name) => tuple(numbersOf(layer, name));
  /** @param {Coded} layer */
  const dilations = (layer) => (layer.axes.some((axis) => axis.dilation > 1) ? perAxis(layer, "dilation") : "");
  /** @param {Coded} layer */
  const dimensions = ({ axes }) => {
    const letters = "DHW".slice(-axes.length);
    return `("N${letters}C", "${letters}IO", "N${letters}C")`;
  };
  /** With the batch and the channels, which have none. @param {Sides[]} pads */
  const outer = (pads) => listed([[0, 0], ...pads, [0, 0]]);

  /** @param {Coded} layer @param {string} name @param {Record<string, string>} options */
  function weighted({ bias, names: { end } }, name, options) {
    return `${call(`x = ${name}`, ["x", `w${end}`], options)}${bias ? ` + b${end}` : ""}`;
  }

  /** @param {Coded} layer @returns {Written} */
  function conv(layer) {
    const options = {
      window_strides: perAxis(layer, "stride"),
      padding: WORDS[layer.rule] || listed(padsOf(layer)),
      rhs_dilation: dilations(layer),
      dimension_numbers: dimensions(layer),
      feature_group_count: groupsOf(layer),
    };
    return { notes: [], calls: [weighted(layer, "lax.conv_general_dilated", options)] };
  }

  /** @param {Coded} layer @returns {Written} */
  function transposed(layer) {
    const stride = perAxis(layer, "stride"), feature_group_count = groupsOf(layer);
    const notes = ["JAX pads the stretched input: span - 1 less what is cut off, plus output padding."];
    const room = layer.axes.map((axis) => {
      const { span } = countAxis(axis);
      return [span - 1 - axis.pad_low, span - 1 - axis.pad_high + (axis.output_padding || 0)];
    });
    const options = { padding: listed(room), rhs_dilation: dilations(layer), dimension_numbers: dimensions(layer) };
    if (!feature_group_count) {
      const given = { strides: stride, ...options, transpose_kernel: "True" };
      return { notes, calls: [weighted(layer, "lax.conv_transpose", given)] };
    }
    notes.push("lax.conv_transpose takes no groups: here the input is stretched and the kernel turned by hand.");
    const steps = { window_strides: tuple(layer.axes.map(() => 1)), lhs_dilation: stride };
    const given = { ...steps, ...options, feature_group_count };
    return { notes, calls: [weighted(layer, "lax.conv_general_dilated", given)] };
  }

  /** @param {Coded} layer @returns {Written} */
  function pool(layer) {
    const { axes } = layer, reach = axes.map(reachOf), counted = paddingCounts(layer);
    const kernels = numbersOf(layer, "kernel"), gaps = dilations(layer);
    const notes = axes[0].ceil_mode ? ["JAX has no ceil_mode: the overhang is padding here."] : [];
    const window = [tuple([1, ...kernels, 1]), tuple([1, ...numbersOf(layer, "stride"), 1])];
    const more = { window_dilation: gaps && tuple([1, ...numbersOf(layer, "dilation"), 1]) };
    if (layer.pooling === "max") {
      const given = ["x", "-jnp.inf", "lax.max", ...window, outer(reach)];
      return { notes, calls: [call("x = lax.reduce_window", given, more)] };
    }
    const add = ["0.0", "lax.add", ...window];
    const sums = call("lax.reduce_window", ["x", ...add, outer(reach)], more);
    if (axes.every((axis) => isWhole(axis, counted))) {
      return { notes, calls: [`x = ${sums} / ${kernels.reduce((one, other) => one * other)}`] };
    }
    let ones = "jnp.ones_like(x)", frame = reach;
    if (counted) { // the padding counts, the overhang does not
      const pads = reach.map(([low, high], n) => /** @type {Sides} */ ([low, Math.min(axes[n].pad_high, high)]));
      frame = reach.map(([, high], n) => [0, high - pads[n][1]]);
      ones = call("jnp.pad", [ones, outer(pads)], { constant_values: "1" });
    }
    const cells = call("cells = lax.reduce_window", [ones, ...add, outer(frame)], more);
    notes.push("An average divides by the cells that count in each window.");
    return { notes, calls: [cells, `x = ${sums} / cells`] };
  }

  /** Whether an average divides by the kernel in every window. @param {Axis} axis @param {boolean} counted */
  function isWhole(axis, counted) {
    const [low, high] = counted ? [axis.pad_low, axis.pad_high] : [0, 0];
    const windows = Array.from({ length: countAxis(axis).output }, (_, j) => windowOf(axis, j)).flat();
    return windows.every((cell) => cell >= -low && cell < axis.size + high);
  }

  /** @type {Framework} */
  const framework = {
    title: "JAX",
    writers: { conv, transposed, pool },
    statement: (made) => made,
    frame: (code) => code,
  };
  return framework;
})();
