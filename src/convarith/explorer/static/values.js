var convarith = convarith || {};

/** Numbers for the cells: those of the input and of the kernel are small, fixed, and not all alike. */
convarith.values = (() => {
  "use strict";
  const { windowOf } = convarith.arithmetic;
  const { formatNumber, plural } = convarith.words;

  const MANY = 16; // parts that a sum is written out with

  /** @param {number} row @param {number} column */
  const pixelAt = (row, column) => (7 * row + 3 * column + ((row * column) % 4) + 2) % 10;
  /** @param {number[]} numbers */
  const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

  /**
   * A kernel's weight, under the name that it can be chosen by.
   * @type {Record<string, (row: number, column: number, rows: number, columns: number) => number>}
   */
  const WEIGHTS = {
    mixed: (row, column) => ((column + 2 * row) % 3) - 1,
    identity: (row, column, rows, columns) => Number(row === rows >> 1 && column === columns >> 1),
    blur: (_row, _column, rows, columns) => 1 / (rows * columns),
    sharpen: (row, column, rows, columns) => (rows * columns + 1) * WEIGHTS.identity(row, column, rows, columns) - 1,
    edge: (_row, column, _rows, columns) => Math.sign(2 * column - columns + 1),
  };
  /** The kernel that is chosen, row by row. @param {State} state @param {LayerCount} layer @returns {number[][]} */
  function kernelOf({ weights, own }, { axes: [{ kernel: rows }, { kernel: columns }] }) {
    const isOwn = weights === "own" && own.length === rows * columns;
    const weight = WEIGHTS[weights] || WEIGHTS.mixed;
    return Array.from({ length: rows }, (_row, n) => Array.from({ length: columns }, (_column, m) => (
      isOwn ? own[n * columns + m] : weight(n, m, rows, columns))));
  }

  /**
   * The cells of a window or stamp.
   * @param {LayerCount} layer @param {number} y @param {number} x @param {number[][]} kernel @returns {WindowCell[]}
   */
  function cellsOf({ axes, tape }, y, x, kernel) {
    /** @param {number} at @param {number} n */
    const isData = (at, n) => at >= 0 && at < tape[n];
    /** @param {number} at @param {number} n */
    const isPadded = (at, n) => at < axes[n].size + axes[n].pad_high;
    const columns = windowOf(axes[1], x);
    return windowOf(axes[0], y).flatMap((row, n) => columns.map((column, m) => ({
      row,
      column,
      weight: kernel[n][m],
      isData: isData(row, 0) && isData(column, 1),
      isPadded: isPadded(row, 0) && isPadded(column, 1),
    })));
  }

  /**
   * The value of one output, how it comes about, and in pooling by maximum the cell that won.
   * @param {State} state @param {WindowCell[]} cells of its window
   * @param {(row: number, column: number) => number} pixel
   * @returns {{value: number, text: string, winner?: WindowCell}}
   */
  function valueOf(state, cells, pixel = pixelAt) {
    /** @param {WindowCell} cell */
    const read = (cell) => (cell.isData ? pixel(cell.row, cell.column) : 0);
    if (state.operation !== "pool") {
      const value = sumOf(cells.map((cell) => read(cell) * cell.weight));
      // Written out when somebody reads it: of all cells at once it would take too long.
      return { value, get text() { return sumText(cells.map((cell) => [read(cell), cell.weight]), value); } };
    }
    const inside = cells.filter((cell) => cell.isData), data = inside.map(read);
    if (state.pooling === "max") {
      const value = Math.max(...data);
      const rest = data.length < cells.length ? "; what is not data counts as −∞" : "";
      const text = `max(${joined(data, ", ")}) = ${formatNumber(value)}${rest}.`;
      return { value, text, winner: inside[data.indexOf(value)] };
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

  /** Products and what they add up to. @param {number[][]} products @param {number} value */
  function sumText(products, value) {
    const parts = products.map((factors) => factors.map(formatNumber).join("·"));
    const sum = formatNumber(value);
    if (parts.length > MANY) return `${plural(parts.length, "product")} add up to ${sum}.`;
    return `${parts.join(" + ") || "nothing"} = ${sum}.`;
  }

  /** @param {(number|string)[]} parts @param {string} sign */
  const joined = (parts, sign) => (parts.length > MANY ? "…" : parts.join(sign));

  /**
   * What the first stamps add up to, row by row, and how often each cell is written.
   * @param {LayerCount} layer @param {number[][]} kernel @param {number} many stamps
   */
  function stamped(layer, kernel, many) {
    const [rows, columns] = layer.tape;
    const zeros = () => Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
    const [sums, writes] = [zeros(), zeros()];
    for (let step = 0; step < many; step++) {
      const [y, x] = [Math.floor(step / layer.steps[1]), step % layer.steps[1]];
      for (const { row, column, weight, isData } of cellsOf(layer, y, x, kernel)) {
        if (!isData) continue;
        sums[row][column] += pixelAt(y, x) * weight;
        writes[row][column] += 1;
      }
    }
    return { sums, writes };
  }

  /**
   * A transposed layer in the other view: windows over an input that is stretched by zeros, with the kernel turned.
   * @param {LayerCount} layer @param {number[][]} kernel
   * @returns {{layer: LayerCount, kernel: number[][], pixel: (row: number, column: number) => number}}
   */
  function gathered(layer, kernel) {
    const [rows, columns] = layer.axes.map((axis) => axis.stride);
    const axes = layer.axes.map((axis, n) => {
      const { span } = layer.counts[n], size = axis.stride * (axis.size - 1) + 1;
      const pad_low = span - 1 - axis.pad_low, pad_high = span - 1 - axis.pad_high + (axis.output_padding || 0);
      return { ...axis, operation: "conv", size, stride: 1, pad_low, pad_high };
    });
    const stretched = { ...layer, direct: true, axes, tape: axes.map((axis) => axis.size), steps: layer.tape };
    /** @param {number} row @param {number} column */
    const pixel = (row, column) => (row % rows || column % columns ? 0 : pixelAt(row / rows, column / columns));
    return { layer: stretched, kernel: kernel.map((line) => [...line].reverse()).reverse(), pixel };
  }

  return { pixelAt, kernelOf, gathered, cellsOf, valueOf, sumText, stamped };
})();
