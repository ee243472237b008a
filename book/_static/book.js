// A page opened from a folder may not read its neighbours: search then lists titles only.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
// What is wider than its column scrolls, by keys too: the theme gives code a tab stop, this tables and formulas.
const stops = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const box = target.closest(".pst-scrollable-table-container, div.math");
    const scrolls = box.querySelector(":scope > mjx-container") ?? box;
    if (scrolls.scrollWidth > scrolls.clientWidth) scrolls.tabIndex = 0;
    else scrolls.removeAttribute("tabindex");
  }
});
document
  .querySelectorAll(".pst-scrollable-table-container, .pst-scrollable-table-container > table, div.math")
  .forEach((element) => stops.observe(element));
