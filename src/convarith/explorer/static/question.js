var convarith = convarith || {};

/** The self-check: a question, and whether an answer is right and why. */
convarith.question = (() => {
  "use strict";
  const { countAxis } = convarith.arithmetic;
  const { formula, plainText, sentence } = convarith.words;
  const { newId } = convarith.controls;

  /**
   * Whether an answer is right, and the count that shows it; null for what is no answer.
   * @param {Asked} asked @param {string} typed @returns {{right: boolean | null, why: string}}
   */
  function judge({ find, axes, output }, typed) {
    if (!/^\d{1,9}$/.test(typed)) return { right: null, why: "A whole number, please." };
    const number = Number(typed);
    if (number < 1 && (find === "kernel" || find === "stride")) {
      return { right: false, why: sentence(`${find} must be at least 1, but is ${number}`) };
    }
    const answered = axes.map((axis) => withAnswer(axis, find, number));
    const counts = answered.map(countAxis);
    const last = counts[counts.length - 1];
    const right = find === "output" ? number === output : last.output === output;
    const words = answered.map((axis, n) => plainText(formula(axis, counts[n]).words)).join(" ");
    const tried = find === "output" ? "" : `With ${find} ${number}: `;
    const wanted = right || find === "output" || last.why ? "" : ` Asked for: ${output}.`;
    return { right, why: `${right ? "Right." : `Not ${number}.`} ${tried}${words}${wanted}` };
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
    label.textContent = asked.text;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { right, why } = judge(asked, field.value.trim());
      verdict.textContent = why;
      root.dataset.right = right === null ? "" : String(right);
    });
  }

  return { judge, openQuestion };
})();
