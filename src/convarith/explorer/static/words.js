var convarith = convarith || {};

/** What is said: numbers, lists and sentences, and the formula with its numbers in it. */
convarith.words = (() => {
  "use strict";

  /**
   * A number as it is read: at most two decimals, a real minus sign, a dash for the mean of nothing.
   * @param {number} number
   */
  function formatNumber(number) {
    if (Number.isNaN(number)) return "–";
    return String(Math.round(number * 100) / 100).replace("-", "−").replace("Infinity", "∞");
  }

  /** "1 cell", "2 cells". @param {number} number @param {string} noun */
  const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  /** "0, 2 and 4". @param {(number|string)[]} items */
  function list(items) {
    const last = items[items.length - 1];
    return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${last}` : String(last);
  }

  /** What Python says, as a sentence of its own. @param {string} text */
  const sentence = (text) => text && `${text[0].toUpperCase()}${text.slice(1).replaceAll("_", " ")}.`;

  /** "4 to 11", or "4". @param {number[]} cells */
  function between(cells) {
    const [first, last] = [cells[0], cells[cells.length - 1]];
    return first === last ? formatNumber(first) : `${formatNumber(first)} to ${formatNumber(last)}`;
  }

  /** "rows 1 to 3", "columns 0 to 4 in steps of 2". @param {string} noun @param {number[]} cells */
  function range(noun, cells) {
    const step = cells.length > 1 ? cells[1] - cells[0] : 1;
    return `${noun}${cells.length > 1 ? "s" : ""} ${between(cells)}${step > 1 ? ` in steps of ${step}` : ""}`;
  }

  /** The cells between the first and the last that are not among them. @param {number[]} cells */
  function gapsIn(cells) {
    const gaps = [];
    for (let at = cells[0]; at < cells[cells.length - 1]; at++) if (!cells.includes(at)) gaps.push(at);
    return gaps;
  }

  /**
   * The formula of the output size: in symbols, with the numbers of an axis, and in words.
   * @param {Axis} axis @param {Count} count
   * @returns {{symbols: string, numbers: string, words: string}}
   */
  const formula = (axis, count) => (axis.operation === "transposed" ? ofStamps : ofWindows)(axis, count);

  /** @param {Axis} axis @param {Count} count */
  function ofWindows({ size, kernel, stride, dilation, pad_low, pad_high, ceil_mode }, count) {
    const [open, close] = ceil_mode ? "⌈⌉" : "⌊⌋";
    const { span, room, steps, output, unused, overhang, why } = count;
    const dropped = ceil_mode && !why && steps === output;
    const padded = size + pad_low + pad_high;
    const result = why ? "" : ` = ${steps} + 1${dropped ? " − 1" : ""} = ${output}`;
    const numbers = [
      `o = ${open}(${size} + ${pad_low} + ${pad_high} − ${dilation}(${kernel} − 1) − 1) / ${stride}${close} + 1`,
      ` = ${open}${formatNumber(room)} / ${stride}${close} + 1${result}`,
    ];
    let rest = `remainder ${unused}`;
    if (ceil_mode) rest = `rounded up${overhang ? `; the last window hangs over by ${overhang}` : ""}`;
    const words = [
      `${plural(padded, "cell")}${pad_low + pad_high ? " with the padding" : ""}, less the ${span} of one window,`,
      `leave ${formatNumber(room)}: ${plural(output - 1, "step")} of ${stride}, ${rest}.`,
      dropped ? "One more would start behind the input and the low padding and is dropped. " : "",
      `With the first window, ${output}.`,
    ];
    return {
      symbols: `o = ${open}(i + p_low + p_high − d(k − 1) − 1) / s${close} + 1`,
      numbers: numbers.join(""),
      words: why ? sentence(why) : `${words[0]} ${words[1]} ${words[2]}${words[3]}`,
    };
  }

  /** @param {Axis} axis @param {Count} count */
  function ofStamps({ size, kernel, stride, dilation, pad_low, pad_high, output_padding = 0 }, count) {
    const { span, room, why } = count;
    const numbers = [
      `o = ${stride}(${size} − 1) + ${dilation}(${kernel} − 1) + 1`,
      ` − ${pad_low} − ${pad_high} + ${output_padding} = ${formatNumber(room - pad_low - pad_high)}`,
    ];
    const more = output_padding ? ` and ${output_padding} of output padding makes ${room}` : "";
    const words = [
      `${plural(size, "stamp")} of ${plural(span, "cell")}, ${stride} apart,`,
      `cover ${room - output_padding}${more}; the padding cuts ${pad_low + pad_high} off.`,
    ];
    return {
      symbols: "o = s(i − 1) + d(k − 1) + 1 − p_low − p_high + output padding",
      numbers: numbers.join(""),
      words: why ? sentence(why) : words.join(" "),
    };
  }

  return { formatNumber, plural, list, sentence, between, range, gapsIn, formula };
})();
