var convarith = convarith || {};

/** The self-check: a question, and whether an answer is right and why. */
convarith.question = (() => {
  "use strict";
  const { countAxis } = convarith.arithmetic;
  const { formula, plainText, sentence } = convarith.words;
  const { newId } = convarith.controls;

  /**
   * Whether an answer is right, and why; null for what is no answer. The first wrong one brings a hint.
   * @param {Asked} asked @param {string} typed @param {boolean} first
   * @returns {{right: boolean | null, why: string}}
   */
  function judge(asked, typed, first = false) {
    const whole = Number.isInteger(asked.answer);
    if (!(whole ? /^\d{1,9}$/ : /^\d{1,9}([.,]\d{1,9})?$/).test(typed)) {
      return { right: null, why: whole ? "A whole number, please." : "A number, please." };
    }
    const { right, why } = asked.find === "number" ? compared(asked, typed) : counted(asked, Number(typed));
    return { right, why: `${right ? "Right." : `Not ${typed}.`} ${right || !first ? why : asked.hint}` };
  }

  /** An answer beside the number that was asked for. @param {Asked} asked @param {string} typed */
  function compared({ answer, why }, typed) {
    const said = typed.replace(",", ".");
    const right = Number(said) === Number(answer.toFixed((said.split(".")[1] ?? "").length)) &&
      Math.abs(Number(said) - answer) < 0.05;
    return { right, why: right ? why : `It is ${Number(answer.toFixed(3))}: ${why}` };
  }

  /**
   * An answer put into the layers, and what they make of it.
   * @param {Asked} asked @param {number} number
   */
  function counted({ find, axes, output, answer }, number) {
    if (number < 1 && (find === "kernel" || find === "stride")) {
      return { right: false, why: sentence(`${find} must be at least 1, but is ${number}`) };
    }
    const answered = axes.map((axis) => withAnswer(axis, find, number));
    const counts = answered.map(countAxis);
    const last = counts[counts.length - 1];
    const right = find === "output" ? number === output : last.output === output;
    const words = answered.map((axis, n) => plainText(formula(axis, counts[n]).words)).join(" ");
    if (find === "output") return { right, why: words };
    const wanted = right ? "" : ` ${sentence(`${find} ${answer} gives ${output}`)}`;
    return { right, why: `With ${find} ${number}: ${words}${wanted}` };
  }

  /** @param {Axis} axis @param {string} find @param {number} number @returns {Axis} */
  function withAnswer(axis, find, number) {
    if (find === "output") return axis;
    if (find === "padding") return { ...axis, pad_low: number, pad_high: number };
    return { ...axis, [find]: number };
  }

  /** Puts a question in place. @param {HTMLElement} root @param {Asked} asked */
  function openQuestion(root, asked) {
    const id = `${newId()}-answer`;
    root.classList.add("convarith-question");
    root.innerHTML = `<form><label for="${id}"></label>
<input id="${id}" name="answer" type="text" inputmode="numeric" autocomplete="off">
<button type="submit">Check</button></form><p class="cv-verdict" aria-live="polite"></p>`;
    const [form, verdict] = root.children;
    const [label, field] = /** @type {any} */ (form.children);
    let first = true;
    label.textContent = asked.text;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { right, why } = judge(asked, field.value.trim(), first);
      if (right === false) first = false;
      verdict.textContent = why;
      root.dataset.right = right === null ? "" : String(right);
    });
  }

  return { judge, openQuestion };
})();
