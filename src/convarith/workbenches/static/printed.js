var convarith = convarith || {};

/** Reads the printed form of a PyTorch model: its modules, in the order in which they are printed. */
convarith.printed = (() => {
  "use strict";
  const { parse } = convarith.statements;

  const MODULE = /^\s*(?:\(([^()]*)\):\s*)?(?:(\d+) x )?([A-Za-z_]\w*)\((.*)$/;
  const MOST = 100; // of one kind, printed as one
  const OF_MAPS = new Set(["conv", "transposed", "pool", "adaptive"]);
  // Beside the line: from where its block begins, and from where it stands.
  const FROM_START = /^(down_?sample|short_?cut|skip)/i, FROM_HERE = /^(aux|squeeze|se(module|layer|block)?$)/i;

  /** Whether a text is a printed model. @param {string} text */
  const isPrinted = (text) => /^\s*\([\w.-]+\): (\d+ x )?[A-Za-z_]\w*\(/m.test(text);

  /** @typedef {Printed|null} Parent */
  /**
   * @typedef {{
   *   name: string, type: string, line: number, times: number, written: string, parts: Printed[]|null,
   * }} Printed what a line says; parts are those of a module that has some
   */

  /** @param {string} text @param {(line: number, why: string) => void} note @returns {Printed[]} */
  function treeOf(text, note) {
    /** @type {Printed[]} */
    const roots = [];
    /** @type {Printed[][]} */
    const open = [roots];
    text.split("\n").forEach((written, n) => {
      const line = n + 1, found = MODULE.exec(written);
      if (!found) {
        if (/^\s*\)+\s*$/.test(written) && open.length > 1) open.pop();
        else if (written.trim()) note(line, "This is no module, so it is left out of the count");
        return;
      }
      const [, name = "", times = "1", type, rest] = found, ended = /\)\s*$/.test(rest);
      const one = { name, type, line, times: Math.min(Number(times), MOST), written: rest, parts: ended ? null : [] };
      open[open.length - 1].push(one);
      if (one.parts) open.push(one.parts);
    });
    return roots;
  }

  /** Applies the modules of a tree one after the other. */
  class Walk {
    /** @param {any} network @param {any} interpreter @param {string} root what the whole is called */
    constructor(network, interpreter, root) {
      this.network = network;
      this.interpreter = interpreter;
      this.root = root;
      this.isMap = false; // whether places have come in that nothing has flattened
      /** How many channels there are, as far as it is printed. @type {number|null} */
      this.channels = null;
      this.joined = false;
    }

    /** @param {Printed} printed @param {Value} tensor @param {string} branch @param {Parent} parent @returns {Value} */
    apply(printed, tensor, branch, parent) {
      let last = tensor;
      for (let n = 0; n < printed.times; n++) {
        const name = printed.times > 1 ? String(n + Number.parseInt(printed.name, 10)) : printed.name;
        this.network.path.push(name);
        last = printed.parts ? this.applyParts(printed, last, branch) : this.applyLeaf(printed, last, branch, parent);
        this.network.path.pop();
      }
      return last;
    }

    /** @param {Printed} printed @param {Value} start @param {string} branch @returns {Value} */
    applyParts(printed, start, branch) {
      let tensor = start;
      const before = this.channels;
      for (const part of printed.parts || []) {
        const fromStart = FROM_START.test(part.name);
        if (!fromStart && !FROM_HERE.test(part.name) && !FROM_HERE.test(part.type)) {
          tensor = this.apply(part, tensor, branch, printed);
          continue;
        }
        const { channels, isMap } = this;
        if (fromStart) this.channels = before;
        this.apply(part, fromStart ? start : tensor, part.name || part.type, printed);
        Object.assign(this, { channels, isMap });
      }
      return tensor;
    }

    /** What a line says of a layer, or null. @param {Printed} printed @returns {Value} */
    layerOf({ type, written }) {
      const { body: [statement] } = parse(`${type}(${written}`), { globals } = this.interpreter;
      if (!statement || statement.type !== "value") return null;
      const value = this.interpreter.evaluate(statement.value, globals);
      return value && value.is === "layer" ? value : null;
    }

    /**
     * What stands before a layer and is not printed: something joined, or a flatten.
     * @param {Partial<NetworkLayer>} made @param {Printed|null} parent @param {number} line
     */
    before({ kind, channels, branch }, parent, line) {
      const custom = parent && parent.type !== "Sequential";
      if (kind === "dense" && this.isMap && (custom || this.root !== "Sequential")) {
        this.network.note(line, "A flatten is not printed, but it is assumed before this layer");
        return { type: "flatten", made: { kind: "flatten" } };
      }
      const differs = channels && this.channels && channels !== this.channels;
      if (!custom || !differs || kind === "dense" || branch || this.joined) return null;
      this.joined = true;
      const why = `This layer expects ${channels} channels, but ${this.channels} are printed before it, and what `
        + `${parent.type} does between is not`;
      return { type: parent.type, made: { kind: "unknown", why } };
    }

    /** @param {Printed} printed @param {Value} tensor @param {string} branch @param {Parent} parent @returns {Value} */
    applyLeaf(printed, tensor, branch, parent) {
      const layer = this.layerOf(printed), { line, name } = printed;
      if (!layer) return tensor;
      layer.name = name;
      if (branch) layer.made.branch = branch;
      const before = this.before(layer.made, parent, line), { kind, filters, channels } = layer.made;
      const from = before ? this.network.emit(before, [tensor], line) : tensor;
      if (OF_MAPS.has(kind)) this.isMap = true;
      if (kind === "dense" || kind === "flatten") this.isMap = false;
      this.channels = kind === "unknown" || kind === "flatten" ? null : filters || channels || this.channels;
      return this.network.emit(layer, [from], line);
    }
  }

  /** @param {string} text @param {any} network @param {any} interpreter */
  function readPrinted(text, network, interpreter) {
    const roots = treeOf(text, (line, why) => network.note(line, why));
    const run = network.begin(1), root = roots.length === 1 && roots[0].parts ? roots[0] : null;
    if (root && root.type !== "Sequential") {
      const why = `What forward of ${root.type} does between its modules is not printed, so it is not counted`;
      network.note(root.line, why);
    }
    const walk = new Walk(network, interpreter, root ? root.type : "");
    let tensor = { is: "tensor", run, n: -1 };
    for (const one of root ? [{ ...root, name: "" }] : roots) tensor = walk.apply(one, tensor, "", null);
  }

  return { isPrinted, readPrinted };
})();
