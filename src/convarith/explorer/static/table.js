var convarith = convarith || {};

/** The layers of a stack as a table that is edited: fields to type into, rows to add, remove and put in order. */
convarith.table = (() => {
  "use strict";
  const { KINDS, LAYER_CONTROLS, SLIDERS, limitsOf } = convarith.state;
  const { clamp, follow } = convarith.drawing;
  const { MEANINGS, formatNumber } = convarith.words;
  const { options } = convarith.controls;

  const USUAL_LAYER = LAYER_CONTROLS.map((name) => SLIDERS[name].usual);
  /** What follows from a layer and those before it: name, a shorter one, and term. */
  const RESULTS = [
    ["output", "o", "output"], ["r", "r", "span"], ["S", "S", "stride"], ["start", "start", "input"],
    ["centre", "centre", "input"],
  ];
  /** @type {Record<string, [string, string]>} */
  const ROW_BUTTONS = {
    up: ["↑", "move layer # up"], down: ["↓", "move layer # down"],
    duplicate: ["+", "duplicate layer #"], remove: ["×", "remove layer #"],
  };

  /** @param {any[]} list @param {number} from @param {number} to */
  function moved(list, from, to) {
    const rest = list.filter((_, n) => n !== from);
    return [...rest.slice(0, to), list[from], ...rest.slice(to)];
  }

  /**
   * What a button makes of a list that has an entry for each layer.
   * @type {Record<string, (list: any[], at: number, usual: any) => any[]>}
   */
  const EDITS = {
    up: (list, at) => moved(list, at, at - 1),
    down: (list, at) => moved(list, at, at + 1),
    duplicate: (list, at) => [...list.slice(0, at + 1), ...list.slice(at)],
    remove: (list, at) => list.filter((_, n) => n !== at),
    add: (list, _at, usual) => [...list, usual],
  };
  /** Where the layer is then that the button is about. @type {Record<string, number>} */
  const SHIFTS = { up: -1, down: 1, duplicate: 1, remove: 0, add: 1 };

  /** @param {Layer | undefined} layer of which there is none where one before it does not fit */
  function resultsOf(layer) {
    if (!layer || layer.count.why) return RESULTS.map(() => "–");
    const { count, field } = layer, start = -field.padding;
    return [count.output, field.size, field.stride, start, start + (field.size - 1) / 2].map(formatNumber);
  }

  /** What a rule pads a layer with. @param {Layer | undefined} layer */
  const sidesOf = (layer) => (layer ? `${layer.axis.pad_low}, ${layer.axis.pad_high}` : "–");

  class LayerTable {
    /** @param {HTMLElement} parent @param {any} panel */
    constructor(parent, panel) {
      this.panel = panel;
      const id = `${panel.id}-order`;
      const heads = [
        ["layer", "layer", ""], ...LAYER_CONTROLS.map((name) => [name, name[0], SLIDERS[name].term || ""]),
        ["kind", "kind", ""], ...RESULTS, ["buttons", "", ""],
      ].map(([name, short, term]) => (
        `<span role="columnheader" class="cv-head-${name}" aria-label="${name}" data-term="${term}" `
        + `title="${MEANINGS[name] || name}" data-short="${short}"><span>${short && name}</span></span>`));
      parent.innerHTML = `
<div class="cv-layers" role="table" aria-label="Layers, the first one first">
  <div role="rowgroup"><div class="cv-layer" role="row">${heads.join("")}</div></div><div role="rowgroup"></div></div>
<div class="cv-choices"><button type="button" name="add">Add a layer</button>
  <span id="${id}">Drag the number of a layer, or press the arrow keys on it, to change the order.</span></div>
<p class="cv-choice" aria-live="polite"></p>`;
      this.hint = id;
      this.root = /** @type {HTMLElement} */ (parent.firstElementChild);
      this.rows = /** @type {HTMLElement} */ (this.root.lastElementChild);
      this.adder = /** @type {any} */ (parent.querySelector('[name="add"]'));
      /** Whether the pointer has moved a layer since it went down: then its going up is no click. */
      this.dragged = false;
      this.listen();
    }

    /** @param {number} n */
    htmlOf(n) {
      const layer = `layer ${n + 1}`;
      /** @param {string} name */
      const sets = (name) => (
        `name="${name}-${n + 1}" data-sets="${name}" data-layer="${n}" aria-label="${name} of ${layer}"`);
      const fields = LAYER_CONTROLS.map((name) => (
        `<span role="cell"><input type="text" inputmode="numeric" autocomplete="off" ${sets(name)}>`
        + `${name === "padding" ? '<span class="cv-ruled"></span>' : ""}</span>`));
      const numbers = RESULTS.map(([, , term]) => `<span role="cell" class="cv-number" data-term="${term}"></span>`);
      /** @param {string} name @param {string} sign @param {string} label */
      const button = (name, sign, label) => (
        `<button type="button" name="${name}" value="${n}" aria-label="${label}" title="${label}">${sign}</button>`);
      const buttons = Object.entries(ROW_BUTTONS).map(
        ([name, [sign, label]]) => button(name, sign, label.replace("#", String(n + 1))));
      const handle = button("handle", String(n + 1), layer).replace("title", `aria-describedby="${this.hint}" title`);
      return `<div class="cv-layer" role="row" data-layer="${n}">
<span role="rowheader">${handle}</span>${fields.join("")}
<span role="cell" class="cv-kind"><select ${sets("kind")}>${options(Object.entries(KINDS))}</select></span>
${numbers.join("")}<span role="cell" class="cv-buttons">${buttons.join("")}</span></div>`;
    }

    listen() {
      const { root } = this;
      root.addEventListener("focusin", (event) => {
        const { layer } = /** @type {any} */ (event.target).dataset;
        if (layer) this.choose(Number(layer));
      });
      root.addEventListener("click", (event) => {
        const target = /** @type {any} */ (event.target), row = target.closest("[data-layer]");
        if (target.localName === "input") target.select();
        if (row && !target.closest("button")) this.choose(Number(row.dataset.layer));
      });
      root.addEventListener("pointerdown", (event) => {
        const handle = /** @type {any} */ (event.target).closest('[name="handle"]');
        this.dragged = false;
        if (handle) this.drag(handle, event);
      });
      root.addEventListener("keydown", (event) => {
        const target = /** @type {any} */ (event.target);
        const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        this.dragged = false;
        if (!down || !(target.name === "handle" || target.localName === "input")) return;
        event.preventDefault();
        if (target.name === "handle") this.move(Number(target.value), Number(target.value) + down);
        else this.step(target, -down);
      });
    }

    /** A field is set one up or down. @param {any} field @param {number} by */
    step(field, by) {
      const { layer, sets } = field.dataset, { state, initial } = this.panel;
      const [low, high] = limitsOf(sets, initial);
      const value = state.stack[layer][LAYER_CONTROLS.indexOf(sets)] + by;
      field.value = Math.min(Math.max(value, low), high);
      this.panel.moved(field);
    }

    /** @param {any} handle @param {PointerEvent} event */
    drag(handle, event) {
      let at = Number(handle.value);
      follow(handle, event, (later) => {
        const rows = [...this.rows.children];
        const below = rows.findIndex((row) => later.clientY < row.getBoundingClientRect().bottom);
        const to = below < 0 ? rows.length - 1 : below;
        if (to === at) return;
        this.dragged = true;
        this.move(at, to);
        at = to;
      });
    }

    /** @param {number} from @param {number} to */
    move(from, to) {
      if (to !== clamp(to, this.rows.children.length)) return;
      this.edit((list) => moved(list, from, to), to);
    }

    /**
     * Changes the layers, and what they are.
     * @param {(list: any[], usual: any) => any[]} change @param {number} at the layer that is chosen then
     */
    edit(change, at) {
      const { stack, kinds } = this.panel.state;
      const next = change(stack, USUAL_LAYER);
      this.panel.goTo({ stack: next, kinds: kinds.length ? change(kinds, "conv") : kinds, layer: at + 1 });
      this.handleOf(at).focus();
    }

    /** @param {number} n @returns {any} */
    handleOf(n) { return this.rows.children[n].querySelector('[name="handle"]'); }

    /** @param {number} n */
    choose(n) {
      if (this.panel.state.layer !== n + 1) this.panel.set({ layer: n + 1 });
    }

    /** A button of the table is pressed; whether it is one. @param {string} name @param {any} button */
    press(name, button) {
      const { length } = this.rows.children;
      const at = name === "add" ? length - 1 : Number(button.value);
      if (name === "handle") {
        const { layer } = this.panel.state;
        if (!this.dragged) this.panel.set({ layer: layer === at + 1 ? 0 : at + 1 });
        return true;
      }
      if (!EDITS[name]) return false;
      const after = name === "remove" ? clamp(at, length - 1) : at + SHIFTS[name];
      this.edit((list, usual) => EDITS[name](list, at, usual), after);
      return true;
    }

    /**
     * @param {State} state @param {Layer[]} layers as far as they fit
     * @param {any} typed the field whose text stays as it is typed
     */
    draw({ stack, kinds, rule, layer }, layers, typed) {
      const { rows } = this;
      while (rows.children.length > stack.length) rows.lastElementChild?.remove();
      for (let n = rows.children.length; n < stack.length; n++) rows.insertAdjacentHTML("beforeend", this.htmlOf(n));
      this.root.classList.toggle("cv-of-kinds", kinds.length > 0);
      this.adder.disabled = stack.length >= SLIDERS.layers.high;
      [...rows.children].forEach((row, n) => {
        this.drawFields(row, { kind: kinds[n] || "conv", ...named(stack[n]) }, typed);
        row.classList.toggle("cv-chosen", layer === n + 1);
        const ruled = /** @type {any} */ (row.querySelector(".cv-ruled"));
        ruled.previousElementSibling.hidden = rule !== "number";
        ruled.textContent = rule === "number" ? "" : sidesOf(layers[n]);
        const results = resultsOf(layers[n]);
        row.querySelectorAll(".cv-number").forEach((cell, m) => { cell.textContent = results[m]; });
        this.handleOf(n).setAttribute("aria-pressed", String(layer === n + 1));
        const [up, down, duplicate, remove] = /** @type {any} */ (row.querySelectorAll(".cv-buttons button"));
        up.disabled = n === 0;
        down.disabled = n === stack.length - 1;
        duplicate.disabled = this.adder.disabled;
        remove.disabled = stack.length === 1;
      });
    }

    /** @param {Element} row @param {Record<string, any>} values @param {any} typed */
    drawFields(row, values, typed) {
      for (const field of /** @type {any} */ (row.querySelectorAll("[data-sets]"))) {
        if (field !== typed) field.value = values[field.dataset.sets];
        field.removeAttribute("aria-invalid");
      }
    }
  }

  /** @param {number[]} layer @returns {Record<string, number>} */
  const named = (layer) => Object.fromEntries(LAYER_CONTROLS.map((name, n) => [name, layer[n]]));

  return { LayerTable };
})();
