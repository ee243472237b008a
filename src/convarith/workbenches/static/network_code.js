var convarith = convarith || {};

/** A whole network as code for four frameworks. */
convarith.network_code = (() => {
  "use strict";
  const { FRAMEWORKS } = convarith.code;
  const { tuple } = convarith.emit;
  const { sentence } = convarith.words;
  const { readBy } = convarith.network;
  const { blockOf } = convarith.layer_code;

  /** @typedef {keyof typeof FRAMEWORKS} Name */
  /**
   * A layer that is written, and what has to be done before; all of them, and which are read again later.
   * @typedef {ReturnType<typeof blockOf> & {before: string[]}} Block
   * @typedef {{blocks: Block[], kept: Set<number>}} Way
   */

  /**
   * The layers in turn. A variable x goes from one to the next; what is read again later is kept under a name of
   * its own, and ONNX has one for each.
   * @param {Name} name @param {Counted[]} rows
   */
  function follow(name, rows) {
    const layers = rows.map(({ layer }) => layer);
    /** What hands on an output where nothing is written for a layer. @type {number[]} */
    const sources = [];
    /** @type {Set<number>} */
    const kept = new Set();
    /** @type {Block[]} */
    const blocks = [];
    let current = -1;
    const variable = (/** @type {number} */ n) => (name === "onnx" && n < 0 ? "x" : `x${n + 1}`);
    rows.forEach((row, n) => {
      const reads = readBy(layers, n).map((m) => (m < 0 ? m : sources[m]));
      const isAside = reads.length === 1 && reads[0] !== current && name !== "onnx";
      const variables = reads.map((m) => (name !== "onnx" && (m === current || isAside) ? "x" : variable(m)));
      const block = apart(name, blockOf(name, row, n, variables), blocks);
      const isWritten = block.calls.length > 0;
      for (const m of isWritten ? reads : []) if (m !== current) kept.add(m);
      blocks.push({ ...block, before: isWritten && isAside ? [`x = ${variable(reads[0])}`] : [] });
      sources.push(isWritten ? n : reads[0]);
      if (isWritten) current = n;
    });
    return { blocks, kept, last: variable(current) };
  }

  /**
   * A layer that is applied again, where it is not what it was: at another size, its padding may be another.
   * @param {Name} name @param {ReturnType<typeof blockOf>} block @param {Block[]} blocks
   */
  function apart(name, block, blocks) {
    const { n, own, calls, notes } = block;
    if (own === n || name === "onnx" || name === "jax" || String(calls) === String(blocks[own].calls)) return block;
    return { ...block, own: n, notes: [...notes, `This has the weights of layer ${own + 1}.`] };
  }

  /** @param {string[]} lines @param {number} depth */
  const indented = (lines, depth = 1) => lines.join("\n").replace(/^(?=.)/gm, "    ".repeat(depth));
  /** @param {Block} block */
  const comments = ({ notes }) => notes.map((note) => `# ${note}`);
  /** Whether a call makes a layer, and is not what is done as it stands. @param {string} made */
  const isLayer = (made) => /^(keras\.layers|nn)\./.test(made);
  /** What is done as it stands. @param {string} made */
  const done = (made) => (made.startsWith("x = ") ? made : `x = ${made}`);
  /** Keeps what is read again later. @param {Way} way @param {number} n */
  const keeping = ({ kept }, n) => (kept.has(n) ? [`x${n + 1} = x`] : []);
  /** The layers whose weights others have, too. @param {Way} way */
  const shared = ({ blocks }) => new Set(blocks.flatMap(({ n, own }) => (own === n ? [] : [own])));

  /** Whether there is one way through layers alone. @param {Way} way */
  function isSequence({ blocks, kept }) {
    /** @param {Block} block */
    const isNext = ({ n, own, calls, reads }) => own === n && reads.length < 2 && calls.every(isLayer);
    return !kept.size && blocks.every(isNext);
  }

  /** The layers, in brackets. @param {Way} way @param {string[]} start @param {string[]} end */
  function inSequence({ blocks }, start, end) {
    const lines = blocks.flatMap((block) => comments(block).concat(block.calls.map((made) => `${made},`)));
    return indented([...start, ...lines, ...end]);
  }

  /**
   * What is applied, line by line. Layers have a name where they are applied again, or all have one.
   * @param {Way} way @param {(name: string, made: string, block: Block) => {lines: string[], layer: string}} make
   */
  function applied(way, make) {
    return keeping(way, -1).concat(way.blocks.flatMap((block) => {
      const { n, own, calls, reads, before } = block, lines = comments(block).concat(before);
      calls.forEach((made, m) => {
        if (!isLayer(made)) return lines.push(done(made));
        const { lines: first, layer } = make(`layer${own + 1}${m ? `_${m + 1}` : ""}`, made, block);
        return lines.push(...first, `x = ${layer}(${!m && reads.length > 1 ? `[${reads.join(", ")}]` : "x"})`);
      });
      return calls.length ? lines.concat(keeping(way, n)) : lines;
    }));
  }

  /** @param {Way} way @param {Shape} input @param {string[]} end */
  function inKeras(way, { sizes, channels }, end) {
    const start = `keras.Input(${tuple([...sizes, channels])})`, again = shared(way);
    if (isSequence(way)) return `model = keras.Sequential([\n${inSequence(way, [`${start},`], end)}\n])`;
    const lines = applied(way, (name, made, { n, own }) => {
      if (!again.has(own)) return { lines: [], layer: made };
      return { lines: own === n ? [`${name} = ${made}`] : [], layer: name };
    });
    return [`inputs = x = ${start}`, ...lines, ...end, "model = keras.Model(inputs, x)"].join("\n");
  }

  /** @param {Way} way @param {string[]} end */
  function inPyTorch(way, end) {
    if (isSequence(way)) return `model = nn.Sequential(\n${inSequence(way, [], end)}\n)`;
    const made = ["super().__init__()"];
    const lines = applied(way, (name, one, { n, own }) => {
      if (own === n) made.push(`self.${name} = ${one}`);
      return { lines: [], layer: `self.${name}` };
    });
    const init = ["    def __init__(self):", indented(made, 2)];
    const forward = ["    def forward(self, x):", indented([...lines, ...end, "return x"], 2)];
    return ["class Network(nn.Module):", ...init, "", ...forward].join("\n");
  }

  /** ONNX and JAX: what is done. @param {Name} name @param {Way} way @param {string[]} end */
  function inSteps(name, way, end) {
    const { statement, frame } = FRAMEWORKS[name];
    const lines = way.blocks.flatMap((block) => {
      const made = block.calls.map((one) => (one.startsWith("#") ? one : statement(one)));
      return comments(block).concat(block.before, made, name === "jax" ? keeping(way, block.n) : []);
    });
    return frame((name === "jax" ? keeping(way, -1) : []).concat(lines, end).join("\n"));
  }

  /**
   * The network, up to the first layer that does not fit, as code.
   * @param {string} name of the framework @param {NetworkCount} count @param {Shape} input
   */
  function networkCode(name, { rows, misfit }, input) {
    const framework = /** @type {Name} */ (name), way = follow(framework, rows.filter((row) => !row.why));
    const end = misfit
      ? [`# ${misfit.layer.type} in line ${misfit.layer.line} does not fit. ${sentence(misfit.why)}`] : [];
    if (name === "keras") return inKeras(way, input, end);
    if (name === "pytorch") return inPyTorch(way, end);
    const code = inSteps(framework, way, end);
    return name === "onnx" ? code.replace(`"${way.last}"`, '"y"') : code;
  }

  return { networkCode };
})();
