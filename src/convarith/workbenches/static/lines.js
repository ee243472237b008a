var convarith = convarith || {};

/** Layers that have a line of their own are added, moved, repeated and removed as lines. */
convarith.lines = (() => {
  "use strict";

  /** Whether order and names are in other places, too. @param {string} text */
  const hasClass = (text) => /^\s*(class|def) /m.test(text);

  /**
   * Whether a layer has a whole line of its own, which can be moved.
   * @param {string[]} lines @param {NetworkLayer[]} layers @param {NetworkLayer} layer
   */
  function isMovable(lines, layers, layer) {
    const text = lines[layer.line - 1] || "";
    const [opened, closed] = [/[([]/g, /[)\]]/g].map((bracket) => [...text.matchAll(bracket)].length);
    const alone = layers.filter(({ line }) => line === layer.line).length === 1;
    return alone && opened > 0 && opened === closed && !hasClass(lines.join("\n"));
  }

  /**
   * The text with one more line after the last layer.
   * @param {string} text @param {string} line @param {NetworkLayer | undefined} last
   */
  function added(text, line, last) {
    const lines = text.split("\n"), after = last ? last.line : lines.length;
    const before = lines[after - 1] || "", indent = (/^\s*/.exec(before) || [""])[0];
    // Within brackets, lines end in commas.
    const inside = /^\s*[\])]/.test(lines[after] || "");
    if (inside && !/,\s*$/.test(before)) lines[after - 1] = `${before},`;
    lines.splice(after, 0, indent + line + (inside || /,\s*$/.test(before) ? "," : ""));
    return lines.join("\n");
  }

  /**
   * The number of the layer that a layer changes places with; -1 if none.
   * @param {string} text @param {NetworkLayer[]} layers @param {number} n @param {string} way "up" or "down"
   */
  function neighbour(text, layers, n, way) {
    const other = n + (way === "up" ? -1 : 1);
    return layers[other] && isMovable(text.split("\n"), layers, layers[other]) ? other : -1;
  }

  /**
   * The text with the line of a layer moved, repeated or removed, and the number that the layer then has.
   * @param {string} text @param {NetworkLayer[]} layers @param {number} n @param {string} way
   */
  function moved(text, layers, n, way) {
    const lines = text.split("\n"), at = layers[n].line - 1;
    let chosen = n;
    if (way === "out") {
      lines.splice(at, 1);
      chosen = Math.min(n, layers.length - 2);
    } else if (way === "again") {
      lines.splice(at, 0, lines[at]);
      chosen = n + 1;
    } else {
      const other = neighbour(text, layers, n, way);
      if (other < 0) return { text, chosen };
      const there = layers[other].line - 1;
      [lines[at], lines[there]] = [lines[there], lines[at]];
      chosen = other;
    }
    return { text: lines.join("\n"), chosen };
  }

  return { isMovable, added, neighbour, moved };
})();
