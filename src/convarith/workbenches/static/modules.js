var convarith = convarith || {};

/** Layers, modules and tensors of a program, and the networks that come of applying one to the other. */
convarith.modules = (() => {
  "use strict";
  const { Exhausted, memberOf, unknown, isNumber, textOf, operate } = convarith.python;
  const { is, isModule, tensorsIn, fill, withoutBatch, shapeIn, SPECIAL } = convarith.making;
  const { Unread, activationOf, bind } = convarith.names;

  const MOST_LAYERS = 2000;
  const ACTIVATION = new RegExp(
    "^(relu6?|leaky_relu|[esc]elu|gelu|silu|swish|mish|(log_?)?sigmoid|tanh|(log_)?softmax|softplus|softsign|clamp|"
      + "hard_?(swish|tanh|sigmoid|silu)|local_response_norm|exponential|sqrt|exp|log|abs)_?$",
  );
  // What hands on the tensor, or the module, that it is called on.
  const KEEPS = new Set(
    "to cuda cpu eval train half float double contiguous detach clone type requires_grad_ apply".split(" "),
  );
  const SIZES = new Set("size dim numel shape ndim".split(" "));
  /** @type {Record<string, keyof NetworkLayer>} */
  const NUMBERS = {
    in_channels: "channels", in_features: "channels", num_features: "channels",
    out_channels: "filters", out_features: "filters", filters: "filters", units: "filters",
  };

  // What is done with what a network has made, and is no part of it.
  const LEARNS = /loss|entropy|criterion|backward|accuracy|metric|^(print|len|str|isinstance|save|export)$/i;
  const BEHIND = /^(arg)?(max|min)$|^(topk|sum|item|numpy|tolist|eq)$/;
  const STRANGE = ["unknown", "path", "bound", "raw"];

  /** @typedef {Record<string, Value>} Named */

  /** What knows of layers, while a program is followed. @implements {Host} @implements {Maker} */
  class Network {
    /** @param {"keras"|"pytorch"} framework @param {Names} names */
    constructor(framework, names) {
      this.framework = framework;
      this.names = names;
      this.changes = 0; // layers made or applied so far
      this.channelsFirst = false;
      /** @type {Note[]} */
      this.notes = [];
      /** @type {Run[]} */
      this.runs = [];
      /** @type {Value[]} */
      this.modules = [];
      /** @type {Value[]} */
      this.layers = [];
      /** Classes and functions. @type {Value[]} */
      this.definitions = [];
      /** @type {string[]} */
      this.path = [];
      /** @type {Set<Value>} */
      this.active = new Set(); // modules that are being applied
      /** @type {Run|null} */
      this.implicit = null; // of tensors that nothing in the text makes
      /** The shape of a tensor to try with. @type {number[]|null} */
      this.raw = null;
      /** What was applied last. @type {Value} */
      this.last = null;
      /** @type {any} */
      this.interpreter = null;
    }

    /** @param {number} line @param {string} why */
    note(line, why) {
      if (this.notes.every((note) => note.line !== line)) this.notes.push({ line, text: "", why });
    }

    /** @param {Value} value @returns {Value} */
    created(value) {
      this.definitions.push(value);
      return value;
    }

    /** @param {string} type @param {Value} made @param {number} line @returns {Value} */
    object(type, made, line) {
      const one = { is: "object", type, made, line, fields: new Map(), items: [], name: "" };
      this.modules.push(one);
      return one;
    }

    /** What an object keeps under a name. @param {Value} owner @param {string} name @param {Value} value */
    adopt(owner, name, value) {
      owner.fields.set(name, value);
      this.mark(value, name);
    }

    /** Names a module that is a part of another. @param {Value} value @param {string} name */
    mark(value, name) {
      if (Array.isArray(value)) value.forEach((one, n) => isModule(one) && this.mark(one, `${name}.${n}`));
      if (is(value, "dict")) for (const [key, one] of value.items) this.mark(one, `${name}.${key}`);
      if (!isModule(value)) return;
      value.used = true;
      value.name = value.name || name;
    }

    /** The numbers that a layer is asked for. @param {Value} layer @param {string} name @returns {Value} */
    numberOf(layer, name) {
      return Object.hasOwn(NUMBERS, name) ? layer.made[NUMBERS[name]] : undefined;
    }

    // --- what is made -----------------------------------------------------------------------------------------

    /** @param {string} path @param {Value[]} given @param {Named} named @param {number} line @returns {Value} */
    construct(path, given, named, line) {
      const type = String(path.split(".").pop()), { input, x, inputs, ...more } = named;
      const { LAYERS, FUNCTIONS } = this.names, tensors = tensorsIn([...given, input, x, inputs]);
      if (Object.hasOwn(SPECIAL, type)) return SPECIAL[type](this, given, named, line);
      if (Object.hasOwn(LAYERS, type)) return this.layer(type, LAYERS[type], given, named, line);
      if (LEARNS.test(type) || (!this.active.size && BEHIND.test(type))) return unknown(`${path}()`);
      if (tensors.length) {
        const rest = given.filter((value) => !tensorsIn([value]).length);
        const known = Object.hasOwn(FUNCTIONS, type) && this.layer(type, FUNCTIONS[type], rest, more, line);
        return this.emit(known || { type, made: madeBy(type, path) }, [...given, input, x, inputs], line);
      }
      if (!/^[A-Z]/.test(type)) return unknown(`${path}()`);
      const right = Object.keys(LAYERS).find((name) => name.toLowerCase() === type.toLowerCase());
      const owner = this.framework === "keras" ? "Keras" : "PyTorch";
      const why = right ? `${owner} has no ${type}: it is ${right}` : `${path} is not read here`;
      return this.keep({ is: "layer", type, path, made: { kind: "unknown", why }, line, name: "" });
    }

    /** @param {Value} layer @returns {Value} */
    keep(layer) {
      this.changes++;
      this.layers.push(layer);
      return layer;
    }

    /** @param {string} type @param {Entry} entry @param {Value[]} given @param {Named} named @param {number} line */
    layer(type, entry, given, named, line) {
      if (named.data_format === "channels_first") this.channelsFirst = true;
      const { values, refusal } = bind(type, entry, given, named);
      /** @type {Partial<NetworkLayer>} */
      let made;
      try {
        made = entry.make(values);
        Object.assign(made, activationOf(made.kind || "unknown", values, given, named), refusal && { refusal });
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        made = refusal ? { kind: "unknown", refusal } : { kind: "unknown", why: error.message };
      }
      return this.keep({ is: "layer", type, made, line, name: textOf(named.name ?? ""), input: shapeIn(named) });
    }

    // --- what is applied --------------------------------------------------------------------------------------

    /** @param {Value} module @param {Value[]} given @param {number} line @returns {Value} */
    apply(module, given, line) {
      if (!isModule(module)) return this.construct(textOf(module), given, {}, line);
      const { changes } = this, { shape = null } = given.find((value) => is(value, "raw")) || {};
      let values = given;
      if (!tensorsIn(given).length) {
        if (module.ran && module.is !== "layer") return unknown(textOf(module));
        values = [this.source(module, given[0] ?? null, shape, line), ...given.slice(1)];
      }
      if (this.active.has(module)) return tensorsIn(values)[0];
      this.active.add(module);
      this.path.push(module.name);
      const made = this.through(module, values, line);
      this.path.pop();
      this.active.delete(module);
      if (values !== given && module.is !== "layer") this.changes = changes; // a network is tried, not made
      return made;
    }

    /**
     * What a module reads that is applied to nothing known: an input, or within another module something lost.
     * @param {Value} module @param {Value} given @param {number[]|null} shape @param {number} line @returns {Value}
     */
    source(module, given, shape, line) {
      if (this.last && this.active.size) {
        const why = `What ${module.name || module.type} reads is not known`;
        return this.emit({ type: textOf(given), made: { kind: "unknown", why } }, [this.last], line);
      }
      const run = module.is === "layer" ? (this.implicit ||= this.begin(line)) : this.begin(line);
      run.raw = run.raw || shape;
      return { is: "tensor", run, n: -1 };
    }

    /** @param {number} line @returns {Run} */
    begin(line) {
      const run = { line, layers: [], input: null, raw: null };
      this.runs.push(run);
      return run;
    }

    /** @param {Value} module @param {Value[]} given @param {number} line @returns {Value} */
    through(module, given, line) {
      const tensors = tensorsIn(given), [{ run }] = tensors;
      run.input = run.input || module.input || null;
      run.raw = run.raw || module.raw || null;
      if (module.is === "layer") return this.emit(module, given, module.line);
      module.ran = run;
      module.used = true;
      if (module.is === "sequence") return this.inTurn(module.items, tensors[0], line);
      for (const [name, value] of module.fields) this.mark(value, name);
      const { globals } = this.interpreter;
      const method = ["forward", "call"]
        .map((name) => (module.made ? memberOf(module.made, name) : globals.get(name)))
        .find((one) => is(one, "function"));
      if (method) return this.interpreter.callFunction(method, [module, ...given], {});
      return this.inTurn(module.items.length ? module.items : [...module.fields.values()].flat(2), tensors[0], line);
    }

    /** One module after the other. @param {Value[]} modules @param {Value} tensor @param {number} line */
    inTurn(modules, tensor, line) {
      let last = tensor;
      for (const one of modules.filter(isModule)) last = tensorsIn([this.apply(one, [last], line)])[0] || last;
      return last;
    }

    /**
     * Adds a layer to the network of the tensors that it is applied to.
     * @param {Value} layer @param {Value[]} given @param {number} line @returns {Value}
     */
    emit(layer, given, line) {
      const tensors = tensorsIn(given), [{ run }] = tensors, { layers } = run;
      if (layers.length >= MOST_LAYERS) throw new Exhausted();
      let { made } = layer;
      if (made.kind === "add" || made.kind === "concatenate") {
        const stranger = given.flat(2).find((one) => (is(one, "tensor") ? one.run !== run : is(one, ...STRANGE)));
        if (stranger) made = { kind: "unknown", why: `${layer.type} joins ${textOf(stranger)}, which is not known` };
      }
      const name = layer.name ? this.path.filter(Boolean).join(".") || layer.name : "";
      /** @type {NetworkLayer} */
      const one = { kind: "unknown", type: layer.type, name, line, ...made };
      const reads = tensors.filter((tensor) => tensor.run === run).map(({ n }) => n);
      if (reads.length > 1 || reads[0] !== layers.length - 1) one.reads = reads;
      if (layer.run === run) one.shares = layer.n;
      else Object.assign(layer, { run, n: layers.length });
      layers.push(one);
      this.changes++;
      this.last = { is: "tensor", run, n: layers.length - 1 };
      return this.last;
    }

    /** @param {string} sign @param {Value} left @param {Value} right @param {number} line @returns {Value} */
    operate(sign, left, right, line) {
      const tensors = tensorsIn([left, right]), other = is(left, "tensor") ? right : left;
      if (!"+-*/".includes(sign)) return operate(sign, left, right);
      if (tensors.length < 2 && isNumber(other)) return tensors[0];
      const unread = { kind: "unknown", why: `${textOf(other)} is not known here` };
      return this.emit({ type: sign, made: tensors.length > 1 ? { kind: "add" } : unread }, tensors, line);
    }

    /**
     * @param {Value} value @param {string} name @param {Value[]} given @param {Named} named @param {number} line
     * @returns {Value}
     */
    method(value, name, given, named, line) {
      if (KEEPS.has(name)) return value;
      const known = is(value, "tensor", "sequence", "object") && !SIZES.has(name);
      if (!known) return unknown(`${textOf(value)}.${name}()`);
      if (is(value, "tensor")) return this.construct(name, [value, ...given], named, line);
      if (name === "forward" || name === "call") return this.inTurn(value.items, given[0], line);
      if (name === "add" || name === "append" || name === "__init__") fill(this, value, given);
      if (name === "pop") value.items.pop();
      if (name === "build") value.input = withoutBatch(given[0] ?? named.input_shape);
      if (name === "add_module" || name === "register_module") {
        this.mark(given[1], textOf(given[0]));
        fill(this, value, given.slice(1));
      }
      return null;
    }
  }

  /** What a function makes of a tensor. @param {string} type @param {string} path @returns {Partial<NetworkLayer>} */
  function madeBy(type, path) {
    if (ACTIVATION.test(type)) return { kind: "activation" };
    return /dropout|identity/i.test(type) ? { kind: "identity" } : { kind: "unknown", why: `${path} is not read here` };
  }

  return { Network };
})();
