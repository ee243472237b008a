var convarith = convarith || {};

/** Follows the statements of a program as far as they build a network; nothing else is done. */
convarith.interpreter = (() => {
  "use strict";
  const { Scope, unknown, isUnknown, truthOf, itemsOf } = convarith.python;
  const { Evaluator } = convarith.evaluator;

  /** @typedef {InstanceType<typeof Scope>} Names */

  /** Whether a statement may give layers to something. @param {Code} statement */
  function mayBuild({ type, value }) {
    return type === "assign" || (type === "value" && value.type === "call" && value.of.name === "add");
  }

  class Interpreter extends Evaluator {
    /** What a block returns, or undefined. @override @param {Code[]} body @param {Names} scope @returns {Value} */
    run(body, scope) {
      for (const statement of body) {
        const returned = this.execute(statement, scope);
        if (returned !== undefined) return returned;
      }
      return undefined;
    }

    /** @param {Code} statement @param {Names} scope @returns {Value} */
    execute(statement, scope) {
      this.burn();
      const { type, value, targets, body } = statement;
      switch (type) {
        case "assign": {
          const found = this.evaluate(value, scope);
          for (const target of targets) this.bind(target, found, scope);
          return undefined;
        }
        case "value": return void this.evaluate(value, scope);
        case "return": return value ? this.evaluate(value, scope) : null;
        case "def": {
          scope.names.set(statement.name, this.host.created({ is: "function", ...statement, scope }));
          return undefined;
        }
        case "class": return this.define(statement, scope);
        case "if": return this.choose(statement, scope);
        case "for": return this.loop(statement, scope);
        default: return this.run(body, scope);
      }
    }

    /** @param {Code} statement @param {Names} scope */
    define({ name, bases, body, line }, scope) {
      const inner = new Scope(scope);
      const made = { is: "class", name, members: inner.names, line, bases: [] };
      made.bases = bases.map((/** @type {Code} */ base) => this.evaluate(base, scope));
      scope.names.set(name, this.host.created(made));
      this.run(body, inner);
      for (const member of inner.names.values()) if (member && member.is === "function") member.of = made;
    }

    /** @param {Code} statement @param {Names} scope @returns {Value} */
    choose({ test, body, no, line }, scope) {
      const found = truthOf(this.evaluate(test, scope));
      if (found !== null) return this.run(found ? body : no, scope);
      // A guard against sizes that differ is of no use where they do not.
      const guess = test.sign !== "!=", { changes } = this.host, returned = this.run(guess ? body : no, scope);
      const why = `Whether this is true is not known, so it is read as ${guess ? "true" : "false"}`;
      if (this.host.changes > changes || (!guess && body.some(mayBuild))) this.host.note(line, why);
      return returned;
    }

    /** @param {Code} statement @param {Names} scope @returns {Value} */
    loop({ target, over, body, line }, scope) {
      const items = itemsOf(this.evaluate(over, scope)), { changes } = this.host;
      for (const item of items || [unknown("an item")]) {
        if (target) this.bind(target, item, scope);
        const returned = this.run(body, scope);
        if (returned !== undefined) return returned;
      }
      if (!items && this.host.changes > changes) {
        this.host.note(line, "What this loop runs over is not known, so its body is read once");
      }
      return undefined;
    }

    /** @override @param {Code} target @param {Value} value @param {Names} scope */
    store(target, value, scope) {
      if (target.type === "attribute") {
        let owner = this.evaluate(target.of, scope);
        if (isUnknown(owner) && owner.path === "self") { // of a class that the text does not have
          owner = this.host.object("", null, target.line);
          this.globals.names.set("self", owner);
        }
        if (owner && owner.is === "object") this.host.adopt(owner, target.name, value);
      }
      if (target.type !== "subscript") return;
      const owner = this.evaluate(target.of, scope);
      const [key] = target.items.map((/** @type {Code} */ one) => this.evaluate(one, scope));
      if (owner && owner.is === "dict") owner.items.set(key, value);
    }
  }

  return { Interpreter };
})();
