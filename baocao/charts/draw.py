"""What all drawings share: elements with everything escaped, the look of each mark, labels, the legend.

Horizontal places are percents of the drawing's width and words have a size in pixels, so one drawing serves
a phone, a projector and paper. Room for words is reckoned for ``NARROW``, the least width it is shown at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any

from baocao.charts.model import Entry, Markup
from nhiemvu.status import Mark

NARROW = 320  # pixels: a card on a phone of 390
WIDE, BROAD = 480, 840  # from here on names stand in longer lines; which of the two, the chart chooses
SIZE, SMALL = 12, 11
INK, MUTED, GRID, PAPER, TODAY = "#1c1d21", "#5a606b", "#d9d5cb", "#ffffff", "#a4161a"
LINKED, EDGE = "#14466b", "#87857d"
CLEAR = {"stroke": PAPER, "stroke_width": 3, "paint_order": "stroke"}  # words, of lines behind them
FONT = "'Be Vietnam Pro', system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Look:
    """How a mark is drawn: its fill, the words on it, the outline that a light fill needs, and a pattern that
    keeps it apart where there is no colour."""

    fill: str
    ink: str
    edge: str
    pattern: str = ""


LOOKS = {
    Mark.COMPLETED: Look("#00695c", "#ffffff", "#00695c"),
    Mark.ON_TIME: Look("#5ba3d9", INK, "#14466b"),
    Mark.CONTINUING: Look("#ffffff", INK, "#3f444d", "rules"),
    Mark.WARNING: Look("#f9c74f", INK, "#6b4e00"),
    Mark.OVERDUE: Look("#8c1007", "#ffffff", "#8c1007", "hatch"),
    Mark.UNDETERMINED: Look("#eceff1", INK, "#5f6570", "dots"),
    Mark.STOPPED: Look("#ffffff", INK, "#5f6570", "cross"),
}
"""In the order in which parts stand beside each other."""

PATTERNS = {
    "hatch": '<path d="M-2 2L2-2M0 8L8 0M6 10L10 6" stroke="#fff" stroke-opacity=".6" stroke-width="1.5"/>',
    "dots": '<circle cx="2" cy="2" r=".9" fill="#87857d"/><circle cx="6" cy="6" r=".9" fill="#87857d"/>',
    "rules": '<path d="M0 6.5H8" stroke="#9aa3ab" stroke-width="1"/>',
    "cross": '<path d="M0 0L8 8M8 0L0 8" stroke="#9aa3ab" stroke-width=".8"/>',
}


def number(value: float) -> str:
    """At most two decimals and no more than needed: 12, 12.5, 33.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def percent(value: float) -> str:
    return f"{number(value)}%"


def el(tag: str, *inner: str, **given: object) -> Markup:
    """One element. Words and values are escaped; a value of None leaves its attribute out."""
    attributes = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_said(value))}"'
        for name, value in given.items()
        if value is not None
    )
    content = "".join(part if isinstance(part, Markup) else escape(_clean(part)) for part in inner)
    return Markup(f"<{tag}{attributes}>{content}</{tag}>" if content else f"<{tag}{attributes}/>")


def _said(value: object) -> str:
    return number(value) if isinstance(value, int | float) else _clean(str(value))


def _clean(text: str) -> str:
    """Without what no XML may hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


# -- words -------------------------------------------------------------------------------------------------

_EMS = {
    **dict.fromkeys("iíìỉĩịljI.,:;'|· ", 0.31),
    **dict.fromkeys("rft1()J/sz“”-", 0.5),
    **dict.fromkeys("mwMWOÔƠQ%—✔▲■▶↻○", 0.92),
}
"""Be Vietnam Pro, a little on the generous side: what fits by it fits on the screen."""


def width(text: str, size: float = SIZE) -> float:
    """An estimate in pixels."""
    return size * sum(_EMS.get(c) or (0.74 if c.isupper() or c.isdigit() else 0.63) for c in text)


def wrapped(text: str, room: float, lines: int = 2, size: float = SIZE) -> list[str]:
    """The text in at most so many lines that fit the room; what is left over becomes "…"."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < lines:
        take = next((n for n in range(len(words), 0, -1) if width(" ".join(words[:n]), size) <= room), 0)
        if len(found) + 1 == lines and take < len(words):
            found.append(_cut(" ".join(words), room, size))
            break
        if not take:  # one word that is wider than the room
            head = _cut(words[0], room, size)
            found.append(head)
            words = [words[0][len(head) - 1 :], *words[1:]] if len(head) > 1 else words[1:]
            continue
        found.append(" ".join(words[:take]))
        words = words[take:]
    return found


def _cut(text: str, room: float, size: float) -> str:
    """As many whole words as fit before "…", or as much of the first."""
    end = next((n for n in range(len(text), 0, -1) if width(f"{text[:n]}…", size) <= room), 0)
    kept = text[:end] if text[end : end + 1] == " " else text[:end].rpartition(" ")[0] or text[:end]
    return f"{kept.rstrip(' ,;–-')}…"


# -- the drawing -------------------------------------------------------------------------------------------


class Drawing:
    """What is drawn so far; ``finish`` gives the whole ``<svg>``."""

    def __init__(self, name: str, wide: int = WIDE, paper: int = WIDE) -> None:
        """Words have longer lines from ``wide`` pixels on, as static/css/chart.css says. On a crowded sheet
        they stand in one line, in a drawing as wide as ``paper`` pixels: static/css/overview.css."""
        self.name, self.wide, self.paper = name, wide, paper
        self.linked = False
        self._parts: list[tuple[bool, str]] = []
        self._patterns: set[Look] = set()

    def add(self, *parts: str, href: str = "", said: str = "") -> None:
        """Put parts on the drawing; with an address they are one link that is called ``said``."""
        if href:
            self.linked = True
            self._parts.append((True, el("a", *parts, href=href, aria_label=said)))
        else:
            self._parts.extend((False, part) for part in parts)

    def block(self, look: Look, x: float, y: float, w: float, h: float, radius: int = 2) -> Markup:
        """A filled part with its outline and pattern; ``x`` and ``w`` in percent."""
        return self._filled(look, x=percent(x), y=y, width=percent(w), height=h, rx=radius)

    def sign(self, look: Look) -> Markup:
        """A part as it stands in the key."""
        return self._filled(look, x=1, y=1, width=12, height=12, rx=2)

    def _filled(self, look: Look, **place: object) -> Markup:
        fill = look.fill
        if look.pattern:
            self._patterns.add(look)
            fill = f"url(#{self.name}-{look.pattern}) {look.fill}"
        return el("rect", **place, fill=fill, stroke=None if look.edge == fill else look.edge)

    def label(self, text: str, y: float, height: float, share: float, href: str = "", said: str = "") -> None:
        """The name of a row at the left, in the middle of ``height``, in two lines at most."""
        fill = LINKED if href else None
        narrow = wrapped(text, NARROW * share / 100 - 8)
        wide = wrapped(text, self.wide * share / 100 - 12)
        line = wrapped(text, self.paper * share / 100 - 12, 1)

        def draw(form: Sequence[str], **given: Any) -> Markup:
            return words_in_lines(form, y + height / 2, fill=fill, **given)

        forms = self.forms(draw, narrow, wide, line)
        area = el("rect", width=percent(share), y=y, height=height, fill="none", pointer_events="all")
        self.add(*([area] if href else []), *forms, href=href, said=said or text)

    def forms(
        self, draw: Callable[..., Markup], narrow: Sequence[str], wide: Sequence[str], line: Sequence[str]
    ) -> list[Markup]:
        """The same words for little room, for much, and in one line for rows that stand close on paper;
        each wording is drawn once and named after the places that show it."""
        under, over = ("narrow", "wide") if self.wide == WIDE else ("slim", "broad")
        named: dict[tuple[str, ...], list[str]] = {}
        for name, form in ((under, narrow), (over, wide), ("line", line)):
            named.setdefault(tuple(form), []).append(name)
        if len(named) == 1:
            return [draw(narrow)]
        return [
            draw(form, class_=" ".join(names), display=None if under in names else "none")
            for form, names in named.items()
        ]

    def _grouped(self) -> list[Markup]:
        """What is no link is not read out piece by piece: the description and the table say it."""
        return [
            el("g", *(part for _, part in parts), aria_hidden=None if linked else "true")
            for linked, parts in groupby(self._parts, key=itemgetter(0))
        ]

    def finish(self, title: str, description: str, height: float) -> Markup:
        patterns = [
            el(
                "pattern",
                el("rect", width=8, height=8, fill=look.fill),
                Markup(PATTERNS[look.pattern]),
                id=f"{self.name}-{look.pattern}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
            )
            for look in sorted(self._patterns, key=lambda look: look.pattern)
        ]
        return el(
            "svg",
            el("title", title, id=f"{self.name}-t"),
            el("desc", description, id=f"{self.name}-d"),
            *([el("defs", *patterns)] if patterns else []),
            *self._grouped(),
            xmlns="http://www.w3.org/2000/svg",
            width="100%",
            height=height,
            role="group" if self.linked else "img",
            aria_labelledby=f"{self.name}-t",
            aria_describedby=f"{self.name}-d",
            font_family=FONT,
            font_size=SIZE,
            fill=INK,
        )


def words(text: str, x: float, y: float, **given: object) -> Markup:
    """Text at ``x`` percent."""
    return el("text", text, x=percent(x), y=y, **given)


def words_in_lines(lines: Sequence[str], middle: float, x: float = 0, **given: object) -> Markup:
    """Lines of text from ``x`` percent on, as a block around ``middle``."""
    first, left = middle - (len(lines) - 1) * 7 + 4, percent(x) if x else None
    if len(lines) == 1:
        return el("text", lines[0], x=left, y=first, **given)
    # The space is not seen: it keeps the words apart for whoever hears or copies them.
    spans = [el("tspan", f"{line} ", x=left or 0, y=first + at * 14) for at, line in enumerate(lines)]
    return el("text", *spans, **given)


def halo(look: Look) -> dict[str, object]:
    """Keeps a figure clear of the pattern behind it."""
    return {"stroke": look.fill, "stroke_width": 4, "paint_order": "stroke"} if look.pattern else {}


def row_height(label: str, share: float, least: float = 30) -> float:
    return max(least, 14 * len(wrapped(label, NARROW * share / 100 - 8)) + 6)


def entry(text: str, *sign: Markup) -> Entry:
    """An entry of the key."""
    return Entry(el("svg", *sign, width=14, height=14, aria_hidden="true"), text)


def mark_entries(drawing: Drawing, marks: Iterable[Mark]) -> list[Entry]:
    """The entries of the key for the marks that are drawn, in their order."""
    shown = set(marks)
    return [entry(f"{mark.icon} {mark.label}", drawing.sign(LOOKS[mark])) for mark in LOOKS if mark in shown]
