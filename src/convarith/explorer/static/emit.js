var convarith = convarith || {};

/** What the code of all frameworks shares: how calls are written, and what a layer's padding amounts to. */
convarith.emit = (() => {
  "use strict";
  const { countAxis } = convarith.arithmetic;
  const { channelsOf, refusalOf } = convarith.cost;
  const { sentence } = convarith.words;

  /** @typedef {"kernel"|"stride"|"dilation"|"pad_low"|"pad_high"|"output_padding"} Name */
  /** @typedef {[number, number]} Sides */

  // Values as Python writes them.

  /** @param {any} value @returns {string} */
  const text = (value) => (Array.isArray(value) ? tuple(value) : String(value));
  /** "(2, 3)", "(2,)". @param {any[]} values */
  const tuple = (values) => `(${values.map(text).join(", ")}${values.length === 1 ? "," : ""})`;
  /** "[2, 3]". @param {any[]} values */
  const listed = (values) => `[${values.map(text).join(", ")}]`;

  /** One value where all axes have the same, else a tuple; "" where it goes without saying. @param {any[]} values */
  function shared(values, usual = "") {
    const texts = values.map(text);
    if (texts.every((one) => one === usual)) return "";
    return texts.every((one) => one === texts[0]) ? texts[0] : tuple(texts);
  }

  /** What the axes have of this name, as `shared` writes it. @param {Coded} layer @param {Name} name */
  const perAxis = (layer, name, usual = "1") => shared(numbersOf(layer, name), usual);
  /** @param {Coded} layer @param {Name} name */
  const numbersOf = ({ axes }, name) => axes.map((axis) => axis[name] || 0);

  /**
   * A call as it is written, without the options that are ""; one line each where it is long.
   * @param {string} name @param {any[]} given @param {Record<string, string>} options
   */
  function call(name, given, options = {}) {
    const named = Object.entries(options).filter(([, value]) => value).map(([key, value]) => `${key}=${value}`);
    const said = [...given.map(text), ...named], line = `${name}(${said.join(", ")})`;
    return line.length <= 88 ? line : `${name}(\n${said.map((one) => `    ${one},\n`).join("")})`;
  }

  // What a layer's padding and channels amount to.

  /** @param {Coded} layer @returns {Sides[]} */
  const padsOf = ({ axes }) => axes.map((axis) => [axis.pad_low, axis.pad_high]);
  /** @param {Sides[]} pads */
  const isAny = (pads) => pads.flat().some(Boolean);
  /** Whether each filter reads one channel of several. @param {Coded} layer */
  const isDepthwise = ({ groups, channels }) => groups === channels && channels > 1;
  /** The argument of several groups. @param {Coded} layer */
  const groupsOf = ({ groups }) => (groups > 1 ? String(groups) : "");
  /** The argument of a layer without bias; having one goes without saying. @param {Coded} layer */
  const noBias = ({ bias }) => (bias ? "" : "False");
  /** Whether the padding changes the divisors of an average. @param {Coded} layer */
  const paddingCounts = (layer) => layer.pooling === "average_padded" && isAny(padsOf(layer));

  /**
   * A pool's padding without its ceil_mode: more where a window hung over, less where one was dropped.
   * @param {Axis} axis
   */
  function reachOf(axis) {
    const { overhang, unused } = countAxis(axis);
    const more = axis.ceil_mode ? overhang - unused : 0;
    return /** @type {Sides} */ ([axis.pad_low, Math.max(axis.pad_high + more, 0)]);
  }

  /** How many windows a pool has on the axis with another padding. @param {Axis} axis @param {Sides} pad */
  function outputWith(axis, [pad_low, pad_high], ceil_mode = false) {
    const { span, output } = countAxis({ ...axis, pad_low, pad_high, ceil_mode });
    return axis.size + pad_low + pad_high < span ? 0 : output;
  }

  /** Whether a pool has all its windows with these pads. @param {Coded} layer @param {Sides[]} pads */
  const fitsWith = ({ axes }, pads, ceil_mode = false) =>
    axes.every((axis, n) => outputWith(axis, pads[n], ceil_mode) === countAxis(axis).output);

  /**
   * The code of one layer or, with numbers in their weights, of several after one another; where a framework
   * has no such layer, a comment says why.
   * @param {Framework} framework @param {{kind: Kind, axes: Axis[]}[]} layers
   */
  function codeOf({ writers, statement, frame }, layers) {
    const lines = layers.flatMap(({ kind, axes }, n) => {
      const given = channelsOf(kind.operation, kind), why = sentence(refusalOf(kind.operation, kind));
      const many = layers.length > 1, last = n === layers.length - 1;
      const names = { x: n ? `x${n}` : "x", y: last ? "y" : `x${n + 1}`, end: many ? String(n + 1) : "" };
      const written = why || writers[kind.operation]({ ...kind, ...given, axes, names });
      if (typeof written === "string") return [`# ${written}`];
      return [...written.notes.map((note) => `# ${note}`), ...written.calls.map(statement)];
    });
    const code = lines.join("\n");
    return lines.every((line) => line.startsWith("#")) ? code : frame(code);
  }

  return {
    text, tuple, listed, shared, perAxis, numbersOf, call, padsOf, isAny, isDepthwise, groupsOf, noBias,
    paddingCounts, reachOf, outputWith, fitsWith, codeOf,
  };
})();
