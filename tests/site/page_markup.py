"""Read a page as a browser would, to ask what is in it."""

from collections.abc import Mapping
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "img", "path", "circle"}


class Markup(HTMLParser):
    """The tags of a page in their order, and the text inside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Mapping[str, str]]] = []
        self.texts: list[tuple[int, str]] = []
        self._open: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(len(self.tags) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        opened = self._open.pop()
        assert self.tags[opened][0] == tag, f"</{tag}> closes <{self.tags[opened][0]}>"

    def handle_data(self, data: str) -> None:
        self.texts.extend((place, data) for place in self._open)

    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Tags and the names of their attributes: what a value must never be able to change."""
        return [(tag, tuple(attributes)) for tag, attributes in self.tags]

    def first(self, tag: str | None = None, **wanted: str) -> Mapping[str, str]:
        return self.tags[self._find(tag, wanted)][1]

    def text_of(self, tag: str | None = None, **wanted: str) -> str:
        place = self._find(tag, wanted)
        return "".join(text for at, text in self.texts if at == place)

    def meta(self, name: str) -> str:
        return next(
            a["content"] for tag, a in self.tags if tag == "meta" and name in (a.get("name"), a.get("property"))
        )

    def form_fields(self) -> set[str]:
        return {a["name"] for tag, a in self.tags if tag in {"input", "select", "textarea"}}

    def _find(self, tag: str | None, wanted: Mapping[str, str]) -> int:
        return next(
            index
            for index, (name, attributes) in enumerate(self.tags)
            if tag in (None, name)
            and name != ("meta" if tag is None else None)
            and all(attributes.get(key) == value for key, value in wanted.items())
        )


def parsed(html: str) -> Markup:
    """Parse a whole page; every element that is opened must be closed."""
    markup = Markup()
    markup.feed(html)
    markup.close()
    assert not markup._open
    return markup
