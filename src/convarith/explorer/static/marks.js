var convarith = convarith || {};

/** What is drawn on the page as marks that stand on their own: in pixels, with the colours that are on. */
convarith.marks = (() => {
  "use strict";

  const MARGIN = 8; // around the picture: lines at its edge are half outside
  // What style sheets say of a shape; it is written into it where it is not so anyway.
  const FILL = { opacity: "1", fill: "#000000", "fill-opacity": "1", "fill-rule": "nonzero", "paint-order": "normal" };
  const STROKE = {
    stroke: "none", "stroke-opacity": "1", "stroke-width": "1", "stroke-dasharray": "none", "stroke-dashoffset": "0",
    "stroke-linecap": "butt", "stroke-linejoin": "miter",
  };
  const LETTERS = {
    "font-family": "", "font-size": "", "font-weight": "400", "font-style": "normal", "text-anchor": "start",
    "dominant-baseline": "auto",
  };
  const LENGTHS = new Set(["stroke-width", "stroke-dasharray", "stroke-dashoffset", "font-size"]);
  const LEFT_OUT = /^(class|style|role|tabindex|transform|vector-effect|aria-.*|data-.*)$/;
  const NOT_DRAWN = new Set(["defs", "title", "desc", "style", "script"]);

  /** @typedef {{a: number, d: number, e: number, f: number}} Place a matrix that does not turn */

  /** @param {string} text */
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  /** @param {number} number */
  const rounded = (number) => String(Math.round(number * 1000) / 1000 || 0);

  /** @param {string} name @param {Record<string, string>} attributes @param {string} [inner] */
  function tag(name, attributes, inner = "") {
    const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`).join("");
    return inner ? `<${name}${said}>${inner}</${name}>` : `<${name}${said}/>`;
  }

  /** A computed colour as all programs read it, and how opaque it is. @param {string} color */
  function colorOf(color) {
    const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(color);
    if (!found) return { color, alpha: 1 };
    const parts = found.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, "0"));
    return { color: `#${parts.join("")}`, alpha: Number(found[4] ?? 1) };
  }

  /**
   * The computed style of a shape as attributes.
   * @param {Element} element @param {number} scale of lengths @param {number} thickness of strokes
   */
  function styleOf(element, scale, thickness) {
    const style = getComputedStyle(element), isText = element.localName.startsWith("t"); // or a tspan
    /** @type {Record<string, string>} */
    const found = {};
    for (const [name, usual] of Object.entries({ ...FILL, ...STROKE, ...(isText ? LETTERS : {}) })) {
      const factor = name.startsWith("stroke") ? thickness : scale;
      let value = style.getPropertyValue(name);
      if (LENGTHS.has(name)) value = value.replace(/[\d.]+(px)?/g, (length) => rounded(parseFloat(length) * factor));
      if (name === "fill" || name === "stroke") {
        const { color, alpha } = colorOf(value);
        value = color;
        if (alpha < 1) found[`${name}-opacity`] = rounded(alpha * Number(style.getPropertyValue(`${name}-opacity`)));
      }
      if (value !== usual && !(name in found)) found[name] = value;
    }
    if (!found.stroke) for (const name of Object.keys(STROKE)) delete found[name];
    return found;
  }

  /** The attributes that are no style. @param {Element} element */
  function shapeOf(element) {
    const kept = [...element.attributes].filter(({ name }) => !LEFT_OUT.test(name));
    return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  }

  /** A path as it lies on the page. @param {string} path @param {Place} place */
  function placedPath(path, { a, d, e, f }) {
    let command = "", n = 0;
    const parts = path.match(/[a-z]|[-+]?(?:\d*\.)?\d+(?:e[-+]?\d+)?/gi) || [];
    return parts.map((part) => {
      if (/^[a-z]/i.test(part)) {
        [command, n] = [part, 0];
        return part;
      }
      const isDown = /v/i.test(command) || (n++ % 2 === 1 && !/h/i.test(command));
      const [scale, start] = isDown ? [d, f] : [a, e];
      return rounded(Number(part) * scale + (/[A-Z]/.test(command) ? start : 0));
    }).join(" ").replace(/ ?([a-z]) ?/gi, "$1");
  }

  /**
   * An element as it is written, with all that is in it.
   * @param {Element} element @param {number} thickness of strokes @param {Record<string, string>} more
   * @returns {string}
   */
  function copied(element, thickness = 1, more = {}) {
    const inner = [...element.childNodes].map((node) => (node instanceof Element
      ? copied(node, thickness) : escaped(node.textContent || "")));
    return tag(element.localName, { ...shapeOf(element), ...styleOf(element, 1, thickness), ...more }, inner.join(""));
  }

  /**
   * A shape at its place: with numbers in pixels, which every program draws alike, or at least moved there.
   * @param {SVGGraphicsElement} element @param {DOMMatrix} frame from the screen to the picture
   */
  function placed(element, frame) {
    const place = frame.multiply(/** @type {DOMMatrix} */ (element.getScreenCTM()));
    const { a, b, c, d } = place, { localName } = element;
    const style = getComputedStyle(element), hasPattern = /url/.test(style.fill + style.stroke);
    const isFixed = style.getPropertyValue("vector-effect") === "non-scaling-stroke"; // the width of lines
    const isEven = Math.abs(a - d) < 1e-6, isPlain = !b && !c && !hasPattern;
    const path = element.getAttribute("d") || ""; // without arcs, and from a place on
    if (localName === "path" && isPlain && (isEven || isFixed) && /^\s*M[^aA]*$/.test(path)) {
      return tag("path", { ...styleOf(element, a, isFixed ? 1 : a), d: placedPath(path, place) });
    }
    if (localName === "text" && isPlain && isEven && !element.children.length) {
      return placedText(element, place);
    }
    return copied(element, isFixed ? 1 / Math.sqrt(Math.abs(a * d - b * c)) : 1, { transform: String(place) });
  }

  /** @param {Element} element @param {Place} place */
  function placedText(element, { a, d, e, f }) {
    const [x, y] = ["x", "y"].map((name) => Number(element.getAttribute(name)));
    const at = { x: rounded(x * a + e), y: rounded(y * d + f) };
    return tag("text", { ...at, ...styleOf(element, a, a) }, escaped(element.textContent || ""));
  }

  /** Where the lines of a text on the page begin and end. @param {Node} node @returns {[number, number][]} */
  function linesOf(node) {
    const range = document.createRange();
    /** @type {[number, number][]} */
    const lines = [];
    let low = -Infinity;
    for (const { index, 0: word } of (node.textContent || "").matchAll(/\S+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const { top, bottom } = range.getBoundingClientRect();
      if (top < low) lines[lines.length - 1][1] = index + word.length;
      else lines.push([index, index + word.length]);
      low = (top + bottom) / 2;
    }
    return lines;
  }

  /** A text of the page, line by line. @param {Node} node @param {DOMMatrix} frame */
  const caption = (node, frame) => linesOf(node).flatMap((line) => captionLine(node, line, frame));

  /** @param {Node} node @param {[number, number]} line from where to where @param {DOMMatrix} frame */
  function captionLine(node, [from, to], { e, f }) {
    const range = document.createRange(), parent = /** @type {Element} */ (node.parentNode);
    const written = (node.textContent || "").slice(from, to);
    range.setStart(node, from);
    range.setEnd(node, to);
    const { x, y, width, height } = range.getBoundingClientRect(), style = getComputedStyle(parent);
    const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    pen.font = style.font;
    const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = pen.measureText("x");
    const text = written.replace(/\s+/g, " ").trim();
    if (!text || !width) return [];
    const { fontFamily, fontSize, fontWeight, fontStyle } = style;
    return [tag("text", {
      x: rounded(x + e), y: rounded(y + f + (height + above - below) / 2), fill: colorOf(style.color).color,
      "font-family": fontFamily, "font-size": fontSize, "font-weight": fontWeight, "font-style": fontStyle,
    }, escaped(text))];
  }

  /** Ground and borders of an element of the page. @param {Element} node @param {DOMMatrix} frame */
  function boxed(node, { e, f }) {
    const style = getComputedStyle(node), { left, top, width, height } = node.getBoundingClientRect();
    const sides = /** @type {const} */ (["Top", "Right", "Bottom", "Left"]);
    const [up, right, down, side] = sides.map((name) => parseFloat(style[`border${name}Width`]));
    const ground = style.backgroundColor, round = style.borderTopLeftRadius === "50%";
    /** @param {string} colour @param {number[]} box @param {Record<string, string>} more */
    const filled = (colour, [x, y, wide, high], more = {}) => {
      const { color, alpha } = colorOf(colour);
      if (!alpha || !wide || !high) return [];
      const [from, to] = [Math.round(x), Math.round(y)]; // as browsers draw boxes
      const size = { width: String(Math.round(x + wide) - from), height: String(Math.round(y + high) - to) };
      const place = { x: rounded(from + e), y: rounded(to + f), ...size };
      return [tag("rect", { ...place, fill: color, ...more })];
    };
    return [
      ...filled(ground, [left, top, width, height], round ? { rx: rounded(width / 2) } : {}),
      ...filled(style.borderTopColor, [left, top, width, up]),
      ...filled(style.borderRightColor, [left + width - right, top, right, height]),
      ...filled(style.borderBottomColor, [left, top + height - down, width, down]),
      ...filled(style.borderLeftColor, [left, top, side, height]),
    ];
  }

  /** A frame, moved to the whole pixels that an <svg> is drawn at. @param {DOMMatrix} frame @param {DOMRect} box */
  const snapped = (frame, { left, top }) => frame.translate(Math.round(left) - left, Math.round(top) - top);

  /** What is drawn of a part of the page. @param {Node} node @param {DOMMatrix} frame @returns {string[]} */
  function marksOf(node, frame) {
    if (!(node instanceof Element)) return node instanceof Text ? caption(node, frame) : [];
    const { display, visibility, opacity } = getComputedStyle(node), { localName } = node;
    if (localName === "defs") return [copied(node)];
    if (display === "none" || NOT_DRAWN.has(localName)) return [];
    if (node instanceof SVGGeometryElement || /^(text|use|image)$/.test(localName)) {
      const isEmpty = localName === "path" && !node.getAttribute("d");
      return isEmpty || visibility !== "visible" ? [] : [placed(/** @type {any} */ (node), frame)];
    }
    const marks = marksIn(node, frame);
    return opacity === "1" || !marks.length ? marks : [tag("g", { opacity }, marks.join(""))];
  }

  /** An element and all that is in it. @param {Element} node @param {DOMMatrix} frame @returns {string[]} */
  function marksIn(node, frame) {
    const isWhole = node instanceof SVGSVGElement && !node.ownerSVGElement;
    const inner = isWhole ? snapped(frame, node.getBoundingClientRect()) : frame;
    const isSeen = node instanceof HTMLElement && getComputedStyle(node).visibility === "visible";
    const own = isSeen ? boxed(node, frame) : [];
    return own.concat([...node.childNodes].flatMap((child) => marksOf(child, inner)));
  }

  /** The colour behind an element. @param {Element | null} element @returns {string} */
  function paperOf(element) {
    if (!element) return "#ffffff";
    const { color, alpha } = colorOf(getComputedStyle(element).backgroundColor);
    return alpha ? color : paperOf(element.parentElement);
  }

  /** Where an element is, or what there is in one that fills a line. @param {Element} element */
  function boxOf(element) {
    if (element instanceof SVGElement) return element.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
  }

  /**
   * Elements as they lie on the screen now, in the colours that are on: <svg>, or what has such and texts in it.
   * @param {Element[]} elements @returns {Picture}
   */
  function pictureOf(elements) {
    const boxes = elements.map(boxOf);
    const left = Math.floor(Math.min(...boxes.map((box) => box.left))) - MARGIN;
    const top = Math.floor(Math.min(...boxes.map((box) => box.top))) - MARGIN;
    return {
      width: Math.ceil(Math.max(...boxes.map((box) => box.right))) + MARGIN - left,
      height: Math.ceil(Math.max(...boxes.map((box) => box.bottom))) + MARGIN - top,
      paper: paperOf(elements[0]),
      marks: elements.flatMap((element) => marksOf(element, new DOMMatrix([1, 0, 0, 1, -left, -top]))),
    };
  }

  return { escaped, rounded, tag, pictureOf };
})();
