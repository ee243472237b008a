var convarith = convarith || {};

/** A kernel of the reader's own: fields to type into, over the cells of the kernel. */
convarith.own = (() => {
  "use strict";

  class OwnKernel {
    /** @param {HTMLElement} box of the kernel's grid @param {(weights: number[]) => void} changed */
    constructor(box, changed) {
      this.root = document.createElement("div");
      this.root.className = "cv-own";
      /** @type {any} what the fields lie on */
      this.below = box.querySelector("svg");
      box.append(this.root);
      this.shape = "";
      this.root.addEventListener("input", (event) => {
        event.stopPropagation();
        const fields = /** @type {any[]} */ ([...this.root.children]);
        for (const field of fields) field.setAttribute("aria-invalid", String(!isWeight(field.value)));
        if (fields.every((field) => isWeight(field.value))) {
          changed(fields.map((field) => Number(field.value.replace("−", "-"))));
        }
      });
    }

    /** @param {number[][]} kernel @param {number} unit pixels of a cell @param {boolean} on */
    show(kernel, unit, on) {
      this.root.hidden = !on;
      if (!on) return;
      const [rows, columns] = [kernel.length, kernel[0].length];
      this.root.style.transform = this.below.style.transform;
      this.root.style.gridTemplate = `repeat(${rows}, ${unit}px) / repeat(${columns}, ${unit}px)`;
      if (this.shape !== `${rows}x${columns}`) {
        this.shape = `${rows}x${columns}`;
        const field = 'type="text" inputmode="numeric" autocomplete="off"';
        this.root.innerHTML = kernel.flatMap((line, row) => line.map((_, column) => (
          `<input ${field} aria-label="weight ${row}, ${column}">`))).join("");
      }
      const fields = /** @type {any[]} */ ([...this.root.children]);
      kernel.flat().forEach((weight, n) => {
        if (document.activeElement !== fields[n]) fields[n].value = String(Math.round(weight * 100) / 100);
      });
    }
  }

  /** @param {string} text */
  const isWeight = (text) => /^[-−]?\d{1,3}$/.test(text.trim());

  return { OwnKernel };
})();
