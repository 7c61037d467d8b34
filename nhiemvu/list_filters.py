"""What can be asked of the work list, already checked (nhiemvu.forms reads it from the address)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from chuongtrinh.vietnamese import fold
from nhiemvu.meanings import CONTRADICTIONS
from nhiemvu.models import Task
from nhiemvu.six_clear import Part

GAPS: dict[str, Part] = {
    "nguoi": Part.PERSON,
    "viec": Part.WORK,
    "thoi-gian": Part.TIME,
    "trach-nhiem": Part.RESPONSIBILITY,
    "san-pham": Part.PRODUCT,
    "tham-quyen": Part.AUTHORITY,
}
NO_PRINCIPAL = "chua-ro"
"""As the unit in charge: that of rows which name no one unit as principal lead."""

SIGNED, ADDED = "van-ban", "bo-sung"
"""Where a row of the list of work comes from: a clause of the signed text, or the office by hand."""

ANY_CLASH = "co"
CLASHES = {ANY_CLASH: "Có mâu thuẫn", **{name: row.word for name, row in CONTRADICTIONS.items()}}
"""What does not fit together in a row, by its value in the address."""

DOCUMENT = (Task.Kind.TASK, Task.Kind.PROJECT)
ITEM = (Task.Kind.PLAN_ITEM,)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asked for, already checked.

    ``year`` keeps the plan items of a year and what they belong to. ``no_plan`` asks the other way round: the
    document's rows without any item in that year (by default the present one). ``outside``: items whose
    deadline lies outside their plan's year or the programme's term. ``principal``: the key of the one unit in
    charge, or ``NO_PRINCIPAL``. ``source``: rows of the signed text, or those added by hand. ``mark``: how
    they stand; ``split``: as reports count them (nhiemvu.split); ``freshness``: whether they are reported in
    time; ``move``: what happened to them since ``since``; ``clash``: what does not fit together in them.
    ``code``: the words read as a code; a row of that code is then all that is sought, of whatever kind.
    Without a kind the document's rows are listed, or plan items where only those can be meant.
    """

    section: str = ""
    unit: int | None = None
    comrade: int | None = None
    principal: str = ""
    role: str = ""
    kind: str = ""
    gaps: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    code: str = ""
    year: int | None = None
    no_plan: bool = False
    outside: bool = False
    source: str = ""
    mark: str = ""
    split: str = ""
    freshness: str = ""
    move: str = ""
    since: date | None = None
    clash: str = ""

    @property
    def judged(self) -> bool:
        """Whether how a row stands decides if it is listed: that no SQL can tell."""
        return bool(self.mark or self.split or self.freshness or self.move or self.clash)

    @property
    def kinds(self) -> tuple[str, ...]:
        if self.kind:
            return (self.kind,)
        items = (self.year or self.outside) and not (self.no_plan or self.source)
        return ITEM if items else DOCUMENT

    def with_kind(self, kind: str) -> Filters:
        item = kind == Task.Kind.PLAN_ITEM
        return replace(
            self,
            kind=kind,
            no_plan=self.no_plan and not item,
            outside=self.outside and item,
            source="" if item else self.source,
        )

    def with_no_plan(self) -> Filters:
        kind = "" if self.kind == Task.Kind.PLAN_ITEM else self.kind
        return replace(self, kind=kind, no_plan=True, outside=False)

    def with_outside(self) -> Filters:
        return replace(self, kind="", no_plan=False, outside=True, source="")

    def with_source(self, source: str) -> Filters:
        kind = "" if self.kind == Task.Kind.PLAN_ITEM else self.kind
        return replace(self, kind=kind, outside=False, source=source)


def sought_words(text: str) -> tuple[str, ...]:
    """The words of a search as keys; what has no letter or digit asks for nothing."""
    return tuple(dict.fromkeys(key for word in text.split() if (key := fold(word))))


def sought_code(words: tuple[str, ...]) -> str:
    """The words as the code they may be, without what stands between its parts; "" where they are none."""
    code = "".join("".join(words).split())
    return code if len(code) <= 40 and re.search(r"\d", code) else ""
