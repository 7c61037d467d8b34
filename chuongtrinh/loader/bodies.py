"""The units, comrades and groups that a document names: found in the committee, or made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simple_history.utils import bulk_create_with_history

from chuongtrinh.models import Committee
from chuongtrinh.reader import Assigned, Assignee, Clause, Document, PostHeld
from chuongtrinh.vietnamese import fold, initials, text_sort_key
from phancong.models import Comrade, Group, Post, Unit

Kind = Unit.Kind

# The usual units of a commune since 7/2025 and of its Party committee, by their folded names without the
# level at the end ("xã", "phường"): the short names by which plans and reports cite them.
SHORT_NAMES = {
    "phong kinh te": "PKT",
    "phong kinh te ha tang va do thi": "PKTHTDT",
    "phong van hoa xa hoi": "VHXH",
    "van phong hdnd va ubnd": "VPUBND",
    "van phong hoi dong nhan dan va uy ban nhan dan": "VPUBND",
    "van phong dang uy": "VPDU",
    "ban xay dung dang": "BXDD",
    "trung tam phuc vu hanh chinh cong": "TTPVHCC",
    "cong an": "CA",
    "ban chqs": "BCHQS",
    "ban chi huy quan su": "BCHQS",
    "dang uy": "DU",
    "dang uy ubnd": "DUUB",
}
_LEVEL = re.compile(r" (?:xa|phuong|dac khu)(?: .*)?$")
_INSPECTION = re.compile(r"\buy ban kiem tra\b")
_KIND_BY_NAME = (
    ("chi bo", Kind.PARTY_CELL),
    ("ubkt", Kind.INSPECTION),
    ("phong", Kind.DEPARTMENT),
    ("van phong", Kind.OFFICE),
    ("trung tam", Kind.CENTRE),
)
_HEAD_TITLE = re.compile(
    r"(?:quyen )?(?:bi thu|chu nhiem|chu tich|chanh van phong|chanh thanh tra|giam doc|tong giam doc|"
    r"hieu truong|vien truong|tram truong|doi truong|to truong|hat truong|cuc truong|chi huy truong|"
    r"thu truong|truong)(?: |$)"
)


def unit_key(name: str) -> str:
    """Two spellings of one unit give one key: "Văn phòng HĐND & UBND", "Văn phòng HĐND và UBND"."""
    return _INSPECTION.sub("ubkt", fold(name[:200]))


def is_head_title(title: str) -> bool:
    """Whether the post is that of the one who heads the unit; a deputy's never is."""
    return _HEAD_TITLE.match(fold(title)) is not None


class Bodies:
    """Every body of a document as a row of its committee, made once under its first spelling."""

    def __init__(self, committee: Committee, document: Document) -> None:
        self.committee = committee
        self._units = {unit_key(unit.name): unit for unit in committee.units.all()}
        self._own = next((u for u in self._units.values() if u.kind == Kind.COMMITTEE), None)
        self._short_names = {unit.short_name for unit in self._units.values()}
        # Not fold(): people are told apart by their marks (An, Ân), only not by case and place of the tone.
        self._comrades = {text_sort_key(row.name): row for row in committee.comrades.all()}
        self._groups = {fold(row.name): row for row in committee.groups.all()}
        named = tuple(_named(document))
        self._make_units(named)
        self._make_comrades(named)
        self._make_groups(named)

    def row_of(self, assignee: Assignee) -> Unit | Comrade | Group | None:
        """The row that the assignee means; None where it is known by its words alone."""
        if assignee.kind == "unit":
            return self._unit(assignee.name)
        if assignee.kind == "comrade":
            return self._comrades.get(text_sort_key(assignee.name))
        if assignee.kind == "group":
            return self._groups.get(fold(assignee.name[:200]))
        return None

    def _unit(self, name: str) -> Unit | None:
        return self._own if self._is_own(name) else self._units.get(unit_key(name))

    def _is_own(self, name: str) -> bool:
        """Whether a name means the issuing committee: "Đảng ủy", "Đảng ủy UBND xã", its full name."""
        key, full = fold(name), fold(self.committee.name)
        return key in ("", "dang uy", "cap uy", "ban chap hanh") or f"{full} ".startswith(f"{key} ")

    def _make_units(self, named: tuple[Assignee, ...]) -> None:
        posts = [post.unit for item in named if item.kind == "comrade" for post in item.posts]
        wanted: dict[str, tuple[str, str, str]] = {}
        for name, kind, host in [
            *((item.name, item.unit_kind, item.host) for item in named if item.kind == "unit"),
            *((name, "", "") for name in posts),
        ]:
            if not self._is_own(name) and unit_key(name):
                wanted.setdefault(unit_key(name), (name, kind or _kind_by_name(name), host))
        needs_own = any(kind in (Kind.PARTY_CELL, Kind.INSPECTION) for _, kind, _ in wanted.values())
        own_names = [
            name for name in (*posts, *(i.name for i in named if i.kind == "unit")) if self._is_own(name)
        ]
        if self._own is None and (needs_own or own_names):
            written = max(own_names, key=len, default="")
            self._own = self._new_unit(written or self.committee.name, Kind.COMMITTEE)
            bulk_create_with_history([self._own], Unit)
            self._units[unit_key(self._own.name)] = self._own
        missing = {key: value for key, value in wanted.items() if key not in self._units}
        plain = {
            key: self._new_unit(name, kind)
            for key, (name, kind, _) in missing.items()
            if kind != Kind.PARTY_CELL
        }
        self._save_units(plain)
        cells = {
            key: self._new_unit(name, kind, self._units.get(unit_key(host)) if host else None)
            for key, (name, kind, host) in missing.items()
            if kind == Kind.PARTY_CELL
        }
        self._save_units(cells)

    def _save_units(self, units: dict[str, Unit]) -> None:
        if units:
            bulk_create_with_history(list(units.values()), Unit)
            self._units |= units

    def _new_unit(self, name: str, kind: str, cell_of: Unit | None = None) -> Unit:
        if kind == Kind.COMMITTEE and self._own is not None:
            kind = Kind.OTHER  # a committee above: only the issuing one's members are "Đảng ủy viên" here
        unit = Unit(
            committee=self.committee,
            name=name[:200],
            kind=kind,
            short_name=self._short_name(name, kind, cell_of),
            parent=self._own if kind in (Kind.PARTY_CELL, Kind.INSPECTION) else None,
            cell_of=cell_of,
        )
        unit.refresh_search_key()
        return unit

    def _short_name(self, name: str, kind: str, cell_of: Unit | None) -> str:
        key = unit_key(name)
        if kind == Kind.INSPECTION:
            short = "UBKT"
        elif kind == Kind.PARTY_CELL:
            host = re.sub(r"^chi bộ\s+", "", name, flags=re.IGNORECASE)
            short = f"CB-{cell_of.short_name if cell_of else initials(host)}".rstrip("-")
        else:
            short = SHORT_NAMES.get(key) or SHORT_NAMES.get(_LEVEL.sub("", key)) or initials(name)
        base = short[:20] or "DV"
        short, number = base, 2
        while short in self._short_names:
            short, number = f"{base[: 20 - len(str(number))]}{number}", number + 1
        self._short_names.add(short)
        return short

    def _make_comrades(self, named: tuple[Assignee, ...]) -> None:
        people: dict[str, Comrade] = {}
        held: dict[tuple[str, str, int], tuple[str, PostHeld, Unit]] = {}
        for item in named:
            key = text_sort_key(item.name)
            if item.kind != "comrade" or not key:
                continue
            if key not in self._comrades and key not in people:
                people[key] = Comrade(committee=self.committee, name=item.name[:100])
                people[key].refresh_search_key()
            for post in item.posts:
                if post.title.strip() and (unit := self._unit(post.unit)):
                    held.setdefault((key, fold(post.title), unit.pk), (key, post, unit))
        if people:
            bulk_create_with_history(list(people.values()), Comrade)
            self._comrades |= people
        known = {
            (text_sort_key(post.comrade.name), fold(post.title), post.unit_id)
            for post in Post.objects.filter(comrade__committee=self.committee).select_related("comrade")
        }
        posts = []
        headed = set(
            Post.objects.filter(unit__committee=self.committee, is_head=True, valid_to=None).values_list(
                "unit_id", flat=True
            )
        )
        for place, (key, post, unit) in held.items():
            if place in known:
                continue
            # one head for a unit: the first that is named; a person settles the rest
            is_head = is_head_title(post.title) and unit.pk not in headed
            if is_head:
                headed.add(unit.pk)
            comrade = self._comrades[key]
            posts.append(Post(comrade=comrade, unit=unit, title=post.title[:100], is_head=is_head))
        if posts:
            bulk_create_with_history(posts, Post)

    def _make_groups(self, named: tuple[Assignee, ...]) -> None:
        groups: dict[str, Group] = {}
        for item in named:
            key = fold(item.name[:200])
            if item.kind == "group" and key and key not in self._groups:
                rule = item.group_rule or Group.Rule.LISTED
                groups.setdefault(key, Group(committee=self.committee, name=item.name[:200], rule=rule))
        if groups:
            bulk_create_with_history(list(groups.values()), Group)
            self._groups |= groups


def _named(document: Document) -> Iterator[Assignee]:
    """Everyone to whom work is given, in document order; nobody is made for who is merely mentioned."""
    for section in document.sections:
        for stated in (section.assigned, *(given_by(clause) for clause in section.clauses)):
            for assigned in stated:
                if assigned.role != "oversee":
                    yield from assigned.assignees


def given_by(clause: Clause) -> tuple[Assigned, ...]:
    """What a clause assigns: Part IV's own duties hold for all and give no work to anyone."""
    return clause.assigned if clause.kind in ("assignment", "task", "project") else ()


def _kind_by_name(name: str) -> str:
    key = unit_key(name)
    return next((kind for start, kind in _KIND_BY_NAME if f"{key} ".startswith(f"{start} ")), Kind.OTHER)
