var convarith = convarith || {};

/** Settings with names, pairs of them that are worth comparing, and what makes two settings differ. */
convarith.presets = (() => {
  "use strict";
  const { CHOICES, DEFAULTS, SIDES, CONTROLS } = convarith.state;
  const { writeSetting } = convarith.links;
  const { sentence } = convarith.words;

  /** @type {Record<string, Change>} */
  const PRESETS = {
    "halve exactly": { size: 8, kernel: 4, stride: 2, padding: 1 },
    "keep the size": { size: 7, kernel: 3, rule: "same" },
    causal: { size: 12, kernel: 3, rule: "sides", pad_low: 2, tape: true },
    gridding: { size: 9, kernel: 3, stride: 2, dilation: 2 },
    chessboard: { size: 4, kernel: 3, stride: 2, operation: "transposed" },
  };

  /** What is shown, and what it is compared with. @type {Record<string, [Change, Change]>} */
  const PAIRS = {
    "TensorFlow’s same, PyTorch’s padding 1": [
      { size: 8, stride: 2, rule: "same" }, { size: 8, stride: 2, padding: 1 },
    ],
    "transposed, kernels 4 and 3": [
      { size: 4, kernel: 4, stride: 2, operation: "transposed" },
      { size: 4, kernel: 3, stride: 2, operation: "transposed" },
    ],
    "floor and ceil_mode": [
      { size: 7, kernel: 2, stride: 2, operation: "pool" },
      { size: 7, kernel: 2, stride: 2, operation: "pool", ceil_mode: true },
    ],
  };

  /** A setting with the usual numbers in what it does not say. @param {Change} change @returns {Change} */
  function settingOf(change) {
    const usual = Object.fromEntries([...CONTROLS, ...SIDES].map((name) => [name, DEFAULTS[name]]));
    return {
      ...usual, operation: "conv", rule: "number", ceil_mode: false, rectangular: false, tape: false, way: "scatter",
      step: 0, against: "", ...change,
    };
  }

  /** @param {[Change, Change]} pair @returns {Change} */
  const comparisonOf = ([shown, other]) => ({
    ...settingOf(shown), against: writeSetting({ ...DEFAULTS, ...settingOf(other) }),
  });

  /** What is worth a word of a setting, by name. @param {State} state @param {LayerCount} layer */
  function factsOf(state, { axes, counts }) {
    /** @param {(axis: Axis) => any} fact */
    const both = (fact) => [...new Set(axes.map((axis) => String(fact(axis))))].join(" × ");
    /** @type {Record<string, string>} */
    const facts = {
      operation: CHOICES.operation[state.operation].toLowerCase(),
      "input size": both((axis) => axis.size), kernel: both((axis) => axis.kernel),
      stride: both((axis) => axis.stride), dilation: both((axis) => axis.dilation),
      padding: both((axis) => `(${axis.pad_low}, ${axis.pad_high})`),
      "output padding": both((axis) => axis.output_padding || 0),
      ceil_mode: state.operation === "pool" && state.ceil_mode ? "on" : "off",
      output: counts.map((count) => count.output || "none").join(" × "),
    };
    if (state.operation === "pool") facts.of = CHOICES.pooling[state.pooling];
    return facts;
  }

  /**
   * In which facts another setting differs from what is shown, as HTML.
   * @param {State} state @param {LayerCount} layer @param {State} other @param {LayerCount} otherLayer
   */
  function differences(state, layer, other, otherLayer) {
    const [here, there] = [factsOf(state, layer), factsOf(other, otherLayer)];
    const names = Object.keys({ ...here, ...there }).filter((name) => here[name] !== there[name]);
    const told = names.map((name) => `${name} <mark>${there[name] || "none"}</mark>, not ${here[name] || "none"}`);
    const why = otherLayer.why ? ` ${sentence(otherLayer.why)}` : "";
    return `Compared with: ${told.join("; ") || "the same"}.${why}`;
  }

  return { PRESETS, PAIRS, settingOf, comparisonOf, differences };
})();
