"""The words of a piece of HTML, with the line breaks a reader would see.

For pieces that lie in a string: an e-mail's body, an answer in an export. Elements of a whole file
are `html_nodes.py`.
"""

import re
from collections.abc import Set
from html.parser import HTMLParser

VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"))
UNSEEN = frozenset(("head", "style", "script", "template", "noscript"))
LINES = frozenset(
    ("address", "article", "aside", "dd", "div", "dl", "dt", "footer", "form", "header", "li",
     "main", "nav", "section", "table", "tr")
)  # fmt: skip
PARAGRAPHS = frozenset(
    ("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "ul")
)

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_KEPT = str.maketrans(" \n\t", "\x01\x02\x03")
_AS_BEFORE = str.maketrans("\x01\x02\x03", " \n\t")


def words(html: str, *, without: Set[str] = frozenset(), is_laid_out: bool = False) -> str:
    """The text of `html`.

    without: tags, classes and ids of elements that do not count. is_laid_out: its line breaks and
    blanks are part of the text, as in the messages of some chats; otherwise as in a browser.
    """
    reader = _Words(without | UNSEEN, is_laid_out)
    reader.feed(html)
    reader.close()
    text = "".join(reader.pieces)
    if is_laid_out:
        return text.strip("\n")
    text = re.sub(r"\n{3,}", "\n\n", _AROUND_BREAK.sub("\n", text))
    return text.strip().translate(_AS_BEFORE).strip("\n")


class _Words(HTMLParser):
    def __init__(self, without: Set[str], is_laid_out: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.without = without
        self.is_laid_out = is_laid_out
        self.pieces: list[str] = []
        self.hidden: list[str] = []
        self.in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = {tag, given.get("id", ""), *given.get("class", "").split()}
        if self.hidden or not names.isdisjoint(self.without):
            if tag not in VOID:
                self.hidden.append(tag)
            return
        self.in_pre += tag == "pre"
        if tag == "br":
            self.pieces.append("\n")
        elif tag in ("img", "emoji"):
            self.pieces.append(given.get("alt", ""))
        elif tag in ("td", "th"):
            self._apart(" ")
        else:
            self._break(tag)
        if tag == "li":
            self.pieces.append("- ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag in self.hidden:
                while self.hidden.pop() != tag:
                    continue
            return
        self.in_pre -= tag == "pre" and self.in_pre > 0
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.in_pre and not self.is_laid_out:
            data = data.translate(_KEPT)
        elif not self.is_laid_out:
            data = _BLANKS.sub(" ", data)
            if data.startswith(" ") and self._ends_blank():
                data = data[1:]
        self.pieces.append(data)

    def _ends_blank(self) -> bool:
        return not self.pieces or self.pieces[-1][-1:] in ("", " ", "\n")

    def _break(self, tag: str) -> None:
        if tag in LINES:
            self._apart("\n")
        elif tag in PARAGRAPHS:
            self._apart("\n" if self.is_laid_out else "\n\n")

    def _apart(self, mark: str) -> None:
        """Puts a break between what stands before and behind, if there is none yet."""
        before = "".join(self.pieces[-3:]).rstrip(" \t")
        if self.pieces and not before.endswith(mark):
            self.pieces.append(mark[1:] if before.endswith("\n") else mark)
