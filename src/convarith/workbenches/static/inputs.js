var convarith = convarith || {};

/** Shapes as they are typed. */
convarith.inputs = (() => {
  "use strict";
  const { writeShape } = convarith.network;

  /** @typedef {Reading["framework"]} Framework_ */

  /** "3, 224, 224" as a shape. @param {string} text @param {Framework_} framework @returns {Shape | null} */
  function readInput(text, framework) {
    if (!/^\s*\d{1,6}(\s*[,x×\s]\s*\d{1,6}){0,3}\s*$/.test(text)) return null;
    const numbers = text.trim().split(/[,x×\s]+/).map(Number);
    if (numbers.some((number) => number < 1)) return null;
    const [first, ...others] = numbers, last = numbers[numbers.length - 1];
    return framework === "keras" ? { channels: last, sizes: numbers.slice(0, -1) } : { channels: first, sizes: others };
  }

  /** A shape as it is typed. @param {Shape} shape @param {Framework_} framework */
  const typedAs = (shape, framework) => writeShape(shape, framework).replaceAll(" × ", ", ");

  /** What a network is usually given, where nothing says it. @param {Reading} reading @returns {Shape} */
  function usualInput({ layers, framework }) {
    const first = layers.find((layer) => layer.rank || layer.kind === "dense");
    const channels = (first && first.channels) || (framework === "keras" && first?.rank !== 1 ? 3 : 1);
    if (first && first.kind === "dense") return { channels, sizes: [] };
    const sizes = [[224], [224, 224], [16, 112, 112]][(first?.rank || 2) - 1];
    return { channels, sizes };
  }

  /** What is asked of an input that nobody has said, by how many axes it has. */
  const QUESTIONS = ["", "How long is your input?", "What size is your image?", "What size is your volume?"];

  /**
   * The question for what goes in, where neither the text nor the reader has said it; else "".
   * @param {string} typed @param {Reading} reading @param {Shape} counted
   */
  function questionOf(typed, { input, layers }, counted) {
    return typed.trim() || input || !layers.length ? "" : QUESTIONS[counted.sizes.length];
  }

  /**
   * Whether a text is another network, and not the one before with something changed in it.
   * @param {string} before @param {string} after
   */
  function isAnother(before, after) {
    if (!after.trim() || !before.trim()) return !after.trim();
    const least = Math.min(before.length, after.length);
    let start = 0, end = 0;
    while (start < least && before[start] === after[start]) start++;
    while (end < least - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
    return start + end < least / 2;
  }

  return { isAnother, questionOf, readInput, typedAs, usualInput };
})();
