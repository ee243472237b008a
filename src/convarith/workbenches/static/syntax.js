var convarith = convarith || {};

/** Expressions of Python, read from tokens; what is wrong in one is said, and the rest is read all the same. */
convarith.syntax = (() => {
  "use strict";

  const DEEPEST = 100;
  /** How strongly an operator binds. @type {Record<string, number>} */
  const BINDS = { or: 1, and: 2, in: 4, is: 4, "|": 5, "^": 6, "&": 7, "+": 9, "-": 9, "**": 12 };
  for (const sign of ["<", ">", "<=", ">=", "==", "!="]) BINDS[sign] = 4;
  for (const sign of ["<<", ">>"]) BINDS[sign] = 8;
  for (const sign of ["*", "/", "//", "%", "@"]) BINDS[sign] = 10;
  /** @type {Record<string, number>} */
  const UNARY = { "-": 11, "+": 11, "~": 11, not: 3, await: 11 };
  const WORDS = new Set(["if", "else", "for", "in", "is", "and", "or", "as"]);
  /** @type {Record<string, string>} */
  const CLOSES = { "(": ")", "[": "]", "{": "}" };
  const CLOSING = new Set(Object.values(CLOSES));
  const CONSTANTS = new Map([["True", true], ["False", false], ["None", null]]);

  /** Brackets in brackets that no network has. */
  class TooDeep extends Error {}

  /** Reads one logical line. */
  class Reader {
    /** @param {Token[]} tokens @param {(line: number, why: string) => void} blame */
    constructor(tokens, blame) {
      this.tokens = tokens;
      this.blame = blame;
      this.at = this.depth = 0;
    }

    get line() {
      return (this.tokens[this.at] || this.tokens[this.tokens.length - 1]).line;
    }

    get ended() {
      return this.at >= this.tokens.length;
    }

    /** The text of a token, if it is no string. */
    peek(ahead = 0) {
      const token = this.tokens[this.at + ahead];
      return token && token.kind !== "string" ? token.text : "";
    }

    /** Whether the next token is this; then it is after. @param {string} text */
    take(text) {
      const taken = this.peek() === text;
      if (taken) this.at++;
      return taken;
    }

    /** The text of a token of this kind, or "". @param {Token["kind"]} kind */
    takeKind(kind) {
      return !this.ended && this.tokens[this.at].kind === kind ? this.tokens[this.at++].text : "";
    }

    /** A value, or several with commas between. @returns {Code} */
    readTuple() {
      const { line } = this, items = [this.readItem()];
      if (this.peek() !== ",") return items[0];
      while (this.take(",") && !this.ended && this.peek() !== "=") items.push(this.readItem());
      return { type: "list", items, line };
    }

    /** @returns {Code} */
    readItem() {
      const { line } = this;
      return this.take("*") || this.take("**") ? { type: "star", of: this.readTest(), line } : this.readTest();
    }

    /** One bracket, operator or condition further in. @template T @param {() => T} read @returns {T} */
    deeper(read) {
      if (++this.depth > DEEPEST) throw new TooDeep();
      const found = read();
      this.depth--;
      return found;
    }

    /** @returns {Code} */
    readTest() {
      return this.deeper(() => (this.peek() === "lambda" ? this.readLambda() : this.readChoice()));
    }

    /** @returns {Code} */
    readLambda() {
      const { line } = this;
      while (!this.ended && !this.take(":")) this.at++;
      this.readTest();
      return { type: "unknown", text: "a lambda", line };
    }

    /** @returns {Code} */
    readChoice() {
      const { line } = this, value = this.readBinary(0);
      if (this.take(":=")) this.readTest();
      if (!this.take("if")) return value;
      const test = this.readBinary(0);
      const no = this.take("else") ? this.readTest() : { type: "constant", value: null };
      return { type: "choice", test, yes: value, no, line };
    }

    /** The operator that comes, and how many tokens it takes. */
    peekOperator() {
      const negated = this.peek() === "not" && this.peek(1) === "in";
      const not = negated || (this.peek() === "is" && this.peek(1) === "not");
      return { sign: negated ? "in" : this.peek(), not, tokens: not ? 2 : 1 };
    }

    /** @param {number} least how strongly what is read must bind @returns {Code} */
    readBinary(least) {
      const { line } = this;
      let left = this.deeper(() => this.readUnary());
      for (;;) {
        const { sign, not, tokens } = this.peekOperator();
        const binds = Object.hasOwn(BINDS, sign) ? BINDS[sign] : 0;
        if (!binds || binds < least || (binds === least && sign !== "**")) break;
        this.at += tokens;
        left = { type: "binary", sign, left, right: this.deeper(() => this.readBinary(binds)), line };
        if (not) left = { type: "unary", sign: "not", of: left, line };
      }
      return left;
    }

    /** @returns {Code} */
    readUnary() {
      const { line } = this, sign = this.peek();
      if (Object.hasOwn(UNARY, sign)) {
        this.at++;
        return { type: "unary", sign, of: this.deeper(() => this.readBinary(UNARY[sign])), line };
      }
      let value = this.readAtom();
      for (;;) {
        if (this.take(".")) value = { type: "attribute", of: value, name: this.takeKind("name"), line };
        else if (this.peek() === "(") value = { type: "call", of: value, given: this.readArguments(), line };
        else if (this.peek() === "[") value = { type: "subscript", of: value, items: this.readItems("[").items, line };
        else return value;
      }
    }

    /** @returns {Code} */
    readAtom() {
      const { line } = this, { kind = "", text = "" } = this.tokens[this.at] || {};
      if (kind === "string") return this.readString();
      if (kind === "number") {
        this.at++;
        return { type: "constant", value: Number(text.includes("_") ? text.replaceAll("_", "") : text), line };
      }
      if (kind === "name" && !WORDS.has(text)) {
        this.at++;
        if (CONSTANTS.has(text)) return { type: "constant", value: CONSTANTS.get(text), line };
        return { type: "name", name: text, line };
      }
      if (Object.hasOwn(CLOSES, text)) return this.readBracket();
      if (this.take("...")) return { type: "unknown", text, line };
      this.blame(line, kind ? `"${text}" is not expected here` : "The line ends too early");
      return { type: "unknown", text: "what is missing", line };
    }

    /** Strings that stand side by side are one. @returns {Code} */
    readString() {
      const { line } = this;
      let value = this.takeKind("string");
      while (!this.ended && this.tokens[this.at].kind === "string") value += this.takeKind("string");
      return { type: "constant", value, line };
    }

    /** @returns {Code} */
    readBracket() {
      const { line } = this, open = this.peek(), { items, commas, loop } = this.readItems(open);
      if (loop) return { type: "loop", item: items[0], ...loop, line };
      if (open === "(" && items.length === 1 && !commas) return items[0];
      return { type: open === "{" ? "dict" : "list", items, line };
    }

    /**
     * What stands between brackets; of a dictionary and of slices, pairs.
     * @param {string} open @returns {{items: Code[], commas: number, loop: Loop|null}}
     */
    readItems(open) {
      const close = CLOSES[open], items = [];
      let commas = 0, loop = null;
      this.at++;
      while (!this.ended && !this.take(close)) {
        const before = this.at;
        items.push(this.readPair(close));
        if (this.peek() === "for") loop = this.readLoop();
        if (this.take(",")) commas++;
        else if (this.peek() !== close) this.skip(close, before);
      }
      return { items, commas, loop };
    }

    /** An item, which may have colons: of a dictionary, or of a slice. @param {string} close @returns {Code} */
    readPair(close) {
      const { line } = this, missing = { type: "constant", value: null, line };
      let item = this.peek() === ":" ? missing : this.readItem();
      while (this.take(":")) {
        const right = [",", close, ":"].includes(this.peek()) ? missing : this.readItem();
        item = { type: "pair", left: item, right, line };
      }
      return item;
    }

    /** Goes on where an item ends without a comma. @param {string} close @param {number} before */
    skip(close, before) {
      if (this.ended) return;
      const { kind, text, line } = this.tokens[this.at], begins = kind !== "sign" && !WORDS.has(text);
      if (this.at > before && begins) return this.blame(line, `A comma is missing before ${text}`);
      this.blame(line, `"${text}" is not expected here`);
      for (let nested = 0; !this.ended && (nested || ![",", close].includes(this.peek())); this.at++) {
        if (Object.hasOwn(CLOSES, this.peek())) nested++;
        else if (CLOSING.has(this.peek())) nested = Math.max(nested - 1, 0);
      }
      this.take(",");
    }

    /** What stands after the item of a comprehension. @returns {Loop} */
    readLoop() {
      const { line } = this;
      this.take("for");
      const target = this.readTargets();
      this.take("in");
      const over = this.readBinary(0), tests = [];
      while (this.take("if")) tests.push(this.readBinary(0));
      if (this.peek() !== "for") return { target, over, tests };
      this.deeper(() => this.readLoop());
      return { target, over: { type: "unknown", text: "a loop in a loop", line }, tests };
    }

    /** What a loop gives names to. @returns {Code} */
    readTargets() {
      const { line } = this, items = [];
      do items.push(this.readUnary());
      while (this.take(",") && this.peek() !== "in");
      return items.length > 1 ? { type: "list", items, line } : items[0];
    }

    /** @returns {Argument[]} */
    readArguments() {
      /** @type {Argument[]} */
      const given = [];
      this.at++;
      while (!this.ended && !this.take(")")) {
        const before = this.at, name = this.peek(1) === "=" ? this.takeKind("name") : "";
        if (name) this.at++;
        const star = this.take("*") ? "*" : this.take("**") ? "**" : "";
        let value = this.readTest();
        if (this.peek() === "for") value = { type: "loop", item: value, ...this.readLoop(), line: value.line };
        given.push({ name, star, value });
        if (!this.take(",") && this.peek() !== ")") this.skip(")", before);
      }
      return given;
    }
  }

  return { TooDeep, Reader };
})();
