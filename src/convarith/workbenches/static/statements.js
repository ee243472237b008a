var convarith = convarith || {};

/** Statements of Python, as far as they can build a network, in blocks. */
convarith.statements = (() => {
  "use strict";
  const { linesOf } = convarith.tokens;
  const { Reader, TooDeep } = convarith.syntax;

  /** @typedef {InstanceType<typeof Reader>} LineReader */

  // What says nothing of a network.
  const IDLE = new Set(
    "import from pass global nonlocal del assert raise break continue yield @ % ! ) ] }".split(" "),
  );
  const COMPOUND = new Set("def class for while if elif else with try except finally".split(" "));

  /** The parameters of a function, or what stands in the brackets of a class. @param {LineReader} reader */
  function readParameters(reader) {
    const found = [];
    if (!reader.take("(")) return [];
    while (!reader.ended && !reader.take(")")) {
      const star = reader.take("*") ? "*" : reader.take("**") ? "**" : "";
      const name = reader.takeKind("name");
      if (reader.take(":")) reader.readTest();
      const value = reader.take("=") ? reader.readTest() : null;
      if (name) found.push({ name, star, value });
      if (!reader.take(",") && reader.peek() !== ")") reader.at++;
    }
    return found;
  }

  /** What stands before the colon of a block. @param {string} word @param {LineReader} reader @returns {Code} */
  function readHead(word, reader) {
    const { line } = reader;
    if (word === "def") {
      const name = reader.takeKind("name"), parameters = readParameters(reader);
      if (reader.take("->")) reader.readTest();
      return { type: word, name, parameters, body: [], line };
    }
    if (word === "class") {
      const name = reader.takeKind("name");
      const bases = reader.peek() === "(" ? reader.readArguments().map(({ value }) => value) : [];
      return { type: word, name, bases, body: [], line };
    }
    if (word === "for") {
      const target = reader.readTargets();
      reader.take("in");
      return { type: word, target, over: reader.readTuple(), body: [], line };
    }
    if (word === "while") {
      reader.readTuple();
      return { type: "for", target: null, over: { type: "unknown", text: "a while", line }, body: [], line };
    }
    if (word === "if" || word === "elif") return { type: word, test: reader.readTest(), body: [], no: [], line };
    while (!reader.ended && reader.peek() !== ":") reader.at++;
    return { type: word === "with" || word === "try" || word === "finally" ? "block" : word, body: [], line };
  }

  /** @param {LineReader} reader @returns {Code} */
  function readSimple(reader) {
    const { line } = reader;
    if (reader.take("return")) return { type: "return", value: reader.ended ? null : reader.readTuple(), line };
    const value = reader.readTuple();
    if (reader.take(":")) reader.readTest();
    const sign = reader.peek();
    if (/^[+\-*/%@&|^]+=$/.test(sign)) {
      reader.at++;
      const sum = { type: "binary", sign: sign.slice(0, -1), left: value, right: reader.readTuple(), line };
      return { type: "assign", targets: [value], value: sum, line };
    }
    const chain = [value];
    while (reader.take("=")) chain.push(reader.readTuple());
    const last = /** @type {Code} */ (chain.pop());
    return chain.length ? { type: "assign", targets: chain, value: last, line } : { type: "value", value, line };
  }

  /**
   * A text as blocks of statements, and what is wrong in it.
   * @param {string} text @returns {{body: Code[], faults: Note[]}}
   */
  function parse(text) {
    /** @type {Note[]} */
    const faults = [];
    const written = text.split("\n");
    /** @param {number} line @param {string} why */
    const blame = (line, why) => {
      const last = faults[faults.length - 1]; // one fault of a line is enough
      if (!last || last.line !== line) faults.push({ line, text: (written[line - 1] || "").trim(), why });
    };
    /** The blocks that are open, and how far each is indented. @type {{indent: number, body: Code[]}[]} */
    const open = [{ indent: -1, body: [] }];
    for (const logical of linesOf(text)) {
      while (open.length > 1 && logical.indent <= open[open.length - 1].indent) open.pop();
      const { body } = open[open.length - 1];
      if (logical.open) blame(logical.line, "A bracket is not closed");
      try {
        const block = addStatement(new Reader(logical.tokens, blame), body, blame);
        if (block) open.push({ indent: logical.indent, body: block });
      } catch (error) {
        if (!(error instanceof TooDeep)) throw error;
        blame(logical.line, "Brackets are nested too deeply to be read");
      }
    }
    return { body: open[0].body, faults };
  }

  /**
   * Adds the statement of a line; returns the block that it opens, if it does.
   * @param {LineReader} reader @param {Code[]} body @param {(line: number, why: string) => void} blame
   * @returns {Code[]|null}
   */
  function addStatement(reader, body, blame) {
    reader.take("async");
    const { line } = reader, word = reader.peek();
    if (IDLE.has(word)) return null;
    let place = body, block = null;
    if (COMPOUND.has(word) && reader.peek(1) !== "=") {
      reader.at++;
      const head = readHead(word, reader);
      block = place = placeOf(head, body);
      if (!reader.take(":")) blame(line, `A colon is missing after ${word}`);
      if (reader.ended || IDLE.has(reader.peek())) return block;
    }
    const statement = readSimple(reader), rest = reader.tokens.slice(reader.at);
    if (rest.length) blame(line, `"${rest[0].text}" is not expected here`);
    if (rest.every(({ text }) => IDLE.has(text))) place.push(statement); // brackets that close nothing
    return block;
  }

  /**
   * Where the statements of a block go: those of elif and else after the if.
   * @param {Code} head @param {Code[]} body
   */
  function placeOf(head, body) {
    const before = body[body.length - 1];
    let last = before && before.type === "if" ? before : null;
    while (last && last.no.length === 1 && last.no[0].type === "if" && last.no[0].chained) last = last.no[0];
    if (last && head.type === "elif") last.no.push({ ...head, type: "if", chained: true });
    else if (last && head.type === "else") return last.no;
    else if (head.type === "elif") body.push({ ...head, type: "if" });
    else if (head.type !== "except" && head.type !== "else") body.push(head);
    return head.body;
  }

  return { parse };
})();
