var convarith = convarith || {};

/** How a link says what is shown, and how one word says a setting. */
convarith.links = (() => {
  "use strict";
  const { CHOICES, DEFAULTS, KINDS, LAYER_CONTROLS, SLIDERS, STACK_CHOICES, limitsOf } = convarith.state;

  /** How something is looked at, which two settings that are compared share. */
  const NOT_OF_A_SETTING = new Set(["values", "step", "tape", "against", "controls", "goal", "cost", "batch", "bytes"]);

  /** What differs from the page's own state, as the end of a link. @param {State} state @param {State} initial */
  function writeFragment(state, initial) {
    const different = Object.keys(state).filter((name) => String(state[name]) !== String(initial[name]));
    return different.map((name) => `&${name}=${state[name]}`).join("");
  }

  /**
   * The state that the parts of a link ask for; what is unknown or out of range is left as it was.
   * @param {string[]} parts @param {State} initial whose limits hold @param {State} from which they change
   * @returns {State}
   */
  function readFragment(parts, initial, from = initial) {
    const state = { ...from };
    for (const part of parts) {
      const [name, text = ""] = part.split("=");
      const value = readValue(name, text, initial);
      if (value !== undefined) state[name] = value;
    }
    return state;
  }

  /**
   * What a text says of a name; nothing where it says nothing.
   * @param {string} name @param {string} text @param {State} initial
   */
  function readValue(name, text, initial) {
    /** @param {string} slider @param {string} number */
    const fits = (slider, number) => {
      const [low, high] = limitsOf(slider, initial);
      return /^\d+$/.test(number) && Number(number) >= low && Number(number) <= high;
    };
    const choices = initial.operation === "stack" ? STACK_CHOICES : CHOICES;
    if (name === "stack") return readStack(text, fits);
    if (name === "kinds") return readKinds(text, initial);
    if (name === "own") return /^(-?\d{1,3},?){1,81}$/.test(text) ? text.split(",").map(Number) : undefined;
    if (name === "controls") return [];
    if (name === "against") return text;
    if (!Object.hasOwn(initial, name)) return undefined;
    if (typeof initial[name] === "boolean") return text === "true";
    if (SLIDERS[name.replace("_columns", "")]) return fits(name, text) ? Number(text) : undefined;
    return choices[name] && Object.hasOwn(choices[name], text) ? text : undefined;
  }

  /** What differs from the usual, in one word, as `against` keeps it. @param {State} state */
  function writeSetting(state) {
    const kept = Object.keys(state).filter((name) => !NOT_OF_A_SETTING.has(name));
    const different = kept.filter((name) => String(state[name]) !== String(DEFAULTS[name]));
    return different.map((name) => `${name}:${String(state[name]).replaceAll(",", ".")}`).join(",");
  }

  /** The state that such a word means. @param {string} word @param {State} initial whose limits hold */
  function readSetting(word, initial) {
    const parts = word.split(",").map((part) => part.replace(":", "=").replaceAll(".", ","));
    return readFragment(parts, initial, DEFAULTS);
  }

  /**
   * A stack from "3,1,0,1,2,2,0,1"; nothing from what is none.
   * @param {string} text @param {(name: string, text: string) => boolean} fits
   */
  function readStack(text, fits) {
    const numbers = text.split(","), many = LAYER_CONTROLS.length;
    const layers = numbers.length / many;
    const good = numbers.every((number, n) => fits(LAYER_CONTROLS[n % many], number));
    if (!good || !Number.isInteger(layers) || layers > SLIDERS.layers.high) return undefined;
    return Array.from({ length: layers }, (_, n) => numbers.slice(many * n, many * (n + 1)).map(Number));
  }

  /** What the layers of a stack are, if not all convolutions. @param {string} text @param {State} initial */
  function readKinds(text, initial) {
    const kinds = text.split(",");
    const good = initial.kinds.length > 0 && kinds.every((kind) => Object.hasOwn(KINDS, kind));
    return good ? kinds : undefined;
  }

  /** A network in the address of the workbench. @param {Record<string, string | number>} asked */
  const networkFragment = (asked) => (
    `#${Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`);

  return { writeFragment, readFragment, writeSetting, readSetting, networkFragment };
})();
