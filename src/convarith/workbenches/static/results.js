var convarith = convarith || {};

/** What is counted of a network, as a table, a row of boxes, CSV and Markdown. */
convarith.results = (() => {
  "use strict";
  const { formatNumber, grouped, inBytes, sentence } = convarith.words;
  const { writeShape } = convarith.network;

  /** @typedef {Reading["framework"]} Framework_ */

  /** What is alike along all axes is said once. @param {(string | number)[]} values */
  const alike = (values) => (new Set(values).size > 1 ? values.join(" × ") : String(values[0] ?? "–"));

  /**
   * Of a field along each axis, one number, or a word.
   * @param {Counted} row @param {(field: PlaceField) => number | string | null} said
   */
  const ofFields = ({ fields }, said) => alike(fields.map((field) => {
    const one = field && said(field);
    return typeof one === "number" ? formatNumber(one) : one || "–";
  }));

  /** What is said of a field: its size, its jump where it moves, and where it lies if it has a place. */
  const sized = (/** @type {PlaceField} */ { all, size }) => (all ? "all" : size);
  const jumped = (/** @type {PlaceField} */ { jump }) => jump || null;
  const placed = (/** @type {"start" | "centre"} */ name) => (/** @type {PlaceField} */ field) => (
    field.all || !field.jump ? null : field[name]);

  /** Heading of a column, what stands in it, and what that is: the first is the most asked for. */
  const COLUMNS = /** @type {[string, (row: Counted, framework: Framework_) => string, string][]} */ ([
    ["output", (row, framework) => (row.why ? "–" : writeShape(row.to, framework)), "the shape that comes out"],
    ["field r", (row) => ofFields(row, sized), "cells of the input that one output sees, or all of them"],
    ["parameters", (row) => grouped(row.parameters + row.fixed), "weights and biases, and what a norm keeps"],
    ["MACs", (row) => grouped(row.macs), "multiplications, each with its addition, for one input"],
    ["activations", (row) => grouped(row.activations), "numbers that come out and have to be stored"],
    ["size", (row) => inBytes(row.bytes), "of the activations, at 4 bytes per number"],
    ["jump S", (row) => ofFields(row, jumped), "input cells from the field of one output to the next"],
    ["start", (row) => ofFields(row, placed("start")), "where the field of output 0 begins; below 0, padding"],
    ["centre", (row) => ofFields(row, placed("centre")), "the middle of the field of output 0"],
    ["unused", ({ counts }) => alike(counts.map((count) => count.unused)), "cells at the end that no window reads"],
  ]);

  /** Of these, nothing need not be said. */
  const AMOUNTS = new Set(["parameters", "MACs", "activations", "size", "unused"]);

  /** @param {string} text */
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

  /** What a layer is called in the table. @param {NetworkLayer} layer */
  const titleOf = ({ name, type }) => (/\D/.test(name) && name !== type ? `${name} ${type}` : type);

  /** @param {NetworkCount} count @param {Framework_} framework */
  function linesOf({ rows }, framework) {
    const counted = (/** @type {Counted} */ row) => COLUMNS.map(([, write]) => write(row, framework));
    return rows.map((row, n) => [String(n + 1), titleOf(row.layer)].concat(counted(row)));
  }

  const HEADS = ["", "layer", ...COLUMNS.map(([head]) => head)];

  /**
   * Each layer has a button to choose it. Where there is no room for columns, style folds a row into several lines,
   * with the headings that `data-head` repeats; hence the roles, which a folded table would lose.
   * @param {NetworkCount} count @param {Framework_} framework @param {number} chosen number of a layer
   */
  function tableOf(count, framework, chosen) {
    const { rows, totals } = count;
    const column = '<th scope="col" role="columnheader"';
    const heads = COLUMNS.map(([head, , meaning]) => `${column} title="${meaning}">${head}</th>`);
    /** @param {string} first @param {string} title @param {string[]} cells */
    const lineOf = (first, title, cells, name = "") => {
      const rest = cells.map((cell, n) => {
        const [head] = COLUMNS[n], isNone = (AMOUNTS.has(head) ? /^(|0|0 B|–)$/ : /^–?$/).test(cell);
        return `<td role="cell" data-head="${head}"${isNone ? ' class="cw-none"' : ""}>${cell}</td>`;
      });
      return `<tr role="row"${name}><td role="cell">${first}</td><th scope="row" role="rowheader">${title}</th>`
        + `${rest.join("")}</tr>`;
    };
    const body = linesOf(count, framework).map((cells, n) => {
      const { why, doubt } = rows[n], [number, title, ...rest] = cells.map(escaped);
      const told = [why && sentence(why), doubt && sentence(doubt)].filter(Boolean).join(" ");
      const choose = `<label><input type="radio" name="choose" value="${n}" aria-label="layer ${number}"`
        + `${n === chosen ? " checked" : ""}>${number}</label>`;
      const note = told ? `<tr role="row" class="cw-told"><td role="cell">${escaped(told)}</td></tr>` : "";
      return lineOf(choose, title, rest, why ? ' class="cw-misfit"' : "") + note;
    });
    const numbers = [totals.parameters + totals.fixed, totals.macs, totals.activations].map(grouped);
    const all = ["", "", ...numbers, inBytes(totals.bytes), "", "", "", ""];
    const [head, middle, foot] = ["thead", "tbody", "tfoot"].map((name) => (
      (/** @type {string} */ content) => `<${name} role="rowgroup">${content}</${name}>`));
    const first = `<td role="cell"></td>${column}>layer</th>`;
    return `<table role="table">${head(`<tr role="row">${first}${heads.join("")}</tr>`)}`
      + `${middle(body.join(""))}${foot(lineOf("", "all", all))}</table>`;
  }

  /**
   * The button that chooses the layer in whose row something lies, or in whose note under it.
   * @param {Element} target @returns {HTMLInputElement | null}
   */
  function choiceAt(target) {
    const row = target.closest("tbody tr"), isNote = row?.classList.contains("cw-told");
    return (isNote ? row?.previousElementSibling : row)?.querySelector('[name="choose"]') || null;
  }

  /** What the columns are. */
  const LEGEND = COLUMNS.map(([head, , meaning]) => `<dt>${head}</dt><dd>${meaning}</dd>`).join("");

  /** @param {NetworkCount} count @param {Framework_} framework */
  function csvOf(count, framework) {
    const quoted = (/** @type {string} */ cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    return [HEADS, ...linesOf(count, framework)].map((line) => line.map(quoted).join(",")).join("\n");
  }

  /** @param {NetworkCount} count @param {Framework_} framework */
  function markdownOf(count, framework) {
    const [heads, ...lines] = [HEADS, ...linesOf(count, framework)].map((line) => `| ${line.join(" | ")} |`);
    return [heads, `|${" --- |".repeat(HEADS.length)}`, ...lines].join("\n");
  }

  /**
   * The shapes as a row of boxes: as high as the map, as wide as it has channels, both by their powers of two.
   * @param {Shape} input @param {NetworkCount} count
   */
  function boxesOf(input, { rows }) {
    const shapes = [input, ...rows.filter(({ why }) => !why).map(({ to }) => to)];
    const changes = shapes.filter((shape, n) => !n || JSON.stringify(shape) !== JSON.stringify(shapes[n - 1]));
    const highest = Math.log2(Math.max(...shapes.flatMap(({ sizes }) => sizes), 2));
    let x = 2;
    const drawn = changes.map(({ channels, sizes }) => {
      const wide = 6 + 5 * Math.log2(channels + 1), high = 8 + 90 * Math.log2(Math.max(...sizes, 1)) / highest;
      const label = [channels, ...sizes].join("·");
      const box = `<rect x="${x}" y="${100 - high}" width="${wide}" height="${high}"/>`;
      const text = `<text transform="translate(${x + wide / 2 + 4} 106) rotate(60)">${label}</text>`;
      x += wide + 16;
      return `<g>${box}${text}</g>`;
    });
    const said = changes.map(({ channels, sizes }) => [channels, ...sizes].join(" × ")).join(", ");
    const label = `role="img" aria-label="Shapes, channels first: ${said}"`;
    return `<svg ${label} width="${x + 60}" height="180">${drawn.join("")}</svg>`;
  }

  return { alike, escaped, titleOf, tableOf, choiceAt, LEGEND, csvOf, markdownOf, boxesOf };
})();
