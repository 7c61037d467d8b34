"""How a Party document is laid out (HD 05-HD/VPTW of 27/5/2026): every measure once, for DOCX and PDF alike.

Another kind of document is another ``Layout``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from baocao.sealed.fonts import width
from baocao.sealed.shape import Annex, Line

VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Lengths on the page in millimetres; sizes of type, lines and gaps in points."""

    font: str = "Times New Roman"
    page_width: int = 210
    page_height: int = 297
    top: int = 20
    bottom: int = 20
    left: int = 30
    right: int = 15
    page_number: int = 14
    page_number_from_edge: int = 10

    head_left: int = 74  # the left column's width; the right one takes the rest
    parent: int = 14
    issuer: int = 14
    number: int = 14
    party: int = 15
    place_date: int = 14
    head_line: int = 19

    title: int = 16
    subject: int = 15
    title_line: int = 20
    before_title: int = 18
    subject_beside: int = 10

    body: int = 14
    line: int = 20
    gap: int = 6
    indent: int = 10

    before_sign: int = 6
    sign: int = 14
    sign_gap: int = 4  # blank lines above the signatory's name
    recipients_label: int = 14
    recipients: int = 12
    recipients_line: int = 15
    recipients_width: int = 80

    cell: int = 11
    cell_line: int = 13
    cell_beside: float = 1.2  # from the rule to the text
    cell_above: int = 2  # in points
    row_may_split: int = 12  # lines: a row with more is split between pages

    @property
    def text_width(self) -> int:
        return self.page_width - self.left - self.right

    @property
    def annex_width(self) -> int:
        """Of a page turned on its side, with the same margins."""
        return self.page_height - self.left - self.right

    def column_widths(self, annex: Annex) -> list[float]:
        """In millimetres, as whole hundredths that add up to the page's width."""
        total = sum(annex.widths)
        edges = [
            round(self.annex_width * 100 * sum(annex.widths[:at]) / total)
            for at in range(len(annex.widths) + 1)
        ]
        return [(right - left) / 100 for left, right in pairwise(edges)]

    def room(self, wide: float) -> float:
        """What a cell so many millimetres wide has for its text, in points."""
        return (wide - 2 * self.cell_beside) / MM_A_POINT

    def may_split(self, line: Line, widths: list[float]) -> bool:
        """Whether a row is so tall that it had better go on over a page's end."""
        spans = [sum(widths)] if line.band else widths
        return any(
            lines_of(text, self.room(span), self.cell) > self.row_may_split
            for text, span in zip(line.cells, spans, strict=True)
        )


MM_A_POINT = 25.4 / 72


def lines_of(text: str, room: float, size: int) -> int:
    """How many lines a text fills where each is ``room`` points long: a close guess."""
    count = 0
    for row in text.split("\n"):
        count, left = count + 1, room
        for word in row.split(" "):
            long = width(word, size)
            if long > left and left < room:
                count, left = count + 1, room
            count += int(long // room)
            left -= long % room + width(" ", size)
    return count


PARTY = Layout()
