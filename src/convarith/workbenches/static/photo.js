var convarith = convarith || {};

/** A receptive field, drawn on an image: a pattern at first, then whatever the reader drops in. */
convarith.photo = (() => {
  "use strict";

  const SIDE = 320; // pixels of the longer side
  /** Down and along. @type {Record<string, number[]>} */
  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  class Photo {
    /** @param {HTMLCanvasElement} canvas @param {HTMLInputElement} file @param {HTMLElement} words */
    constructor(canvas, file, words) {
      this.canvas = canvas;
      this.words = words;
      /** @type {any} */
      this.image = null;
      /** @type {Shape} */
      this.input = { channels: 0, sizes: [] };
      /** @type {any} a layer that is counted */
      this.row = null;
      /** @type {number[]} row and column of the output whose field is drawn */
      this.at = [0, 0];
      canvas.addEventListener("pointermove", (event) => this.point(event));
      canvas.addEventListener("keydown", (event) => this.step(event));
      canvas.addEventListener("dragover", (event) => event.preventDefault());
      canvas.addEventListener("drop", (event) => {
        event.preventDefault();
        this.take(event.dataTransfer?.files[0]);
      });
      file.addEventListener("change", () => this.take(file.files?.[0]));
    }

    /** The image stays on this page. @param {File | undefined} file */
    take(file) {
      if (!file) return;
      const image = new Image();
      image.addEventListener("load", () => {
        this.image = image;
        URL.revokeObjectURL(image.src);
        this.draw();
      });
      image.addEventListener("error", () => {
        this.words.textContent = `“${file.name}” is no image that this browser can read.`;
      });
      image.src = URL.createObjectURL(file);
    }

    /** @param {Shape} input @param {any} row a layer with a field, or nothing */
    show(input, row) {
      this.input = input;
      this.row = row;
      const sizes = row ? [1, 1, ...row.to.sizes].slice(-2) : [1, 1];
      this.at = sizes.map((size) => Math.floor(size / 2));
      this.draw();
    }

    /** Rows and columns of the input; one axis is one row. */
    get sizes() {
      const { sizes } = this.input, [rows = 1, columns = 1] = sizes.length > 1 ? sizes.slice(-2) : [1, ...sizes];
      return [rows, columns];
    }

    /** The fields along rows and columns. @returns {(PlaceField | null)[]} */
    get fields() {
      if (!this.row) return [];
      const { fields } = this.row;
      return fields.length > 1 ? fields.slice(-2) : [{ size: 1, jump: 0, start: 0 }, ...fields];
    }

    /** @param {PointerEvent} event */
    point(event) {
      const box = this.canvas.getBoundingClientRect(), { sizes, fields } = this;
      const [down, along] = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
      const places = [down * sizes[0], along * sizes[1]];
      this.at = fields.map((field, n) => {
        if (!field || !field.jump || field.centre === null) return 0;
        const last = (this.row.to.sizes.slice(-fields.length)[n] || 1) - 1;
        return Math.min(Math.max(Math.round((places[n] - field.centre - 0.5) / field.jump), 0), last);
      });
      this.draw();
    }

    /** Arrows go to the next output. @param {KeyboardEvent} event */
    step(event) {
      const move = MOVES[event.key];
      if (!move || !this.row) return;
      event.preventDefault();
      const sizes = [1, 1, ...this.row.to.sizes].slice(-2);
      this.at = this.at.map((one, n) => Math.min(Math.max(one + move[n], 0), sizes[n] - 1));
      this.draw();
    }

    draw() {
      const { canvas, sizes: [rows, columns], fields } = this;
      const unit = SIDE / Math.max(rows, columns, 1);
      [canvas.width, canvas.height] = [Math.max(columns * unit, 1), Math.max(rows * unit, 12)];
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      if (this.image) pen.drawImage(this.image, 0, 0, canvas.width, canvas.height);
      else drawPattern(pen, canvas.width, canvas.height);
      const known = fields.length > 1 && fields.every((field) => field && field.start !== null);
      if (!known) {
        const none = "No rectangle says what the outputs of this layer see.";
        this.words.textContent = this.row ? none : "Choose a layer by its number.";
        return;
      }
      const [top, left] = fields.map((field, n) => (field?.start || 0) + this.at[n] * (field?.jump || 0));
      const [high, wide] = fields.map((field) => field?.size || 1);
      pen.fillStyle = "rgba(0, 0, 0, 0.45)";
      pen.beginPath();
      pen.rect(0, 0, canvas.width, canvas.height);
      pen.rect(left * unit, top * unit, wide * unit, high * unit);
      pen.fill("evenodd");
      pen.strokeStyle = "#f2b53c";
      pen.lineWidth = 3;
      pen.strokeRect(left * unit, top * unit, wide * unit, high * unit);
      const inside = (/** @type {number} */ from, /** @type {number} */ many, /** @type {number} */ size) => (
        Math.max(Math.min(from + many, size) - Math.max(from, 0), 0) / size);
      const share = Math.round(1000 * inside(top, high, rows) * inside(left, wide, columns)) / 10;
      this.words.textContent = `Output (${this.at.join(", ")}) has a field of ${high} × ${wide} cells, from row ${top} `
        + `and column ${left}: ${share} % of the image lies in it.`;
    }
  }

  /**
   * Something to look at, until there is an image.
   * @param {CanvasRenderingContext2D} pen @param {number} wide @param {number} high
   */
  function drawPattern(pen, wide, high) {
    const sky = pen.createLinearGradient(0, 0, wide, high);
    sky.addColorStop(0, "#9cc6ea");
    sky.addColorStop(0.6, "#fbe7c0");
    sky.addColorStop(1, "#35b58c");
    pen.fillStyle = sky;
    pen.fillRect(0, 0, wide, high);
    pen.strokeStyle = "rgba(255, 255, 255, 0.6)";
    for (let at = 0; at < Math.max(wide, high); at += SIDE / 14) {
      pen.strokeRect(at, 0, 0, high);
      pen.strokeRect(0, at, wide, 0);
    }
  }

  return { Photo };
})();
