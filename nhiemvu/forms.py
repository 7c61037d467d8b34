"""What a person asks of the work list: the query string, read and checked.

A value that names nothing is left out and said so in a note: an address that someone was sent never fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from chuongtrinh.models import User
from chuongtrinh.vietnamese import fold
from nhiemvu.as_of import Day, asked_day
from nhiemvu.list_filters import (
    ADDED,
    CLASHES,
    GAPS,
    NO_PRINCIPAL,
    SIGNED,
    Filters,
    sought_code,
    sought_words,
)
from nhiemvu.models import Task
from nhiemvu.moves import Move
from nhiemvu.outline import About, Outline
from nhiemvu.split import SPLIT_LABELS
from nhiemvu.status import Freshness, Mark
from phancong.answerable import ROLE_LABELS
from phancong.permissions import visible_comrades, visible_units

NAMES = (
    "muc",
    "don-vi",
    "dong-chi",
    "chu-tri",
    "vai-tro",
    "loai",
    "nam",
    "thieu",
    "han",
    "nguon",
    "tinh-trang",
    "phan-loai",
    "cap-nhat",
    "mau-thuan",
    "bien-dong",
    "tu",
    "ngay",
    "q",
)
BOXES = ("muc", "don-vi", "dong-chi", "vai-tro", "nam", "ngay")
"""The select boxes, and the day beside them."""

LONGEST_SEARCH = 200
KIND_LABELS = dict(Task.Kind.choices)
GAP_LABELS = {name: f"Thiếu {part.label.lower()}" for name, part in GAPS.items()}
NO_PLAN, OUTSIDE = "ke-hoach", "ngoai"
OUTSIDE_LABEL = "Hạn ngoài năm kế hoạch, nhiệm kỳ"
SOURCE_LABELS = {SIGNED: "Theo văn bản", ADDED: "Bổ sung ngoài văn bản"}
# "Chưa xác định" beside a row makes people ask what of it: in the list it is always the deadline.
MARK_LABELS = {str(mark): "Chưa có hạn" if mark is Mark.UNDETERMINED else mark.label for mark in Mark}
FRESHNESS_LABELS = {str(word): word.label for word in Freshness}
MOVE_LABELS = {str(move): move.label for move in Move}
_SOURCES = (("nguon", SIGNED), ("nguon", ADDED))
_ITEM, _ROWS = ("loai", "plan_item"), (("loai", "task"), ("loai", "project"))
_AGAINST = {  # what cannot both hold: choosing the one lets go of the others (Filters.with_…)
    ("thieu", NO_PLAN): (_ITEM, ("han", OUTSIDE)),
    ("han", OUTSIDE): (*_ROWS, ("thieu", NO_PLAN), *_SOURCES),
    _ITEM: (("thieu", NO_PLAN), *_SOURCES),
    **{source: (_ITEM, ("han", OUTSIDE)) for source in _SOURCES},
    _ROWS[0]: (("han", OUTSIDE),),
    _ROWS[1]: (("han", OUTSIDE),),
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """A person or unit that may be meant, with the page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Active:
    """One filter in force: what it says and the query string without it."""

    label: str
    without: str


def about_of(given: QueryDict, on: date) -> About:
    """Whose work the query string asks for, before anyone knows whether there is such a unit or comrade."""
    unit, comrade, principal = (_number(given.get(name, "")) for name in ("don-vi", "dong-chi", "chu-tri"))
    return About(on, unit, comrade, principal, fold(_typed(given)))


def _typed(given: QueryDict) -> str:
    return " ".join(given.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


@dataclass
class Asked:
    """The query string as filters, with what could not be used as ``notes`` and the select boxes' options."""

    given: QueryDict
    user: User
    outline: Outline
    day: Day
    with_options: bool = True
    notes: list[str] = field(default_factory=list)
    active: list[Active] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    units: dict[int, str] = field(default_factory=dict)
    comrades: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        about = self.outline.about
        if self.day.note:
            self.notes.append(self.day.note)
        if self.day.past:
            self.active.append(Active(self.day.said, self.query(drop=("ngay", None))))
        if self.with_options:
            self._read_people()
        if about.unit and self.outline.unit_name:
            self.units[about.unit] = self.outline.unit_name
        if about.comrade and self.outline.comrade_name:
            self.comrades[about.comrade] = self.outline.comrade_name
        numbers = {row.number: row for row in self.outline.sections.values()}
        section = self._one("muc", {number: f"Mục {number}" for number in numbers}, "mục")
        unit = self._one("don-vi", {str(pk): name for pk, name in self.units.items()}, "đơn vị")
        comrade = self._one(
            "dong-chi", {str(pk): f"Đồng chí {name}" for pk, name in self.comrades.items()}, "đồng chí"
        )
        in_charge = {NO_PRINCIPAL: "Chưa rõ đơn vị chủ trì chính"}
        if about.principal and self.outline.principal_name:
            in_charge[str(about.principal)] = f"Chủ trì chính: {self.outline.principal_name}"
        principal = self._one("chu-tri", in_charge, "đơn vị chủ trì chính")
        role = self._one(
            "vai-tro", {key: f"Vai trò: {label}" for key, label in ROLE_LABELS.items()}, "vai trò"
        )
        kind = self._one("loai", KIND_LABELS, "loại")
        year = self._one("nam", {str(year): f"Năm {year}" for year in self.outline.years}, "năm kế hoạch")
        outside = self._one("han", {OUTSIDE: OUTSIDE_LABEL}, "điều kiện về hạn")
        source = self._one("nguon", SOURCE_LABELS, "nguồn")
        mark = self._one(
            "tinh-trang", {key: f"Tình trạng: {label}" for key, label in MARK_LABELS.items()}, "tình trạng"
        )
        split = self._one("phan-loai", SPLIT_LABELS, "phân loại")
        freshness = self._one("cap-nhat", FRESHNESS_LABELS, "tình trạng cập nhật")
        clash = self._one(
            "mau-thuan", {key: f"Mâu thuẫn: {label.lower()}" for key, label in CLASHES.items()}, "mâu thuẫn"
        )
        since = self._since()
        move = self._one(
            "bien-dong",
            {key: f"{label} từ sau ngày {since:%d/%m/%Y}" for key, label in MOVE_LABELS.items()},
            "biến động",
        )
        gaps = []
        for name in dict.fromkeys(self.given.getlist("thieu")):
            if name in GAPS or name == NO_PLAN:
                gaps.append(name)
                label = self.no_plan_label if name == NO_PLAN else GAP_LABELS[name]
                self.active.append(Active(label, self.query(drop=("thieu", name))))
            elif name:
                self.notes.append(f"Không có điều kiện “thiếu {name[:40]}”: đã bỏ qua.")
        words = sought_words(self.q)
        if words:
            self.active.append(Active(f"Tìm “{self.q}”", self.query(drop=("q", None))))
        self.filters = Filters(
            section=section,
            unit=int(unit) if unit else None,
            comrade=int(comrade) if comrade else None,
            principal=principal,
            role=role,
            kind=kind,
            gaps=tuple(name for name in gaps if name in GAPS),
            words=words,
            code=sought_code(words),
            year=int(year) if year else None,
            no_plan=NO_PLAN in gaps,
            outside=bool(outside),
            source=source,
            mark=mark,
            split=split,
            freshness=freshness,
            clash=clash,
            move=move,
            since=since if move else None,
        )

    def _since(self) -> date:
        """The day that moves are counted from; without one, the day shown, from which nothing moved."""
        since = asked_day(self.given.get("tu", ""), self.day.on)
        if since.note and self.given.get("bien-dong"):
            self.notes.append(f"Ngày so sánh: {since.note.split('. Đang')[0]}.")
        return since.on

    @property
    def kept(self) -> str:
        """What the rows' own addresses keep of this one: the programme, and the day."""
        asked = {"ct": self.given.get("ct", ""), "ngay": self.day.address}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"?{kept}" if kept else ""

    @property
    def q(self) -> str:
        return _typed(self.given)

    @property
    def no_plan_label(self) -> str:
        year = self.given.get("nam", "")
        return f"Chưa có kế hoạch năm {_number(year) or self.outline.about.on.year}"

    @property
    def boxes_in_use(self) -> bool:
        """Whether any of the select boxes has a choice: then they are shown unfolded."""
        return any(self.given.get(name) for name in BOXES)

    @property
    def section_options(self) -> list[Option]:
        """The sections that hold work, and the one that was asked for."""
        asked = self.filters.section
        rows = self.outline.worked
        if asked and all(row.number != asked for row in rows):
            rows = [*(row for row in self.outline.sections.values() if row.number == asked), *rows]
        return [Option(row.number, f"{row.number} {row.title}".strip(), row.number == asked) for row in rows]

    @property
    def meant(self) -> list[Meant]:
        """Whom the words of the search name, for those who look for people or units here."""
        unit, comrade = self.outline.found_unit, self.outline.found_comrade
        found = []
        if comrade:
            url = reverse("dong-chi-chi-tiet", args=[comrade.pk])
            found.append(Meant(f"đồng chí {comrade.name}", url))
        if unit:
            found.append(Meant(unit.name, reverse("don-vi-chi-tiet", args=[unit.pk])))
        return found

    @property
    def unit_options(self) -> list[Option]:
        return [Option(str(pk), name, pk == self.filters.unit) for pk, name in self.units.items()]

    @property
    def comrade_options(self) -> list[Option]:
        return [Option(str(pk), name, pk == self.filters.comrade) for pk, name in self.comrades.items()]

    @property
    def role_options(self) -> list[Option]:
        return [Option(key, label, key == self.filters.role) for key, label in ROLE_LABELS.items()]

    @property
    def year_options(self) -> list[Option]:
        return [Option(str(year), str(year), year == self.filters.year) for year in self.outline.years]

    def query(
        self, *, drop: tuple[str, str | None] | None = None, add: tuple[str, str] | None = None, page: int = 1
    ) -> str:
        """This query string ("?…") with one value taken out or put in; a changed filter starts at page 1."""
        kept = QueryDict(mutable=True)
        for name in ("ct", *NAMES):
            values = [value for value in self.given.getlist(name) if value]
            if drop and name == drop[0]:
                values = [value for value in values if drop[1] is not None and value != drop[1]]
            if add:
                values = [value for value in values if (name, value) not in _AGAINST.get(add, ())]
            if add and name == add[0]:
                values = [*values, add[1]] if name == "thieu" else [add[1]]
            if values:
                kept.setlist(name, list(dict.fromkeys(values)))
        if page > 1:
            kept["trang"] = str(page)
        return f"?{kept.urlencode()}"

    def page(self) -> int:
        text = self.given.get("trang", "")
        if not text or (text.isascii() and text.isdigit() and int(text[:9]) >= 1):
            return int(text[:9] or 1)
        self.notes.append(f"Không có trang “{text[:40]}”: đang xem trang 1.")
        return 1

    def _one(self, name: str, known: dict[str, str], what: str) -> str:
        value = self.given.get(name, "")
        if value in known:
            self.active.append(Active(known[value], self.query(drop=(name, None))))
            return value
        if value:
            self.notes.append(f"Không có {what} “{value[:40]}”: đã bỏ qua điều kiện này.")
        return ""

    def _read_people(self) -> None:
        """Units and comrades in one query; people by tên, then họ, then đệm."""
        kinds = {label: Value(label, output_field=CharField()) for label in ("unit", "comrade")}
        rows = (
            visible_units(self.user)
            .order_by()
            .values_list(kinds["unit"], "pk", "name", "search_key")
            .union(
                visible_comrades(self.user).order_by().values_list(kinds["comrade"], "pk", "name", "sort_key")
            )
        )
        for kind, pk, name, _ in sorted(rows, key=lambda row: row[3]):
            (self.units if kind == "unit" else self.comrades)[pk] = name
