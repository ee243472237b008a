"""What there is to read: the height of each chapter at 1280 pixels, its words, its lines of code in sight.

`python bench/pages.py [SITE]`; `make bench` runs it.
"""

import sys
from pathlib import Path

import chromium
from browsing import SITE
from playwright.sync_api import sync_playwright

MEASURE = """() => {
  const article = document.querySelector("article");
  const seen = (element) => element.checkVisibility() && !element.closest("summary");
  const code = [...article.querySelectorAll(".cell_input pre")].filter(seen);
  const prose = [...article.querySelectorAll("p, li, td, th, h1, h2, h3")]
    .filter((element) => seen(element) && !element.closest(".cell_output, .cell_input"))
    .map((element) => element.innerText);
  return [
    document.documentElement.scrollHeight,
    prose.join(" ").split(/\\s+/).filter((word) => /\\w/.test(word)).length,
    code.map((block) => block.innerText.trim().split("\\n").length).reduce((a, b) => a + b, 0),
  ];
}"""

# Formulas are taller when they are set.
TYPESET = "() => window.MathJax?.startup?.promise?.then(() => null)"


def measure(site: Path = SITE) -> dict[str, tuple[int, int, int]]:
    """Pixels, words and lines of code in sight, by chapter."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.get())
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        found = {}
        for path in sorted(site.glob("book/[0-9]*.html")):
            if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8"):  # which leads on
                page.goto(path.as_uri(), wait_until="networkidle")
                page.evaluate(TYPESET)
                found[path.stem] = tuple(page.evaluate(MEASURE))
        browser.close()
    return found


def main() -> None:
    """Prints one line a chapter."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    for chapter, (pixels, words, lines) in measure(site).items():
        print(f"{chapter:38}{pixels:8,} px{words:8,} words{lines:6} lines of code in sight")


if __name__ == "__main__":
    main()
