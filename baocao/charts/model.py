"""What every chart is: a drawing, what it is called and says, and the same figures as a table."""

from __future__ import annotations

from dataclasses import dataclass


class Markup(str):
    """Text that is markup already: everything put into it was escaped. Templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class TableCell:
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of each row names the row."""

    head: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign of the drawing (a small drawing itself, 14 by 14) and what it means."""

    sign: Markup
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``key`` stands below the drawing as a list, where its words wrap by themselves."""

    name: str
    title: str
    description: str
    svg: Markup
    table: Table
    key: tuple[Entry, ...] = ()
