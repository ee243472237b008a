var convarith = convarith || {};

/** Writes into the page what has changed, and leaves alone what stays: to lay it out is most of a move. */
convarith.writing = (() => {
  "use strict";

  /** What elements have been written as. @type {WeakMap<Element, string>} */
  const written = new WeakMap();

  /** Gives an element children, each of them written as HTML. @param {Element} parent @param {string[]} children */
  function writeChildren(parent, children) {
    const old = [...parent.children];
    for (const one of old.splice(children.length)) one.remove();
    const changed = children.flatMap((html, n) => (old[n] && written.get(old[n]) === html ? [] : [n]));
    if (!changed.length) return;
    const made = /** @type {Element} */ (parent.cloneNode());
    made.innerHTML = changed.map((n) => children[n]).join("");
    [...made.children].forEach((one, m) => {
      const n = changed[m];
      written.set(one, children[n]);
      if (old[n]) old[n].replaceWith(one);
      else parent.append(one);
    });
  }

  /** Gives an element a text. @param {Element} element @param {string} text */
  function writeText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  return { writeChildren, writeText };
})();
