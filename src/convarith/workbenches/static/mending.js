var convarith = convarith || {};

/** Writes into a text what would mend its network; what is written has been read and counted again. */
convarith.mending = (() => {
  "use strict";
  const { shared } = convarith.emit;
  const { linesOf } = convarith.tokens;
  const { parametersOf } = convarith.names;
  const { countNetwork } = convarith.network;
  const { networkCode } = convarith.network_code;
  const { read } = convarith.reading;

  const MOST_CALLS = 4; // of one name in one line, which are tried in turn
  /** What the frameworks call what is changed. @type {Record<string, string[]>} */
  const ARGUMENTS = {
    channels: ["in_channels", "in_features", "num_features", "num_channels", "num_parameters", "normalized_shape"],
    filters: ["out_channels", "out_features", "filters", "units"],
    kernel: ["kernel_size", "pool_size"], stride: ["stride", "strides"], padding: ["padding"],
    dilation: ["dilation", "dilation_rate"], groups: ["groups", "num_groups"], bias: ["bias", "use_bias"],
    ceil_mode: ["ceil_mode"], output_padding: ["output_padding"], target: ["shape"],
  };

  /** @typedef {{from: number, to: number, text: string}} Edit puts a text in place of another */
  /** @typedef {{name: string, from: number, to: number}} Argument_ its value stands there */
  /** @typedef {{at: number, given: Argument_[], close: number}} Call the number of its first token, and its bracket */

  /**
   * The calls of a name in a line.
   * @param {Token[]} tokens @param {string} type @param {number} line @returns {Call[]}
   */
  function callsOf(tokens, type, line) {
    const found = tokens.flatMap((token, n) => {
      const isCall = token.text === type && token.line === line && tokens[n + 1]?.text === "(";
      return isCall ? [{ at: n, ...argumentsOf(tokens, n + 2) }] : [];
    });
    return found.slice(0, MOST_CALLS);
  }

  /**
   * What stands in brackets.
   * @param {Token[]} tokens @param {number} start number of the token after the opening one
   */
  function argumentsOf(tokens, start) {
    /** @type {Argument_[]} */
    const given = [];
    let first = start, depth = 0;
    for (let n = start; n < tokens.length; n++) {
      const { kind, text, from } = tokens[n], sign = kind === "sign" ? text : "";
      const ends = !depth && (sign === "," || sign === ")");
      if (ends && n > first) {
        const named = tokens[first + 1].text === "=" && n > first + 2;
        const value = tokens[first + (named ? 2 : 0)];
        given.push({ name: named ? tokens[first].text : "", from: value.from, to: tokens[n - 1].to });
      }
      if (ends && sign === ")") return { given, close: from };
      if (ends) first = n + 1;
      if ("([{".includes(sign)) depth += Number(sign !== "");
      else if (")]}".includes(sign)) depth--;
    }
    return { given, close: -1 };
  }

  /** A value as Python writes it; alike along all axes, it is one number. @param {any} value @returns {string} */
  function written(value) {
    if (typeof value === "boolean") return value ? "True" : "False";
    if (!Array.isArray(value)) return typeof value === "string" ? `"${value}"` : String(value);
    return shared(value.map((one) => (Array.isArray(one) ? one[0] : one))); // padding is the same on both sides
  }

  /**
   * What says another value in a call; null where it cannot be said.
   * @param {Call} call @param {string[]} parameters in their order @param {string} key @param {any} value
   * @returns {Edit | null}
   */
  function editOf({ given, close }, parameters, key, value) {
    const text = written(value), last = given[given.length - 1];
    if (key === "target") return last ? { from: last.from, to: last.to, text } : null;
    const name = ARGUMENTS[key].find((one) => parameters.includes(one));
    if (!name) return null;
    const plain = given.filter((one) => !one.name).length, at = parameters.indexOf(name);
    const there = at < plain ? given[at] : given.find((one) => one.name === name);
    if (there) return { from: there.from, to: there.to, text };
    const from = last ? last.to : close;
    return { from, to: from, text: `${last ? ", " : ""}${name}=${text}` };
  }

  /** @param {string} text @param {Edit[]} edits */
  function edited(text, edits) {
    // The last first, also of those in one place.
    const inOrder = [...edits].reverse().sort((one, other) => other.from - one.from);
    return inOrder.reduce((all, { from, to, text: put }) => all.slice(0, from) + put + all.slice(to), text);
  }

  /** In what two layers differ that a call can say. @param {NetworkLayer} before @param {NetworkLayer} after */
  function differencesOf(before, after) {
    /** @type {[any, any]} */
    const [one, other] = [before, after];
    return Object.keys(ARGUMENTS).filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]));
  }

  /** The order of the arguments of a call. @param {Token[]} tokens @param {Call} call @param {string} framework */
  function parametersAt(tokens, { at }, framework) {
    const { LAYERS, FUNCTIONS = {} } = convarith[framework === "keras" ? "kerasNames" : "pytorchNames"];
    const { text } = tokens[at], { signature } = LAYERS[text] || FUNCTIONS[text] || { signature: "*" };
    const names = signature === "*" ? [] : parametersOf(signature).map(({ name }) => name);
    // A function is given the tensor first; a method has it before the dot.
    const isMethod = tokens[at - 1]?.text === "." && !/^(F|torch|functional)$/.test(tokens[at - 2]?.text);
    return LAYERS[text] || isMethod ? names : ["input", ...names];
  }

  /**
   * The text with the arguments that make its layers what is wanted; "" where they cannot be said.
   * @param {string} text @param {Reading} reading of it @param {NetworkLayer[]} wanted
   * @param {number} which of the calls of one name in a line @param {boolean} sparing adds none where another changes
   */
  function withArguments(text, { layers, framework }, wanted, which, sparing) {
    const tokens = linesOf(text).flatMap((line) => line.tokens);
    /** @type {Edit[]} */
    const edits = [];
    for (const [n, before] of layers.entries()) {
      const after = /** @type {any} */ (wanted[n]), keys = differencesOf(before, after);
      const call = keys.length ? callsOf(tokens, before.type, before.line)[which] : undefined;
      if (keys.length && (!call || call.close < 0)) return "";
      for (const key of call ? keys : []) {
        const one = /** @type {Call} */ (call), parameters = parametersAt(tokens, one, framework);
        const edit = editOf(one, parameters, key, after[key]);
        if (!edit) return "";
        if (!sparing || keys.length === 1 || edit.to > edit.from) edits.push(edit);
      }
    }
    return edited(text, edits);
  }

  /**
   * The text with a flatten before a layer, in the ways in which it may be said.
   * @param {string} text @param {NetworkLayer} layer
   */
  function withFlatten(text, { type, name, line }) {
    const tokens = linesOf(text).flatMap((one) => one.tokens), leaf = name.split(".").pop() || "";
    /** @type {string[]} */
    const ways = [];
    // In forward, around what the layer is given.
    tokens.forEach((token, n) => {
      const [first] = token.text === leaf && tokens[n + 1]?.text === "(" ? argumentsOf(tokens, n + 2).given : [];
      if (!first || tokens[n - 1]?.text !== ".") return;
      const given = `torch.flatten(${text.slice(first.from, first.to)}, 1)`;
      ways.push(edited(text, [{ from: first.from, to: first.to, text: given }]));
    });
    const [call] = callsOf(tokens, type, line);
    if (!call) return ways;
    // In a sequence, before it: in a line of its own, or in the same.
    let first = call.at;
    while (tokens[first - 1]?.text === "." && tokens[first - 2]) first -= 2;
    const { from } = tokens[first], path = text.slice(from, tokens[call.at].from);
    const indent = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
    for (const comma of [",", ""]) {
      const put = `${path}Flatten()${comma}${/\S/.test(indent) ? " " : `\n${indent}`}`;
      ways.push(edited(text, [{ from, to: from, text: put }]));
    }
    return ways;
  }

  /** What is counted, and how far. @param {Network} network */
  function countOf({ layers, framework, input }) {
    const { rows, totals, misfit } = countNetwork({ layers, framework, input }, { fields: false });
    const all = JSON.stringify([framework, layers.length, rows.map(({ to }) => to), totals, Boolean(misfit)]);
    return { all, layers: layers.length, reach: misfit ? rows.length - 1 : layers.length };
  }

  /**
   * The texts with other arguments, each once.
   * @param {string} base @param {NetworkLayer[]} wanted
   */
  function triesOf(base, wanted) {
    const reading = read(base), tries = new Set();
    if (reading.layers.length !== wanted.length) return [];
    for (let which = 0; which < MOST_CALLS; which++) {
      for (const sparing of [true, false]) tries.add(withArguments(base, reading, wanted, which, sparing));
    }
    tries.delete("");
    return [...tries];
  }

  /**
   * A text whose network is what a fix makes of it, and what had to be done: an argument is changed; or one that
   * several layers have, where that mends the network, too; or all is written anew. Null where no text was found.
   * @param {string} text @param {Network} network @param {Fix} fix @param {number} n of the layer that does not fit
   * @returns {{text: string, done: "changed" | "shared" | "anew"} | null}
   */
  function mended(text, network, { network: wanted, fits }, n) {
    const { layers, input, framework } = wanted, goal = countOf(wanted);
    const inserts = layers.length > network.layers.length;
    const bases = inserts ? withFlatten(text, network.layers[n]) : [text];
    const tries = bases.flatMap((base) => triesOf(base, layers));
    const counts = tries.map((one) => countOf({ ...read(one), input }));
    const exact = counts.findIndex(({ all }) => all === goal.all);
    if (exact >= 0) return { text: tries[exact], done: "changed" };
    const least = fits ? layers.length : n + 1 + Number(inserts);
    const near = counts.findIndex(({ layers: many, reach }) => many === layers.length && reach >= least);
    if (near >= 0) return { text: tries[near], done: "shared" };
    if (!fits) return null;
    const code = networkCode(framework, countNetwork(wanted, { fields: false }), input);
    return countOf({ ...read(code), input }).all === goal.all ? { text: code, done: "anew" } : null;
  }

  /**
   * The text in which one layer has other arguments, and no other layer has; "" where no argument says it.
   * @param {string} text @param {NetworkLayer[]} layers that are read of it @param {number} n of the layer
   * @param {Partial<NetworkLayer>} change
   */
  function withChange(text, layers, n, change) {
    const wanted = layers.map((layer, m) => (m === n ? Object.assign({}, layer, change) : layer));
    const isWanted = (/** @type {string} */ one) => {
      const again = read(one).layers;
      return again.length === wanted.length && again.every((layer, m) => !differencesOf(layer, wanted[m]).length);
    };
    const tries = triesOf(text, wanted), found = tries.find(isWanted);
    if (found) return found;
    for (const one of tries) { // again, as one argument may stand for another: a pool's kernel for its stride
      const good = triesOf(one, wanted).find(isWanted);
      if (good) return good;
    }
    return "";
  }

  return { mended, withChange };
})();
