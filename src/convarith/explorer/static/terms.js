var convarith = convarith || {};

/** The terms of the formula in the picture: what each counts, and which of them a cell belongs to. */
convarith.terms = (() => {
  "use strict";
  const { windowOf } = convarith.arithmetic;
  const { boxPath } = convarith.drawing;

  /**
   * Lights terms in the formula and in the picture; none where there are none.
   * @param {HTMLElement} root @param {any} picture @param {LayerCount} shown @param {number} step @param {string} terms
   */
  function lightTerm(root, picture, shown, step, terms) {
    const names = terms.split(" ");
    for (const mark of root.querySelectorAll("[data-term]")) {
      mark.classList.toggle("cv-lit", names.includes(/** @type {HTMLElement} */ (mark).dataset.term || ""));
    }
    const pointsAtCell = names.length > 1 || terms === "";
    const paths = pointsAtCell || shown.why ? {} : pathsOf(terms, picture, step);
    picture.field.mark("lit", paths.field || "");
    picture.stepped.mark("lit", paths.stepped || "");
    picture.middle.mark("lit", paths.kernel || "");
  }

  /**
   * What a term counts, drawn: outlines in the field, in the grid that is stepped through, and in the kernel.
   * @param {string} term @param {any} picture @param {number} step @returns {Record<string, string>}
   */
  function pathsOf(term, picture, step) {
    const { layer: { axes: [rows, columns], counts, steps, tape, direct }, stepped } = picture;
    const [y, x] = picture.placeOf(step);
    /** @param {number} at @param {number} beside */
    const window = (at, beside) => (
      boxPath(windowOf(columns, beside)[0], windowOf(rows, at)[0], counts[1].span, counts[0].span));
    const data = boxPath(0, 0, tape[1], tape[0]);
    const all = stepped.path(Array.from({ length: steps[0] * steps[1] }, (_, n) => (
      { row: Math.floor(n / steps[1]), column: n % steps[1] })));
    const pads = [columns.pad_low, columns.pad_high, rows.pad_low, rows.pad_high];
    const [left, right, top, bottom] = pads.map((cells) => Math.max(cells, 0));
    const next = x + 1 < steps[1] ? window(y, x + 1) : x ? window(y, x - 1) : "";
    const margins = {
      low: boxPath(-left, -top, left, top + tape[0] + bottom) + boxPath(0, -top, tape[1] + right, top),
      high: boxPath(tape[1], 0, right, tape[0] + bottom) + boxPath(-left, tape[0], left + tape[1], bottom),
    };
    switch (term) {
      case "input": return direct ? { field: data } : { stepped: all };
      case "output": return direct ? { stepped: all } : { field: data };
      case "low": return { field: margins.low };
      case "high": return { field: margins.high };
      case "span": return { field: window(y, x), kernel: boxPath(picture.middle.x(0), 0, columns.kernel, rows.kernel) };
      case "stride": return { field: window(y, x) + next };
      case "steps": return { stepped: all };
      default: return {};
    }
  }

  /** The terms that a cell belongs to. @param {any} picture @param {{drawing: any, at: number[]}} pointed */
  function termsAt({ field, stepped, layer }, { drawing }) {
    const [inField, inStepped] = layer.direct ? ["input", "output"] : ["output", "input"];
    if (drawing === stepped) return `${inStepped} span`;
    return drawing === field ? `${inField} ` : "span ";
  }

  return { lightTerm, termsAt };
})();
