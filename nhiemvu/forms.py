"""What a person asks of the work list: the query string, read and checked.

A value that names nothing is left out and said so in a note: an address that someone was sent never fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField, Exists, OuterRef, Q, Subquery, Value
from django.http import QueryDict

from chuongtrinh.models import User
from nhiemvu.models import Task
from nhiemvu.work_list import GAPS, Filters, SectionLines, sought_words
from phancong.answerable import HEADED_KINDS as HEADED_KINDS
from phancong.answerable import ROLE_LABELS
from phancong.models import Comrade, Group, Post, Unit
from phancong.permissions import visible_comrades, visible_units

NAMES = ("muc", "don-vi", "dong-chi", "vai-tro", "loai", "thieu", "q")
LONGEST_SEARCH = 200
KIND_LABELS = dict(Task.Kind.choices)
GAP_LABELS = {name: f"Thiếu {part.label.lower()}" for name, part in GAPS.items()}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Active:
    """One filter in force: what it says and the query string without it."""

    label: str
    without: str


@dataclass
class Asked:
    """The query string as filters, with what could not be used as ``notes`` and the select boxes' options."""

    given: QueryDict
    user: User
    on: date
    sections: dict[int, SectionLines]
    with_options: bool = True
    notes: list[str] = field(default_factory=list)
    active: list[Active] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    units: dict[int, str] = field(default_factory=dict)
    comrades: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.with_options or self.given.get("don-vi") or self.given.get("dong-chi"):
            self._read_people()
        numbers = {row.number: row for row in self.sections.values()}
        section = self._one("muc", {number: f"Mục {number}" for number in numbers}, "mục")
        unit = self._one("don-vi", {str(pk): name for pk, name in self.units.items()}, "đơn vị")
        comrade = self._one(
            "dong-chi", {str(pk): f"Đồng chí {name}" for pk, name in self.comrades.items()}, "đồng chí"
        )
        role = self._one(
            "vai-tro", {key: f"Vai trò: {label}" for key, label in ROLE_LABELS.items()}, "vai trò"
        )
        kind = self._one("loai", KIND_LABELS, "loại")
        gaps = []
        for name in dict.fromkeys(self.given.getlist("thieu")):
            if name in GAPS:
                gaps.append(name)
                self.active.append(Active(GAP_LABELS[name], self.query(drop=("thieu", name))))
            elif name:
                self.notes.append(f"Không có điều kiện “thiếu {name[:40]}”: đã bỏ qua.")
        words = sought_words(self.q)
        if words:
            self.active.append(Active(f"Tìm “{self.q}”", self.query(drop=("q", None))))
        self.filters = Filters(
            section=section,
            unit=int(unit) if unit else None,
            comrade=int(comrade) if comrade else None,
            role=role,
            kind=kind,
            gaps=tuple(gaps),
            words=words,
            unit_groups=groups_of_unit(int(unit), self.on) if unit else frozenset(),
            comrade_groups=groups_of_comrade(int(comrade), self.on) if comrade else frozenset(),
        )

    @property
    def q(self) -> str:
        return " ".join(self.given.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]

    @property
    def section_options(self) -> list[Option]:
        return [
            Option(row.number, f"{row.number} {row.title}".strip(), row.number == self.filters.section)
            for row in self.sections.values()
        ]

    @property
    def unit_options(self) -> list[Option]:
        return [Option(str(pk), name, pk == self.filters.unit) for pk, name in self.units.items()]

    @property
    def comrade_options(self) -> list[Option]:
        return [Option(str(pk), name, pk == self.filters.comrade) for pk, name in self.comrades.items()]

    @property
    def role_options(self) -> list[Option]:
        return [Option(key, label, key == self.filters.role) for key, label in ROLE_LABELS.items()]

    def query(
        self, *, drop: tuple[str, str | None] | None = None, add: tuple[str, str] | None = None, page: int = 1
    ) -> str:
        """This query string ("?…") with one value taken out or put in; a changed filter starts at page 1."""
        kept = QueryDict(mutable=True)
        for name in ("ct", *NAMES):
            values = [value for value in self.given.getlist(name) if value]
            if drop and name == drop[0]:
                values = [value for value in values if drop[1] is not None and value != drop[1]]
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


def groups_of_unit(unit: int, on: date) -> frozenset[int]:
    """The groups that mean this unit on the day, by their rule (phancong.answerable)."""
    wanted = Q(pk__in=[])
    for rule, kinds in HEADED_KINDS.items():
        wanted |= Q(Exists(Unit.objects.on(on).filter(pk=unit, kind__in=kinds)), rule=rule)
    seats = Post.objects.on(on).filter(unit=unit, unit__kind=Unit.Kind.COMMITTEE)
    wanted |= Q(Exists(seats), rule=Group.Rule.COMMITTEE_MEMBERS)
    return _groups(wanted, Unit, unit)


def groups_of_comrade(comrade: int, on: date) -> frozenset[int]:
    """The groups that mean this comrade on the day: by name, as head of a unit, or as committee member."""
    posts = Post.objects.on(on).filter(comrade=comrade)
    listed = Group.comrades.through.objects.filter(group=OuterRef("pk"), comrade=comrade)
    wanted = Q(Exists(listed), rule=Group.Rule.LISTED)
    for rule, kinds in HEADED_KINDS.items():
        heads = posts.filter(is_head=True, unit__kind__in=kinds, unit__in=Unit.objects.on(on).values("pk"))
        wanted |= Q(Exists(heads), rule=rule)
    seats = posts.filter(unit__kind=Unit.Kind.COMMITTEE)
    wanted |= Q(Exists(seats), rule=Group.Rule.COMMITTEE_MEMBERS)
    return _groups(wanted, Comrade, comrade)


def _groups(wanted: Q, model: type[Unit] | type[Comrade], pk: int) -> frozenset[int]:
    committee = model._default_manager.filter(pk=pk).values("committee")[:1]
    return frozenset(Group.objects.filter(wanted, committee=Subquery(committee)).values_list("pk", flat=True))
