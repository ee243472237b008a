// Animations can be paused, and walked through. An image keeps its motion to itself, so each becomes a drawing of
// the page, in a shadow tree, where its style and its names stay its own. Without this script images move as they are.
const LESS_MOTION = matchMedia("(prefers-reduced-motion: reduce)");

class Motion {
  constructor(image) {
    this.wanted = !LESS_MOTION.matches; // playing, as far as the reader says
    this.seen = false; // on the screen
    const text = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
    const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    // Its style says how long a row takes, and in how many steps; and how long all of it does.
    const [, row, steps] = /\.c\{animation:c (\S+)s steps\((\d+)\)/.exec(text);
    const [, whole] = /\.r\{animation:r (\S+)s steps/.exec(text);
    this.frame = (1000 * row) / steps;
    this.frames = Math.round((1000 * whole) / this.frame);
    this.build(image, svg);
    const asking = (what) =>
      [...svg.querySelector("style").sheet.cssRules].find((rule) => rule.conditionText?.includes(what));
    asking("reduced-motion").media.mediaText = "not all"; // `wanted` knows
    this.dark = asking("color-scheme"); // of the system; the page may have been given another
    this.svg = svg;
    this.kept = (Math.floor(this.frames / 2) + 0.5) * this.frame * !this.wanted;
    this.setTheme();
    this.show(false);
  }

  build(image, svg) {
    const name = svg.querySelector("title").textContent;
    const picture = document.createElement("div");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", image.alt);
    svg.querySelector("title").remove(); // which would follow the pointer
    svg.removeAttribute("role");
    svg.setAttribute("aria-hidden", "true");
    svg.style.cssText = "display: block; max-width: 100%; height: auto";
    picture.attachShadow({ mode: "open" }).append(svg);
    const button = (label, what, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.dataset.what = what;
      made.textContent = label;
      made.setAttribute("aria-label", `${label}: ${name}`);
      made.addEventListener("click", act);
      return made;
    };
    this.toggle = button("Pause", "pause", () => {
      this.wanted = !this.wanted;
      this.update();
    });
    this.name = name;
    this.place = document.createElement("output");
    const controls = document.createElement("div");
    controls.className = "animation-controls";
    controls.append(this.toggle, button("Step", "step", () => this.step()), this.place);
    this.root = document.createElement("div");
    this.root.className = "convarith-animation";
    this.root.append(picture, controls);
    image.replaceWith(this.root);
  }

  get animations() {
    return this.svg.getAnimations({ subtree: true });
  }

  get time() {
    const [one] = this.animations;
    return (one?.currentTime ?? this.kept) % (this.frame * this.frames);
  }

  setTime(time) {
    this.kept = time;
    for (const one of this.animations) one.currentTime = time;
  }

  show(seen) {
    this.seen = seen;
    const [one] = this.animations; // another than before, or none, where it was taken off the page
    if (one !== this.known) this.setTime(this.kept);
    this.known = one;
    this.update();
  }

  step() {
    if (this.wanted) {
      this.wanted = false;
      this.update();
    }
    this.setTime(((Math.floor(this.time / this.frame) + 1) % this.frames + 0.5) * this.frame);
    this.say();
  }

  // What is out of sight stands still, too: it goes on where it was.
  update() {
    const plays = this.wanted && this.seen;
    const { time } = this;
    for (const one of this.animations) {
      if (plays) one.play();
      else one.pause();
    }
    if (!plays) this.setTime(time);
    this.say();
  }

  say() {
    const label = this.wanted ? "Pause" : "Play";
    this.toggle.textContent = label;
    this.toggle.setAttribute("aria-label", `${label}: ${this.name}`);
    this.root.dataset.motion = this.wanted ? "playing" : "paused";
    const frame = Math.floor(this.time / this.frame) + 1;
    this.place.innerHTML = this.wanted ? "" : `<span class="visually-hidden">frame </span>${frame} of ${this.frames}`;
    this.root.dispatchEvent(new Event("motion", { bubbles: true }));
  }

  setTheme() {
    const isDark = document.documentElement.dataset.theme === "dark";
    if (this.dark) this.dark.media.mediaText = isDark ? "all" : "not all";
  }
}

const motions = new Map();
for (const image of document.querySelectorAll("img.convarith-animation")) {
  const motion = new Motion(image);
  motions.set(motion.root, motion);
}
const inSight = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    motions.get(target).show(isIntersecting);
  }
});
motions.forEach((motion, root) => inSight.observe(root));
new MutationObserver(() => motions.forEach((motion) => motion.setTheme())).observe(document.documentElement, {
  attributeFilter: ["data-theme"],
});
