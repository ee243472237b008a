var convarith = convarith || {};

/** Python text in logical lines of tokens, each read once from left to right. */
convarith.tokens = (() => {
  "use strict";

  const BLANK = /(?:[ \t\f\r\ufeff]|\\\r?\n|#[^\n]*)+/y;
  const QUOTE = /[bBfFrRuU]{0,2}("""|'''|"|')/y;
  const TOKEN = new RegExp(
    [
      "(\\n)",
      "([\\p{L}_][\\p{L}\\p{N}_]*)",
      "((?:\\d[\\d_]*\\.?[\\d_]*|\\.\\d[\\d_]*)(?:[eE][+-]?\\d+)?)",
      "(\\*\\*=|//=|\\.\\.\\.|\\*\\*|//|->|:=|[=!<>+\\-*/%@&|^]=|<<|>>|[^])",
    ].join("|"),
    "yu",
  );
  // Where a bracket was left open, these begin a statement all the same.
  const STATEMENT = /[ \t]*(?:(?:class|def|import|from|return)\b|self\.\w+\s*=[^=]|\w+ = |\w+\.add\()/y;
  const OPENING = "([{", CLOSING = ")]}";

  /** How far a line is indented. @param {string} text @param {number} at its start */
  function indentAt(text, at) {
    let indent = 0;
    for (; text[at] === " " || text[at] === "\t"; at++) indent += text[at] === "\t" ? 8 - (indent % 8) : 1;
    return indent;
  }

  /** The match at this place, or null. @param {RegExp} pattern @param {string} text @param {number} at */
  function matchAt(pattern, text, at) {
    pattern.lastIndex = at;
    return pattern.exec(text);
  }

  /** The end of a string after its opening quote; of one that is not closed, that of its line. */
  function endOfString(/** @type {string} */ text, /** @type {number} */ at, /** @type {string} */ quote) {
    const close = quote.length > 1 ? text.indexOf(quote, at) : -1;
    if (close >= 0) return { end: close, next: close + 3 };
    for (let end = at; end < text.length && text[end] !== "\n"; end++) {
      if (text[end] === "\\") end++;
      else if (text[end] === quote) return { end, next: end + 1 };
    }
    const next = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
    return { end: next, next };
  }

  /** Goes through a text from left to right. */
  class Scanner {
    /** @param {string} text */
    constructor(text) {
      this.text = text;
      this.at = this.depth = this.indent = this.started = 0;
      this.line = 1;
      /** @type {Token[]} */
      this.tokens = [];
      /** @type {Logical[]} */
      this.lines = [];
    }

    /** Ends a logical line. */
    push() {
      const { indent, tokens, depth } = this;
      if (tokens.length) this.lines.push({ indent, line: tokens[0].line, tokens, open: depth > 0 });
      this.tokens = [];
      this.depth = 0;
    }

    /** Goes on to a place. @param {number} next */
    move(next) {
      for (let end = this.text.indexOf("\n", this.at); end >= 0 && end < next; end = this.text.indexOf("\n", end + 1)) {
        this.line++;
      }
      this.at = next;
    }

    /** One blank, string or other token. */
    step() {
      const { text, at, line, tokens } = this, blank = matchAt(BLANK, text, at);
      if (blank) return this.move(at + blank[0].length);
      if (!tokens.length) this.indent = indentAt(text, this.started);
      const quoted = matchAt(QUOTE, text, at);
      if (!quoted) return this.sign();
      const begin = at + quoted[0].length, { end, next } = endOfString(text, begin, quoted[1]);
      tokens.push({ kind: "string", text: text.slice(begin, end), line, from: at, to: next });
      this.move(next);
    }

    sign() {
      const [all, end, name, number] = /** @type {RegExpExecArray} */ (matchAt(TOKEN, this.text, this.at));
      const { line, at: from } = this, to = from + all.length;
      this.move(to);
      if (end) return this.breakLine();
      if (OPENING.includes(all)) this.depth++;
      if (CLOSING.includes(all)) this.depth = Math.max(this.depth - 1, 0);
      if (all === ";" && !this.depth) this.push();
      else this.tokens.push({ kind: name ? "name" : number ? "number" : "sign", text: all, line, from, to });
    }

    breakLine() {
      this.started = this.at;
      const begins = indentAt(this.text, this.at) <= this.indent && matchAt(STATEMENT, this.text, this.at);
      if (!this.depth || begins) this.push();
    }
  }

  /**
   * The logical lines of a text: those within brackets are one.
   * @param {string} text @returns {Logical[]}
   */
  function linesOf(text) {
    const scanner = new Scanner(text);
    while (scanner.at < text.length) scanner.step();
    scanner.push();
    return scanner.lines;
  }

  return { linesOf };
})();
