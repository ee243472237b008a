var convarith = convarith || {};

/** The explorer of the chosen layer, and what is done with what is tried in it. */
convarith.trial = (() => {
  "use strict";
  const { readFragment, writeFragment } = convarith.links;
  const { openExplorer } = convarith.start;
  const { withChange } = convarith.mending;
  const { shownOf, triedIn } = convarith.trying;

  const WAIT = 120; // milliseconds until a move is written into the text to see whether that can be done

  class Trial {
    /**
     * @param {HTMLElement} about what is said of the layer @param {HTMLElement} row of buttons
     * @param {HTMLElement} box of the explorer @param {(tried: string) => void} changed told of what is tried
     */
    constructor(about, row, box, changed) {
      this.about = about;
      this.row = row;
      this.box = box;
      this.changed = changed;
      /** @type {any} */
      this.explorer = null;
      /** @type {{text: string, reading: Reading, n: number}} */
      this.given = { text: "", reading: { framework: "", layers: [], input: null, notes: [] }, n: -1 };
      /** @type {number | undefined} */
      this.timer = undefined;
    }

    /**
     * @param {string} text @param {Reading} reading of it @param {number} n of the layer
     * @param {Counted | undefined} counted that layer @param {string} tried what is changed, as in a link
     */
    show(text, reading, n, counted, tried) {
      const { said, state } = counted ? shownOf(counted, n, reading.framework) : { said: "", state: null };
      this.given = { text, reading, n };
      this.about.innerHTML = said;
      this.row.hidden = !state;
      this.box.style.minHeight = `${this.box.offsetHeight}px`; // so that nothing is scrolled while it is empty
      this.box.replaceChildren();
      this.explorer = null;
      if (state) {
        const root = this.box.appendChild(document.createElement("div"));
        this.explorer = openExplorer(root, state, { changed: () => this.moved() });
        if (tried) this.explorer.set(readFragment(tried.split("&"), this.explorer.initial));
        this.draw();
      }
      this.box.style.minHeight = "";
    }

    /** Scrolls to the explorer, if there is one. */
    lead() {
      if (!this.explorer) return;
      const scroll = () => this.about.scrollIntoView();
      scroll();
      window.setTimeout(scroll, WAIT); // as rows on the way have their height only when they are drawn
    }

    /** Something is tried. */
    moved() {
      const { explorer } = this;
      if (!explorer) return;
      this.changed(writeFragment(explorer.state, explorer.initial).slice(1));
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.draw(), WAIT);
    }

    /** The text with what is tried in the line of the layer; or why it cannot be written. */
    get written() {
      const { text, n, reading: { layers, framework } } = this.given, { line } = layers[n];
      const { change, why } = triedIn(layers[n], this.explorer, framework);
      if (why) return { text: "", why };
      const found = withChange(text, layers, n, change), many = layers.filter((layer) => layer.line === line).length;
      const cannot = many > 1 ? `Line ${line} makes several layers: change it in the text.`
        : `No argument of line ${line} says this: change it in the text.`;
      return { text: found, why: found ? "" : cannot };
    }

    /** Says whether what is tried can be put into the network. */
    draw() {
      if (!this.explorer) return;
      const { why } = this.written;
      this.row.querySelector('[name="put"]')?.setAttribute("aria-disabled", String(Boolean(why)));
      this.say(why);
    }

    /** @param {string} said */
    say(said) {
      const place = this.row.querySelector(".cw-put");
      if (place) place.textContent = said;
    }
  }

  return { Trial };
})();
