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
   * Of a field along each axis, one number.
   * @param {Counted} row @param {(field: PlaceField) => number | null} number
   */
  const ofFields = ({ fields }, number) => alike(fields.map((field) => {
    const one = field && number(field);
    return one === null || one === undefined ? "–" : formatNumber(one);
  }));

  /** Name of a column, its heading, whether a phone shows it, and what stands in it. */
  const COLUMNS = /** @type {[string, boolean, (row: Counted, framework: Framework_) => string][]} */ ([
    ["output", true, (row, framework) => (row.why ? "–" : writeShape(row.to, framework))],
    ["parameters", true, (row) => grouped(row.parameters + row.fixed)],
    ["MACs", false, (row) => grouped(row.macs)],
    ["activations", false, (row) => grouped(row.activations)],
    ["size", false, (row) => inBytes(row.bytes)],
    ["field r", true, (row) => ofFields(row, (field) => field.size)],
    ["jump S", false, (row) => ofFields(row, (field) => field.jump)],
    ["start", false, (row) => ofFields(row, (field) => field.start)],
    ["centre", false, (row) => ofFields(row, (field) => field.centre)],
    ["unused", false, ({ counts }) => alike(counts.map((count) => count.unused))],
  ]);

  /** @param {string} text */
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

  /** What a layer is called in the table. @param {NetworkLayer} layer */
  const titleOf = ({ name, type }) => (/\D/.test(name) && name !== type ? `${name} ${type}` : type);

  /** @param {NetworkCount} count @param {Framework_} framework */
  function linesOf({ rows }, framework) {
    const counted = (/** @type {Counted} */ row) => COLUMNS.map(([, , write]) => write(row, framework));
    return rows.map((row, n) => [String(n + 1), titleOf(row.layer)].concat(counted(row)));
  }

  const HEADS = ["", "layer", ...COLUMNS.map(([head]) => head)];

  /**
   * @param {NetworkCount} count @param {Framework_} framework @param {number} chosen number of a layer
   * @param {(layer: NetworkLayer) => boolean} movable whether it has a line of its own
   */
  function tableOf(count, framework, chosen, movable) {
    const { rows, totals } = count;
    /** @param {number} n of a column */
    const wide = (n) => (n < 2 || COLUMNS[n - 2][1] ? "" : ' class="cw-wide"');
    const heads = HEADS.map((head, n) => `<th scope="col"${wide(n)}>${head}</th>`).join("");
    const body = linesOf(count, framework).map((cells, n) => {
      const { layer, why, doubt } = rows[n], described = `layer ${n + 1}`;
      const tools = Object.entries(TOOLS).map(([name, [sign, does]]) => (
        `<button type="button" name="${name}" value="${n}" aria-label="${does} ${described}">${sign}</button>`));
      const told = [why && sentence(why), doubt && sentence(doubt)].filter(Boolean).join(" ");
      const [number, title, ...rest] = cells.map(escaped);
      const pressed = `aria-pressed="${n === chosen}" aria-label="${described}"`;
      const choose = `<button type="button" name="choose" value="${n}" ${pressed}>${number}</button>`;
      const cellsOf = rest.map((cell, m) => `<td${wide(m + 2)}>${cell}</td>`).join("");
      const note = told ? `<tr class="cw-told"><td></td><td colspan="${HEADS.length}">${escaped(told)}</td></tr>` : "";
      return `<tr${why ? ' class="cw-misfit"' : ""}><td>${choose}</td><th scope="row">${title}</th>${cellsOf}`
        + `<td class="cw-rowtools">${movable(layer) ? tools.join("") : ""}</td></tr>${note}`;
    });
    const numbers = [totals.parameters + totals.fixed, totals.macs, totals.activations].map(grouped);
    const all = ["", "all", "", ...numbers, inBytes(totals.bytes)];
    const foot = HEADS.map((_, n) => `<td${wide(n)}>${all[n] || ""}</td>`).join("");
    return `<table><thead><tr>${heads}<td></td></tr></thead><tbody>${body.join("")}</tbody>`
      + `<tfoot><tr>${foot}<td></td></tr></tfoot></table>`;
  }

  /** Buttons of a row: sign and what it does. @type {Record<string, string[]>} */
  const TOOLS = { up: ["↑", "move up"], down: ["↓", "move down"], again: ["+", "repeat"], out: ["×", "remove"] };

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

  return { alike, escaped, titleOf, tableOf, csvOf, markdownOf, boxesOf };
})();
