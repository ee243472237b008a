var convarith = convarith || {};

/** The numbers in the cells of a grid. */
convarith.numbers = (() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 20; // pixels of a cell before it is scaled

  /** How large the numbers of a grid are, by how many signs the longest has: as large as a cell allows. */
  const SIZES = [12, 12, 12, 9.2, 7.4, 6.2];

  /** A number in a cell. @param {string} text @param {number} x @param {number} y of the cell */
  function numberAt(text, x, y) {
    const node = document.createElementNS(SVG, "text");
    node.setAttribute("x", String(CELL * (x + 0.5)));
    node.setAttribute("y", String(CELL * (y + 0.5)));
    node.textContent = text;
    return node;
  }

  /**
   * @param {Element} line @param {Element[]} numbers that are in it @param {string[]} texts
   * @param {(column: number) => Element} make one that is not
   */
  function writeLine(line, numbers, texts, make) {
    for (const one of numbers.splice(texts.length)) one.remove();
    texts.forEach((text, column) => {
      const one = numbers[column];
      if (!one) numbers[column] = line.appendChild(make(column));
      else if (one.textContent !== text) /** @type {any} */ (one.firstChild).data = text;
    });
  }

  /**
   * A drawing of their own, of which only what changes is written, and which is scaled as a whole: a browser lays
   * all texts of an <svg> out anew when its size or view changes, and that is most of what a move would take.
   */
  class Numbers {
    /** @param {any} svg */
    constructor(svg) {
      this.svg = svg;
      this.group = svg.appendChild(document.createElementNS(SVG, "g"));
      /** @type {{line: Element, numbers: Element[]}[]} */
      this.rows = [];
      this.place = "";
      this.size = SIZES[0];
      this.scale = 1;
      /** Left and top of what is seen, in cells. */
      this.corner = [0, 0];
    }

    /**
     * @param {string[][]} lines row by row
     * @param {{offset: number, pitch: number}} place where the first column lies, and how far the next
     */
    write(lines, place) {
      const longest = lines.reduce((most, texts) => Math.max(most, ...texts.map((text) => text.length)), 0);
      this.size = SIZES[Math.min(longest, SIZES.length - 1)];
      this.group.setAttribute("font-size", String(this.size));
      this.shift();
      const key = `${place.offset} ${place.pitch}`;
      for (const { line } of this.rows.splice(key === this.place ? lines.length : 0)) line.remove();
      this.place = key;
      lines.forEach((texts, row) => {
        this.rows[row] ||= { line: document.createElementNS(SVG, "g"), numbers: [] };
        const { line, numbers } = this.rows[row];
        writeLine(line, numbers, texts, (column) => numberAt(texts[column], place.offset + column * place.pitch, row));
        if (!line.parentNode) this.group.append(line);
      });
    }

    /**
     * @param {number} unit pixels of a cell @param {string} place of the grid, as a transform
     * @param {number[]} corner left and top of what is seen, in cells
     */
    put(unit, place, corner) {
      this.scale = unit / CELL;
      this.svg.style.transform = `${place} scale(${this.scale})`;
      this.corner = corner;
      this.shift();
    }

    /** Puts the middle of every number where that of its cell is. */
    shift() {
      const { scale, corner: [left, top] } = this;
      const half = 0.36 * this.size; // of a digit
      const down = Math.round((half - top * CELL) * scale) / scale; // whole pixels of the screen
      this.group.setAttribute("transform", `translate(${-left * CELL}, ${down})`);
    }
  }

  return { Numbers };
})();
