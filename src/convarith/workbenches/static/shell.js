var convarith = convarith || {};

/** The workbench as HTML, with nothing in it yet. */
convarith.shell = (() => {
  "use strict";
  const { pushButton } = convarith.controls;
  const { FRAMEWORKS } = convarith.code;
  const { LEGEND } = convarith.results;
  const { toolbar } = convarith.toolbars;
  const { fold } = convarith.backwards;
  const { EXAMPLES, KINDS } = convarith.examples;

  /** What is done with the line of a layer. */
  const TOOLS = { up: "Move up", down: "Move down", again: "Repeat", out: "Remove" };

  /** @param {boolean} link whether it stands on a page that has an address */
  function shellOf(link) {
    const examples = EXAMPLES.map(({ name }, n) => pushButton("example", name, String(n)));
    const adds = KINDS.map((kind) => pushButton("add", kind, kind));
    const codes = Object.entries(FRAMEWORKS).map(([name, { title }]) => pushButton("code", title, name));
    const tools = Object.entries(TOOLS).map(([name, text]) => pushButton(name, text));
    const taken = [["csv", "Copy as CSV"], ["markdown", "Copy as Markdown"], ["link", "Copy link"]]
      .filter(([name]) => name !== "link" || link).map(([name, text]) => pushButton(name, text));
    const copied = link ? pushButton("link", "Copy link") : "";
    const more = link ? '<p>More on these words: <a href="notation.html">notation</a>.</p>' : "";
    return `
<div class="cw-head"><div class="cw-top">
  <div class="cw-source">
    <label>A network, in Keras or PyTorch: its source, or what <code>print(model)</code> prints
      <textarea class="cw-text" rows="14" spellcheck="false" autocomplete="off" autocapitalize="off"></textarea></label>
  </div>
  <div class="cw-answer">
    <div class="cw-row"><label>Input <input class="cw-input" type="text" autocomplete="off" size="16"></label>
      <span class="cw-order"></span> <button type="button" name="undo" hidden>Undo</button></div>
    <p class="cw-asks" role="status"></p>
    <p class="cw-did" role="status"></p>
    <div class="cw-verdict" aria-live="polite"></div>
    <ul class="cw-notes"></ul>
  </div>
  <div class="cw-build">
    ${toolbar("Examples", `Examples: ${examples.join("")}`)}
    ${toolbar("Add a layer", `Add: ${adds.join("")}`)}
  </div>
</div></div>
<div class="cw-boxes" tabindex="0" role="group" aria-label="The shapes, one after the other"></div>
<div class="cw-layers">
  ${toolbar("The chosen layer", `<span class="cw-which"></span> ${tools.join("")}`, "cw-tools")}
  <form class="cw-table" aria-label="Layer by layer"></form>
</div>
<div class="cw-row">${toolbar("Copy the results", taken.join(""))} <span class="cw-copied" role="status"></span></div>
<details class="cw-legend"><summary>What the columns mean</summary><dl>${LEGEND}</dl>${more}</details>
<div class="cw-chosen">
  <div class="cw-field"><h2>What an output sees</h2>
    <canvas class="cw-canvas" title="A click keeps the output" tabindex="0" role="img"
      aria-label="The input, and in it what one output sees"></canvas>
    <p class="cw-seen" aria-live="polite"></p>
    <p class="cw-credit">Photograph: <a href="https://www.flickr.com/photos/danielbuechele/6061409035">Daniel
      Büchele</a>, <a href="https://creativecommons.org/licenses/by/2.0/">CC BY 2.0</a>, cropped</p>
    <label>Drop an image on it, or choose one; it stays on this page.
      <input class="cw-file" type="file" accept="image/*"></label></div>
  <div class="cw-written">
    ${toolbar("The same as code", `The same in ${codes.join("")} ${pushButton("copy-code", "Copy")}`)}
    <pre class="cw-code" tabindex="0" role="group" aria-label="code"></pre></div>
</div>
<p class="cw-about"></p>
<div class="cw-row cw-trying" hidden>${pushButton("put", "Put this into the network")}
  <button type="button" name="take-back" hidden>Undo</button> ${copied} <span class="cw-put" role="status"></span></div>
<div class="cw-layer"></div>
${fold()}`;
  }

  return { TOOLS, shellOf };
})();
