var convarith = convarith || {};

/** A whole network as code for four frameworks: layers with windows as the explorer writes them, and the rest. */
convarith.network_code = (() => {
  "use strict";
  const { FRAMEWORKS } = convarith.code;
  const { sentence } = convarith.words;
  const { at } = convarith.sliding;

  /** @typedef {{row: Counted, x: string, y: string, end: string, rank: number, units: number}} Place */
  /** @typedef {Record<string, (place: Place) => string>} Plain */

  /** What activations are called: in Keras and JAX, in PyTorch, in ONNX. @type {Record<string, string[]>} */
  const ACTIVATIONS = {
    relu: ["relu", "ReLU", "Relu"], sigmoid: ["sigmoid", "Sigmoid", "Sigmoid"], tanh: ["tanh", "Tanh", "Tanh"],
    softmax: ["softmax", "Softmax", "Softmax"], gelu: ["gelu", "GELU", "Gelu"], silu: ["silu", "SiLU", ""],
    elu: ["elu", "ELU", "Elu"], leakyrelu: ["leaky_relu", "LeakyReLU", "LeakyRelu"],
    leaky_relu: ["leaky_relu", "LeakyReLU", "LeakyRelu"],
  };

  /** @param {Place} place @param {number} n */
  const activation = ({ row: { layer } }, n) => (ACTIVATIONS[layer.type.toLowerCase()] || ["", "", ""])[n];
  /** @param {Place} place */
  const pooled = ({ row: { layer } }) => (layer.pooling === "max" ? "Max" : "Average");
  /** @param {Place} place */
  const times = ({ row: { layer }, rank }) => Array.from({ length: rank }, (_, n) => at(layer.times || [1], n));
  /** One number where all are alike, else a tuple. @param {number[]} numbers */
  const one = (numbers) => (new Set(numbers).size > 1 ? `(${numbers.join(", ")})` : String(numbers[0]));
  /** @param {Place} place */
  const sides = ({ row: { layer }, rank }) => Array.from({ length: rank }, (_, n) => (
    /** @type {Sides} */ (at(/** @type {Sides[]} */ (layer.padding), n))));
  /** @param {Place} place */
  const sidesText = (place) => (place.rank > 1
    ? `(${sides(place).map(([low, high]) => `(${low}, ${high})`).join(", ")})` : `(${sides(place)[0].join(", ")})`);
  /** The last axis first, as PyTorch has it. @param {Place} place @param {number} sign */
  const turned = (place, sign) => `(${[...sides(place)].reverse().flat().map((cells) => sign * cells).join(", ")})`;
  /** Whether a layer resizes by whole steps without weighing. @param {Place} place */
  const repeats = ({ row: { layer } }) => layer.interpolation === "nearest" && !layer.outputs;
  /** Whether a dense layer reads what its framework's plain one does. @param {Place} place */
  const isPlain = ({ row: { layer, from } }) => !from[0].sizes.length || layer.along !== "channels";
  /** @param {Place} place @param {string} argument */
  const noBias = ({ row: { layer } }, argument) => (layer.bias === false ? argument : "");

  const STATISTICS = ["scale", "offset", "mean", "variance"];

  /** @type {Record<string, Plain>} */
  const PLAIN = {
    keras: {
      dense: (place) => `keras.layers.Dense(${place.row.layer.filters}${noBias(place, ", use_bias=False")})`,
      flatten: () => "keras.layers.Flatten()",
      activation: (place) => (activation(place, 0) ? `keras.layers.Activation("${activation(place, 0)}")` : ""),
      norm: ({ row }) => (row.layer.statistics ? "keras.layers.BatchNormalization()" : ""),
      global: (place) => (
        `keras.layers.Global${pooled(place)}Pooling${place.rank}D(${place.row.layer.keep ? "keepdims=True" : ""})`),
      upsampling: (place) => (repeats(place) ? `keras.layers.UpSampling${place.rank}D(${one(times(place))})` : ""),
      padding: (place) => `keras.layers.ZeroPadding${place.rank}D(${sidesText(place)})`,
      cropping: (place) => `keras.layers.Cropping${place.rank}D(${sidesText(place)})`,
    },
    pytorch: {
      dense: (place) => (isPlain(place)
        ? `nn.Linear(${place.units}, ${place.row.layer.filters}${noBias(place, ", bias=False")})` : ""),
      flatten: () => "nn.Flatten()",
      activation: (place) => {
        const name = activation(place, 1);
        return name && `nn.${name}(${name === "Softmax" ? "1" : ""})`;
      },
      norm: ({ row: { layer, from: [{ channels }] }, rank }) => (
        layer.statistics ? `nn.BatchNorm${rank || 1}d(${channels})` : ""),
      global: (place) => {
        const pool = `nn.Adaptive${pooled(place) === "Max" ? "Max" : "Avg"}Pool${place.rank}d(1)`;
        return place.row.layer.keep ? pool : `${pool}, nn.Flatten()`;
      },
      upsampling: (place) => (repeats(place) ? `nn.Upsample(scale_factor=${one(times(place))})` : ""),
      padding: (place) => `nn.ZeroPad${place.rank}d(${turned(place, 1)})`,
      cropping: (place) => `nn.ZeroPad${place.rank}d(${turned(place, -1)})`,
    },
    onnx: {
      dense: (place) => {
        const weights = [`w${place.end}`, ...noBias(place, "no") ? [] : [`b${place.end}`]];
        return place.row.from[0].sizes.length ? "" : node("Gemm", place, weights, "transB=1");
      },
      flatten: (place) => node("Flatten", place),
      activation: (place) => (activation(place, 2) ? node(activation(place, 2), place) : ""),
      norm: (place) => (place.row.layer.statistics
        ? node("BatchNormalization", place, STATISTICS.map((name) => name + place.end)) : ""),
      global: (place) => (place.row.layer.keep ? node(`Global${pooled(place)}Pool`, place) : ""),
    },
    jax: {
      dense: (place) => {
        const offset = noBias(place, "no") ? "" : ` + b${place.end}`;
        return place.row.from[0].sizes.length ? "" : `x = x @ w${place.end}${offset}`;
      },
      flatten: () => "x = x.reshape(x.shape[0], -1)",
      activation: (place) => (activation(place, 0) ? `x = jax.nn.${activation(place, 0)}(x)` : ""),
      global: (place) => {
        const axes = Array.from({ length: place.rank }, (_, n) => n + 1).join(", ");
        const kept = place.row.layer.keep ? ", keepdims=True" : "";
        return `x = x.${pooled(place) === "Max" ? "max" : "mean"}((${axes},)${kept})`;
      },
    },
  };

  /** A node of ONNX. @param {string} type @param {Place} place @param {string[]} weights @param {string} given */
  function node(type, { x, y }, weights = [], given = "") {
    const inputs = [x, ...weights].map((name) => `"${name}"`).join(", ");
    return `helper.make_node("${type}", [${inputs}], ["${y}"]${given && `, ${given}`})`;
  }

  /**
   * One layer: its calls, or why there are none.
   * @param {string} name of the framework @param {Place} place @returns {{notes: string[], calls: string[]}}
   */
  function written(name, place) {
    const { row, x, y, end } = place, { layer, axes } = row, operation = layer.kind;
    const writer = FRAMEWORKS[/** @type {"keras"} */ (name)].writers[operation];
    if (operation === "identity") return { notes: [], calls: [] };
    if (writer && axes.length && layer.padding_mode !== "reflect") {
      const channels = row.from[0].channels, filters = row.to.channels;
      const groups = layer.groups === "channels" ? channels : layer.groups || 1;
      const rule = typeof layer.padding === "string" ? layer.padding : "sides";
      const weights = { channels, filters, groups, bias: layer.bias !== false };
      const made = writer({ operation, rule, pooling: layer.pooling || "max", ...weights, axes, names: { x, y, end } });
      return typeof made === "string" ? { notes: [made], calls: [] } : made;
    }
    const plain = PLAIN[name][operation], call = plain && plain(place);
    if (call) return { notes: [], calls: [call] };
    return { notes: [`${layer.type} of line ${layer.line} is to be written by hand.`], calls: [] };
  }

  /** @param {string} call */
  const listed = (call) => `${call},`;

  /**
   * The network, up to the first layer that does not fit, as code.
   * @param {string} name of the framework @param {NetworkCount} count @param {Shape} input
   */
  function networkCode(name, { rows, misfit }, input) {
    const { statement, frame } = FRAMEWORKS[/** @type {"keras"} */ (name)];
    const fitting = rows.filter((row) => !row.why), stated = name === "pytorch" ? listed : statement;
    let x = "x";
    const lines = fitting.flatMap((row, n) => {
      const rank = row.layer.rank || row.from[0].sizes.length, [{ channels, sizes }] = row.from;
      const units = row.layer.along === "last" && sizes.length ? sizes[sizes.length - 1] : channels;
      const y = n === fitting.length - 1 ? "y" : `x${n + 1}`;
      const { notes, calls } = written(name, { row, rank, units, x, y, end: String(n + 1) });
      if (calls.length) x = y; // what nothing is written for hands nothing on
      return notes.map((note) => `# ${note}`).concat(calls.map(stated));
    });
    if (misfit) lines.push(`# ${misfit.layer.type} of line ${misfit.layer.line} does not fit. ${sentence(misfit.why)}`);
    const code = lines.join("\n");
    if (name === "keras") {
      const shape = [...input.sizes, input.channels].join(", ") + (input.sizes.length ? "" : ",");
      return `inputs = x = keras.Input((${shape}))\n${code}\nmodel = keras.Model(inputs, x)`;
    }
    return name === "pytorch" ? `nn.Sequential(\n${code.replace(/^/gm, "    ")}\n)` : frame(code);
  }

  return { networkCode };
})();
