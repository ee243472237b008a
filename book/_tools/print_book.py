"""Prints the whole book into one PDF: every page, explorers as pictures, answers unfolded, pages numbered.

Only the printed book knows on which page a section begins: the numbers of the contents are printed after it
and laid over its first pages. The cheat sheet is printed as a sheet of its own, too.

`python print_book.py pdf` (or sheet) puts them beside the built pages.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import Page, sync_playwright

import chromium
import handouts

ROOT = Path(__file__).parents[2]
WHOLE = ROOT / "_build" / "singlehtml"
STYLE = Path(__file__).with_name("print.css")
SHEET = Path(__file__).with_name("sheet.css")

# Unfolds everything and puts the contents before the first chapter. Chapters share names of sections, so
# each heading gets a name of its own.
PREPARE = """async () => {
  document.documentElement.dataset.theme = "light";
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  const contents = document.createElement("nav");
  contents.className = "print-contents";
  contents.innerHTML = "<p class=print-title>Contents</p>";
  const chapters = ".toctree-wrapper > section > ";
  document.querySelectorAll(`${chapters}h2, ${chapters}section > h3`).forEach((heading, n) => {
    heading.querySelectorAll(".headerlink").forEach((link) => link.remove());
    heading.id = `place-${n}`;
    const line = document.createElement("a");
    line.className = heading.localName;
    line.href = `#${heading.id}`;
    line.innerHTML = `<span>${heading.innerHTML}</span><span class="page"></span>`;
    contents.append(line);
  });
  document.querySelector(".toctree-wrapper").before(contents);
  const version = document.querySelector(".bd-footer-content .extra_footer");
  version.classList.add("print-version");
  document.querySelector(".bd-article h1").after(version);
  // An animation shows the frame in its middle, as where motion is unwanted, and not the one of the moment.
  document.querySelectorAll("img.convarith-animation").forEach((image) => {
    image.src = image.src.replace("prefers-reduced-motion:reduce", "min-width:0");
  });
  await Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => {});
  }));
}"""
NUMBER = """(pages) => {
  document.documentElement.classList.add("only-numbers");
  document.querySelectorAll(".print-contents a").forEach((line) => {
    line.querySelector(".page").textContent = pages[line.hash.slice(1)];
  });
}"""
# Light, with a title that says what it is away from the book, and at the foot the book's address and version.
PREPARE_SHEET = """async () => {
  document.documentElement.dataset.theme = "light";
  const title = document.querySelector(".bd-article h1");
  const letters = document.querySelector("#letters-and-colours");
  title.textContent = "Convolution arithmetic on one page";
  title.after(letters.querySelector("p")); // which the first column has room for
  letters.remove();
  const foot = document.createElement("p");
  foot.className = "sheet-foot";
  const said = document.querySelector(".bd-footer-content .extra_footer").textContent.trim();
  const book = new URL("../", document.querySelector("link[rel=canonical]").href).href;
  foot.textContent = `${book} ${said.split(" Text")[0]} CC BY 4.0.`;
  document.querySelector(".bd-article > section").append(foot);
  await Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => {});
  }));
}"""
FOOTER = (
    '<div style="font-size: 8pt; width: 100%; text-align: center; color: #555">'
    '<span class="pageNumber"></span></div>'
)


def built() -> Path:
    """The book as a single page, made of what Sphinx read for the book."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "--quiet", "--builder", "singlehtml"]
    command += ["--warningiserror", "--keep-going", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"})
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    # Its addresses are those of a page at the top of the site.
    return (WHOLE / "book" / "index.html").rename(WHOLE / "whole-book.html")


def printed(page: Page, footer: str = FOOTER) -> pikepdf.Pdf:
    data = page.pdf(
        format="A4",
        margin={"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=footer,
        print_background=True,
        outline=True,
        tagged=True,
    )
    return pikepdf.open(BytesIO(data))


def pages_of(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Page numbers, from 1, of the places in a PDF that links lead to."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    return {name.lstrip("/"): numbers[place[0].objgen] for name, place in pdf.Root.Dests.items()}


@contextmanager
def opened(source: Path, style: Path) -> Iterator[Page]:
    """A page in the browser as it is to be printed, its math typeset."""
    path = chromium.check()  # first: it installs what Playwright needs to start
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.OPTIONS)
        page = browser.new_page(color_scheme="light")
        page.set_default_timeout(10 * 60_000)  # the whole book is one page: a busy machine needs minutes
        page.goto(source.as_uri())
        page.wait_for_function("window.MathJax?.startup?.promise")
        page.evaluate("MathJax.startup.promise")
        page.add_style_tag(path=style)
        yield page
        browser.close()


def print_book(target: Path) -> Path:
    try:
        with opened(built(), STYLE) as page:
            page.evaluate(PREPARE)
            pdf = printed(page)
            page.evaluate(NUMBER, pages_of(pdf))
            numbers = printed(page, footer="<span></span>")
    finally:
        shutil.rmtree(WHOLE, ignore_errors=True)
    for contents, number in zip(pdf.pages, numbers.pages, strict=False):
        contents.add_overlay(number)
    return _written(target, pdf, "Convolution Arithmetic")


def print_sheet(source: Path, target: Path) -> Path:
    """Prints the built cheat sheet on one page of A4, a little smaller where a machine's letters are wide."""
    with opened(source, SHEET) as page:
        page.evaluate(PREPARE_SHEET)
        for scale in (1, 0.98, 0.96, 0.94):  # 8 pt letters at the least
            data = page.pdf(scale=scale, prefer_css_page_size=True, print_background=True, tagged=True)
            pdf = pikepdf.open(BytesIO(data))
            if len(pdf.pages) == 1:
                return _written(target, pdf, "Convolution Arithmetic: cheat sheet")
    sys.exit("The cheat sheet does not fit on one page: shorten it.")


def _written(target: Path, pdf: pikepdf.Pdf, title: str) -> Path:
    pdf.docinfo["/Title"], pdf.docinfo["/Author"] = title, "the convolution-arithmetic authors"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    pdf.save(unfinished, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    unfinished.replace(target)
    return target


def pdf() -> Path:
    return print_book(handouts.DOWNLOADS / f"{handouts.NAME}.pdf")


def sheet() -> Path:
    return print_sheet(handouts.SITE / "book" / "cheat_sheet.html", handouts.DOWNLOADS / handouts.SHEET)


KINDS = {"sheet": sheet, "pdf": pdf}

if __name__ == "__main__":
    for kind in sys.argv[1:]:
        print(f"{kind}: {KINDS[kind]()}")
