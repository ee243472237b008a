var convarith = convarith || {};

/** The workbench: a network as text, and everything that follows from it. */
convarith.bench = (() => {
  "use strict";
  const { plural, sentence } = convarith.words;
  const { copyText, pushButton } = convarith.controls;
  const { countNetwork, writeShape } = convarith.network;
  const { read } = convarith.reading;
  const { featuresOf, fixesOf, sizesNear } = convarith.fixes;
  const { networkCode } = convarith.network_code;
  const { boxesOf, choiceAt, csvOf, escaped, markdownOf, tableOf, titleOf } = convarith.results;
  const { Photo } = convarith.photo;
  const { mended } = convarith.mending;
  const { added, isMovable, moved, neighbour } = convarith.lines;
  const { isAnother, questionOf, readInput, typedAs, usualInput } = convarith.inputs;
  const { Trial } = convarith.trial;
  const { rove } = convarith.toolbars;
  const { follow } = convarith.backwards;
  const { EXAMPLES, lineFor } = convarith.examples;
  const { TOOLS, shellOf } = convarith.shell;
  const { USUAL, askedIn, fragmentOf } = convarith.address;

  const CHOOSE = "Choose a layer in the table.";
  const WAIT = 120; // milliseconds after a key before a long text is read again
  const PAUSE = 400; // milliseconds after a move of the explorer before the address keeps it
  const DONE = {
    changed: "Written into the text.",
    shared: "Written into the text, in a line that makes several layers.",
    anew: "The text is rewritten, as no one line says this.",
  };

  class Workbench {
    /**
     * @param {HTMLElement} root @param {Partial<Opened>} asked
     * @param {{link?: boolean, changed?: (asked: Opened) => void}} setup
     */
    constructor(root, asked, setup = {}) {
      this.root = root;
      this.setup = setup;
      /** @type {Opened} */
      this.asked = { ...USUAL, ...asked.text ? {} : EXAMPLES[0], ...asked };
      /** @type {any} what is read of the text, and counted */
      this.reading = this.count = null;
      /** @type {Shape} */
      this.input = { channels: 0, sizes: [] };
      /** @type {number | undefined} */
      this.timer = undefined;
      /** @type {number | undefined} */
      this.later = undefined;
      /** @type {number | undefined} */
      this.telling = undefined;
      /** @type {{change: Partial<Opened>, said: string}[]} what can be tried at a press */
      this.offers = [];
      /** @type {Opened[]} what was there before each press */
      this.past = [];
      /** @type {any} what is tried with the chosen layer, and what its outputs see */
      this.trial = this.photo = null;
    }

    /** Whether nobody has said what goes in. */
    get guesses() { return Boolean(questionOf(this.asked.input, this.reading, this.input)); }

    /** @param {string} name @returns {any} */
    part(name) { return this.root.querySelector(`.cw-${name}`); }

    open() {
      this.root.classList.add("convarith-workbench");
      this.root.innerHTML = shellOf(Boolean(this.setup.link));
      const keep = (/** @type {Partial<Opened>} */ change) => {
        Object.assign(this.asked, change);
        this.tell(PAUSE);
      };
      const [canvas, file, seen, credit, about, buttons, layer] = [
        "canvas", "file", "seen", "credit", "about", "trying", "layer",
      ].map((name) => this.part(name));
      this.photo = new Photo(canvas, file, seen, credit, (/** @type {string} */ at) => keep({ at }));
      this.trial = new Trial(about, buttons, layer, (tried) => keep({ tried }));
      this.part("text").value = this.asked.text;
      this.part("input").value = this.asked.input;
      this.part("text").addEventListener("input", () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.typed(this.part("text").value), WAIT);
      });
      this.part("input").addEventListener("input", () => this.typedInput(this.part("input").value));
      this.root.addEventListener("click", (event) => {
        const button = /** @type {Element} */ (event.target).closest("button");
        if (button && !button.closest(".convarith-explorer")) this.pressed(button.name, button);
      });
      this.part("table").addEventListener("change", (/** @type {any} */ { target }) => {
        this.choose(Number(target.value));
      });
      this.part("table").addEventListener("click", (/** @type {any} */ { target }) => this.pointedAt(target));
      this.root.addEventListener("submit", (event) => event.preventDefault());
      rove(this.root);
      follow(this.root);
      this.draw();
      return this;
    }

    /** @param {Partial<Opened>} change */
    set(change) {
      Object.assign(this.asked, { tried: "", at: "" }, change);
      const { text, input } = this.asked;
      if (this.part("text").value !== text) this.part("text").value = text;
      if (this.part("input").value !== input) this.part("input").value = input;
      this.part("did").textContent = "";
      this.draw();
      this.tell();
    }

    /** Tells the page or the notebook what is asked for: at once, or when moves come to rest. */
    tell(wait = 0) {
      const { changed } = this.setup;
      window.clearTimeout(this.telling);
      if (!changed) return;
      if (wait) this.telling = window.setTimeout(() => changed(this.asked), wait);
      else changed(this.asked);
    }

    /** Another text: what it says of its input counts, not what the field has from before. @param {string} text */
    typed(text) {
      const { framework, input } = read(text), said = JSON.stringify(input);
      const isOther = Boolean(framework && this.reading.framework && framework !== this.reading.framework);
      const isNew = Boolean(input) && said !== JSON.stringify(this.reading.input);
      this.past = [];
      const isFresh = isNew || isOther || (!input && isAnother(this.asked.text, text));
      this.set(isFresh ? { text, input: "" } : { text });
    }

    /** @param {string} input */
    typedInput(input) {
      this.past = [];
      this.set({ input });
    }

    /** What a press changes can be taken back. @param {Partial<Opened>} change @param {string} said what was done */
    change(change, said = "") {
      this.past.push({ ...this.asked });
      this.set(change);
      this.part("did").textContent = said;
    }

    /** Takes the last press back. */
    undo() {
      const before = this.past.pop();
      if (before) this.set(before);
      if (!this.past.length) this.part("text").focus({ preventScroll: true }); // as the button is gone
    }

    /** @param {number} n of a layer */
    choose(n) {
      Object.assign(this.asked, { chosen: n, tried: "", at: "" });
      this.drawTools();
      this.drawChosen();
      this.tell();
    }

    /** A press anywhere in a row chooses its layer, unless it marks something to copy. @param {Element} target */
    pointedAt(target) {
      if (target.closest("label") || String(window.getSelection())) return;
      const choice = choiceAt(target);
      if (!choice || choice.checked) return;
      choice.checked = true;
      this.choose(Number(choice.value));
    }

    /** @param {string} name @param {HTMLButtonElement} button */
    pressed(name, button) {
      const { count, reading: { framework } } = this, at = Number(button.value);
      /** @type {Record<string, () => void>} */
      const does = {
        example: () => this.change({ text: EXAMPLES[at].text, input: EXAMPLES[at].input, chosen: 0 }),
        add: () => this.add(button.value),
        apply: () => this.change(this.offers[at].change, this.offers[at].said),
        undo: () => this.undo(),
        "take-back": () => this.undo(),
        put: () => this.put(),
        csv: () => this.copy(csvOf(count, framework), button, "the table, as CSV"),
        markdown: () => this.copy(markdownOf(count, framework), button, "the table, as Markdown"),
        link: () => this.copy(this.link, button, "a link that reopens what you see"),
        code: () => { this.asked.code = button.value; this.drawCode(); this.tell(); },
        "copy-code": () => this.copy(this.part("code").textContent, button, "the code"),
      };
      if (does[name]) does[name]();
      else if (name in TOOLS && button.getAttribute("aria-disabled") !== "true") {
        this.change(moved(this.asked.text, this.reading.layers, this.asked.chosen, name));
      }
    }

    /** Copies, and says what. @param {string} text @param {HTMLElement} button @param {string} what */
    copy(text, button, what) {
      copyText(text, button);
      this.part("copied").textContent = `Copied: ${what}.`;
    }

    /** Adds a layer at the end, with the channels that arrive there. @param {string} kind */
    add(kind) {
      const { count: { rows }, reading, asked: { text }, input } = this, last = rows[rows.length - 1];
      const line = lineFor(kind, reading.framework || "pytorch", last && !last.why ? last.to : input);
      this.change({ text: added(text, line, last && last.layer) });
    }

    draw() {
      const { asked } = this;
      const reading = read(asked.text);
      this.reading = reading;
      const typed = readInput(asked.input, reading.framework);
      this.input = typed || reading.input || usualInput(reading);
      this.part("input").setAttribute("aria-invalid", String(asked.input.trim() !== "" && !typed));
      this.part("input").placeholder = typedAs(this.input, reading.framework);
      this.part("order").textContent = reading.framework === "keras" ? "channels last" : "channels first";
      this.count = countNetwork({ layers: reading.layers, framework: reading.framework, input: this.input });
      const { rows } = this.count;
      if (!(asked.chosen < rows.length)) asked.chosen = -1;
      this.drawVerdict();
      this.drawInput(typed);
      this.part("notes").innerHTML = reading.notes.map((/** @type {Note} */ { line, text, why }) => (
        `<li>Line ${line}, <code>${escaped(text.trim().slice(0, 60))}</code>: ${escaped(why)}</li>`)).join("");
      this.part("boxes").innerHTML = boxesOf(this.input, this.count);
      this.part("table").innerHTML = tableOf(this.count, reading.framework, asked.chosen);
      for (const button of /** @type {any} */ (this.root.querySelectorAll('[name="undo"], [name="take-back"]'))) {
        button.hidden = !this.past.length;
      }
      this.drawTools();
      this.drawChosen();
      this.drawCode();
      this.root.dataset.layers = String(rows.length);
    }

    /** Asks for the input where nobody has said it; says where field and text differ. @param {Shape | null} typed */
    drawInput(typed) {
      const { asked, reading, input } = this, write = (/** @type {Shape} */ one) => writeShape(one, reading.framework);
      const question = questionOf(asked.input, reading, input);
      this.part("input").classList.toggle("cw-wanted", Boolean(question));
      this.part("asks").innerHTML = question && `<b>${question}</b> Until you say, ${write(input)} is assumed.`;
      if (!typed || !reading.input || write(typed) === write(reading.input)) return;
      const told = `The text says ${write(reading.input)}; ${write(typed)} is counted, as the field says.`;
      this.part("verdict").insertAdjacentHTML("beforeend", `<p>${told}</p>`);
    }

    drawVerdict() {
      const { count: { rows, misfit }, reading, input } = this;
      const network = { layers: reading.layers, framework: reading.framework, input };
      this.offers = [];
      window.clearTimeout(this.later);
      if (!rows.length) {
        this.part("verdict").innerHTML = "<p>There is no layer in this text yet.</p>";
        return;
      }
      const last = rows[rows.length - 1];
      if (!misfit) {
        this.part("verdict").innerHTML = `<p><b>It fits.</b> ${plural(rows.length, "layer")}; the output is `
          + `${writeShape(last.to, reading.framework)}.</p><p class="cw-near"></p>`;
        this.drawFeatures(network);
        // Afterwards: it counts the network many times.
        this.later = window.setTimeout(() => this.drawSizes(network));
        return;
      }
      const fixes = fixesOf(network, this.count);
      const offers = fixes.map((/** @type {Fix} */ { text }) => (
        `<li>${escaped(text)} <span class="cw-try"></span></li>`));
      const given = this.guesses ? `With ${writeShape(input, reading.framework)}, layer` : "Layer";
      const named = `${given} ${rows.length}, ${escaped(titleOf(misfit.layer))}, does not fit.`;
      const mends = offers.length ? `<p>What would fix it:</p><ul>${offers.join("")}</ul>` : "";
      const why = escaped(sentence(misfit.why));
      this.part("verdict").innerHTML = `<p class="cw-bad"><b>${named}</b> ${why}</p>${mends}`;
      this.drawFeatures(network);
      // Afterwards: each is written into the text, which is then read again.
      this.later = window.setTimeout(() => this.drawOffers(network, fixes));
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
      part.textContent = `Sizes nearby at which no layer leaves cells unused: ${near.join(", ")}.`;
    }

    /** Buttons for what would mend it. @param {Network} network @param {Fix[]} fixes */
    drawOffers(network, fixes) {
      const { framework } = network, { text, input } = this.asked, n = this.count.rows.length - 1;
      this.root.querySelectorAll(".cw-try").forEach((place, m) => {
        const fix = fixes[m];
        if (fix.input) {
          const typed = typedAs(fix.input, framework);
          this.offers.push({ change: { input: typed }, said: `The input is now ${typed}.` });
        } else {
          const found = mended(text, network, fix, n);
          if (!found) {
            place.textContent = "(by hand, as its line makes several layers)";
            return;
          }
          const change = { text: found.text, input: this.guesses ? "" : input || typedAs(network.input, framework) };
          this.offers.push({ change, said: DONE[found.done] });
        }
        place.innerHTML = pushButton("apply", "Try it", String(this.offers.length - 1));
        place.firstElementChild?.setAttribute("aria-label", `Try it: ${fix.text}`);
      });
    }

    /** What can be done with the line of the chosen layer. */
    drawTools() {
      const { asked: { chosen, text }, reading: { layers } } = this, layer = layers[chosen];
      const can = layer && isMovable(text.split("\n"), layers, layer);
      const told = can ? ":" : ": move or remove it in the text.";
      const which = layer ? `Layer ${chosen + 1}, ${titleOf(layer)}${told}` : CHOOSE;
      this.part("which").textContent = which;
      for (const button of /** @type {any} */ (this.part("tools").querySelectorAll("button"))) {
        const stays = ["up", "down"].includes(button.name) && can && neighbour(text, layers, chosen, button.name) < 0;
        button.hidden = !can;
        button.setAttribute("aria-disabled", String(stays));
      }
    }

    drawChosen() {
      const { asked: { text, chosen, tried, at }, count: { rows }, reading } = this, row = rows[chosen];
      const none = row ? `Nothing comes out of layer ${chosen + 1}, which does not fit.` : CHOOSE;
      this.photo.show(this.input, row && !row.why ? row : null, at, none);
      this.trial.show(text, reading, chosen, row, tried);
    }

    /** Writes what is tried into the line of the layer. */
    put() {
      const { text, why } = this.trial.written;
      if (why) return;
      const said = `Written into line ${this.reading.layers[this.asked.chosen].line}.`;
      this.change({ text }, said);
      const { misfit, rows } = this.count; // of which the verdict may be screens away
      this.trial.say(misfit ? `${said} Now layer ${rows.length} does not fit.` : said);
    }

    drawCode() {
      for (const button of this.root.querySelectorAll('[name="code"]')) {
        button.setAttribute("aria-pressed", String(/** @type {any} */ (button).value === this.asked.code));
      }
      this.part("code").textContent = networkCode(this.asked.code, this.count, this.input);
    }

    /** Leads to what a link says was tried. */
    lead() {
      if (this.asked.tried) this.trial.lead();
    }

    /** The address that reopens what is shown. */
    get link() { return location.href.split("#")[0] + fragmentOf(this.asked); }
  }

  /** The workbench of a page, which keeps its state in the address. */
  function mount() {
    const root = /** @type {HTMLElement | null} */ (document.querySelector(".convarith-workbench[data-state]"));
    if (!root || root.querySelector("textarea")) return;
    const usual = JSON.parse(root.dataset.state || "{}");
    const changed = (/** @type {Opened} */ asked) => history.replaceState(null, "", fragmentOf(asked));
    const bench = new Workbench(root, { ...usual, ...askedIn(location.hash) }, { link: true, changed }).open();
    window.addEventListener("hashchange", () => {
      const asked = askedIn(location.hash);
      if (asked.text) bench.set({ ...USUAL, ...asked });
      bench.lead();
    });
    bench.lead();
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
