var convarith = convarith || {};

/** Values of Python: what can be worked out of them without running anything. */
convarith.python = (() => {
  "use strict";

  const MOST_ITEMS = 1000;

  /** What is not known, and how it is written. @param {string} text @returns {Value} */
  const unknown = (text) => ({ is: "unknown", text: text.length > 60 ? `${text.slice(0, 60)}...` : text });
  /** @param {Value} value */
  const isPlain = (value) => value === null || typeof value !== "object" || Array.isArray(value);
  /** @param {Value} value */
  const isUnknown = (value) => !isPlain(value) && (value.is === "unknown" || value.is === "path");
  /** Whether it counts as true; null where that is not known. @param {Value} value @returns {boolean|null} */
  function truthOf(value) {
    if (isUnknown(value)) return null;
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }

  /** How a value is named where it is not understood. @param {Value} value @returns {string} */
  function textOf(value, depth = 0) {
    if (Array.isArray(value)) {
      const shown = depth < 3 ? value.slice(0, 9).map((item) => textOf(item, depth + 1)) : ["..."];
      return `(${shown.join(", ")})`;
    }
    if (value === null) return "None";
    if (typeof value === "boolean") return value ? "True" : "False";
    return typeof value === "object" ? value.text || value.path || value.type || "something else" : String(value);
  }

  /** @type {Record<string, (left: number, right: number) => number|boolean>} */
  const ON_NUMBERS = {
    "+": (left, right) => left + right,
    "-": (left, right) => left - right,
    "*": (left, right) => left * right,
    "/": (left, right) => left / right,
    "//": (left, right) => Math.floor(left / right),
    "%": (left, right) => left - right * Math.floor(left / right),
    "**": (left, right) => left ** right,
    "<": (left, right) => left < right,
    ">": (left, right) => left > right,
    "<=": (left, right) => left <= right,
    ">=": (left, right) => left >= right,
  };

  /** Whether two values are the same; null where that is not known. @param {Value} left @param {Value} right */
  function same(left, right) {
    if (isUnknown(left) || isUnknown(right)) return null;
    return Array.isArray(left) && Array.isArray(right) ? textOf(left) === textOf(right) : left === right;
  }

  /** @type {Record<string, (left: Value, right: Value) => boolean|null>} */
  const COMPARISONS = {
    "==": same,
    is: same,
    "!=": (left, right) => (same(left, right) === null ? null : !same(left, right)),
    in: (left, right) => {
      const items = itemsOf(right);
      return items && !isUnknown(left) ? items.some((item) => same(item, left)) : null;
    },
  };

  /** What grows without end is no network. @template {{slice: Function}} T @param {T} long @returns {T} */
  const cutOff = (long) => long.slice(0, MOST_ITEMS);

  /** @param {string} sign @param {Value} left @param {Value} right @returns {Value} */
  function operate(sign, left, right) {
    const written = unknown(`${textOf(left)} ${sign} ${textOf(right)}`);
    let found = null;
    if (Object.hasOwn(COMPARISONS, sign)) found = COMPARISONS[sign](left, right);
    else if (!isNumber(left) || !isNumber(right)) found = join(sign, left, right);
    else if (Object.hasOwn(ON_NUMBERS, sign)) found = ON_NUMBERS[sign](Number(left), Number(right));
    return found === null ? written : found;
  }

  /**
   * Of texts and lists; null where there is no such thing.
   * @param {string} sign @param {...Value} both @returns {Value}
   */
  function join(sign, ...both) {
    const [left, right] = both;
    const lists = both.filter(Array.isArray).length;
    if (sign === "*" && lists === 1) return Array.isArray(left) ? repeat(left, right) : repeat(right, left);
    if (sign !== "+") return null;
    if (lists === 2) return cutOff([...left, ...right]);
    return typeof left === "string" && typeof right === "string" ? cutOff(left + right) : null;
  }

  /** @param {Value} value */
  const isNumber = (value) => typeof value === "number" || typeof value === "boolean";

  /** @param {Value[]} items @param {Value} times */
  function repeat(items, times) {
    if (!isNumber(times)) return null;
    const many = Math.min(Math.max(Number(times), 0), MOST_ITEMS / Math.max(items.length, 1));
    return Array.from({ length: Math.floor(many) }, () => items).flat();
  }

  /** What one can go through; null where that is not known. @param {Value} value @returns {Value[]|null} */
  function itemsOf(value) {
    if (Array.isArray(value)) return value;
    if (typeof value === "string") return [...value];
    if (isPlain(value)) return null;
    return value.is === "sequence" ? value.items : value.is === "dict" ? [...value.items.keys()] : null;
  }

  /**
   * From [first, end] or [[first, end], step]; null where they are not known.
   * @param {Value[]} items @param {Value[]} index @returns {Value[]|null}
   */
  function sliceOf(items, index) {
    const [ends, step] = Array.isArray(index[0]) ? index : [index, null];
    if (![...ends, step].every((one) => one === null || isNumber(one))) return null;
    const [first, end] = ends;
    const cut = items.slice(first === null ? 0 : first, end === null ? items.length : end);
    if (step === -1) return first === null && end === null ? cut.reverse() : null;
    return cut.filter((_, n) => n % (step || 1) === 0);
  }

  /** An item, or a slice. @param {Value} value @param {Value} index @returns {Value} */
  function itemAt(value, index) {
    if (!isPlain(value) && value.is === "dict" && value.items.has(index)) return value.items.get(index);
    const items = itemsOf(value);
    if (items && Array.isArray(index)) {
      const cut = sliceOf(items, index);
      return cut && typeof value === "string" ? cut.join("") : cut || unknown(`a slice of ${textOf(value)}`);
    }
    const place = items && typeof index === "number" ? items[index < 0 ? index + items.length : index] : undefined;
    return place === undefined ? unknown(`${textOf(value)}[${textOf(index)}]`) : place;
  }

  /** @param {Value[]} given */
  const numbers = (given) => given.flat().map(Number);
  /** The functions that always are there. @type {Record<string, (...given: any[]) => Value>} */
  const BUILTINS = {
    len: (value) => (itemsOf(value) || { length: unknown("a length") }).length,
    range: (...ends) => {
      const [first, end, step = 1] = numbers(ends.length > 1 ? ends : [0, ...ends]);
      const many = step ? Math.ceil((end - first) / step) : 0;
      return Array.from({ length: Math.min(Math.max(many, 0), MOST_ITEMS) }, (_, n) => first + n * step);
    },
    list: (value = []) => itemsOf(value) || unknown("a list"),
    tuple: (value = []) => itemsOf(value) || unknown("a tuple"),
    reversed: (value) => [...(itemsOf(value) || [])].reverse(),
    enumerate: (value, start = 0) => (itemsOf(value) || []).map((item, n) => [n + start, item]),
    zip: (...all) => {
      const lists = all.map((one) => itemsOf(one) || []), shortest = Math.min(...lists.map((one) => one.length));
      return Array.from({ length: all.length ? shortest : 0 }, (_, n) => lists.map((one) => one[n]));
    },
    int: (value) => Math.trunc(Number(value)),
    float: Number,
    str: textOf,
    abs: (value) => Math.abs(Number(value)),
    round: (value) => Math.round(Number(value)),
    max: (...all) => Math.max(...numbers(all)),
    min: (...all) => Math.min(...numbers(all)),
    sum: (all) => numbers([all]).reduce((one, other) => one + other, 0),
    dict: () => ({ is: "dict", items: new Map() }),
    OrderedDict: (items = []) => items,
    ModuleList: (items = []) => items,
    ModuleDict: (items = { is: "dict", items: new Map() }) => items,
  };

  /** The program is too long to follow. */
  class Exhausted extends Error {}

  /** Names, and those around them. */
  class Scope {
    /** @param {Scope|null} outer */
    constructor(outer) {
      this.outer = outer;
      /** @type {Map<string, Value>} */
      this.names = new Map();
    }

    /** @param {string} name @returns {Value} */
    get(name) {
      if (this.names.has(name)) return this.names.get(name);
      return this.outer ? this.outer.get(name) : undefined;
    }
  }

  /**
   * What a class, or one that it is derived from, has of this name.
   * @param {Value} made @param {string} name @returns {Value}
   */
  function memberOf(made, name) {
    if (!made || made.is !== "class") return undefined;
    if (made.members.has(name)) return made.members.get(name);
    return made.bases.map((/** @type {Value} */ base) => memberOf(base, name)).find(Boolean);
  }

  /** A call of a builtin with known values, or undefined. @param {string} path @param {Value[]} given */
  function callBuiltin(path, given) {
    const name = path.startsWith("nn.Module") ? path.slice(3) : path;
    if (!Object.hasOwn(BUILTINS, name)) return undefined;
    if (given.some(isUnknown)) return unknown(`${name}(${given.map(textOf).join(", ")})`);
    const found = BUILTINS[name](...given);
    return typeof found === "number" && !Number.isFinite(found) ? unknown(`${name}(...)`) : found;
  }

  return {
    Exhausted, Scope, memberOf, unknown, isPlain, isUnknown, isNumber, truthOf, textOf, operate, itemsOf, itemAt,
    callBuiltin,
  };
})();
