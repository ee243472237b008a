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

  /** "1,234,567". @param {number} number */
  const grouped = new Intl.NumberFormat("en").format;

  /** "1.5 kB", as there are 1,000 bytes in a kilobyte. @param {number} bytes */
  function inBytes(bytes) {
    const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 4);
    return `${Math.round(bytes / 1000 ** power * 100) / 100} ${["B", "kB", "MB", "GB", "TB"][power]}`;
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

  const MANY_RUNS = 4; // of cells that are named

  /** Numbers that follow one another as one. @param {number[]} cells in order @returns {string[]} */
  function runsOf(cells) {
    /** @type {number[][]} */
    const runs = [];
    for (const cell of cells) {
      const last = runs[runs.length - 1];
      if (last && cell === last[last.length - 1] + 1) last.push(cell);
      else runs.push([cell]);
    }
    return runs.flatMap((run) => (run.length < 3 ? run.map(String) : [between(run)]));
  }

  /**
   * "Hatched: rows and columns 3 and 7, which no window reads."; nothing where nothing is hatched.
   * @param {string[]} nouns of the cells @param {number[]} unread cells @param {number} tape cells that are no padding
   * @param {string} does "window reads"
   */
  function hatchedText(nouns, unread, tape, does) {
    if (!unread.length) return "";
    const data = unread.filter((at) => at >= 0 && at < tape), end = data.length === 1 ? "" : "s";
    const runs = runsOf(data), named = runs.length > MANY_RUNS ? [...runs.slice(0, MANY_RUNS - 1), "so on"] : runs;
    const cells = data.length ? `${nouns.map((noun) => noun + end).join(" and ")} ${list(named)}` : "padding";
    return `Hatched: ${cells}, which no ${does}.`;
  }

  /** The cells between the first and the last that are not among them. @param {number[]} cells */
  function gapsIn(cells) {
    const gaps = [];
    for (let at = cells[0]; at < cells[cells.length - 1]; at++) if (!cells.includes(at)) gaps.push(at);
    return gaps;
  }

  /**
   * A piece of a formula or a sentence: text, or a text and the term whose colour it has.
   * @typedef {string | [string | number, string]} Piece
   */

  /** @param {Piece[]} pieces */
  const plainText = (pieces) => pieces.map((piece) => (typeof piece === "string" ? piece : piece[0])).join("");

  /** As HTML: what is counted bears its term. @param {Piece[]} pieces */
  function inColour(pieces) {
    const marked = pieces.map((piece) => (typeof piece === "string" ? piece
      : `<span class="cv-term" data-term="${piece[1]}">${piece[0]}</span>`));
    return marked.join("").replace(/p_(low|high)/g, "p<sub>$1</sub>");
  }

  const SYMBOLS = { input: "i", low: "p_low", high: "p_high", span: "span", stride: "s", more: "output padding" };

  /** What the letters and words of a receptive field mean. @type {Record<string, string>} */
  const MEANINGS = {
    r: "r, the size of the receptive field: how many input cells, side by side, reach one cell here",
    S: "S, the jump: how many input cells apart the fields of two neighbours start",
    start: "start: the first cell of the field; a negative one lies in the padding",
    centre: "centre: the cell in the middle of the field",
  };

  /**
   * What of the formula a reader has met; what has not been met is left out, as it changes nothing.
   * @typedef {{padding: boolean, stride: boolean, dilation: boolean}} Met
   */
  const ALL_MET = { padding: true, stride: true, dilation: true };

  /**
   * The formula of the output size: in symbols, with the numbers of an axis, and in words; and that of the span.
   * @param {Axis} axis @param {Count} count @param {Met} met
   * @returns {{symbols: Piece[], numbers: Piece[], words: Piece[], span: Piece[]}}
   */
  function formula(axis, count, met = ALL_MET) {
    const { kernel, dilation } = axis, { span } = count;
    const made = (axis.operation === "transposed" ? ofStamps : ofWindows)(axis, count, met);
    const counted = `${dilation}(${kernel} − 1) + 1 = ${span}`;
    /** @type {Piece[]} */
    const spanned = met.dilation ? [["span", "span"], " = d(k − 1) + 1 = ", [counted, "span"]] : [];
    return { ...made, span: spanned };
  }

  /** @param {Axis} axis @param {Count} count @param {Met} met */
  function ofWindows({ size, stride, pad_low, pad_high, ceil_mode }, count, met) {
    const [open, close] = ceil_mode ? "⌈⌉" : "⌊⌋";
    const { span, room, steps, output, unused, overhang, why } = count;
    /** @param {Record<string, string | number>} named @returns {Piece[]} */
    function written({ input, low, high, span: less, stride: step }) {
      /** @type {Piece[]} */
      const pads = met.padding ? [" + ", [low, "low"], " + ", [high, "high"]] : [];
      /** @type {Piece[]} */
      const divided = met.stride ? [") / ", [step, "stride"], close] : [];
      return [
        ["o", "output"], met.stride ? ` = ${open}(` : " = ", [input, "input"], ...pads, " − ", [less, "span"],
        ...divided, " + 1",
      ];
    }
    const dropped = !why && steps === output; // only with ceil_mode
    /** @type {Piece[]} */
    const result = why ? [] : [" = ", [output, "output"]];
    if (met.stride) {
      if (!why) result.unshift(" = ", [steps, "steps"], ` + 1${dropped ? " − 1" : ""}`);
      result.unshift(` = ${open}${formatNumber(room)} / ${stride}${close} + 1`);
    }
    const padded = size + pad_low + pad_high;
    /** @type {Piece[]} */
    const rest = ceil_mode ? ["rounded up"] : ["remainder ", [unused, "rest"]];
    if (ceil_mode && overhang) rest.push("; the last window hangs over by ", [overhang, "rest"]);
    /** @type {Piece[]} */
    const words = [
      `${plural(padded, "cell")}${pad_low + pad_high ? " with the padding" : ""}, less the `, [span, "span"],
      ` of one window, leave ${formatNumber(room)}: `, [plural(output - 1, "step"), "steps"], " of ",
      [stride, "stride"], ", ", ...rest, ". ",
      dropped ? "One more would start too late and is dropped. " : "",
      "With the first window, ", [output, "output"], ".",
    ];
    return {
      symbols: written({ ...SYMBOLS, span: met.dilation ? "span" : "k" }),
      numbers: written({ input: size, low: pad_low, high: pad_high, span, stride }).concat(result),
      words: why ? [sentence(why)] : words,
    };
  }

  /** @param {Axis} axis @param {Count} count @param {Met} met */
  function ofStamps({ size, stride, pad_low, pad_high, output_padding = 0 }, count, met) {
    const { span, room, why } = count;
    /** @param {Record<string, string | number>} named @returns {Piece[]} */
    const written = (named) => [
      ["o", "output"], " = ", [named.stride, "stride"], "(", [named.input, "input"], " − 1) + ", [named.span, "span"],
      " − ", [named.low, "low"], " − ", [named.high, "high"], " + ", [named.more, "rest"],
    ];
    /** @type {Piece[]} */
    const more = output_padding ? [", and ", [output_padding, "rest"], ` of output padding makes ${room}`] : [];
    /** @type {Piece[]} */
    const words = [
      [plural(size, "stamp"), "input"], " of ", [plural(span, "cell"), "span"], ", ", [stride, "stride"], " apart, ",
      `cover ${room - output_padding}`, ...more, "; the padding cuts ", [pad_low + pad_high, "low"], " off.",
    ];
    const counted = { input: size, low: pad_low, high: pad_high, span, stride, more: output_padding };
    return {
      symbols: written({ ...SYMBOLS, span: met.dilation ? "span" : "k" }),
      numbers: written(counted).concat([" = ", [formatNumber(room - pad_low - pad_high), "output"]]),
      words: why ? [sentence(why)] : words,
    };
  }

  return {
    formatNumber, grouped, inBytes, plural, list, sentence, between, range, hatchedText, gapsIn, plainText, inColour,
    formula, MEANINGS,
  };
})();
