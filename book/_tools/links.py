"""Follows every link of a built site that stays in it, anchors included; `make book` fails on a dead one."""

import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

ADDRESSES = (
    "//a/@href | //link[not(@rel='canonical')]/@href | //form/@action"
    " | //script/@src | //img/@src | //source/@src"
)


class Page:
    """The links of a page, and the anchors that links may lead to."""

    def __init__(self, path: Path) -> None:
        tree = etree.parse(path, etree.HTMLParser(encoding="utf-8", huge_tree=True))
        self.links = [address.strip() for address in tree.xpath(ADDRESSES) if address.strip()]
        self.anchors = set(tree.xpath("//@id | //a/@name"))


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
