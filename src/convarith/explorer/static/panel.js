var convarith = convarith || {};

/** What all explorers share: controls, player, words and code. What is counted and drawn, a class of its own says. */
convarith.panel = (() => {
  "use strict";
  const { DEFAULTS, SLIDERS, CONTROLS, SIDES, limitsOf } = convarith.state;
  const { writeFragment } = convarith.links;
  const { slider, shellOf, Player, copyText, newId, tellDone } = convarith.controls;
  const { FRAMEWORKS } = convarith.code;
  const { listenToPointing } = convarith.drawing;
  const { pictureOf, saveAnimation, savePng, saveSvg } = convarith.saving;
  const { sentence } = convarith.words;
  const { writeText } = convarith.writing;

  const MOST_FRAMES = 64, SECONDS = 0.5; // of an animation: how many steps, and how long each

  // What changes no window, so that the step may stay.
  const LOOKS = new Set(["values", "pooling", "layer", "step", "weights", "own", "against", "controls", "cost"]);

  /**
   * @typedef {{sliders?: boolean, link?: string, changed?: (names: Change) => void}} Setup
   *   sliders: draw the five main controls (a live notebook has them as ipywidgets);
   *   link: the address of the page; changed: told what a move has changed
   */

  /** What a control sets. @param {any} control */
  const nameOf = (control) => control.name.replace("-typed", "");

  /** With nothing in it; a subclass says what there is. */
  class Panel {
    /** @param {HTMLElement} root @param {Change} state @param {Setup} setup */
    constructor(root, state, setup = {}) {
      this.id = newId();
      this.root = root;
      this.setup = setup;
      /** @type {State} */
      this.initial = { ...DEFAULTS, ...state };
      /** @type {State} */
      this.state = { ...this.initial };
      /** @type {any} what is shown: `count()` says */
      this.shown = null;
      /** @type {{drawing: any, at: number[]} | null} the cell under the pointer */
      this.pointed = null;
      /** @type {{drawing: any, at: number[]} | null} the cell that stays marked when the pointer leaves */
      this.pinned = null;
      /** @type {any[]} grids or tapes */
      this.drawings = [];
      /** @type {any} a Player */
      this.player = null;
      /** @type {Record<string, any>} what has been found in the page, by selector */
      this.found = {};
      /** @type {any[]} the controls that bear the name of something in the state */
      this.setters = [];
      /** The space for the picture, in pixels, less what lines are thick. */
      this.space = [0, 0];
      /** Whether what is drawn next moves to its place, and does not jump. */
      this.glides = false;
      /** What has been typed and taken over, and the state before it. */
      this.typed = { name: "", text: "", before: this.state };
    }

    get stepName() { return "step"; }
    /** Whether a change leads back to the first step. */
    get startsAgain() { return false; }
    /** What stands over the picture. */
    head() { return ""; }
    /** What stands beside the picture. */
    controls() { return ""; }
    /** What stands under the sliders. */
    choices() { return ""; }
    /** What stands under the words. */
    foot() { return ""; }
    /** Makes the drawings. @param {HTMLElement} parent */
    build(parent) { this.drawings = [...parent.children]; }
    /** @returns {any} at least { why, size, steps } */
    count() { return { why: "", size: "", steps: [1, 1] }; }
    /** Where the keys are in a drawing. @param {any} drawing @returns {number[]} */
    cursor(drawing) { return drawing.at; }
    /** Where a key leads. @param {any} _drawing @param {number[]} at @param {number[]} move */
    next(_drawing, at, move) { return at.map((one, n) => one + move[n]); }
    /** A cell has been chosen. @param {any} drawing @param {number[]} at */
    choose(drawing, at) { this.point(drawing, at); }
    /** The pointer goes down on a drawing. @param {any} drawing @param {PointerEvent} event */
    press(drawing, event) {
      const at = drawing.at(event);
      if (at) this.choose(drawing, at);
    }
    drawPicture() {}
    drawMarks() {}
    drawWords() {}

    /** Draws everything for the first time. */
    open() {
      this.root.classList.add("convarith-explorer");
      this.root.innerHTML = shellOf(this);
      this.find("speed").value = "500";
      this.player = new Player(this.find("play"), this.find("speed"), () => this.playStep());
      this.setters = [...this.root.querySelectorAll("[name]")].filter((one) => (
        nameOf(one) in this.state && nameOf(one) !== "step"));
      this.build(this.part("grids"));
      this.listen();
      this.measure();
      this.draw();
      // Where there is no width yet, as in a folded cell, and wherever it changes.
      new ResizeObserver(() => {
        this.measure();
        if (this.shown.why) return;
        this.drawPicture();
        this.drawMarks();
      }).observe(this.part("stage"));
      return this;
    }

    /** More buttons. */
    tools() { return ""; }

    /** @param {string} name @returns {any} a control */
    find(name) { return this.first(`[name="${name}"]`); }

    /** @param {string} name @returns {HTMLElement} */
    part(name) { return this.first(`.cv-${name}`); }

    /** @param {string} selector of something that stays for good */
    first(selector) {
      this.found[selector] ||= this.root.querySelector(selector);
      return this.found[selector];
    }

    /** @param {string[]} names @param {string} [end] of a name, and @param {string} [text] of a label */
    sliders(names, end, text) {
      return names.map((name) => slider(this.id, name, this.initial, end, text)).join("");
    }

    /** Sliders that a live notebook draws itself. @param {string[]} names */
    mainSliders(names) { return this.setup.sliders === false ? "" : this.sliders(names); }

    listen() {
      const moved = (/** @type {any} */ event) => this.moved(event.target);
      this.root.addEventListener("input", moved);
      this.root.addEventListener("change", moved);
      this.root.addEventListener("click", (event) => {
        const button = /** @type {Element} */ (event.target).closest("button");
        if (button) this.pressed(button.name, button);
      });
      // What is typed is one number only as long as the field has the focus.
      this.root.addEventListener("focusin", () => { this.typed = { name: "", text: "", before: this.state }; });
      this.part("code").addEventListener("toggle", () => this.drawWords());
      this.root.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.root.classList.contains("cv-full")) this.fill(false);
      });
      for (const drawing of this.drawings) listenToPointing(this, drawing);
    }

    /** A control has a new value: take it over, or say why not. @param {any} control */
    moved(control) {
      const name = nameOf(control);
      if (name === "speed" && this.player.isOn) this.play();
      if (!(name in this.state)) return;
      const before = { ...this.state }, value = this.valueOf(control, name);
      if (value === null) return;
      if (control.type === "text") this.typed = { name, text: control.value, before };
      const change = this.consequencesOf(name, value);
      if (name === "rectangular" && value) {
        for (const one of [...CONTROLS, ...SIDES]) change[`${one}_columns`] = this.state[one];
      }
      if (name === "step") this.stop();
      this.set(change, control);
    }

    /** What else changes with a value. @param {string} name @param {any} value @returns {Change} */
    consequencesOf(name, value) {
      const rule = name.startsWith("padding") ? { rule: "number" } : {};
      const step = this.startsAgain && !LOOKS.has(name) ? { step: 0 } : {};
      // A pool that is not told otherwise puts window beside window.
      const stride = Math.min(this.state.kernel, limitsOf("stride", this.initial)[1]);
      return { [name]: value, ...rule, ...value === "pool" ? { stride } : {}, ...step };
    }

    /**
     * What a control says; null, with a word on it, where that is out of its limits.
     * @param {any} control @param {string} name
     */
    valueOf(control, name) {
      if (control.type === "checkbox") return control.checked;
      if (!SLIDERS[name.replace("_columns", "")]) return control.value;
      const [low, high] = limitsOf(name, this.initial);
      const typed = control.value.trim();
      const number = /^\d+$/.test(typed) ? Number(typed) : NaN;
      if (number >= low && number <= high) return number;
      // The 4 of a 48 that is refused was never meant.
      if (this.typed.name === name && this.typed.text && typed.startsWith(this.typed.text)) {
        this.set(this.typed.before, control);
      }
      control.setAttribute("aria-invalid", "true");
      const label = control.getAttribute("aria-label").replace(", typed", "");
      const wrong = Number.isNaN(number) ? "is not one" : "is out of reach here";
      const what = typed === "" ? "the field is empty" : `“${typed}” ${wrong}`;
      this.part("problem").textContent = `${label}: a whole number from ${low} to ${high}; ${what}.`;
      return null;
    }

    /** Takes new values over, tells the notebook, draws. @param {Change} change @param {any} [control] */
    set(change, control) {
      const fresh = Object.entries(change).filter(([name, value]) => String(this.state[name]) !== String(value));
      Object.assign(this.state, Object.fromEntries(fresh));
      this.root.classList.toggle("cv-glides", this.glides);
      this.draw(control);
      if (this.setup.changed && fresh.length) this.setup.changed(Object.fromEntries(fresh));
    }

    /** The address of what is shown. */
    get link() { return `${this.setup.link}#${this.root.id}${writeFragment(this.state, this.initial)}`; }

    /** The last step there is. */
    get last() { return this.shown.steps[0] * this.shown.steps[1] - 1; }

    /** @param {string} name @param {HTMLElement} button */
    pressed(name, button) {
      // What has been asked for beyond the chapter stays.
      if (name === "reset") this.goTo({ ...this.initial, controls: this.state.controls });
      if (name === "full") this.fill(!this.root.classList.contains("cv-full"));
      if (name === "link") copyText(this.link, button);
      if (this.choiceOf(name, button)) return;
      if (name.startsWith("copy-")) copyText(this.part(name.slice(5)).textContent || "", button);
      if (this.shown.why) return;
      if (["svg", "png", "film"].includes(name)) this.save(name).then(() => tellDone(button, "Saved"));
      if (name === "back") this.glideTo(this.state.step - 1);
      if (name === "forward") this.glideTo(this.state.step + 1);
      if (name !== "play") return;
      if (this.player.isOn) this.stop();
      else this.play();
    }

    /** A button that sets something, as a tab does. @param {string} name @param {any} button */
    choiceOf(name, button) {
      if (!(name in this.state)) return false;
      this.goTo(this.consequencesOf(name, button.value));
      return true;
    }

    /** Fills the window, in large type, for a projector; or no more. @param {boolean} on */
    fill(on) {
      this.root.classList.toggle("cv-full", on);
      this.find("full").textContent = on ? "Back to the page" : "Full window";
      this.find("full").focus({ preventScroll: true });
      this.root.scrollTop = 0;
    }

    /** Steps by hand, where the window moves and does not jump. @param {number} step */
    glideTo(step) {
      this.stop();
      this.step(step);
    }

    /** @param {number} step */
    step(step) {
      this.glides = true;
      this.set({ step: Math.min(Math.max(step, 0), this.last) });
      this.glides = false;
    }

    /** Of what is saved, without its end. */
    get fileName() { return `convarith-${this.state.operation}${this.state.against && "-comparison"}`; }

    /** Saves the picture, or every step of it. @param {string} as "svg", "png" or "film" */
    async save(as) {
      this.stop();
      const drawn = [this.part("grids")], name = this.fileName, { step } = this.state;
      const said = this.part("said").textContent || "";
      if (as === "svg") saveSvg(drawn, name, said);
      if (as === "png") await savePng(drawn, name);
      if (as !== "film") return;
      const frames = Array.from({ length: Math.min(this.last + 1, MOST_FRAMES) }, (_, n) => {
        this.set({ step: n });
        return pictureOf(drawn);
      });
      this.set({ step });
      saveAnimation(frames, SECONDS, `${name}-animation`, said);
    }

    /** Sets by hand, which ends the play. @param {Change} change */
    goTo(change) {
      this.stop();
      this.set(change);
    }

    play() {
      if (this.state.step >= this.last) this.set({ step: 0 });
      this.player.start();
    }

    stop() { this.player.stop(); }

    /** One step of the player; whether there is one more. */
    playStep() {
      if (!this.root.isConnected || this.shown.why) return false;
      this.step(this.state.step + 1);
      return this.state.step < this.last;
    }

    /** The pointer is on a cell of a drawing, or on none. @param {any} drawing @param {number[] | null} at */
    point(drawing, at) {
      if (this.shown.why) return;
      this.pointed = at ? { drawing, at } : this.pinned;
      this.drawMarks();
    }

    /** Lets go of the cell that stays marked. */
    unpin() {
      this.pinned = this.pointed = null;
      if (!this.shown.why) this.drawMarks();
    }

    /** When the space changes, and not at each move: what is asked for a size must lay the page out first. */
    measure() {
      const { clientWidth, clientHeight } = this.part("stage");
      this.space = [(clientWidth || 640) - 8, (clientHeight || 320) - 8];
    }

    /** @param {any} [moved] the control that has been moved, whose text stays as it is typed */
    draw(moved) {
      const { state } = this;
      this.shown = this.count();
      this.pointed = this.pinned = null;
      this.drawControls(moved);
      const { why } = this.shown;
      this.root.dataset.outputSize = why ? "" : this.shown.size;
      writeText(this.part("problem"), sentence(why));
      this.root.classList.toggle("cv-misfit", Boolean(why)); // which hides the picture, and keeps its place
      this.drawWords();
      if (why) {
        this.stop();
        for (const name of ["said", "sum"]) writeText(this.part(name), "");
        return;
      }
      state.step = Math.min(state.step, this.last);
      this.find("step").max = this.last;
      this.find("step").value = state.step;
      this.drawPicture();
      this.drawMarks();
    }

    /** @param {any} moved */
    drawControls(moved) {
      const { state } = this;
      for (const one of this.setters) {
        const value = state[nameOf(one)];
        if (one.tagName === "BUTTON") one.setAttribute("aria-pressed", String(one.value === value));
        else if (one.type === "checkbox") one.checked = value;
        else if (one.value !== String(value) && (one !== moved || one.type === "range")) one.value = value;
        one.removeAttribute("aria-invalid");
      }
    }

    /** The same as code, where somebody looks at it. @param {(framework: any) => string} write */
    writeCode(write) {
      if (!(/** @type {any} */ (this.part("code")).open)) return;
      for (const [name, framework] of Object.entries(FRAMEWORKS)) this.part(name).textContent = write(framework);
    }
  }

  return { Panel };
})();
