var convarith = convarith || {};

/** Which controls of a layer are there: those that its operation uses, of those that the chapter has taught. */
convarith.taught = (() => {
  "use strict";
  const { CONTROLS, SIDES } = convarith.state;

  /** @param {any} panel @param {boolean} byKeras whether a rule of Keras fixes the output padding */
  function showControls(panel, byKeras) {
    const { operation, rule, tape, rectangular, against } = panel.state;
    const transposed = operation === "transposed", pool = operation === "pool";
    /** @param {string} name */
    const uses = (name) => panel.uses(name);
    const numbered = rule === "sides" ? SIDES.slice(0, 2) : ["padding"];
    /** @type {Record<string, boolean>} */
    const on = {
      operation: uses("operation"), rule: uses("padding"), pooling: pool, ceil_mode: pool, way: transposed,
      weights: !pool && uses("weights"), values: uses("values"), tape: uses("tape"),
      rectangular: uses("rectangular") && !tape, presets: uses("presets"), compare: uses("compare"),
      cost: uses("cost"), "cost-fields": panel.state.cost, filters: !pool, groups: !pool, bias: !pool,
    };
    for (const end of ["", "_columns"]) {
      const isThere = !end || (rectangular && !tape);
      for (const name of CONTROLS) on[name + end] = isThere && uses(name);
      for (const name of ["padding", ...SIDES.slice(0, 2)]) {
        on[name + end] = isThere && uses("padding") && numbered.includes(name);
      }
      on[`output_padding${end}`] = isThere && transposed;
      for (const part of ["", "-typed"]) panel.find(`output_padding${end}${part}`).disabled = byKeras;
    }
    panel.find("alone").hidden = !against;
    show(panel.root, on);
  }

  /** @param {HTMLElement} root @param {Record<string, boolean>} on */
  function show(root, on) {
    for (const control of root.querySelectorAll("[data-of]")) {
      const one = /** @type {HTMLElement} */ (control), isOn = on[String(one.dataset.of)];
      if (isOn === one.hidden) one.hidden = !isOn;
    }
  }

  return { showControls };
})();
