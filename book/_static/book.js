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
// The search takes a page only if it has every word. A pasted message has words that no page has, such as its own
// numbers: of many words, those are looked for that the book knows. (The name is the one that Sphinx asks for.)
globalThis.splitQuery = (query) => {
  const words = query.split(/[^\p{Letter}\p{Number}_]+/u).filter(Boolean);
  if (words.length < 5 || typeof Search === "undefined" || !Search.hasIndex()) return words;
  const { terms, titleterms } = Reflect.get(Search, "_index"), stemmer = new Stemmer();
  const known = (word) => Object.hasOwn(terms, word) || Object.hasOwn(titleterms, word);
  const kept = words.filter((word) => /^\D..+/.test(word) && known(stemmer.stemWord(word.toLowerCase())));
  return kept.length ? kept : words;
};
// Results quote the text of a page, not the menus above it, nor the list of contents that paper has.
addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  const { htmlToText } = Search;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".bd-header-article, .onlyprint").forEach((part) => part.remove());
    return htmlToText(page.documentElement.outerHTML, anchor);
  };
});
