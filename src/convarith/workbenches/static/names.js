var convarith = convarith || {};

/** How what is written in the brackets of a layer becomes its numbers, whatever framework it is of. */
convarith.names = (() => {
  "use strict";
  const { isNumber, isUnknown, textOf } = convarith.python;

  /** Something in the brackets is not understood: a sentence. */
  class Unread extends Error {}

  /** What is written in the brackets of a layer or function, under the names of its parameters. */
  class Given {
    /** @param {string} type @param {Record<string, Value>} values */
    constructor(type, values) {
      this.type = type;
      this.values = values;
    }

    /** Says what is wrong with an argument. @param {string} name @param {string} what @returns {never} */
    blame(name, what) {
      const value = this.values[name];
      const why = isUnknown(value) ? "which is not known" : `which is ${what}`;
      throw new Unread(`${name} of ${this.type} is ${textOf(value)}, ${why}`);
    }

    /** A whole number. @param {string} name @returns {number} */
    number(name) {
      const value = this.values[name];
      return Number.isSafeInteger(value) ? value : this.blame(name, "not a whole number");
    }

    /** A whole number, or null where there is none. @param {string} name */
    numberOrNone(name) {
      return this.values[name] === null ? null : this.number(name);
    }

    /**
     * Numbers, one for each axis; one that stands for all is repeated. With least: also others than whole ones.
     * @param {string} name @param {number} rank @returns {number[]}
     */
    axes(name, rank, whole = true) {
      const value = this.values[name], all = Array.isArray(value) ? value : Array(rank).fill(value);
      const good = all.every((one) => (whole ? Number.isSafeInteger(one) : isNumber(one)));
      if (good && all.length === 1) return Array(rank).fill(all[0]);
      if (good && all.length === rank) return all;
      return this.blame(name, rank === 1 ? "not a number" : `not a number for each of ${rank} axes`);
    }

    /** @param {string} name @returns {boolean} */
    flag(name) {
      const value = this.values[name];
      return value === null || isNumber(value) ? Boolean(value) : this.blame(name, "not True or False");
    }

    /** @param {string} name @returns {string} */
    word(name) {
      const value = this.values[name];
      if (typeof value === "string") return value;
      return value && value.is === "path" ? value.path : this.blame(name, "not a word"); // printed ones have no quotes
    }

    /** Whether something was given. @param {string} name */
    has(name) {
      return this.values[name] !== null && this.values[name] !== undefined;
    }
  }

  /** @type {Map<string, {name: string, needed: boolean, usual: Value}[]>} */
  const signatures = new Map();
  /** @type {Record<string, Value>} */
  const WORDS = { None: null, True: true, False: false };

  /** The parameters of a signature: "kernel_size! stride=1 padding". @param {string} signature */
  function parametersOf(signature) {
    const found = signatures.get(signature) || signature.split(" ").filter(Boolean).map((written) => {
      const [, name, needed, usual = "None"] = /** @type {string[]} */ (/^(\w+)(!?)(?:=(.*))?$/.exec(written));
      const value = usual in WORDS ? WORDS[usual] : Number.isNaN(Number(usual)) ? usual : Number(usual);
      return { name, needed: Boolean(needed), usual: value };
    });
    signatures.set(signature, found);
    return found;
  }

  /**
   * What is given, under its names; and why the framework would refuse it, or "".
   * @param {string} type @param {Entry} entry @param {Value[]} given @param {Record<string, Value>} named
   */
  function bind(type, { signature, also }, given, named) {
    if (signature === "*") return { values: new Given(type, { shape: given.flat() }), refusal: "" };
    const parameters = parametersOf(signature);
    /** @type {Record<string, Value>} */
    const values = {};
    let refusal = "";
    parameters.forEach(({ name, needed, usual }, n) => {
      const written = n < given.length || Object.hasOwn(named, name);
      values[name] = n < given.length ? given[n] : written ? named[name] : usual;
      if (needed && !written) refusal = refusal || `${type} needs ${name}`;
      if (n < given.length && Object.hasOwn(named, name)) refusal = refusal || `${type} has two values for ${name}`;
    });
    for (const name of Object.keys(named)) {
      if (!Object.hasOwn(values, name) && !also.test(name)) refusal = refusal || `${type} has no argument ${name}`;
    }
    return { values: new Given(type, values), refusal };
  }

  /**
   * The activation that follows a layer, or that it is, where its name does not say that: "" for one with
   * numbers of its own.
   * @param {LayerKind} kind @param {Given} bound @param {Value[]} given @param {Record<string, Value>} named
   */
  function activationOf(kind, { type, values }, given, named) {
    if (kind === "activation" && type !== "Activation") {
      const more = Object.entries(named).filter(([name]) => name !== "name" && name !== "dim");
      const hasNumbers = given.concat(more.map(([, value]) => value)).some((value) => typeof value !== "boolean");
      return hasNumbers ? { activation: "" } : {};
    }
    const word = kind === "activation" ? given[0] ?? named.activation : values.activation;
    if (word === undefined || word === null || word === "linear") return {};
    if (word.is === "layer") return { activation: word.made.activation === "" ? `${word.type}(…)` : word.type };
    return { activation: String(textOf(word).split(".").pop()) };
  }

  return { Unread, Given, parametersOf, bind, activationOf };
})();
