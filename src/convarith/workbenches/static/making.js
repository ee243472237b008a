var convarith = convarith || {};

/** What programs make beside layers: sequences, inputs, tensors to try them with. */
convarith.making = (() => {
  "use strict";
  const { unknown, isPlain, isNumber, textOf } = convarith.python;

  /** @param {Value} value @param {...string} kinds */
  const is = (value, ...kinds) => !isPlain(value) && kinds.includes(value.is);
  /** @param {Value} value */
  const isModule = (value) => is(value, "layer", "sequence", "object");
  /** The tensors among values and lists of them. @param {Value[]} given @returns {Value[]} */
  const tensorsIn = (given) => given.flat(2).filter((value) => is(value, "tensor"));
  /** Names with the module. @param {Value} value @returns {[string, Value][]} */
  const pairsOf = (value) => (is(value, "dict") ? [...value.items] : Array.isArray(value) ? value : []);

  /**
   * Puts modules into a sequence; an input among them says its shape.
   * @param {Maker} network @param {Value} sequence @param {Value[]} parts
   */
  function fill(network, sequence, parts) {
    for (const part of parts.flat(2)) {
      if (is(part, "tensor")) {
        sequence.input = part.run.input;
        continue;
      }
      if (!isModule(part)) continue;
      network.mark(part, network.framework === "pytorch" ? String(sequence.items.length) : "");
      sequence.items.push(part);
    }
  }

  /** The numbers of a shape, or null. @param {Value} shape */
  const numbersOf = (shape) => (Array.isArray(shape) ? shape : isNumber(shape) ? [shape] : null);
  /** @param {Value} shape */
  const withoutBatch = (shape) => (Array.isArray(shape) ? shape.slice(1) : null);

  /** The input shape that is said in the brackets of a layer. @param {Record<string, Value>} named */
  function shapeIn({ input_shape, shape, batch_input_shape, batch_shape, input_dim, input_length }) {
    const whole = withoutBatch(batch_input_shape ?? batch_shape) || numbersOf(input_shape ?? shape);
    if (whole || input_dim === undefined) return whole;
    return input_length === undefined ? [input_dim] : [input_length, input_dim];
  }

  /** A tensor of the user's, whose shape is said. @param {Maker} network @param {Value[]} given @returns {Value} */
  function tried(network, given) {
    const shape = given.flat();
    if (shape.length < 2 || !shape.every(Number.isSafeInteger)) return unknown("a tensor");
    network.raw = network.raw || shape;
    return { is: "raw", shape };
  }

  /** @typedef {(network: Maker, given: Value[], named: Record<string, Value>, line: number) => Value} Make */

  /** @type {Make} */
  function input(network, given, named, line) {
    const run = network.begin(line);
    run.input = shapeIn(named) || numbersOf(given[0]);
    return { is: "tensor", run, n: -1 };
  }

  /** @type {Record<string, Make>} */
  const SPECIAL = {
    Sequential: (network, given, named, line) => {
      const one = { is: "sequence", type: "Sequential", line, items: [], name: textOf(named.name ?? "") };
      network.modules.push(one);
      const pairs = pairsOf(given[0] ?? named.layers);
      const isNamed = pairs.length && pairs.every((pair) => Array.isArray(pair) && typeof pair[0] === "string");
      if (isNamed) for (const [name, module] of pairs) network.mark(module, name);
      fill(network, one, isNamed ? pairs.map(([, module]) => module) : [...given, named.layers]);
      return one;
    },
    Input: input,
    InputLayer: input,
    Model: () => unknown("a model"),
    randn: tried, rand: tried, zeros: tried, ones: tried, empty: tried,
    summary: (_, [module, shape], { input_size }) => {
      if (isModule(module)) module.raw = numbersOf(shape ?? input_size);
      return null;
    },
    set_image_data_format: (network, [word]) => {
      network.channelsFirst = word === "channels_first";
      return null;
    },
  };

  return { is, isModule, tensorsIn, fill, withoutBatch, shapeIn, SPECIAL };
})();
