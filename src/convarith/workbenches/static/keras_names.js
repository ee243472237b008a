var convarith = convarith || {};

/** The layers of Keras under its names, with its order of arguments and its defaults. */
convarith.kerasNames = (() => {
  "use strict";

  /** @typedef {InstanceType<typeof convarith.names.Given>} Written */

  // What any layer takes that changes no number here.
  const ALSO = new RegExp(
    "^(name|dtype|trainable|autocast|data_format|batch_size|batch_shape|shape|input_shape|batch_input_shape|input_dim|"
      + "input_length|seed|momentum|epsilon|weights|.*_(initializer|regularizer|constraint))$",
  );
  const RANKS = [1, 2, 3];
  /** @type {Record<string, Entry>} */
  const LAYERS = {};

  /**
   * @param {string} names several, with # for the number of axes where there is one
   * @param {string} signature @param {(given: Written, rank: number) => Partial<NetworkLayer>} make
   */
  function add(names, signature, make, ranks = RANKS) {
    for (const rank of names.includes("#") ? ranks : [0]) {
      const entry = { signature, also: ALSO, make: (/** @type {Written} */ given) => make(given, rank) };
      for (const name of names.split(" ")) LAYERS[name.replace("#", String(rank))] = entry;
    }
  }

  /** @param {Written} given @param {number} rank */
  function windows(given, rank) {
    const padding = given.word("padding").toLowerCase(), causal = padding === "causal" && rank === 1;
    const stride = given.axes("strides", rank), dilation = given.axes("dilation_rate", rank);
    /** @type {Partial<NetworkLayer>} */
    const made = { rank, kernel: given.axes("kernel_size", rank), stride, dilation };
    if (padding === "valid" || padding === "same" || causal) made.padding = /** @type {Rule} */ (padding);
    else made.refusal = `padding must be ${rank === 1 ? "valid, same or causal" : "valid or same"}, but is ${padding}`;
    return made;
  }

  const WINDOWS = "strides=1 padding=valid";
  add(
    "Conv#D Convolution#D",
    `filters! kernel_size! ${WINDOWS} data_format dilation_rate=1 groups=1 activation use_bias=True`,
    (given, rank) => ({
      kind: "conv", ...windows(given, rank), filters: given.number("filters"), groups: given.number("groups"),
      bias: given.flag("use_bias"),
    }),
  );
  add(
    "DepthwiseConv#D",
    `kernel_size! ${WINDOWS} depth_multiplier=1 data_format dilation_rate=1 activation use_bias=True`,
    (given, rank) => ({
      kind: "conv", ...windows(given, rank), groups: "channels", multiplier: given.number("depth_multiplier"),
      bias: given.flag("use_bias"),
    }),
    [1, 2],
  );
  add(
    "SeparableConv#D SeparableConvolution#D",
    `filters! kernel_size! ${WINDOWS} data_format dilation_rate=1 depth_multiplier=1 activation use_bias=True`,
    (given, rank) => ({
      kind: "separable", ...windows(given, rank), filters: given.number("filters"),
      multiplier: given.number("depth_multiplier"), bias: given.flag("use_bias"),
    }),
    [1, 2],
  );
  /** @type {[number[], string][]} */
  const ORDERS = [[[1, 2], "output_padding data_format"], [[3], "data_format output_padding"]];
  for (const [ranks, order] of ORDERS) {
    add(
      "Conv#DTranspose Convolution#DTranspose",
      `filters! kernel_size! ${WINDOWS} ${order} dilation_rate=1 activation use_bias=True`,
      (given, rank) => ({
        kind: "transposed", ...windows(given, rank), filters: given.number("filters"), bias: given.flag("use_bias"),
        output_padding: given.has("output_padding") ? given.axes("output_padding", rank) : null,
      }),
      ranks,
    );
  }

  for (const pooling of /** @type {("max"|"average")[]} */ (["max", "average"])) {
    const [long, short] = pooling === "max" ? ["Max", "Max"] : ["Average", "Avg"];
    add(
      `${long}Pooling#D ${short}Pool#D`, `pool_size${pooling === "max" ? "=2" : "!"} strides padding=valid data_format`,
      (given, rank) => {
        const { values } = given, kernel_size = values.pool_size;
        const strides = given.has("strides") ? values.strides : kernel_size;
        Object.assign(values, { kernel_size, dilation_rate: 1, strides });
        const made = windows(given, rank);
        if (made.padding === "causal") made.refusal = "padding must be valid or same, but is causal";
        return { kind: "pool", pooling, ...made };
      },
    );
    add(
      `Global${long}Pooling#D Global${short}Pool#D`, "data_format keepdims=False",
      (given, rank) => ({ kind: "global", rank, pooling, keep: given.flag("keepdims") }),
    );
    add(`Adaptive${long}Pooling#D`, "output_size! data_format", (given, rank) => {
      return { kind: "adaptive", rank, pooling, outputs: given.axes("output_size", rank) };
    });
  }

  /**
   * The two sides of each axis, of which one number may stand for both, or for all.
   * @param {Written} given @param {string} name @param {number} rank
   */
  function sides(given, name, rank) {
    const value = given.values[name], whole = Array.isArray(value) ? value : Array(rank).fill(value);
    const all = rank === 1 && Array.isArray(value) ? [whole] : whole;
    const pairs = all.map((one) => (Array.isArray(one) ? one : [one, one]));
    const good = pairs.length === rank && pairs.every((pair) => pair.length === 2 && pair.every(Number.isSafeInteger));
    return good ? /** @type {Sides[]} */ (pairs) : given.blame(name, `not a number or pair for each of ${rank} axes`);
  }
  add("ZeroPadding#D", "padding=1 data_format", (given, rank) => {
    return { kind: "padding", rank, padding: sides(given, "padding", rank) };
  });
  add("Cropping#D", "cropping=1 data_format", (given, rank) => {
    return { kind: "cropping", rank, padding: sides(given, "cropping", rank) };
  });
  /** @type {Map<string, NetworkLayer["interpolation"]>} */
  const INTERPOLATIONS = new Map([["nearest", "nearest"], ["bilinear", "linear"], ["bicubic", "cubic"]]);
  add("UpSampling#D", "size=2 data_format interpolation=nearest", (given, rank) => {
    const word = given.word("interpolation"), interpolation = INTERPOLATIONS.get(word);
    if (!interpolation) given.blame("interpolation", "not read here");
    return { kind: "upsampling", rank, times: given.axes("size", rank), interpolation };
  });
  add("Resizing", "height! width! interpolation=bilinear", (given) => ({
    kind: "upsampling", rank: 2, outputs: [given.number("height"), given.number("width")], interpolation: "linear",
  }));

  add("Dense", "units! activation use_bias=True", (given) => {
    return { kind: "dense", along: "last", filters: given.number("units"), bias: given.flag("use_bias") };
  });
  add("Flatten", "data_format", () => ({ kind: "flatten" }));
  add("Reshape", "target_shape!", (given) => {
    const { target_shape } = given.values, target = Array.isArray(target_shape) ? target_shape : [target_shape];
    return target.every(Number.isSafeInteger) ? { kind: "reshape", target } : given.blame("target_shape", "no shape");
  });

  /** Which axis a norm has numbers along: the first after the batch, the last, or several. @param {Written} given */
  function axis(given) {
    const { axis: where } = given.values;
    if (Array.isArray(where) && where.length > 1) return { along: /** @type {const} */ ("all"), mixes: true };
    const [number] = Array.isArray(where) ? where : [where];
    if (!Number.isSafeInteger(number)) given.blame("axis", "not a whole number");
    return { axis: number === 1 ? 1 : -1 };
  }
  /** @param {Written} given @returns {Partial<NetworkLayer> & {axis?: number}} */
  const norm = (given) => ({ kind: "norm", scale: given.flag("scale"), bias: given.flag("center"), ...axis(given) });
  const CENTRED = "center=True scale=True";
  add("BatchNormalization", `axis=-1 momentum epsilon ${CENTRED}`, (given) => {
    return { ...norm(given), statistics: true, mixes: false };
  });
  add("LayerNormalization", `axis=-1 epsilon ${CENTRED}`, norm);
  add("GroupNormalization", `groups=32 axis=-1 epsilon ${CENTRED}`, (given) => {
    return { ...norm(given), groups: given.number("groups"), mixes: true };
  });
  add("PReLU", "alpha_initializer alpha_regularizer alpha_constraint shared_axes", (given) => {
    return { kind: "norm", bias: false, along: given.has("shared_axes") ? "channels" : "all" };
  });

  add("Activation ReLU LeakyReLU ELU SELU GELU Softmax Rescaling", "*", () => ({ kind: "activation" }));
  add(
    "Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise Identity "
      + "ActivityRegularization RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness",
    "*", () => ({ kind: "identity" }),
  );
  add("Add Subtract Multiply Average Maximum Minimum", "", () => ({ kind: "add" }));
  add("Concatenate", "axis=-1", (given) => ({ kind: "concatenate", axis: given.number("axis") === 1 ? 1 : -1 }));

  /** What is applied to tensors at once. @type {Record<string, Entry>} */
  const FUNCTIONS = { concat: LAYERS.Concatenate };
  for (const name of ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]) {
    FUNCTIONS[name.toLowerCase()] = LAYERS[name];
  }
  FUNCTIONS.reshape = LAYERS.Reshape;
  FUNCTIONS.reduce_mean = FUNCTIONS.mean = {
    signature: "axis! keepdims=False", also: ALSO, make: (given) => {
      const { axis: where } = given.values, all = Array.isArray(where) ? where : [where];
      if (!all.every((one, n) => one === n + 1)) given.blame("axis", "not that of the places");
      return { kind: "global", rank: all.length, pooling: "average", keep: given.flag("keepdims") };
    },
  };

  FUNCTIONS.pad = {
    signature: "pad_width! mode=constant constant_values", also: ALSO, make: (given) => {
      const { pad_width: all } = given.values, mode = given.word("mode").toLowerCase();
      const isPair = (/** @type {any} */ one) => (
        Array.isArray(one) && one.length === 2 && one.every(Number.isSafeInteger));
      const good = Array.isArray(all) && all.length > 2 && all.every(isPair);
      const others = good ? [...all[0], ...all[all.length - 1]] : [1]; // of the batch and the channels
      if (others.some(Boolean)) given.blame("pad_width", "not that of the places");
      if (mode !== "constant" && mode !== "reflect") given.blame("mode", "not read here");
      const padding_mode = mode === "constant" ? "zeros" : mode;
      return { kind: "padding", rank: all.length - 2, padding: all.slice(1, -1), padding_mode };
    },
  };

  return { LAYERS, FUNCTIONS };
})();
