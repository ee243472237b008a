"""Follows every link of a built site that stays in it, anchors included; `make book` fails on a dead one."""

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ADDRESSES = {
    "a": "href",
    "link": "href",
    "script": "src",
    "img": "src",
    "source": "src",
    "form": "action",
}


class Page(HTMLParser):
    """The links of a page, and the anchors that links may lead to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        named = ("id", "name") if tag == "a" else ("id",)
        self.anchors |= {attributes[name] for name in named if attributes.get(name)}
        if (address := attributes.get(ADDRESSES.get(tag, ""))) and attributes.get("rel") != "canonical":
            self.links.append(address)


def dead_links(site: Path, root: str = "/") -> list[str]:
    """The links that lead nowhere, each with its page; the site is published under the path `root`."""
    read, found = cache(Page), []
    for path in sorted(site.rglob("*.html")):
        for link in read(path).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = unquote(parts.path)
            if place.startswith(root):
                target = site / place.removeprefix(root)
            else:
                target = path.parent / place if place else path
            if target.is_dir():
                target = target / "index.html"
            page = path.relative_to(site)
            if not target.exists():
                found.append(f"{page}: {link} leads nowhere")
            elif (
                parts.fragment
                and target.suffix == ".html"
                # As browsers do: the place may be named as the link writes it, or as that is meant.
                and not {parts.fragment, unquote(parts.fragment)} & read(target.resolve()).anchors
            ):
                found.append(f"{page}: {link} has no such place on its page")
    return found


if __name__ == "__main__":
    import repository

    found = dead_links(Path(sys.argv[1]), urlsplit(repository.published(repository.stated()[0])).path)
    sys.exit("\n".join(found) or 0)
