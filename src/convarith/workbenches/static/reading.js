var convarith = convarith || {};

/** Reads a network from a text: source code of Keras or PyTorch, or a printed PyTorch model. Nothing is executed. */
convarith.reading = (() => {
  "use strict";
  const { parse } = convarith.statements;
  const { Interpreter } = convarith.interpreter;
  const { Exhausted, memberOf } = convarith.python;
  const { Network } = convarith.modules;
  const { isPrinted, readPrinted } = convarith.printed;

  const KERAS = /\b(?:keras|tf)\b|[a-z]\dD(?:Transpose)?\b|\b(?:Dense|Activation|BatchNormalization|Input)\(/g;
  const PYTORCH = /\b(?:torch|nn|F)\.|[a-z]\dd\b|\bLinear\(|\bin_(?:channels|features)\b|\bself\.\w+\(/g;

  /** Which framework a text is for. @param {string} text @returns {"keras"|"pytorch"} */
  function frameworkOf(text) {
    const [keras, pytorch] = [KERAS, PYTORCH].map((pattern) => (text.match(pattern) || []).length);
    return keras > pytorch ? "keras" : "pytorch";
  }

  /** @typedef {InstanceType<typeof Network>} Net */
  /** @typedef {InstanceType<typeof Interpreter>} Follower */

  /** Applies what the text makes and does not apply. @param {Net} network @param {Follower} interpreter */
  function applyRest(network, interpreter) {
    const isEmpty = () => network.runs.every(({ layers }) => !layers.length);
    const applyRoots = () => {
      for (const module of network.modules.slice()) {
        if (!module.used && !module.ran) network.apply(module, [], module.line);
      }
    };
    applyRoots();
    // Later classes are made of those before them.
    for (const one of network.definitions.filter(isModel).reverse()) {
      if (network.modules.some(({ made }) => made === one)) continue;
      interpreter.instantiate(one, [], {}, one.line);
      applyRoots();
    }
    const functions = isEmpty() ? network.definitions.filter((one) => one.is === "function" && !one.of) : [];
    for (const one of functions) {
      network.implicit = null;
      interpreter.callFunction(one, [], {});
      applyRoots();
    }
    if (isEmpty()) applyLoose(network);
  }

  /** Whether this is a class of layers. @param {Value} one */
  function isModel(one) {
    if (one.is !== "class" || !["forward", "call", "__init__"].some((name) => memberOf(one, name))) return false;
    const bases = one.bases.map((/** @type {Value} */ base) => (base && (base.path || base.name)) || "");
    return !bases.some((/** @type {string} */ name) => /Data|Callback|Exception/.test(name));
  }

  /** Layers that stand alone, one under the other. @param {Net} network */
  function applyLoose(network) {
    // What has a path is no layer that is known: it may be anything.
    const items = network.layers.filter(({ used, path = "nn" }) => !used && /\b(?:nn|layers|keras)\b/.test(path));
    if (!items.length) return;
    const [{ line }] = items;
    network.apply({ is: "sequence", type: "", items, name: "", line }, [], line);
  }

  /**
   * Says which axes a layer means, where that depends on where the channels are.
   * @param {Run["layers"][0]} layer @param {boolean} channelsFirst @returns {NetworkLayer}
   */
  function settle(layer, channelsFirst) {
    const { kind, axis, ...rest } = layer;
    /** @type {NetworkLayer} */
    const settled = { kind, ...rest };
    if (kind === "dense" && !channelsFirst) delete settled.along;
    const { target } = layer;
    if (kind === "reshape" && channelsFirst && target) settled.target = [...target.slice(1), target[0]];
    if (axis === undefined || (axis === 1) === channelsFirst) return settled;
    if (kind === "norm" && axis === -1) return { ...settled, along: "last" };
    return { ...settled, kind: "unknown", why: `axis ${axis} of ${layer.type} is not that of the channels` };
  }

  /** The shape of the input, as sizes and channels. @param {Run} run @param {Net} network @returns {Shape|null} */
  function inputOf({ input, raw, layers }, network) {
    const first = network.framework === "pytorch" || network.channelsFirst;
    const shape = input || withoutBatch(raw || network.raw || [], layers, network.framework);
    const good = shape.length < 5 && shape.every((size) => Number.isSafeInteger(size) && size > 0);
    if (!shape.length || !good) return null;
    const [channels] = first ? shape : shape.slice(-1);
    return { channels, sizes: first ? shape.slice(1) : shape.slice(0, -1) };
  }

  /**
   * The shape of what a network is tried with. In PyTorch a batch may be left out: the layers say how many axes.
   * @param {Value[]} tried @param {NetworkLayer[]} layers @param {string} framework
   */
  function withoutBatch(tried, layers, framework) {
    const { rank = tried.length - (tried.length === 3 ? 1 : 2) } = layers.find((layer) => layer.rank) || {};
    return framework === "pytorch" && tried.length === rank + 1 ? tried : tried.slice(1);
  }

  /** Says what the text makes and the network does not have. @param {Net} network @param {Run} best */
  function noteRest(network, best) {
    for (const { line, layers } of network.runs) {
      if (layers !== best.layers && layers.length > 1) {
        network.note(line, `The text has another network, of ${layers.length} layers, which is left out`);
      }
    }
    for (const { ran, fields, made } of network.modules) {
      if (ran !== best || !fields || !made) continue;
      for (const layer of fields.values()) {
        if (!layer || layer.is !== "layer" || layer.run) continue;
        network.note(layer.line, `${layer.name} is never applied, so it is left out of the count`);
      }
    }
  }

  /** @param {string} text @returns {Reading} */
  function read(text) {
    const plain = text.replace(/\r\n?/g, "\n").replace(/^([ \t]*)(?:>>>|\.\.\.)(?= |$)/gm, "$1   ");
    const framework = isPrinted(plain) ? "pytorch" : frameworkOf(plain);
    const network = new Network(framework, convarith[framework === "keras" ? "kerasNames" : "pytorchNames"]);
    const interpreter = new Interpreter(network);
    network.interpreter = interpreter;
    /** @type {Note[]} */
    let faults = [];
    try {
      if (isPrinted(plain)) readPrinted(plain, network, interpreter);
      else {
        const program = parse(plain);
        faults = program.faults;
        interpreter.run(program.body, interpreter.globals);
        applyRest(network, interpreter);
      }
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
      network.note(1, "This text is too long to be followed to its end, so only a part of it is counted");
    }
    const [best] = [...network.runs].sort((one, other) => other.layers.length - one.layers.length);
    if (!best || !best.layers.length) {
      return { framework: "", layers: [], input: null, notes: notesOf(plain, faults, network.notes) };
    }
    noteRest(network, best);
    const layers = best.layers.map((layer) => (framework === "keras" ? settle(layer, network.channelsFirst) : layer));
    for (const { kind, line, why } of layers) {
      if (kind === "unknown" && why) network.note(line, `${why}, so it is left out of the count`);
    }
    return { framework, layers, input: inputOf(best, network), notes: notesOf(plain, faults, network.notes) };
  }

  /** In the order of lines, each with its text. @param {string} text @param {...Note[]} several */
  function notesOf(text, ...several) {
    const lines = text.split("\n");
    const notes = several.flat().map(({ line, why }) => {
      return { line, text: (lines[line - 1] || "").trim(), why: `${why}.` };
    });
    return notes.sort((one, other) => one.line - other.line);
  }

  return { read };
})();
