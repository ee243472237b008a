var convarith = convarith || {};

/** Toolbars: the Tab key stops once at each, and arrows lead through its buttons. */
convarith.toolbars = (() => {
  "use strict";

  /** @param {string} label @param {string} content @param {string} [name] of a class */
  const toolbar = (label, content, name = "") => (
    `<div class="cw-row ${name}" role="toolbar" aria-label="${label}">${content}</div>`);

  /** @param {Element} bar @returns {any[]} */
  const buttonsOf = (bar) => [...bar.querySelectorAll("button:not([hidden])")];

  /** Makes one button the stop of its toolbar. @param {Element} bar @param {Element} button */
  function stopAt(bar, button) {
    for (const one of buttonsOf(bar)) one.tabIndex = one === button ? 0 : -1;
  }

  /** @param {any} target @returns {Element | null} */
  const barOf = (target) => (target.tagName === "BUTTON" ? target.closest('[role="toolbar"]') : null);

  /** @param {HTMLElement} root all toolbars in which are to be such */
  function rove(root) {
    for (const bar of root.querySelectorAll('[role="toolbar"]')) stopAt(bar, buttonsOf(bar)[0]);
    root.addEventListener("focusin", ({ target }) => {
      const bar = barOf(target);
      if (bar) stopAt(bar, /** @type {Element} */ (target));
    });
    root.addEventListener("keydown", (event) => {
      const bar = barOf(event.target), all = bar ? buttonsOf(bar) : [], at = all.indexOf(event.target);
      /** @type {Record<string, number>} */
      const leads = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 };
      if (at < 0 || !(event.key in leads)) return;
      event.preventDefault();
      all[(leads[event.key] + all.length) % all.length].focus();
    });
  }

  return { toolbar, rove };
})();
