var convarith = convarith || {};

/** The layers and functions of PyTorch under its names, with its order of arguments and its defaults. */
convarith.pytorchNames = (() => {
  "use strict";
  const { isUnknown } = convarith.python;

  /** @typedef {InstanceType<typeof convarith.names.Given>} Written */
  /** @typedef {Partial<NetworkLayer>} Made */

  const ALSO = /^(device|dtype|inplace|training|return_indices|antialias|divisor_override|mode)$/;
  const RANKS = [1, 2, 3];
  /** @type {Record<string, Entry>} */
  const LAYERS = {};
  /** What is applied to a tensor at once, its first argument. @type {Record<string, Entry>} */
  const FUNCTIONS = {};

  /**
   * @param {Record<string, Entry>} table @param {string} names several, with # for the number of axes if there is one
   * @param {string} signature @param {(given: Written, rank: number) => Made} make
   */
  function add(table, names, signature, make) {
    for (const rank of names.includes("#") ? RANKS : [0]) {
      const entry = { signature, also: ALSO, make: (/** @type {Written} */ given) => make(given, rank) };
      for (const name of names.split(" ")) table[name.replace("#", String(rank))] = entry;
    }
  }

  /** @param {Written} given @param {number} rank @returns {Made} */
  function windows(given, rank) {
    const kernel = given.axes("kernel_size", rank), stride = given.axes("stride", rank);
    /** @type {Made} */
    const made = { rank, kernel, stride, dilation: given.axes("dilation", rank) };
    const { padding } = given.values, word = isUnknown(padding) ? padding.path : padding; // printed without quotes
    if (word === "valid" || word === "same") made.padding = word;
    else if (typeof padding === "string") made.refusal = `padding must be a number, valid or same, but is ${padding}`;
    else made.padding = given.axes("padding", rank).map((cells) => [cells, cells]);
    return made;
  }

  /** @param {Written} given @param {number} rank @returns {Made} */
  function weights(given, rank) {
    const mode = /** @type {"zeros"} */ (given.word("padding_mode"));
    return {
      ...windows(given, rank), channels: given.values.in_channels === undefined ? null : given.number("in_channels"),
      filters: given.number("out_channels"), groups: given.number("groups"), bias: given.flag("bias"),
      ...(mode !== "zeros" && { padding_mode: mode }),
    };
  }
  for (const [lazy, first] of [["", "in_channels! "], ["Lazy", ""]]) {
    add(
      LAYERS, `${lazy}Conv#d`,
      `${first}out_channels! kernel_size! stride=1 padding=0 dilation=1 groups=1 bias=True padding_mode=zeros`,
      (given, rank) => ({ kind: "conv", ...weights(given, rank) }),
    );
    add(
      LAYERS, `${lazy}ConvTranspose#d`,
      `${first}out_channels! kernel_size! stride=1 padding=0 output_padding=0 groups=1 bias=True dilation=1`
        + " padding_mode=zeros",
      (given, rank) => {
        return { kind: "transposed", ...weights(given, rank), output_padding: given.axes("output_padding", rank) };
      },
    );
    add(LAYERS, `${lazy}Linear`, `${first.replace("channels", "features")}out_features! bias=True`, (given) => ({
      kind: "dense", along: "last", filters: given.number("out_features"), bias: given.flag("bias"),
      channels: lazy ? null : given.number("in_features"),
    }));
  }

  /** @param {Written} given @param {number} rank @param {Made} more @returns {Made} */
  function pool(given, rank, more) {
    const { values } = given, { stride, kernel_size, dilation = 1 } = values;
    Object.assign(values, { stride: stride ?? kernel_size, dilation });
    return { kind: "pool", ...windows(given, rank), ceil_mode: given.flag("ceil_mode"), ...more };
  }
  const COUNTED = "ceil_mode=False count_include_pad=True";
  for (const [table, max, average, adaptive] of /** @type {[Record<string, Entry>, string, string, string][]} */ ([
    [LAYERS, "MaxPool#d", "AvgPool#d", "Adaptive"], [FUNCTIONS, "max_pool#d", "avg_pool#d", "adaptive_"],
  ])) {
    const order = table === LAYERS ? "return_indices=False ceil_mode=False" : "ceil_mode=False return_indices=False";
    add(table, max, `kernel_size! stride padding=0 dilation=1 ${order}`, (given, rank) => {
      return pool(given, rank, { pooling: "max" });
    });
    add(table, average, `kernel_size! stride padding=0 ${COUNTED}`, (given, rank) => {
      return pool(given, rank, { pooling: given.flag("count_include_pad") ? "average_padded" : "average" });
    });
    for (const [name, pooling] of /** @type {[string, "max"|"average"][]} */ ([[max, "max"], [average, "average"]])) {
      add(table, adaptive + name, "output_size!", (given, rank) => {
        const { output_size } = given.values, all = Array.isArray(output_size) ? output_size : [output_size];
        const good = all.every((one) => one === null || Number.isSafeInteger(one)) && [1, rank].includes(all.length);
        return good ? { kind: "adaptive", rank, pooling, outputs: all } : given.blame("output_size", "not a size");
      });
    }
  }

  add(LAYERS, "Flatten", "start_dim=1 end_dim=-1", flatten);
  add(FUNCTIONS, "flatten", "start_dim=0 end_dim=-1", flatten);
  /** @param {Written} given @returns {Made} */
  function flatten(given) {
    if (given.number("end_dim") !== -1) given.blame("end_dim", "not the last axis");
    return given.number("start_dim") === 1 ? { kind: "flatten" } : given.blame("start_dim", "not that of the channels");
  }

  /**
   * A target of PyTorch, channels first, without the batch.
   * @param {Written} given @param {Value[]} target @returns {Made}
   */
  function reshape(given, target) {
    if (target.length === 1 && isUnknown(target[0])) return { kind: "flatten" }; // whatever it counts, it is one axis
    if (!target.every(Number.isSafeInteger)) given.blame("shape", "not known");
    if (target.length > 1) return { kind: "reshape", target: [...target.slice(1), target[0]] };
    return { kind: "flatten", ...(target[0] !== -1 && { target }) };
  }
  add(LAYERS, "Unflatten", "dim! unflattened_size!", (given) => {
    const { unflattened_size: size } = given.values;
    if (given.number("dim") !== 1) given.blame("dim", "not that of the channels");
    return Array.isArray(size) ? reshape(given, size) : given.blame("unflattened_size", "no shape");
  });
  add(FUNCTIONS, "view reshape", "*", (given) => {
    const { shape } = given.values, [, ...target] = shape;
    return target.length ? reshape(given, target) : given.blame("shape", "one axis that takes the batch in");
  });

  /** @param {Written} given @param {Made} more @returns {Made} */
  function norm(given, more) {
    const scale = given.flag("affine" in given.values ? "affine" : "elementwise_affine");
    return { kind: "norm", scale, bias: scale && given.flag("bias"), ...more };
  }
  const MORE = "device dtype bias=True";
  for (const lazy of ["", "Lazy"]) {
    const first = lazy ? "" : "num_features! ";
    for (const name of ["BatchNorm", "InstanceNorm"]) {
      const usual = lazy || name[0] === "B" ? "True" : "False";
      const signature = `${first}eps=1e-5 momentum=0.1 affine=${usual} track_running_stats=${usual} ${MORE}`;
      add(LAYERS, `${lazy}${name}#d`, signature, (given, rank) => norm(given, {
        rank, channels: lazy ? null : given.number("num_features"), statistics: given.flag("track_running_stats"),
        mixes: name[0] === "I",
      }));
    }
  }
  add(LAYERS, "GroupNorm", `num_groups! num_channels! eps=1e-5 affine=True ${MORE}`, (given) => {
    return norm(given, { groups: given.number("num_groups"), channels: given.number("num_channels"), mixes: true });
  });
  add(LAYERS, "LayerNorm", "normalized_shape! eps=1e-5 elementwise_affine=True bias=True", (given) => {
    const { normalized_shape: size } = given.values, all = Array.isArray(size) ? size : [size];
    if (!all.every(Number.isSafeInteger)) given.blame("normalized_shape", "no shape");
    if (all.length > 1) return norm(given, { mixes: true, along: "all", target: [...all.slice(1), all[0]] });
    return norm(given, { mixes: true, along: "last", channels: all[0] });
  });
  add(LAYERS, "PReLU", "num_parameters=1 init=0.25", (given) => {
    const many = given.number("num_parameters");
    return many > 1 ? { kind: "norm", channels: many, bias: false } : { kind: "norm", along: "one", bias: false };
  });

  /**
   * Sides in the order of F.pad, the last axis first.
   * @param {Written} given @param {Value} padding @param {number} rank 0 for any @param {string} mode @returns {Made}
   */
  function pad(given, padding, rank, mode) {
    const flat = Array.isArray(padding) ? padding : Array(2 * rank).fill(padding);
    const good = flat.every(Number.isSafeInteger) && flat.length % 2 === 0 && (!rank || flat.length === 2 * rank);
    if (!good) given.blame("padding" in given.values ? "padding" : "pad", "not two numbers for each axis");
    /** @type {Sides[]} */
    const pairs = Array.from({ length: flat.length / 2 }, (_, n) => [flat[2 * n], flat[2 * n + 1]]);
    const padding_mode = /** @type {"zeros"} */ (mode === "constant" ? "zeros" : mode);
    return { kind: "padding", rank: pairs.length, padding: pairs.reverse(), padding_mode };
  }
  const PADS = {
    Zero: "constant", Constant: "constant", Reflection: "reflect", Replication: "replicate", Circular: "circular",
  };
  for (const [name, mode] of Object.entries(PADS)) {
    const signature = name === "Constant" ? "padding! value!" : "padding!";
    add(LAYERS, `${name}Pad#d`, signature, (given, rank) => pad(given, given.values.padding, rank, mode));
  }
  add(FUNCTIONS, "pad", "pad! mode=constant value", (given) => pad(given, given.values.pad, 0, given.word("mode")));

  const RESIZED = "size scale_factor mode=nearest align_corners recompute_scale_factor";
  /** @type {Map<string, NetworkLayer["interpolation"]>} */
  const INTERPOLATIONS = new Map([
    ["nearest", "nearest"], ["nearest-exact", "nearest"], ["linear", "linear"], ["bilinear", "linear"],
    ["trilinear", "linear"], ["bicubic", "cubic"],
  ]);
  /** @param {Written} given @param {number} [rank] @returns {Made} */
  function resize(given, rank) {
    const interpolation = INTERPOLATIONS.get(given.word("mode"));
    if (!interpolation) given.blame("mode", "not read here");
    const name = given.has("size") ? "size" : "scale_factor", value = given.values[name];
    const many = rank || (Array.isArray(value) ? value.length : 1), numbers = given.axes(name, many, name === "size");
    return {
      kind: "upsampling", interpolation, corners: given.flag("align_corners"),
      [name === "size" ? "outputs" : "times"]: numbers,
    };
  }
  add(LAYERS, "Upsample", RESIZED, (given) => resize(given));
  add(FUNCTIONS, "interpolate upsample", RESIZED, (given) => resize(given));
  add(LAYERS, "UpsamplingNearest2d UpsamplingBilinear2d", "size scale_factor", (given) => {
    const bilinear = given.type.includes("Bilinear");
    Object.assign(given.values, { mode: bilinear ? "bilinear" : "nearest", align_corners: bilinear });
    return resize(given, 2);
  });

  add(
    LAYERS,
    "ReLU ReLU6 LeakyReLU ELU CELU SELU GELU SiLU Mish Sigmoid LogSigmoid Tanh Softplus Softsign Softmax Softmax2d "
      + "LogSoftmax Hardswish Hardsigmoid Hardtanh Tanhshrink Threshold LocalResponseNorm",
    "*", () => ({ kind: "activation" }),
  );
  add(LAYERS, "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout Identity", "*", () => ({ kind: "identity" }));
  add(FUNCTIONS, "cat concat concatenate", "dim=0", (given) => {
    return given.number("dim") === 1 ? { kind: "concatenate" } : given.blame("dim", "not that of the channels");
  });
  add(FUNCTIONS, "mean", "dim! keepdim=False", (given) => {
    const { dim } = given.values, all = Array.isArray(dim) ? dim : [dim];
    const places = all.every((one) => Number.isSafeInteger(one) && (one > 1 || one < 0));
    if (!places) given.blame("dim", "not that of the places");
    return { kind: "global", rank: all.length, pooling: "average", keep: given.flag("keepdim") };
  });

  return { LAYERS, FUNCTIONS };
})();
