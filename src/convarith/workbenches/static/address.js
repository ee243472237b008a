var convarith = convarith || {};

/** What a workbench shows, in the address of its page. */
convarith.address = (() => {
  "use strict";
  const { networkFragment } = convarith.links;
  const { FRAMEWORKS } = convarith.code;

  /** @type {Opened} */
  const USUAL = { text: "", input: "", chosen: 0, code: "keras", tried: "", at: "" };

  /** What an address says, without what is usual. @param {Opened} asked */
  const fragmentOf = ({ text, input, chosen, code, tried, at }) => networkFragment({
    input, chosen, ...(code !== USUAL.code && { code }), ...(tried && { tried }), ...(at && { at }), text,
  });

  /** @param {string} hash @returns {Partial<Opened>} */
  function askedIn(hash) {
    /** @type {any} */
    const asked = {};
    for (const part of hash.slice(1).split("&")) {
      const [name, value = ""] = part.split("=");
      if (!(name in USUAL)) continue;
      try {
        const said = decodeURIComponent(value);
        if (name !== "code" || Object.hasOwn(FRAMEWORKS, said)) asked[name] = name === "chosen" ? Number(said) : said;
      } catch {
        // A link that was cut off in the middle of a letter: what is left of it is not this part.
      }
    }
    return asked;
  }

  return { USUAL, fragmentOf, askedIn };
})();
