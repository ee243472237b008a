var convarith = convarith || {};

/** A receptive field, drawn on an image: a photograph at first, then whatever the reader drops in. */
convarith.photo = (() => {
  "use strict";

  const SIDE = 320; // pixels of the longer side
  /** Down and along. @type {Record<string, number[]>} */
  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  class Photo {
    /**
     * @param {HTMLCanvasElement} canvas @param {HTMLInputElement} file @param {HTMLElement} words
     * @param {HTMLElement} credit of the photograph
     * @param {(at: string) => void} kept told of an output that was clicked
     */
    constructor(canvas, file, words, credit, kept) {
      this.canvas = canvas;
      this.words = words;
      this.credit = credit;
      this.image = new Image();
      this.image.addEventListener("load", () => this.draw());
      this.image.src = /** @type {any} */ (convarith).photograph;
      /** @type {Shape} */
      this.input = { channels: 0, sizes: [] };
      /** @type {any} a layer that is counted */
      this.row = null;
      /** @type {number[]} row and column of the output whose field is drawn */
      this.at = [0, 0];
      /** What is drawn when the pointer is away. */
      this.pinned = this.at;
      this.kept = kept;
      /** What is said where no field is drawn. */
      this.none = "";
      canvas.addEventListener("pointermove", (event) => this.point(event));
      for (const name of /** @type {const} */ (["pointerdown", "pointerup"])) {
        canvas.addEventListener(name, (event) => {
          this.point(event);
          this.pin();
        });
      }
      canvas.addEventListener("pointerleave", () => {
        this.at = this.pinned;
        this.draw();
      });
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
        this.credit.hidden = true;
        URL.revokeObjectURL(image.src);
        this.draw();
      });
      image.addEventListener("error", () => {
        this.words.textContent = `“${file.name}” is not an image that this browser can read.`;
      });
      image.src = URL.createObjectURL(file);
    }

    /**
     * @param {Shape} input @param {any} row a layer with a field, or nothing
     * @param {string} at row and column of an output, as "3,4"; else the one in the middle
     * @param {string} none what is said where there is no layer
     */
    show(input, row, at, none) {
      this.input = input;
      this.row = row;
      this.none = none;
      const sizes = row ? [1, 1, ...row.to.sizes].slice(-2) : [1, 1], asked = at.split(",").map(Number);
      const isThere = /^\d+,\d+$/.test(at) && asked.every((one, n) => one < sizes[n]);
      this.at = isThere ? asked : sizes.map((size) => Math.floor(size / 2));
      this.pinned = this.at;
      this.draw();
    }

    /** Keeps the output whose field is drawn. */
    pin() {
      if (!this.row) return;
      this.pinned = this.at;
      this.kept(this.at.join(","));
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
      this.pin();
    }

    draw() {
      const { canvas, sizes: [rows, columns], fields } = this;
      const unit = SIDE / Math.max(rows, columns, 1);
      [canvas.width, canvas.height] = [Math.max(columns * unit, 1), Math.max(rows * unit, 12)];
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      if (this.image.complete) pen.drawImage(this.image, 0, 0, canvas.width, canvas.height);
      const known = fields.length > 1 && fields.every((field) => field && field.start !== null);
      if (!known) {
        const none = "No rectangle shows what the outputs of this layer see.";
        this.words.textContent = this.row ? none : this.none;
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

  return { Photo };
})();
