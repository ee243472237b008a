var convarith = convarith || {};

/** Pictures to take away: as an SVG that stands on its own, as PNG, as an animation that plays by itself. */
convarith.saving = (() => {
  "use strict";
  const { escaped, rounded, tag, pictureOf } = convarith.marks;

  /** @typedef {{title?: string, style?: string, scale?: number}} More */

  /** @param {Picture} picture @param {More} more */
  function svgText({ width, height, paper, marks }, { title = "", style = "", scale = 1 } = {}) {
    const whole = { width: String(width), height: String(height) };
    const size = { width: String(width * scale), height: String(height * scale), viewBox: `0 0 ${width} ${height}` };
    const said = [title && tag("title", {}, escaped(title)), style && tag("style", {}, style)].filter(Boolean);
    const inner = [...said, tag("rect", { ...whole, fill: paper }), ...marks].join("\n");
    return `${tag("svg", { xmlns: "http://www.w3.org/2000/svg", ...size }, `\n${inner}\n`)}\n`;
  }

  /** One SVG of what is on the screen: <svg> elements, or what has such and texts in it. @param {Element[]} elements */
  const svgOf = (elements, title = "") => svgText(pictureOf(elements), { title });

  /**
   * All marks of all pictures, each once where the order allows it, and in which pictures it is seen.
   * @param {Picture[]} frames
   */
  function sharedMarks(frames) {
    /** @type {{mark: string, seen: number[]}[]} */
    const strips = [];
    frames.forEach(({ marks }, frame) => {
      let next = 0;
      for (const mark of marks) {
        const start = next, found = strips.findIndex((strip, n) => n >= start && strip.mark === mark);
        if (found < 0) strips.splice(next, 0, { mark, seen: [] });
        else next = found;
        strips[next].seen.push(frame);
        next += 1;
      }
    });
    return strips;
  }

  /**
   * One SVG that shows pictures in turn, for so many seconds each; where the reader wants no motion, the one in
   * the middle stands still.
   * @param {Picture[]} frames @param {number} seconds
   */
  function animationOf(frames, seconds, title = "") {
    const count = frames.length, rules = new Map();
    const marks = sharedMarks(frames).map(({ mark, seen }) => {
      if (seen.length === count) return mark;
      const key = seen.join();
      if (!rules.has(key)) rules.set(key, turnsOf(`f${rules.size}`, new Set(seen), count, seconds));
      return tag("g", { class: `f${[...rules.keys()].indexOf(key)}` }, mark);
    });
    const still = "@media (prefers-reduced-motion:reduce){g{animation:none!important}}";
    const [width, height] = [frames.map((frame) => frame.width), frames.map((frame) => frame.height)];
    const whole = { width: Math.max(...width), height: Math.max(...height), paper: frames[0].paper, marks };
    return svgText(whole, { title, style: [...rules.values(), still].join("\n") });
  }

  /**
   * When a mark is seen, as a rule of style.
   * @param {string} name @param {Set<number>} seen @param {number} count @param {number} seconds
   */
  function turnsOf(name, seen, count, seconds) {
    /** @param {number} n */
    const shown = (n) => `visibility:${seen.has(n) ? "visible" : "hidden"}`;
    const turns = Array.from({ length: count }, (_, n) => n).filter((n) => !n || shown(n) !== shown(n - 1));
    const steps = turns.map((n) => `${rounded(100 * n / count)}%{${shown(n)}}`).join("");
    const animation = `${name} ${rounded(count * seconds)}s step-end infinite`;
    return `.${name}{${shown(Math.floor(count / 2))};animation:${animation}}@keyframes ${name}{${steps}}`;
  }

  /** @param {Picture} picture @param {number} scale pixels for one of the screen @returns {Promise<Blob>} */
  async function pngOf(picture, scale = 2) {
    const image = new Image(), canvas = document.createElement("canvas");
    image.src = `data:image/svg+xml,${encodeURIComponent(svgText(picture, { scale }))}`; // policies know data:
    await image.decode();
    canvas.width = picture.width * scale;
    canvas.height = picture.height * scale;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.drawImage(image, 0, 0);
    return new Promise((resolve, reject) => {
      const refusal = `a canvas of ${canvas.width} x ${canvas.height} pixels is too large for this browser`;
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(refusal))));
    });
  }

  /** @param {string} name of the file @param {Blob} blob */
  function download(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link); // Firefox clicks on nothing outside the page
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the file may be asked for later
  }

  /** @param {string} svg @param {string} name */
  const downloadSvg = (svg, name) => download(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  /** @param {Element[]} elements @param {string} name of the file, without its end */
  const saveSvg = (elements, name, title = "") => downloadSvg(svgOf(elements, title), name);
  /** @param {Element[]} elements @param {string} name */
  const savePng = async (elements, name) => download(`${name}.png`, await pngOf(pictureOf(elements)));
  /** @param {Picture[]} frames @param {number} seconds @param {string} name */
  const saveAnimation = (frames, seconds, name, title = "") => downloadSvg(animationOf(frames, seconds, title), name);

  return { pictureOf, svgOf, animationOf, download, saveSvg, savePng, saveAnimation };
})();
