// The bar above the gallery: which animations are shown, and one button that pauses all of them.
{
  const cards = [...document.querySelectorAll(".gallery-card")];
  const halls = [...document.querySelectorAll(".gallery")];
  const NAMES = ["padding", "uneven-padding", "stride", "dilation", "transposed", "pooling"];
  const bar = document.createElement("form");
  bar.className = "gallery-bar";
  const kinds = document.createElement("fieldset");
  kinds.innerHTML = "<legend>Show</legend>";
  const said = document.createElement("output");
  const all = document.createElement("button");
  all.type = "button";

  const matching = (name) => cards.filter((card) => !name || card.classList.contains(`kind-${name}`));
  const show = (name) => {
    const kept = new Set(matching(name));
    for (const card of cards) card.hidden = !kept.has(card);
    for (const hall of halls) hall.hidden = !hall.querySelector(".gallery-card:not([hidden])");
    said.textContent = `${kept.size} of ${cards.length} settings`;
  };
  for (const name of ["", ...NAMES]) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = "kind";
    radio.value = name;
    radio.checked = !name;
    radio.addEventListener("change", () => show(name));
    label.append(radio, name ? name.replace("-", " ") : "everything");
    kinds.append(label);
  }

  const moving = () => document.querySelectorAll('.convarith-animation[data-motion="playing"]');
  const still = () => document.querySelectorAll('.convarith-animation[data-motion="paused"]');
  const label = () => {
    all.textContent = moving().length ? "Pause all" : "Play all";
  };
  all.addEventListener("click", () => {
    for (const one of moving().length ? moving() : still()) one.querySelector('[data-what="pause"]').click();
  });
  document.addEventListener("motion", label);
  label();
  show("");
  bar.append(kinds, all, said);
  halls[0].before(bar);
}
