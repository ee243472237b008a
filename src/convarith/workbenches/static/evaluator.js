var convarith = convarith || {};

/** Works out what expressions of a program are, as far as numbers, lists, classes and layers go. */
convarith.evaluator = (() => {
  "use strict";
  const {
    Exhausted, Scope, memberOf, unknown, isPlain, truthOf, textOf, operate, itemsOf, itemAt, callBuiltin,
  } = convarith.python;

  /** @typedef {InstanceType<typeof Scope>} Names */

  const FUEL = 20_000; // statements and calls that are followed
  const DEEPEST = 40;

  /** Lists are copied into lists: none holds itself. @param {Value} value @returns {Value} */
  const kept = (value) => (Array.isArray(value) ? [...value] : value);

  /** @type {Record<string, (list: Value[], ...given: Value[]) => void>} */
  const ON_LISTS = {
    append: (list, item) => list.push(kept(item)),
    extend: (list, items) => list.push(...(itemsOf(items) || [])),
    insert: (list, at, item) => list.splice(Number(at), 0, kept(item)),
  };

  class Evaluator {
    /** @param {Host} host what knows of layers and tensors */
    constructor(host) {
      this.host = host;
      this.fuel = FUEL;
      this.depth = 0;
      this.globals = new Scope(null);
      this.globals.names.set("__name__", "__main__");
    }

    /** One statement or call more. */
    burn() {
      if (--this.fuel < 0) throw new Exhausted();
    }

    /** What a block returns: the statements know. @param {Code[]} _body @param {Names} _scope @returns {Value} */
    run(_body, _scope) {
      return undefined;
    }

    /** @param {Code} code @param {Names} scope @returns {Value} */
    evaluate(code, scope) {
      /** @param {Code} one */
      const at = (one) => this.evaluate(one, scope);
      switch (code.type) {
        case "constant": return code.value;
        case "name": return this.look(code.name, scope);
        case "list": return this.spread(code.items, scope);
        case "pair": return [at(code.left), at(code.right)];
        case "dict": return this.dict(this.spread(code.items, scope));
        case "attribute": return this.attribute(at(code.of), code.name);
        case "subscript": return this.subscript(at(code.of), code.items.map(at), code.line);
        case "unary": return this.unary(code.sign, at(code.of));
        case "binary": return this.binary(code, scope);
        case "choice": return at(truthOf(at(code.test)) === false ? code.no : code.yes);
        case "loop": return this.comprehend(code, scope);
        case "call": return this.callCode(code, scope);
        default: return unknown(code.text || "this");
      }
    }

    /** @param {string} name @param {Names} scope @returns {Value} */
    look(name, scope) {
      const found = scope.get(name);
      return found === undefined ? { is: "path", path: name } : found;
    }

    /** @param {Value[]} pairs @returns {Value} */
    dict(pairs) {
      const items = new Map();
      for (const pair of pairs) if (Array.isArray(pair)) items.set(pair[0], pair[1]);
      return { is: "dict", items };
    }

    /** Values, of which those with a star are several. @param {Code[]} items @param {Names} scope @returns {Value[]} */
    spread(items, scope) {
      return items.flatMap((item) => {
        const value = this.evaluate(item.type === "star" ? item.of : item, scope);
        return (item.type === "star" && itemsOf(value)) || [value];
      });
    }

    /** @param {Value} value @param {Value[]} index @param {number} line @returns {Value} */
    subscript(value, index, line) {
      if (!isPlain(value) && value.is === "tensor") return this.host.method(value, "[...]", [], {}, line);
      return itemAt(value, index.length === 1 ? index[0] : index);
    }

    /** @param {string} sign @param {Value} value @returns {Value} */
    unary(sign, value) {
      const truth = truthOf(value);
      if (sign === "not") return truth === null ? unknown(`not ${textOf(value)}`) : !truth;
      return sign === "-" && typeof value === "number" ? -value : value;
    }

    /** @param {Code} code @param {Names} scope @returns {Value} */
    binary({ sign, left, right, line }, scope) {
      const one = this.evaluate(left, scope), truth = truthOf(one);
      if ((sign === "and" && truth === false) || (sign === "or" && truth)) return one;
      const other = this.evaluate(right, scope);
      if (sign === "and" || sign === "or") return truth === null ? unknown(`${textOf(one)} ${sign} ...`) : other;
      const tensors = [one, other].some((value) => !isPlain(value) && value.is === "tensor");
      return tensors ? this.host.operate(sign, one, other, line) : operate(sign, one, other);
    }

    /** @param {Code} code @param {Names} scope @returns {Value} */
    comprehend({ item, target, over, tests }, scope) {
      const items = itemsOf(this.evaluate(over, scope));
      if (!items) return unknown("a comprehension");
      const inner = new Scope(scope);
      return items.flatMap((one) => {
        this.burn();
        this.bind(target, one, inner);
        const left_out = tests.some((/** @type {Code} */ test) => truthOf(this.evaluate(test, inner)) === false);
        return left_out ? [] : [this.evaluate(item, inner)];
      });
    }

    /** Gives names to a value, or to its items. @param {Code} target @param {Value} value @param {Names} scope */
    bind(target, value, scope) {
      if (target.type === "name") scope.names.set(target.name, value);
      if (target.type !== "list") return;
      const items = Array.isArray(value) && value.length === target.items.length ? value : [];
      target.items.forEach((/** @type {Code} */ one, /** @type {number} */ n) => {
        const part = value && value.is === "tensor" ? value : unknown(`a part of ${textOf(value)}`);
        this.bind(one, n in items ? items[n] : part, scope);
      });
    }

    /** @param {Value} value @param {string} name @returns {Value} */
    attribute(value, name) {
      if (isPlain(value)) return { is: "bound", of: value, name };
      if (value.is === "path") return { is: "path", path: `${value.path}.${name}` };
      if (value.is === "unknown") return unknown(`${value.text}.${name}`);
      const found = value.is === "object" && value.fields.has(name) ? value.fields.get(name) : undefined;
      if (found !== undefined) return found;
      const member = memberOf(value.is === "object" ? value.made : value, name);
      if (member && member.is === "function" && value.is === "object") return { ...member, self: value };
      if (member !== undefined) return member;
      const number = value.is === "layer" ? this.host.numberOf(value, name) : undefined;
      return number === undefined ? { is: "bound", of: value, name } : number;
    }

    /** @param {Code} code @param {Names} scope @returns {Value} */
    callCode({ of, given, line }, scope) {
      this.burn();
      const callee = this.evaluate(of, scope);
      /** @type {Value[]} */
      const positional = [];
      /** @type {Record<string, Value>} */
      const named = {};
      for (const { name, star, value } of /** @type {Argument[]} */ (given)) {
        const found = this.evaluate(value, scope);
        if (name) named[name] = found;
        else if (star === "*") positional.push(...(itemsOf(found) || [found]));
        else if (!star) positional.push(found);
        else if (found && found.is === "dict") Object.assign(named, Object.fromEntries(found.items));
      }
      if (callee && callee.path === "super") return scope.get("super()") || unknown("super()");
      return this.call(callee, positional, named, line);
    }

    /**
     * @param {Value} callee @param {Value[]} given @param {Record<string, Value>} named @param {number} line
     * @returns {Value}
     */
    call(callee, given, named, line) {
      if (isPlain(callee)) return unknown(`${textOf(callee)}()`);
      switch (callee.is) {
        case "function": return this.callFunction(callee, callee.self ? [callee.self, ...given] : given, named);
        case "class": return this.instantiate(callee, given, named, line);
        case "bound": return this.callMethod(callee, given, named, line);
        case "path": return callBuiltin(callee.path, given) ?? this.host.construct(callee.path, given, named, line);
        case "unknown": return this.host.construct(callee.text, given, named, line);
        default: return this.host.apply(callee, given, line);
      }
    }

    /**
     * @param {Value} bound @param {Value[]} given @param {Record<string, Value>} named @param {number} line
     * @returns {Value}
     */
    callMethod({ of, name }, given, named, line) {
      if (Array.isArray(of)) {
        if (Object.hasOwn(ON_LISTS, name)) ON_LISTS[name](of, ...given);
        return null;
      }
      if (of && of.is === "dict") return this.callOnDict(of, name, given);
      if (of && of.is === "super") {
        const method = of.made.bases.map((/** @type {Value} */ base) => memberOf(base, name)).find(Boolean);
        if (method) return this.callFunction(method, [of.self, ...given], named);
        return this.host.method(of.self, name, given, named, line);
      }
      return isPlain(of) ? unknown(`${textOf(of)}.${name}()`) : this.host.method(of, name, given, named, line);
    }

    /** @param {Value} dict @param {string} name @param {Value[]} given @returns {Value} */
    callOnDict({ items }, name, [key, other = null]) {
      if (name === "items") return [...items];
      if (name === "values") return [...items.values()];
      if (name === "get") return items.has(key) ? items.get(key) : other;
      return name === "keys" ? [...items.keys()] : unknown(`a dictionary's ${name}`);
    }

    /** @param {Value} callee @param {Value[]} given @param {Record<string, Value>} named @returns {Value} */
    callFunction(callee, given, named) {
      if (this.depth >= DEEPEST) return unknown(`${callee.name}()`);
      this.depth++;
      const scope = new Scope(callee.scope), rest = [...given];
      for (const { name, star, value } of /** @type {Argument[]} */ (callee.parameters)) {
        let found;
        if (star === "*") found = rest.splice(0);
        else if (star) found = { is: "dict", items: new Map(Object.entries(named)) };
        else if (rest.length) found = rest.shift();
        else if (Object.hasOwn(named, name)) found = named[name];
        else found = value ? this.evaluate(value, callee.scope) : { is: "path", path: name };
        scope.names.set(name, found);
      }
      if (callee.of) scope.names.set("super()", { is: "super", made: callee.of, self: given[0] });
      const returned = this.run(callee.body, scope);
      this.depth--;
      return returned === undefined ? null : returned;
    }

    /**
     * @param {Value} made @param {Value[]} given @param {Record<string, Value>} named @param {number} line
     * @returns {Value}
     */
    instantiate(made, given, named, line) {
      const one = this.host.object(made.name, made, line), start = memberOf(made, "__init__");
      if (start) this.callFunction(start, [one, ...given], named);
      else this.host.method(one, "__init__", given, named, line);
      return one;
    }
  }

  return { Evaluator };
})();
