// A page opened from a folder may not read its neighbours: search then lists titles only.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
// What is wider than its column scrolls, by keys too: the theme gives code a tab stop, this tables and formulas.
const stops = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const scrolls = target.querySelector(":scope > mjx-container") ?? target;
    if (scrolls.scrollWidth > scrolls.clientWidth) scrolls.tabIndex = 0;
    else scrolls.removeAttribute("tabindex");
  }
});
document
  .querySelectorAll(".pst-scrollable-table-container, div.math")
  .forEach((element) => stops.observe(element));
