var convarith = convarith || {};

/** Numbers for the cells: those of the input and of the kernel are small, fixed, and not all alike. */
convarith.values = (() => {
  "use strict";
  const { windowOf } = convarith.arithmetic;
  const { formatNumber } = convarith.words;

  /** @param {number} row @param {number} column */
  const pixelAt = (row, column) => (3 * row + 5 * column + ((row * column) % 4)) % 10;
  /** @param {number} row @param {number} column */
  const weightAt = (row, column) => ((column + 2 * row) % 3) - 1;
  /** @param {number[]} numbers */
  const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

  /**
   * The cells of a window or stamp.
   * @param {LayerCount} layer @param {number} y @param {number} x @returns {WindowCell[]}
   */
  function cellsOf({ axes, tape }, y, x) {
    /** @param {number} at @param {number} n */
    const isData = (at, n) => at >= 0 && at < tape[n];
    /** @param {number} at @param {number} n */
    const isPadded = (at, n) => at < axes[n].size + axes[n].pad_high;
    return windowOf(axes[0], y).flatMap((row, n) => windowOf(axes[1], x).map((column, m) => ({
      row,
      column,
      weight: weightAt(n, m),
      isData: isData(row, 0) && isData(column, 1),
      isPadded: isPadded(row, 0) && isPadded(column, 1),
    })));
  }

  /**
   * The value of one output, and how it comes about.
   * @param {State} state @param {LayerCount} layer @param {number} y @param {number} x
   * @returns {{value: number, text: string}}
   */
  function valueOf(state, layer, y, x) {
    const cells = cellsOf(layer, y, x);
    /** @param {WindowCell} cell */
    const read = (cell) => (cell.isData ? pixelAt(cell.row, cell.column) : 0);
    if (state.operation === "conv") {
      const value = sumOf(cells.map((cell) => read(cell) * cell.weight));
      const products = cells.map((cell) => `${read(cell)}·${formatNumber(cell.weight)}`);
      return { value, text: `${joined(products, " + ")} = ${formatNumber(value)}.` };
    }
    const data = cells.filter((cell) => cell.isData).map(read);
    if (state.pooling === "max") {
      const value = Math.max(...data);
      const rest = data.length < cells.length ? "; what is not data counts as −∞" : "";
      return { value, text: `max(${joined(data, ", ")}) = ${formatNumber(value)}${rest}.` };
    }
    const sum = sumOf(data);
    const padded = cells.filter((cell) => cell.isPadded).length;
    const [byData, byBoth] = [data.length, padded].map((many) => `${sum} / ${many} = ${formatNumber(sum / many)}`);
    const text = [
      `${joined(data, " + ") || 0} = ${sum}.`,
      `Divided by the cells of data, ${byData}; by those of data and padding, ${byBoth}.`,
    ];
    return { value: sum / (state.pooling === "average" ? data.length : padded), text: text.join(" ") };
  }

  /** @param {(number|string)[]} parts @param {string} sign */
  const joined = (parts, sign) => (parts.length > 25 ? "…" : parts.join(sign));

  /** What stamps add up to, row by row. @param {LayerCount} layer @returns {number[][]} */
  function stampedSums(layer) {
    const [rows, columns] = layer.tape;
    const sums = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
    for (let y = 0; y < layer.steps[0]; y++) {
      for (let x = 0; x < layer.steps[1]; x++) {
        for (const cell of cellsOf(layer, y, x)) {
          if (cell.isData) sums[cell.row][cell.column] += pixelAt(y, x) * cell.weight;
        }
      }
    }
    return sums;
  }

  return { pixelAt, cellsOf, valueOf, stampedSums };
})();
