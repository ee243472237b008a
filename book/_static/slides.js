/* Fills a slide: pictures as large as there is room, and letters smaller where even small pictures leave too little. */
(() => {
  "use strict";
  const PICTURES = [2, 1.8, 1.6, 1.4, 1.2, 1, 0.85]; // as multiples of their own size
  const LETTERS = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];
  const SIZES = [...PICTURES.map((one) => [one, 1]), ...LETTERS.slice(1).map((one) => [0.85, one])];

  function isTooSmall(slide) {
    const { right } = slide.getBoundingClientRect();
    return slide.scrollHeight > slide.clientHeight
      || [...slide.querySelectorAll("table")].some((one) => one.getBoundingClientRect().right > right);
  }

  function fit(slide) {
    const { display } = slide.style;
    for (const [picture, letters] of SIZES) {
      slide.style.setProperty("--picture", picture);
      slide.style.setProperty("--letters", letters);
      // What is a container of its own, as the explorer is, keeps its old size until it has been away.
      slide.style.display = "none";
      slide.getBoundingClientRect();
      slide.style.display = display;
      if (!isTooSmall(slide)) return;
    }
  }

  // What is used on a slide may grow.
  const watch = new ResizeObserver(() => {
    const slide = Reveal.getCurrentSlide(), used = document.activeElement;
    if (!isTooSmall(slide)) return;
    fit(slide);
    used.focus({ preventScroll: true });
  });

  function show() {
    const slide = Reveal.getCurrentSlide();
    fit(slide);
    watch.disconnect();
    for (const part of slide.children) watch.observe(part);
  }

  Reveal.on("slidechanged", show);
  // On paper all slides are there, which reveal.js tells no screen reader.
  Reveal.on("pdf-ready", () => {
    document.querySelectorAll(".slides section").forEach((one) => one.removeAttribute("aria-hidden"));
    Reveal.getSlides().forEach(fit);
  });
  window.addEventListener("load", () => MathJax.startup.promise.then(show));
})();
