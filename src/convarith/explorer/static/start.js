var convarith = convarith || {};

/** How explorers and questions come alive: in a live notebook by `render`, on a static page by `mount`. */
convarith.start = (() => {
  "use strict";
  const { DEFAULTS } = convarith.state;
  const { readFragment } = convarith.links;
  const { LayerExplorer } = convarith.layer;
  const { StackExplorer } = convarith.stack;
  const { openQuestion } = convarith.question;

  /** @param {HTMLElement} root @param {Change} state @param {any} setup */
  function openExplorer(root, state, setup) {
    return new (state.operation === "stack" ? StackExplorer : LayerExplorer)(root, state, setup).open();
  }

  /** anywidget hands over the model, whose traits are the state, and an element. @param {any} widget */
  function render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    if (model.get("question")) {
      openQuestion(root, JSON.parse(model.get("question")));
      return;
    }
    const names = Object.keys(DEFAULTS);
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const explorer = openExplorer(root, state, {
      sliders: false,
      changed: (/** @type {Change} */ fresh) => {
        for (const [name, value] of Object.entries(fresh)) model.set(name, value);
        model.save_changes();
      },
    });
    for (const name of names) {
      model.on(`change:${name}`, () => {
        const value = model.get(name);
        if (String(explorer.state[name]) === String(value)) return;
        explorer.set(explorer.consequencesOf(name, value));
      });
    }
  }

  /** Every explorer and question of the page, and the state that its address asks for. */
  function mount() {
    for (const root of /** @type {any} */ (document.querySelectorAll(".convarith-question[data-state]"))) {
      if (!root.querySelector("form")) openQuestion(root, JSON.parse(root.dataset.state));
    }
    [.../** @type {any} */ (document.querySelectorAll(".convarith-explorer[data-state]"))].forEach((root, n) => {
      if (root.querySelector(".cv-grids")) return;
      root.id = root.id || `explorer-${n + 1}`;
      const explorer = openExplorer(root, JSON.parse(root.dataset.state), { link: location.href.split("#")[0] });
      const follow = () => {
        const [id, ...parts] = decodeURIComponent(location.hash.slice(1)).split("&");
        if (id !== root.id) return;
        explorer.set(readFragment(parts, explorer.initial));
        root.scrollIntoView();
      };
      window.addEventListener("hashchange", follow);
      follow();
    });
  }

  return { openExplorer, render, mount };
})();

// A page loads this as a script; a module, or Node, has no current script and starts by itself.
if (typeof document !== "undefined" && document.currentScript) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", convarith.start.mount);
  else convarith.start.mount();
}
