"""What a year's planning still leaves open, with the lists that hold exactly those rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chuongtrinh.models import Programme
from nhiemvu.models import Task
from phancong.answerable import Answerability
from phancong.models import Plan, Unit
from phancong.workload import list_url
from phancong.year import in_charge, lacks_items, with_last_step, year_url

PLANNING_FROM = 10
"""From this month on units plan the next year [M]: their start page offers it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap with its count in each year, and the address that opens the rows."""

    label: str
    cells: list[tuple[int, str]]
    units: tuple[Unit, ...] = ()

    @property
    def any(self) -> bool:
        return any(count for count, _ in self.cells)


@dataclass(slots=True)
class PlanState:
    """One unit's plan of one year on a start page; ``plan`` None: not begun."""

    unit: Unit
    year: int
    plan: Any = None


@dataclass(slots=True)
class Planning:
    """The plans of a programme around today; one query."""

    programme: Programme
    today: date
    ct: str
    plans: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        rows = Plan.objects.filter(programme=self.programme).select_related("unit").order_by("year", "pk")
        self.plans = list(with_last_step(rows))

    @property
    def years(self) -> list[int]:
        """This year, the newest that has a plan, and from the autumn on the next: as far as the term goes."""
        wanted = {self.today.year, *(plan.year for plan in self.plans[-1:])}
        if self.today.month >= PLANNING_FROM:
            wanted.add(self.today.year + 1)
        return sorted(year for year in wanted if not self._term or year in self._term)

    def in_state(self, *states: str) -> list[Any]:
        return [plan for plan in self.plans if plan.state in states]

    def of(self, unit: Unit) -> list[PlanState]:
        held = {plan.year: plan for plan in self.plans if plan.unit_id == unit.pk}
        return [PlanState(unit, year, held.get(year)) for year in self.years]

    def gaps(self, tasks: list[Task], items: Iterable[Task], who: Answerability) -> list[Gap]:
        """What ``tasks`` (the document's) and ``items`` (of all years asked for) leave open, by year."""
        by_year: dict[int, list[Task]] = {year: [] for year in self.years}
        for item in items:
            by_year[item.year or 0].append(item)
        leading = {unit for task in tasks if (unit := in_charge(who.duties(task)))}
        without: dict[int, list[Unit]] = {}
        for year in self.years:
            held = {plan.unit_id for plan in self.plans if plan.year == year}
            without[year] = sorted((u for u in leading if u.pk not in held), key=lambda unit: unit.name)
        headless = {
            item.pk
            for item in (row for rows in by_year.values() for row in rows)
            if "person" in who.six_clear(item).missing
        }

        def planned(year: int) -> set[int | None]:
            return {item.parent_id for item in by_year[year]}

        def of_items(year: int, **wanted: str) -> str:
            return list_url(self.ct, loai=Task.Kind.PLAN_ITEM, nam=year, **wanted)

        found = [
            Gap(
                "nhiệm vụ, đề án chưa có việc cụ thể",
                [
                    (
                        sum(lacks_items(task, planned(year)) for task in tasks),
                        list_url(self.ct, nam=year, thieu="ke-hoach"),
                    )
                    for year in self.years
                ],
            ),
            Gap(
                "đơn vị chủ trì chưa lập kế hoạch",
                [(len(without[year]), f"{year_url(year, self.ct)}#don-vi") for year in self.years],
                tuple(dict.fromkeys(unit for year in self.years for unit in without[year])),
            ),
            Gap(
                "việc có thời hạn ngoài năm kế hoạch hoặc ngoài nhiệm kỳ",
                [
                    (sum(self.is_outside(item) for item in by_year[year]), of_items(year, han="ngoai"))
                    for year in self.years
                ],
            ),
            Gap(
                "việc mà đơn vị chủ trì chưa có người đứng đầu",
                [
                    (sum(item.pk in headless for item in by_year[year]), of_items(year, thieu="nguoi"))
                    for year in self.years
                ],
            ),
            Gap(
                "việc chưa nêu sản phẩm",
                [
                    (
                        sum(not item.product.strip() for item in by_year[year]),
                        of_items(year, thieu="san-pham"),
                    )
                    for year in self.years
                ],
            ),
        ]
        return [gap for gap in found if gap.any]

    def is_outside(self, item: Task) -> bool:
        """Whether an item's deadline lies outside its year or the programme's term."""
        if item.due is None:
            return False
        return item.due.year != item.year or (bool(self._term) and item.due.year not in self._term)

    @property
    def _term(self) -> range:
        first, last = self.programme.term_start, self.programme.term_end
        return range(first, last + 1) if first and last else range(0)
