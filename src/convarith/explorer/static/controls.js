var convarith = convarith || {};

/** The controls of an explorer as HTML. Each bears the name of what it sets. */
convarith.controls = (() => {
  "use strict";
  const { SLIDERS, limitsOf } = convarith.state;
  const { FRAMEWORKS } = convarith.code;

  /** Milliseconds from one step to the next. */
  const SPEEDS = [["1200", "slow"], ["500", "normal"], ["150", "fast"]];

  /** @param {string[][]} choices */
  function options(choices) {
    return choices.map(([value, text]) => `<option value="${value}">${text}</option>`).join("");
  }

  /** @param {string} name @param {string} label @param {Record<string, string>} choices */
  function chooser(name, label, choices) {
    const all = options(Object.entries(choices));
    return `<label data-of="${name}">${label} <select name="${name}">${all}</select></label>`;
  }

  /**
   * A row of buttons of which one is down.
   * @param {string} name @param {string} label @param {Record<string, string>} choices
   */
  function tabs(name, label, choices) {
    const all = Object.entries(choices).map(([value, text]) => (
      pushButton(name, text, value).replace(">", ' aria-pressed="false">')));
    return `<div class="cv-tabs" data-of="${name}" role="group" aria-label="${label}">${all.join("")}</div>`;
  }

  /** @param {string} name @param {string} text @param {string} [value] @param {string} [title] more of it in words */
  const pushButton = (name, text, value = "", title = "") => (
    `<button type="button" name="${name}" value="${value}"${title && ` title="${title}"`}>${text}</button>`);

  /** @param {string} name @param {string} label */
  function checkbox(name, label) {
    return `<label data-of="${name}"><input type="checkbox" name="${name}"> ${label}</label>`;
  }

  /**
   * A labelled slider, with a field to type into.
   * @param {string} id of the explorer @param {string} name @param {State} initial
   */
  function slider(id, name, initial, end = "", text = "") {
    const [low, high] = limitsOf(name, initial);
    const { label: named, term } = SLIDERS[name];
    const label = named + text, full = `${name}${end}`;
    const range = `type="range" id="${id}-${full}" name="${full}" min="${low}" max="${high}" step="1"`;
    const field = `type="text" inputmode="numeric" name="${full}-typed" autocomplete="off"`;
    const title = `<label for="${id}-${full}"><span class="cv-term" data-term="${term || ""}">${label}</span></label>`;
    return `<div class="cv-control" data-of="${full}">${title}`
      + `<input ${range}><input ${field} aria-label="${label}, typed"></div>`;
  }

  /** A labelled number to type. @param {string} id of the explorer @param {string} name */
  function numberField(id, name) {
    const { label } = SLIDERS[name], typed = 'type="text" inputmode="numeric" autocomplete="off" size="4"';
    const field = `<input ${typed} id="${id}-${name}" name="${name}-typed" aria-label="${label}, typed">`;
    return `<label data-of="${name}" for="${id}-${name}">${label} ${field}</label>`;
  }

  /** @param {string} framework @param {string} name */
  function codeBlock(framework, name) {
    const described = `tabindex="0" role="group" aria-label="${framework} code"`;
    const copy = pushButton(`copy-${name}`, "Copy");
    return `<div><b>${framework}</b> ${copy}<pre class="cv-${name}" ${described}></pre></div>`;
  }

  /** Everything of a panel, in its order: the picture first. @param {any} panel */
  function shellOf(panel) {
    const link = panel.setup.link ? pushButton("link", "Copy link") : "";
    const saved = [["svg", "SVG"], ["png", "PNG"], ["film", "animation"]].map(([name, text]) => pushButton(name, text));
    const code = Object.entries(FRAMEWORKS).map(([name, { title }]) => codeBlock(title, name)).join("");
    return `
${panel.head()}
<div class="cv-main">
  <div class="cv-stage"><div class="cv-grids"></div><p class="cv-problem" role="alert"></p></div>
  <div class="cv-side">
    <p class="cv-result"></p>
    <p class="cv-goal" aria-live="polite"></p>
    <div class="cv-sliders">${panel.controls()}</div>
    <div class="cv-choices">${panel.choices()}</div>
  </div>
</div>
<div class="cv-player">
  <button type="button" name="back" aria-label="Step back">◀</button>
  <button type="button" name="play" aria-label="Play" aria-pressed="false">Play</button>
  <button type="button" name="forward" aria-label="Step forward">▶</button>
  <label class="cv-steps"><span class="cv-step">${panel.stepName}</span>
    <input type="range" name="step" min="0" max="0" step="1"></label>
  <select name="speed" aria-label="speed">${options(SPEEDS)}</select>
</div>
<div class="cv-told"><p class="cv-said" aria-live="polite"></p><p class="cv-sum"></p></div>
<div class="cv-formula"></div>
${panel.foot()}
<div class="cv-tools">${pushButton("reset", "Reset")}${link}${pushButton("full", "Full window")}${panel.tools()}</div>
<div class="cv-tools" role="group" aria-label="Save the picture">Save: ${saved.join("")}</div>
<details class="cv-code"><summary>The same as code</summary><div class="cv-codes">${code}</div></details>`;
  }

  /** Takes one step after the other, at the speed that is chosen, until there is none. */
  class Player {
    /** @param {any} button @param {any} speed @param {() => boolean} step whether there is one more */
    constructor(button, speed, step) {
      this.button = button;
      this.speed = speed;
      this.step = step;
      /** @type {number | undefined} */
      this.timer = undefined;
    }

    get isOn() { return this.timer !== undefined; }

    start() {
      this.stop();
      this.timer = window.setInterval(() => { if (!this.step()) this.stop(); }, Number(this.speed.value));
      this.label("Pause");
    }

    stop() {
      window.clearInterval(this.timer);
      this.timer = undefined;
      this.label("Play");
    }

    /** @param {string} text */
    label(text) {
      this.button.textContent = text;
      this.button.setAttribute("aria-label", text);
      this.button.setAttribute("aria-pressed", this.isOn);
    }
  }

  /** What has been done, on the button and for screen readers, for a moment. @param {HTMLElement} button */
  function tellDone(button, text = "Copied") {
    const before = button.dataset.before || button.textContent || "";
    button.dataset.before = before;
    button.textContent = text;
    window.setTimeout(() => { button.textContent = before; }, 1500);
  }

  /** Copies, and says so on the button. @param {string} text @param {HTMLElement} button */
  function copyText(text, button) {
    const done = () => tellDone(button);
    const byHand = () => {
      const area = document.createElement("textarea");
      area.value = text;
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      done();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  }

  let made = 0;

  /** An id that nothing else on the page has: a notebook may load this script more than once. */
  function newId() {
    do made += 1; while (document.querySelector(`[id^="cv${made}-"]`));
    return `cv${made}`;
  }

  return {
    options, slider, numberField, chooser, tabs, pushButton, checkbox, shellOf, Player, tellDone, copyText, newId,
  };
})();
