var convarith = convarith || {};

/** Settings with names, pairs of them that are worth comparing, and what makes two settings differ. */
convarith.presets = (() => {
  "use strict";
  const { CHOICES, DEFAULTS, SIDES, CONTROLS, countLayer } = convarith.state;
  const { writeSetting } = convarith.links;
  const { sentence } = convarith.words;

  /** By name, what there is to see, and the setting. @type {Record<string, [string, Change]>} */
  const PRESETS = {
    "halve exactly": ["every even size is halved", { kernel: 4, stride: 2, padding: 1 }],
    "keep the size": ["the output is as large as the input", { kernel: 3, rule: "same" }],
    causal: ["no output sees what comes after it", { size: 12, kernel: 3, rule: "sides", pad_low: 2, tape: true }],
    gridding: ["every second row and column is never read", { size: 9, kernel: 3, stride: 2, dilation: 2 }],
    chessboard: [
      "some cells are written once, some twice, some four times",
      { size: 4, kernel: 3, stride: 2, operation: "transposed" },
    ],
  };

  /** What is shown and what it is compared with, each by its name. @type {Record<string, Record<string, Change>>} */
  const PAIRS = {
    "TensorFlow’s same, PyTorch’s padding 1": {
      "TensorFlow’s same": { size: 8, stride: 2, rule: "same" },
      "PyTorch’s padding 1": { size: 8, stride: 2, padding: 1 },
    },
    "transposed, kernels 4 and 3": {
      "Kernel 4": { size: 4, kernel: 4, stride: 2, operation: "transposed" },
      "Kernel 3": { size: 4, kernel: 3, stride: 2, operation: "transposed" },
    },
    "floor and ceil_mode": {
      floor: { size: 7, kernel: 2, stride: 2, operation: "pool" },
      ceil_mode: { size: 7, kernel: 2, stride: 2, operation: "pool", ceil_mode: true },
    },
  };

  /** A setting with the usual numbers in what it does not say. @param {Change} change @returns {Change} */
  function settingOf(change) {
    const usual = Object.fromEntries([...CONTROLS, ...SIDES].map((name) => [name, DEFAULTS[name]]));
    return {
      ...usual, operation: "conv", rule: "number", ceil_mode: false, rectangular: false, tape: false, way: "scatter",
      step: 0, against: "", ...change,
    };
  }

  /** What is shown to compare a pair. @param {string} name @returns {Change} */
  function comparisonOf(name) {
    const [shown, other] = Object.values(PAIRS[name]);
    return { ...settingOf(shown), against: writeSetting({ ...DEFAULTS, ...settingOf(other) }) };
  }

  /** The names of two settings: of a pair with their axes, or what they are to each other. @param {Axis[][]} both */
  function namesOf(both) {
    /** @param {Change} change */
    const axesOf = (change) => countLayer({ ...DEFAULTS, ...settingOf(change) }).axes;
    const pair = Object.values(PAIRS).find((one) => (
      JSON.stringify(Object.values(one).map(axesOf)) === JSON.stringify(both)));
    return pair ? Object.keys(pair) : ["This", "Compared with"];
  }

  /** What is worth a word of a setting, by name. @param {State} state @param {LayerCount} layer */
  function factsOf(state, { axes, counts }) {
    const drawn = state.tape ? [1] : [0, 1];
    /** @param {(axis: Axis) => any} fact */
    const both = (fact) => [...new Set(drawn.map((n) => String(fact(axes[n]))))].join(" × ");
    /** @type {Record<string, string>} */
    const facts = {
      operation: CHOICES.operation[state.operation].toLowerCase(),
      "input size": both((axis) => axis.size), kernel: both((axis) => axis.kernel),
      stride: both((axis) => axis.stride), dilation: both((axis) => axis.dilation),
      padding: both((axis) => `(${axis.pad_low}, ${axis.pad_high})`),
      "output padding": both((axis) => axis.output_padding || 0),
      ceil_mode: state.operation === "pool" && state.ceil_mode ? "on" : "off",
      output: drawn.map((n) => counts[n].output || "none").join(" × "),
    };
    if (state.operation === "pool") facts.of = CHOICES.pooling[state.pooling];
    return facts;
  }

  /**
   * What stands over each of two settings that are compared: its name, and the facts in which they differ, as HTML.
   * @param {State} state @param {LayerCount} layer @param {State} other @param {LayerCount} otherLayer
   */
  function captionsOf(state, layer, other, otherLayer) {
    const facts = [factsOf(state, layer), factsOf(other, otherLayer)], [here, there] = facts;
    const different = Object.keys({ ...here, ...there }).filter((name) => here[name] !== there[name]);
    const why = otherLayer.why ? ` ${sentence(otherLayer.why)}` : "";
    const shared = ["input size", "kernel", "stride"].filter((name) => !different.includes(name));
    const both = shared.length ? ` Both: ${shared.map((name) => `${name} ${here[name]}`).join(", ")}.` : "";
    return namesOf([layer.axes, otherLayer.axes]).map((name, n) => {
      const told = different.map((fact) => `${fact} <mark>${facts[n][fact] || "none"}</mark>`);
      return `<b>${name}</b>: ${told.join(", ") || "the same setting"}.${n ? why : both}`;
    });
  }

  return { PRESETS, PAIRS, settingOf, comparisonOf, captionsOf };
})();
