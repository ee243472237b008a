var convarith = convarith || {};

/** The formula as a strip of cells: one window, the steps that follow it, and what is left. */
convarith.ruler = (() => {
  "use strict";

  const HIGH = 15; // pixels of the cells, and of the bars under them
  const TALL = 2 * HIGH + 7;
  const WIDEST = 24; // pixels of a cell

  /**
   * A strip: cells of each kind, and the bars that count them.
   * @typedef {{cells: [string, number][], bars: [string, number][]}} Strip
   */

  /** @param {Axis} axis @param {Count} count @returns {Strip} */
  function stripOf(axis, { span, output, unused, overhang, room }) {
    const { size, stride, pad_low, pad_high, output_padding = 0 } = axis;
    if (axis.operation === "transposed") {
      /** @type {[string, number][]} */
      const steps = Array.from({ length: size - 1 }, () => ["stride", stride]);
      const bars = /** @type {[string, number][]} */ ([...steps, ["span", span], ["rest", output_padding]]);
      const kept = Math.max(room - pad_low - pad_high, 0);
      return { cells: [["low", pad_low], ["output", kept], ["high", pad_high]], bars };
    }
    /** @type {[string, number][]} */
    const steps = Array.from({ length: output - 1 }, () => ["stride", stride]);
    return {
      cells: [["low", pad_low], ["input", size], ["high", pad_high], ["over", overhang]],
      bars: [["span", span], ...steps, ["rest", unused]],
    };
  }

  /**
   * @param {[string, number][]} parts @param {number} unit
   * @param {(term: string, x: number, many: number) => string} draw
   */
  function laidOut(parts, unit, draw) {
    let x = 0;
    return parts.flatMap(([term, many]) => {
      const drawn = many ? [draw(term, x * unit, many)] : [];
      x += many;
      return drawn;
    });
  }

  /** What a strip is drawn in. What it shows is in the formula beside it. @param {number} width in pixels */
  const rulerIn = (width) => (
    `<svg aria-hidden="true" width="${width}" height="${TALL}" viewBox="-1 -1 ${width} ${TALL}"></svg>`);

  /**
   * The strip of an axis as pieces of SVG.
   * @param {Axis} axis @param {Count} count @param {number} width in pixels
   */
  function rulerOf(axis, count, width) {
    if (count.why) return [];
    const { cells, bars } = stripOf(axis, count);
    const total = Math.max(...[cells, bars].map((parts) => parts.reduce((sum, [, many]) => sum + many, 0)));
    const unit = Math.min(WIDEST, (width - 2) / total);
    /** @param {string} term @param {number} x @param {number} many */
    const row = (term, x, many) => {
      const lines = Array.from({ length: many }, (_, n) => `M${x + n * unit} 0h${unit}v${HIGH}h${-unit}z`);
      return `<path class="cv-strip cv-strip-${term}" data-term="${term}" d="${lines.join("")}"/>`;
    };
    /** @param {string} term @param {number} x @param {number} many */
    const bar = (term, x, many) => {
      const wide = many * unit;
      const text = wide > 9 ? `<text x="${x + wide / 2}" y="${2 * HIGH + 1}">${many}</text>` : "";
      const box = `<rect x="${x + 1}" y="${HIGH + 5}" width="${Math.max(wide - 2, 1)}" height="${HIGH}" rx="2"/>`;
      return `<g class="cv-bar cv-bar-${term}" data-term="${term}">${box}${text}</g>`;
    };
    return [...laidOut(cells, unit, row), ...laidOut(bars, unit, bar)];
  }

  return { stripOf, rulerIn, rulerOf };
})();
