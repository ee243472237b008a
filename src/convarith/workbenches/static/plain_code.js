var convarith = convarith || {};

/**
 * Layers as code that have no windows: of each framework what it calls them, by kind. What a record does not say
 * in full, or a framework does not have in one call, is null: it is left to be written by hand.
 */
convarith.plain_code = (() => {
  "use strict";
  const { call, listed, shared, tuple } = convarith.emit;
  const { at } = convarith.sliding;

  /**
   * A layer at its place: what arrives and what comes out, and the names of both and of its weights.
   * @typedef {{layer: NetworkLayer, from: Shape, to: Shape, rank: number}} Between
   * @typedef {Between & {reads: string[], names: Coded["names"]}} Place
   * @typedef {(place: Place) => string | string[] | null} Write
   */

  // What activations are called in Keras, PyTorch, ONNX and JAX; what those have that take numbers is not known.
  /** @type {Record<string, string[]>} */
  const ACTIVATIONS = {
    relu: ["relu", "ReLU", "Relu", "relu"], relu6: ["relu6", "ReLU6", "", "relu6"],
    sigmoid: ["sigmoid", "Sigmoid", "Sigmoid", "sigmoid"], tanh: ["tanh", "Tanh", "Tanh", "tanh"],
    silu: ["silu", "SiLU", "", "silu"], swish: ["silu", "SiLU", "", "silu"], selu: ["selu", "SELU", "Selu", "selu"],
    mish: ["mish", "Mish", "Mish", "mish"], softsign: ["softsign", "Softsign", "Softsign", "soft_sign"],
  };
  // Of vectors, which have one axis alone.
  /** @type {Record<string, string[]>} */
  const SOFT = {
    softmax: ["softmax", "Softmax", "Softmax", "softmax"],
    logsoftmax: ["log_softmax", "LogSoftmax", "LogSoftmax", "log_softmax"],
  };
  // What stands in a padding: the modules of PyTorch, and the modes of ONNX and JAX.
  /** @type {Record<string, string[]>} */
  const PADS = {
    zeros: ["Zero", ""], reflect: ["Reflection", "reflect"], replicate: ["Replication", "edge"],
    circular: ["Circular", "wrap"],
  };
  // What brings two maps together, under the names that it has in a text.
  const [ADD, SUBTRACT, MULTIPLY] = [["Add", "Add", "+"], ["Subtract", "Sub", "-"], ["Multiply", "Mul", "*"]].map(
    ([name, operator, sign]) => ({ keras: name, onnx: operator, sign }));
  /** @type {Record<string, {keras: string, onnx: string, sign: string}>} */
  const JOINS = { "+": ADD, "-": SUBTRACT, "*": MULTIPLY, Add: ADD, Subtract: SUBTRACT, Multiply: MULTIPLY };

  /** @param {Place} place @param {(name: string) => string} write @param {number} n of the framework */
  function activation({ layer: { type, activation: named = type }, rank }, write, n) {
    const key = named.toLowerCase().replaceAll("_", ""), names = ACTIVATIONS[key] || (rank ? [] : SOFT[key] || []);
    return names[n] ? write(names[n]) : null;
  }

  /** One for each axis. @param {Place} place @returns {Sides[]} */
  const sidesOf = ({ layer: { kind, padding }, from: { sizes } }) => sizes.map((_, n) => {
    const [low, high] = at(/** @type {Sides[]} */ (padding), n);
    return kind === "cropping" ? [-low, -high] : [low, high];
  });
  /** The least and the most cells at a side. @param {Sides[]} sides */
  const ends = (sides) => [Math.min(...sides.flat()), Math.max(...sides.flat())];
  /** @param {Place} place */
  const modeOf = ({ layer: { padding_mode = "zeros" } }) => padding_mode;
  /** Whether zeros are put around, and not what is not known. @param {Place} place */
  const isOfZeros = (place) => modeOf(place) === "zeros" && !/^(Constant|pad$)/.test(place.layer.type);
  /** How many times as many cells, along each axis. @param {Place} place */
  const timesOf = ({ from, to }) => to.sizes.map((size, n) => size / from.sizes[n]);
  /** Whether a layer repeats every cell. @param {Place} place */
  const repeats = (place) => place.layer.interpolation === "nearest" && timesOf(place).every(Number.isInteger);
  /** Whether a dense layer reads the channels, as those of Keras do. @param {Place} place */
  const readsChannels = ({ layer, from }) => !from.sizes.length || (layer.along || "channels") === "channels";
  /** Whether a norm has a mean and a variance, a factor and an offset, for each channel. @param {Place} place */
  const isOfBatches = ({ layer: { statistics, mixes, along } }) => statistics && !mixes && !along;
  /** Whether it does not matter that channels come first in one framework, last in another. @param {Place} place */
  const keepsOrder = ({ from, to }) => !from.sizes.length || !to.sizes.length;
  /** @param {boolean | undefined} flag @param {string} argument */
  const unless = (flag, argument) => (flag === false ? { [argument]: "False" } : {});
  /** "Max" or what the framework calls an average. @param {Place} place @param {string} average */
  const pooled = ({ layer }, average) => (layer.pooling === "max" ? "Max" : average);
  /** With the batch and the channels, which have none. @param {Sides[]} sides */
  const outer = (sides) => [[0, 0], ...sides, [0, 0]];
  /** @param {any[]} pairs */
  const alone = (pairs) => tuple(pairs.length > 1 ? pairs : pairs[0]);

  /** @type {Record<string, Write>} */
  const keras = {
    dense: (place) => (readsChannels(place)
      ? call("keras.layers.Dense", [place.layer.filters], unless(place.layer.bias, "use_bias")) : null),
    flatten: () => "keras.layers.Flatten()",
    reshape: (place) => (keepsOrder(place)
      ? `keras.layers.Reshape(${tuple([...place.to.sizes, place.to.channels])})` : null),
    activation: (place) => activation(place, (name) => `keras.layers.Activation("${name}")`, 0),
    norm: (place) => (isOfBatches(place) ? call("keras.layers.BatchNormalization", [], {
      ...unless(place.layer.bias, "center"), ...unless(place.layer.scale, "scale"),
    }) : null),
    global: (place) => {
      const kept = place.layer.keep ? "keepdims=True" : "";
      return `keras.layers.Global${pooled(place, "Average")}Pooling${place.rank}D(${kept})`;
    },
    adaptive: (place) =>
      `keras.layers.Adaptive${pooled(place, "Average")}Pooling${place.rank}D(${shared(place.to.sizes)})`,
    upsampling: (place) => (repeats(place)
      ? `keras.layers.UpSampling${place.rank}D(${shared(timesOf(place))})` : null),
    padding: (place) => {
      const sides = sidesOf(place), [least, most] = ends(sides), mode = modeOf(place);
      if (mode === "reflect") return call("keras.ops.pad", ["x", outer(sides)], { mode: '"reflect"' });
      if (!isOfZeros(place) || (least < 0 && most > 0)) return null;
      if (least >= 0) return `keras.layers.ZeroPadding${place.rank}D(${alone(sides)})`;
      return `keras.layers.Cropping${place.rank}D(${alone(sides.map((pair) => pair.map((side) => -side)))})`;
    },
    add: ({ layer: { type } }) => (JOINS[type] ? `keras.layers.${JOINS[type].keras}()` : null),
    concatenate: () => "keras.layers.Concatenate()",
  };

  /** @type {Record<string, Write>} */
  const pytorch = {
    dense: ({ layer, from, rank }) => {
      const features = layer.along === "last" && rank ? from.sizes[rank - 1] : from.channels;
      if (rank && layer.along !== "last") return null;
      return call("nn.Linear", [features, layer.filters], unless(layer.bias, "bias"));
    },
    flatten: () => "nn.Flatten()",
    reshape: (place) => (keepsOrder(place)
      ? `nn.Unflatten(1, ${tuple([place.to.channels, ...place.to.sizes])})` : null),
    activation: (place) => activation(place, (name) => `nn.${name}(${/Softmax/.test(name) ? 1 : ""})`, 1),
    norm: (place) => {
      const { layer: { scale = true, bias = true }, rank, from: { channels } } = place;
      if (!isOfBatches(place) || scale !== bias) return null;
      return call(`nn.BatchNorm${rank || 1}d`, [channels], unless(scale, "affine"));
    },
    global: (place) => {
      const pool = `nn.Adaptive${pooled(place, "Avg")}Pool${place.rank}d(1)`;
      return place.layer.keep ? pool : [pool, "nn.Flatten()"];
    },
    adaptive: (place) => `nn.Adaptive${pooled(place, "Avg")}Pool${place.rank}d(${shared(place.to.sizes)})`,
    upsampling: (place) => (repeats(place) ? `nn.Upsample(scale_factor=${shared(timesOf(place))})` : null),
    padding: (place) => (isOfZeros(place) || modeOf(place) !== "zeros"
      ? `nn.${PADS[modeOf(place)][0]}Pad${place.rank}d(${tuple([...sidesOf(place)].reverse().flat())})` : null),
    add: ({ layer: { type }, reads }) => (JOINS[type] ? `x = ${reads.join(` ${JOINS[type].sign} `)}` : null),
    concatenate: ({ reads }) => `x = torch.cat([${reads.join(", ")}], 1)`,
  };

  /**
   * A node of ONNX, and where there is one more after it, what it hands on to that.
   * @param {string} operator @param {Place} place @param {string[]} weights @param {Record<string, string>} given
   */
  function node(operator, { reads, names: { y } }, weights = [], given = {}, inputs = reads, output = y) {
    const quoted = [...inputs, ...weights].map((name) => `"${name}"`);
    return call("helper.make_node", [`"${operator}"`, listed(quoted), `["${output}"]`], given);
  }

  /** @type {Record<string, Write>} */
  const onnx = {
    dense: (place) => {
      const { layer, names: { end } } = place;
      return place.rank ? null : node("Gemm", place, [`w${end}`, ...(layer.bias === false ? [] : [`b${end}`])]);
    },
    flatten: (place) => node("Flatten", place),
    activation: (place) =>
      activation(place, (name) => node(name, place, [], /Softmax/.test(name) ? { axis: "1" } : {}), 2),
    norm: (place) => {
      const { layer: { scale = true, bias = true }, names: { end } } = place;
      if (!isOfBatches(place) || !scale || !bias) return null;
      return node("BatchNormalization", place, ["scale", "b", "mean", "variance"].map((name) => name + end));
    },
    global: (place) => {
      const operator = `Global${pooled(place, "Average")}Pool`, between = `h${place.names.end}`;
      if (place.layer.keep) return node(operator, place);
      return [node(operator, place, [], {}, place.reads, between), node("Flatten", place, [], {}, [between])];
    },
    padding: (place) => {
      const sides = sidesOf(place), mode = PADS[modeOf(place)][1], pads = `pads${place.names.end}`;
      if (!isOfZeros(place) && modeOf(place) === "zeros") return null;
      const [lows, highs] = [sides.map(([low]) => low), sides.map(([, high]) => high)];
      const said = `# ${pads}: ${listed([0, 0, ...lows, 0, 0, ...highs])}`;
      return [said, node("Pad", place, [pads], mode ? { mode: `"${mode}"` } : {})];
    },
    add: (place) => {
      const { layer: { type }, reads } = place;
      return JOINS[type] && reads.length === 2 ? node(JOINS[type].onnx, place) : null;
    },
    concatenate: (place) => node("Concat", place, [], { axis: "1" }),
  };

  /** @type {Record<string, Write>} */
  const jax = {
    dense: (place) => {
      const { layer, names: { end } } = place;
      return readsChannels(place) ? `x = x @ w${end}${layer.bias === false ? "" : ` + b${end}`}` : null;
    },
    flatten: () => "x = x.reshape(x.shape[0], -1)",
    reshape: (place) => (keepsOrder(place)
      ? `x = x.reshape(x.shape[0], ${[...place.to.sizes, place.to.channels].join(", ")})` : null),
    activation: (place) => activation(place, (name) => `x = jax.nn.${name}(x)`, 3),
    norm: (place) => {
      const { layer: { scale, bias }, names: { end } } = place;
      if (!isOfBatches(place)) return null;
      const factor = scale === false ? "" : ` * scale${end}`, offset = bias === false ? "" : ` + b${end}`;
      return `x = (x - mean${end}) / jnp.sqrt(variance${end} + epsilon)${factor}${offset}`;
    },
    global: (place) => {
      const axes = tuple(place.from.sizes.map((_, n) => n + 1)), kept = place.layer.keep ? ", keepdims=True" : "";
      return `x = x.${pooled(place, "mean").toLowerCase()}(axis=${axes}${kept})`;
    },
    upsampling: (place) => (repeats(place)
      ? `x = x${timesOf(place).map((times, n) => `.repeat(${times}, axis=${n + 1})`).join("")}` : null),
    padding: (place) => {
      const sides = sidesOf(place), [least, most] = ends(sides), mode = PADS[modeOf(place)][1];
      if ((!isOfZeros(place) && !mode) || (least < 0 && most > 0)) return null;
      if (least >= 0) return call("x = jnp.pad", ["x", listed(outer(sides))], mode ? { mode: `"${mode}"` } : {});
      const kept = sides.map(([low, high], n) => `${-low}:${place.from.sizes[n] + high}`);
      return `x = x[:, ${kept.join(", ")}]`;
    },
    add: ({ layer: { type }, reads }) => (JOINS[type] ? `x = ${reads.join(` ${JOINS[type].sign} `)}` : null),
    concatenate: ({ reads }) => `x = jnp.concatenate([${reads.join(", ")}], axis=-1)`,
  };

  for (const one of [keras, pytorch, onnx, jax]) one.cropping = one.padding;
  return { keras, pytorch, onnx, jax };
})();
