var convarith = convarith || {};

/** The count backwards, for a reader who has only numbers: the layers that lead from a size to each of two outputs. */
convarith.backwards = (() => {
  "use strict";
  const { countAxis, paddingOf } = convarith.arithmetic;

  const KERNELS = 7, STRIDES = 4; // the largest, as `settings` tries them
  const FIRST = 6; // layers that are in sight
  const PAIRS = 2; // that are named
  const MOST = 999999;

  /** Kernel and stride of usual layers, the most usual first. */
  const USUAL = ["3/2", "2/2", "3/1", "1/2", "1/1", "7/2", "5/1", "5/2", "4/2", "3/3", "4/4"];

  /** @param {Axis} axis */
  const nameOf = ({ kernel, stride }) => `${kernel}/${stride}`;

  /** @param {Axis} axis */
  const isSame = (axis) => String(paddingOf("same", axis)) === String([axis.pad_low, axis.pad_high]);

  /** Whether its padding is a rule of a framework or half the kernel; only small pools round up. @param {Axis} axis */
  function isUsual(axis) {
    const { kernel, pad_low, pad_high, ceil_mode } = axis;
    return ceil_mode ? kernel < 4 : !pad_high || isSame(axis) || pad_low === Math.floor((kernel - 1) / 2);
  }

  /**
   * The layers without dilation that lead from a size to an output, the usual ones first: padded alike at both ends
   * or as `same` pads, and pools that round up, where that gives another output.
   * @param {number} size @param {number} output @returns {Axis[]}
   */
  function layersTo(size, output) {
    const found = [], leads = (/** @type {Axis} */ axis) => countAxis(axis).output === output;
    for (let stride = 1; stride <= STRIDES; stride++) {
      for (let kernel = 1; kernel <= KERNELS; kernel++) {
        const plain = { size, kernel, stride, dilation: 1, pad_low: 0, pad_high: 0 };
        const [low, high] = paddingOf("same", plain);
        if (low < high) found.push({ ...plain, pad_low: low, pad_high: high });
        for (let cells = 0; cells < kernel; cells++) {
          const axis = { ...plain, pad_low: cells, pad_high: cells };
          // PyTorch pads a pool by half its kernel at most.
          found.push(leads(axis) || 2 * cells > kernel ? axis : { ...axis, ceil_mode: true });
        }
      }
    }
    const placeOf = (/** @type {Axis} */ axis) => (USUAL.indexOf(nameOf(axis)) + 1 || USUAL.length + 1)
      + (isUsual(axis) ? 0 : USUAL.length + 1) + (axis.ceil_mode ? 0.5 : 0);
    return found.filter(leads).sort((one, other) => placeOf(one) - placeOf(other));
  }

  /** The padding of a layer as frameworks say it, as HTML. @param {Axis} axis */
  function paddingSaid(axis) {
    const { pad_low, pad_high, ceil_mode } = axis, uneven = pad_low !== pad_high;
    const words = ceil_mode ? ["ceil_mode=True"] : [!pad_high && "valid", isSame(axis) && "same"];
    if (pad_low && !uneven) words.push(`padding=${pad_low}`);
    const said = words.filter(Boolean).map((word) => `<code>${word}</code>`).join(ceil_mode ? ", " : " or ");
    return uneven ? `${said} (${pad_low},&nbsp;${pad_high})` : said;
  }

  /** @param {Axis[]} layers @param {number} size @param {number} output */
  function listOf(layers, size, output) {
    const items = layers.map((axis) => `<li>kernel ${axis.kernel}, stride ${axis.stride}: ${paddingSaid(axis)}</li>`);
    const rest = items.splice(FIRST).join("");
    const more = rest && `<details><summary>and ${layers.length - FIRST} more</summary><ul>${rest}</ul></details>`;
    return items.length ? `<div><h3>From ${size} to ${output}</h3><ul>${items.join("")}</ul>${more}</div>` : "";
  }

  /** Kernels and strides that lead to both, as usual layers have them. @param {Axis[]} ones @param {Axis[]} others */
  function pairsOf(ones, others) {
    const pairs = USUAL.flatMap((name) => {
      const both = [ones, others].map((all) => all.find((axis) => nameOf(axis) === name && isUsual(axis)));
      if (!both[0] || !both[1]) return [];
      const [made, other] = both.map((axis) => `${countAxis(/** @type {Axis} */ (axis)).output} with `
        + paddingSaid(/** @type {Axis} */ (axis)));
      return [`kernel ${both[0].kernel} and stride ${both[0].stride} make ${made}, but ${other}`];
    });
    return pairs.length ? `Look for layers that pad or round differently: ${pairs.slice(0, PAIRS).join("; ")}.` : "";
  }

  const LABELS = [["Input size", 57], ["One output size", 29], ["The other output size", 28]];

  /** As HTML, closed. */
  const fold = () => `<details class="cw-numbers"><summary>All you have is numbers?</summary>
<p>Which layers lead from a size to either number? Kernels up to ${KERNELS} and strides up to ${STRIDES} are tried,
without dilation.</p>
<div class="cw-row">${LABELS.map(([label, value]) => (
    `<label>${label} <input type="number" min="1" max="${MOST}" required value="${value}"></label>`)).join("")}</div>
<p class="cw-pairs" role="status"></p><div class="cw-ways"></div>
<p><code>valid</code> and <code>same</code> are Keras's words; in ONNX they are <code>VALID</code> and
<code>SAME_UPPER</code>. <code>padding</code> and, for pools only, <code>ceil_mode</code> are PyTorch's, where
<code>valid</code> is <code>padding=0</code>. In brackets: the padding before and after.</p></details>`;

  /** Keeps the lists in step with the fields. @param {HTMLElement} root */
  function follow(root) {
    const fields = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll(".cw-numbers input")]);
    const [pairs, ways] = /** @type {any} */ (root.querySelectorAll(".cw-pairs, .cw-ways"));
    const draw = () => {
      const fit = fields.every(({ validity }) => validity.valid);
      const [size, ...outputs] = fields.map(({ valueAsNumber }) => valueAsNumber);
      const found = fit ? outputs.map((output) => layersTo(size, output)) : [];
      const none = outputs.filter((_, n) => fit && !found[n].length);
      const said = !fit ? `These are whole numbers from 1 to ${MOST}.`
        : none.length ? `No such layer leads from ${size} to ${[...new Set(none)].join(" or ")}.`
          : outputs[0] === outputs[1] ? "" : pairsOf(found[0], found[1]);
      pairs.innerHTML = said;
      ways.innerHTML = found.map((layers, n) => listOf(layers, size, outputs[n])).join("");
    };
    for (const field of fields) field.addEventListener("input", draw);
    draw();
  }

  return { fold, follow, layersTo };
})();
