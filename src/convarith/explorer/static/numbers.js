var convarith = convarith || {};

/** The numbers in the cells of a grid. */
convarith.numbers = (() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 20; // pixels of a cell before it is scaled

  /** How large a text is written, by how many signs it has: as large as a cell allows. */
  const SIZES = [12, 12, 12, 8.8, 7.4, 6.2];

  /** @param {Element} node @param {string} text @param {number} row */
  function setSize(node, text, row) {
    const size = SIZES[Math.min(text.length, SIZES.length - 1)];
    node.setAttribute("font-size", String(size));
    node.setAttribute("y", String(CELL * (row + 0.5) + 0.36 * size)); // which is half of a digit
  }

  /** A number in a cell. @param {string} text @param {number} x @param {number} y of the cell */
  function numberAt(text, x, y) {
    const node = document.createElementNS(SVG, "text");
    node.setAttribute("x", String(CELL * (x + 0.5)));
    setSize(node, text, y);
    node.textContent = text;
    return node;
  }

  /**
   * @param {Element} line @param {Element[]} numbers that are in it @param {string[]} texts @param {number} row
   * @param {(column: number) => Element} make one that is not
   */
  function writeLine(line, numbers, texts, row, make) {
    for (const one of numbers.splice(texts.length)) one.remove();
    texts.forEach((text, column) => {
      const one = numbers[column];
      if (!one) numbers[column] = line.appendChild(make(column));
      else if (one.textContent !== text) {
        /** @type {any} */ (one.firstChild).data = text;
        setSize(one, text, row);
      }
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
    }

    /**
     * @param {string[][]} lines row by row
     * @param {{offset: number, pitch: number}} place where the first column lies, and how far the next
     */
    write(lines, place) {
      const key = `${place.offset} ${place.pitch}`;
      for (const { line } of this.rows.splice(key === this.place ? lines.length : 0)) line.remove();
      this.place = key;
      lines.forEach((texts, row) => {
        this.rows[row] ||= { line: document.createElementNS(SVG, "g"), numbers: [] };
        const { line, numbers } = this.rows[row];
        /** @param {number} column */
        const make = (column) => numberAt(texts[column], place.offset + column * place.pitch, row);
        writeLine(line, numbers, texts, row, make);
        if (!line.parentNode) this.group.append(line);
      });
    }

    /**
     * @param {number} unit pixels of a cell @param {string} place of the grid, as a transform
     * @param {number[]} view left and top of what is seen, in cells
     */
    put(unit, place, [left, top]) {
      this.svg.style.transform = `${place} scale(${unit / CELL})`;
      this.group.setAttribute("transform", `translate(${-left * CELL}, ${-top * CELL})`);
    }
  }

  return { Numbers };
})();
