var convarith = convarith || {};

/** The workbench: a network as text, and everything that follows from it. */
convarith.bench = (() => {
  "use strict";
  const { plural, sentence } = convarith.words;
  const { copyText, pushButton } = convarith.controls;
  const { FRAMEWORKS } = convarith.code;
  const { openExplorer } = convarith.start;
  const { countNetwork, writeShape } = convarith.network;
  const { read } = convarith.reading;
  const { featuresOf, fixesOf, sizesNear } = convarith.fixes;
  const { networkCode } = convarith.network_code;
  const { boxesOf, csvOf, escaped, markdownOf, tableOf, titleOf } = convarith.results;
  const { Photo } = convarith.photo;
  const { EXAMPLES, KINDS, lineFor } = convarith.examples;

  const WAIT = 120; // milliseconds after a key before a long text is read again
  const DRAWN = 64; // cells along an axis that the explorer still draws

  /** What the page is asked for. @typedef {{text: string, input: string, chosen: number}} Asked_ */

  /** "3, 224, 224" as a shape. @param {string} text @param {Reading["framework"]} framework @returns {Shape | null} */
  function readInput(text, framework) {
    if (!/^\s*\d{1,6}(\s*[,x×\s]\s*\d{1,6}){0,3}\s*$/.test(text)) return null;
    const numbers = text.trim().split(/[,x×\s]+/).map(Number);
    if (numbers.some((number) => number < 1)) return null;
    const [first, ...others] = numbers, last = numbers[numbers.length - 1];
    return framework === "keras" ? { channels: last, sizes: numbers.slice(0, -1) } : { channels: first, sizes: others };
  }

  /** What a network is usually given, where nothing says it. @param {Reading} reading @returns {Shape} */
  function usualInput({ layers, framework }) {
    const first = layers.find((layer) => layer.rank || layer.kind === "dense");
    const channels = (first && first.channels) || (framework === "keras" && first?.rank !== 1 ? 3 : 1);
    if (first && first.kind === "dense") return { channels, sizes: [] };
    const sizes = [[224], [224, 224], [16, 112, 112]][(first?.rank || 2) - 1];
    return { channels, sizes };
  }

  class Workbench {
    /**
     * @param {HTMLElement} root @param {Partial<Asked_>} asked
     * @param {{link?: boolean, changed?: (asked: Asked_) => void}} setup
     */
    constructor(root, asked, setup = {}) {
      this.root = root;
      this.setup = setup;
      /** @type {Asked_} */
      this.asked = { text: "", input: "", chosen: 0, ...asked.text ? {} : EXAMPLES[0], ...asked };
      /** @type {any} */
      this.reading = null;
      /** @type {any} */
      this.count = null;
      /** @type {string[]} */
      this.lines = [];
      this.hasClass = false;
      /** @type {Shape} */
      this.input = { channels: 0, sizes: [] };
      /** @type {number | undefined} */
      this.timer = undefined;
      /** @type {number | undefined} */
      this.later = undefined;
      this.framework = "keras";
      /** @type {Partial<Asked_>[]} what can be tried at a press */
      this.offers = [];
      /** @type {any} */
      this.photo = null;
    }

    /** @param {string} name @returns {any} */
    part(name) { return this.root.querySelector(`.cw-${name}`); }

    open() {
      this.root.classList.add("convarith-workbench");
      const examples = EXAMPLES.map(({ name }, n) => pushButton("example", name, String(n)));
      const adds = KINDS.map((kind) => pushButton("add", kind, kind));
      const codes = Object.entries(FRAMEWORKS).map(([name, { title }]) => pushButton("code", title, name));
      this.root.innerHTML = `
<div class="cw-top">
  <div class="cw-source">
    <label>A network, in Keras or PyTorch: its source, or what <code>print(model)</code> writes
      <textarea class="cw-text" rows="14" spellcheck="false" autocomplete="off" autocapitalize="off"></textarea></label>
    <div class="cw-row" role="group" aria-label="Examples">Examples: ${examples.join("")}</div>
    <div class="cw-row" role="group" aria-label="Add a layer">Add: ${adds.join("")}</div>
  </div>
  <div class="cw-answer">
    <label class="cw-row">Input <input class="cw-input" type="text" autocomplete="off" size="16">
      <span class="cw-order"></span></label>
    <div class="cw-verdict" aria-live="polite"></div>
    <ul class="cw-notes"></ul>
  </div>
</div>
<div class="cw-boxes" tabindex="0" role="group" aria-label="The shapes, one after the other"></div>
<div class="cw-table" tabindex="0" role="group" aria-label="Layer by layer"></div>
<div class="cw-row">${pushButton("csv", "Copy as CSV")}${pushButton("markdown", "Copy as Markdown")}
  ${this.setup.link ? pushButton("link", "Copy link") : ""}</div>
<div class="cw-chosen">
  <div class="cw-field"><h2>What an output sees</h2><canvas class="cw-canvas"></canvas>
    <p class="cw-seen" aria-live="polite"></p>
    <label>Drop an image on it, or choose one; it stays on this page.
      <input class="cw-file" type="file" accept="image/*"></label></div>
  <div class="cw-layer"></div>
</div>
<div class="cw-row" role="group" aria-label="The same as code">The same in ${codes.join("")}
  ${pushButton("copy-code", "Copy")}</div>
<pre class="cw-code" tabindex="0" role="group" aria-label="code"></pre>`;
      this.photo = new Photo(this.part("canvas"), this.part("file"), this.part("seen"));
      this.part("text").value = this.asked.text;
      this.part("input").value = this.asked.input;
      this.part("text").addEventListener("input", () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.typed(this.part("text").value), WAIT);
      });
      this.part("input").addEventListener("input", () => this.set({ input: this.part("input").value }));
      this.root.addEventListener("click", (event) => {
        const button = /** @type {Element} */ (event.target).closest("button");
        if (button && !button.closest(".convarith-explorer")) this.pressed(button.name, button);
      });
      this.draw();
      return this;
    }

    /** @param {Partial<Asked_>} change */
    set(change) {
      Object.assign(this.asked, change);
      const { text, input } = this.asked;
      if (this.part("text").value !== text) this.part("text").value = text;
      if (this.part("input").value !== input) this.part("input").value = input;
      this.draw();
      if (this.setup.changed) this.setup.changed(this.asked);
    }

    /** Another text: what it says of its input counts, not what the field has from before. @param {string} text */
    typed(text) {
      const { framework, input } = read(text), said = JSON.stringify(input);
      const isOther = Boolean(framework && this.reading.framework && framework !== this.reading.framework);
      const isNew = Boolean(input) && said !== JSON.stringify(this.reading.input);
      this.set(isNew || isOther ? { text, input: "" } : { text });
    }

    /** @param {string} name @param {HTMLButtonElement} button */
    pressed(name, button) {
      const { count } = this, at = Number(button.value);
      /** @type {Record<string, () => void>} */
      const does = {
        example: () => this.set({ text: EXAMPLES[at].text, input: EXAMPLES[at].input, chosen: 0 }),
        add: () => this.add(button.value),
        choose: () => this.set({ chosen: this.asked.chosen === at ? -1 : at }),
        apply: () => this.set(this.offers[at]),
        csv: () => copyText(csvOf(count, this.reading.framework), button),
        markdown: () => copyText(markdownOf(count, this.reading.framework), button),
        link: () => copyText(this.link, button),
        code: () => { this.framework = button.value; this.drawCode(); },
        "copy-code": () => copyText(this.part("code").textContent, button),
      };
      if (does[name]) does[name]();
      else if (["up", "down", "again", "out"].includes(name)) this.edit(name, at);
    }

    /** Adds a layer at the end, with the channels that arrive there. @param {string} kind */
    add(kind) {
      const { count, reading } = this, lines = [...this.lines];
      const last = count.rows[count.rows.length - 1];
      const shape = last && !last.why ? last.to : this.input;
      const line = lineFor(kind, reading.framework || "pytorch", shape);
      const after = last ? last.layer.line : lines.length;
      const before = lines[after - 1] || "", indent = (/^\s*/.exec(before) || [""])[0];
      // Within brackets, lines end in commas.
      const inside = /^\s*[\])]/.test(lines[after] || "");
      if (inside && !/,\s*$/.test(before)) lines[after - 1] = `${before},`;
      lines.splice(after, 0, indent + line + (inside || /,\s*$/.test(before) ? "," : ""));
      this.set({ text: lines.join("\n") });
    }

    /** Whether a layer has a whole line of its own, which can be moved. @param {NetworkLayer} layer */
    isMovable(layer) {
      const { lines, reading } = this;
      if (this.hasClass) return false; // where order and names are elsewhere, too
      const text = lines[layer.line - 1] || "";
      const [opened, closed] = [/[([]/g, /[)\]]/g].map((bracket) => [...text.matchAll(bracket)].length);
      const there = reading.layers.filter((/** @type {NetworkLayer} */ { line }) => line === layer.line);
      return there.length === 1 && opened > 0 && opened === closed;
    }

    /** Moves, repeats or removes the line of a layer. @param {string} what @param {number} n */
    edit(what, n) {
      const { reading: { layers } } = this, lines = [...this.lines];
      const at = layers[n].line - 1;
      const other = layers[n + (what === "up" ? -1 : 1)];
      if (what === "out") lines.splice(at, 1);
      else if (what === "again") lines.splice(at, 0, lines[at]);
      else if (other && this.isMovable(other)) {
        [lines[at], lines[other.line - 1]] = [lines[other.line - 1], lines[at]];
      }
      this.set({ text: lines.join("\n"), chosen: 0 });
    }

    draw() {
      const { asked } = this;
      const reading = read(asked.text);
      this.reading = reading;
      this.lines = asked.text.split("\n");
      this.hasClass = /^\s*(class|def) /m.test(asked.text);
      const typed = readInput(asked.input, reading.framework);
      this.input = typed || reading.input || usualInput(reading);
      this.part("input").setAttribute("aria-invalid", String(asked.input.trim() !== "" && !typed));
      this.part("input").placeholder = writeShape(this.input, reading.framework).replaceAll(" × ", ", ");
      this.part("order").textContent = reading.framework === "keras" ? "channels last" : "channels first";
      this.count = countNetwork({ layers: reading.layers, framework: reading.framework, input: this.input });
      const { rows } = this.count;
      if (!(asked.chosen < rows.length)) asked.chosen = -1;
      this.drawVerdict();
      this.drawInput(typed);
      this.part("notes").innerHTML = reading.notes.map((/** @type {Note} */ { line, text, why }) => (
        `<li>Line ${line}, <code>${escaped(text.trim().slice(0, 60))}</code>: ${escaped(why)}</li>`)).join("");
      this.part("boxes").innerHTML = boxesOf(this.input, this.count);
      const movable = (/** @type {NetworkLayer} */ layer) => this.isMovable(layer);
      this.part("table").innerHTML = tableOf(this.count, reading.framework, asked.chosen, movable);
      this.drawChosen();
      this.drawCode();
      this.root.dataset.layers = String(rows.length);
    }

    /** Says where the field and the text name different inputs. @param {Shape | null} typed */
    drawInput(typed) {
      const { input, framework } = this.reading, write = (/** @type {Shape} */ shape) => writeShape(shape, framework);
      if (!typed || !input || write(typed) === write(input)) return;
      const told = `The text says ${write(input)}; counted is ${write(typed)}, as the field has it.`;
      this.part("verdict").insertAdjacentHTML("beforeend", `<p>${told}</p>`);
    }

    drawVerdict() {
      const { count: { rows, misfit }, reading, input } = this;
      const network = { layers: reading.layers, framework: reading.framework, input };
      this.offers = [];
      window.clearTimeout(this.later);
      if (!rows.length) {
        this.part("verdict").innerHTML = "<p>No layer is found in this text yet.</p>";
        return;
      }
      const last = rows[rows.length - 1];
      if (!misfit) {
        this.part("verdict").innerHTML = `<p><b>It fits.</b> ${plural(rows.length, "layer")}; out come `
          + `${writeShape(last.to, reading.framework)}.</p><p class="cw-near"></p>`;
        this.drawFeatures(network);
        // Afterwards: it counts the network many times.
        this.later = window.setTimeout(() => this.drawSizes(network));
        return;
      }
      const fixes = fixesOf(network, this.count);
      const offers = fixes.map((/** @type {any} */ fix) => `<li>${escaped(fix.text)}${this.offer(fix)}</li>`);
      const named = `Layer ${rows.length}, ${escaped(titleOf(misfit.layer))}, does not fit.`;
      const mended = offers.length ? `<p>What would mend it:</p><ul>${offers.join("")}</ul>` : "";
      const why = escaped(sentence(misfit.why));
      this.part("verdict").innerHTML = `<p class="cw-bad"><b>${named}</b> ${why}</p>${mended}`;
      this.drawFeatures(network);
    }

    /** What arrives at the first dense layer, which its source must say. @param {any} network */
    drawFeatures(network) {
      const [first] = featuresOf(network), { misfit } = this.count;
      if (!first || (misfit && misfit.layer === network.layers[first.layer])) return; // which says it
      const { layer, features } = first, named = escaped(titleOf(network.layers[layer]));
      const arrive = `${plural(features, "feature")} ${features === 1 ? "arrives" : "arrive"}`;
      const told = `<p class="cw-features">At layer ${layer + 1}, ${named}, ${arrive}.</p>`;
      this.part("verdict").insertAdjacentHTML("beforeend", told);
    }

    /** @param {any} network */
    drawSizes(network) {
      const near = sizesNear(network, this.count), part = this.part("near");
      if (!part || !near.length) return;
      part.textContent = `Sizes near it at which no layer leaves cells unused: ${near.join(", ")}.`;
    }

    /** A button for what can be set here: another input. @param {any} fix */
    offer(fix) {
      if (!fix.input) return "";
      this.offers.push({ input: writeShape(fix.input, this.reading.framework).replaceAll(" × ", ", ") });
      return ` <button type="button" name="apply" value="${this.offers.length - 1}">Try it</button>`;
    }

    drawChosen() {
      const { asked: { chosen }, count: { rows } } = this;
      const row = rows[chosen];
      this.photo.show(this.input, row && !row.why ? row : null);
      const box = this.part("layer");
      box.replaceChildren();
      if (!row || !row.axes.length) return;
      const axes = row.axes.slice(-2), largest = Math.max(...axes.map((/** @type {Axis} */ axis) => axis.size));
      const { padding_mode = "zeros" } = row.layer;
      if (largest > DRAWN || padding_mode !== "zeros") {
        box.textContent = largest > DRAWN ? `The explorer draws up to ${DRAWN} cells; this layer has ${largest}.`
          : `The explorer pads with zeros; this layer has padding_mode ${padding_mode}.`;
        return;
      }
      const state = stateOf(row, axes), root = document.createElement("div");
      const copy = document.createElement("p");
      copy.textContent = `Layer ${chosen + 1}, ${titleOf(row.layer)}, to try things out: the network stays as it is.`;
      box.append(copy, root);
      openExplorer(root, state, {});
    }

    drawCode() {
      for (const button of this.root.querySelectorAll('[name="code"]')) {
        button.setAttribute("aria-pressed", String(/** @type {any} */ (button).value === this.framework));
      }
      this.part("code").textContent = networkCode(this.framework, this.count, this.input);
    }

    /** The address that reopens what is shown. */
    get link() { return location.href.split("#")[0] + fragmentOf(this.asked); }
  }

  /** What the explorer shows of a layer. @param {Counted} row @param {Axis[]} axes @returns {Change} */
  function stateOf({ layer }, axes) {
    const rows = axes[0], columns = axes[axes.length - 1];
    const names = /** @type {const} */ (["size", "kernel", "stride", "dilation", "pad_low", "pad_high"]);
    /** @type {Change} */
    const state = { operation: ["pool", "transposed"].includes(layer.kind) ? layer.kind : "conv", rule: "sides" };
    for (const name of names) {
      state[name] = rows[name];
      state[`${name}_columns`] = columns[name];
    }
    state.output_padding = rows.output_padding || 0;
    state.output_padding_columns = columns.output_padding || 0;
    if (layer.pooling) state.pooling = layer.pooling;
    state.ceil_mode = Boolean(rows.ceil_mode);
    state.tape = axes.length === 1;
    state.rectangular = JSON.stringify(rows) !== JSON.stringify(columns);
    return state;
  }

  /** @param {Asked_} asked */
  const fragmentOf = ({ text, input, chosen }) => (
    `#input=${encodeURIComponent(input)}&chosen=${chosen}&text=${encodeURIComponent(text)}`);

  /** @param {string} hash @returns {Partial<Asked_>} */
  function readFragment(hash) {
    /** @type {any} */
    const asked = {};
    for (const part of hash.slice(1).split("&")) {
      const [name, value = ""] = part.split("=");
      if (!["text", "input", "chosen"].includes(name)) continue;
      try {
        asked[name] = name === "chosen" ? Number(value) : decodeURIComponent(value);
      } catch {
        // A link that was cut off in the middle of a letter: what is left of it is not this part.
      }
    }
    return asked;
  }

  /** The workbench of a page, which keeps its state in the address. */
  function mount() {
    const root = /** @type {HTMLElement | null} */ (document.querySelector(".convarith-workbench[data-state]"));
    if (!root || root.querySelector("textarea")) return;
    const usual = JSON.parse(root.dataset.state || "{}");
    const changed = (/** @type {Asked_} */ asked) => history.replaceState(null, "", fragmentOf(asked));
    const bench = new Workbench(root, { ...usual, ...readFragment(location.hash) }, { link: true, changed }).open();
    window.addEventListener("hashchange", () => bench.set(readFragment(location.hash)));
  }

  /** In a live notebook, a widget. @param {any} widget */
  function render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    const asked = { text: model.get("text"), input: model.get("input"), chosen: -1 };
    const bench = new Workbench(root, asked, {
      changed: ({ text, input }) => {
        model.set("text", text);
        model.set("input", input);
        model.save_changes();
      },
    }).open();
    for (const name of /** @type {const} */ (["text", "input"])) {
      model.on(`change:${name}`, () => {
        if (bench.asked[name] !== model.get(name)) bench.set({ [name]: model.get(name) });
      });
    }
  }

  return { Workbench, mount, render };
})();

if (typeof document !== "undefined" && document.currentScript) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", convarith.bench.mount);
  else convarith.bench.mount();
}
