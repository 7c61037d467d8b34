"""Plans of 2026 are written, returned, mended and given; then changed by decision; 2027 is in work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from baocao.sample.plans import ALWAYS, MENDED, PLANS, Line
from baocao.sample.stage import UNITS, Event, Stage, event
from nhiemvu.models import Task
from nhiemvu.status import DecisionKind
from phancong import planning
from phancong.models import Plan, PlanEntry
from phancong.planning import ItemData

RETURNED_2026 = "Hai việc chưa nêu sản phẩm: bổ sung để có căn cứ đánh giá cuối năm."
RETURNED_2027 = "Việc ký quy chế phối hợp chưa rõ ai ký: bổ sung thẩm quyền."


@dataclass(frozen=True)
class PlanningStory:
    stage: Stage

    def events(self) -> Iterator[Event]:
        yield from self.plans_of_2026()
        yield from self.changes()
        yield from self.plans_of_2027()

    def plans_of_2026(self) -> Iterator[Event]:
        for short in UNITS:
            yield event(date(2026, 5, 14), partial(self.write, short, 2026), told="kế hoạch năm 2026")
            yield event(date(2026, 5, 18), partial(self.submit, short, 2026))
            if short == "VHXH":
                yield event(date(2026, 5, 20), partial(self.send_back, short, 2026, RETURNED_2026))
                yield event(date(2026, 5, 22), partial(self.mend, short, 2026))
                yield event(date(2026, 5, 25), partial(self.submit, short, 2026))
            yield event(date(2026, 5, 28), partial(self.approve, short, 2026))
            yield event(date(2026, 6, 1), partial(self.give, short, 2026, "05-KH/ĐUUB", date(2026, 6, 1)))

    def changes(self) -> Iterator[Event]:
        """What was given changes by decision: one work paused, one added (deadlines: reporting_story)."""
        yield event(date(2026, 10, 5), self.pause)
        yield event(date(2026, 10, 12), self.supplement)

    def plans_of_2027(self) -> Iterator[Event]:
        """In work: one submitted, one returned, two still drafts; a person carries over what goes on."""
        for short in UNITS:
            yield event(date(2026, 11, 2), partial(self.write, short, 2027), told="kế hoạch năm 2027")
            yield event(date(2026, 11, 4), partial(self.carry_over, short, 2027))
            if short in ("PKT", "UBKT"):
                yield event(date(2026, 11, 16), partial(self.submit, short, 2027))
            if short == "UBKT":
                yield event(date(2026, 11, 18), partial(self.send_back, short, 2027, RETURNED_2027))

    # -- steps ---------------------------------------------------------------------------------------------

    def write(self, short: str, year: int) -> None:
        """A unit writes its plan; the products of ``MENDED`` items it first forgets."""
        plan = planning.open_plan(self.stage.programme, self.stage.units[short], year)
        rows = [self.data(short, year, line) for line in PLANS[year, short]]
        rows = [replace(row, product="") if row.title in MENDED else row for row in rows]
        planning.write_items(plan, self.stage.head(short), [(None, row) for row in rows])

    def mend(self, short: str, year: int) -> None:
        plan = self.stage.plan(short, year)
        lines = {line.title: line for line in PLANS[year, short]}
        items = [item for item in planning.items_of(plan) if item.title in MENDED]
        rows = [(item, self.data(short, year, lines[item.title])) for item in items]
        planning.write_items(plan, self.stage.head(short), rows)

    def submit(self, short: str, year: int) -> None:
        planning.submit(self.stage.plan(short, year), self.stage.head(short))

    def send_back(self, short: str, year: int, reason: str) -> None:
        planning.send_back(self.stage.plan(short, year), self.stage.secretary, reason)

    def approve(self, short: str, year: int) -> None:
        planning.approve(self.stage.plan(short, year), self.stage.secretary)

    def give(self, short: str, year: int, document: str, on: date) -> None:
        planning.give(self.stage.plan(short, year), self.stage.office, document=document, on=on)

    def pause(self) -> None:
        self.stage.item("Xây dựng mô hình kinh tế tuần hoàn trong nuôi thủy sản").decide(
            self.stage.secretary,
            {"state": DecisionKind.PAUSED},
            document="24-TB/ĐUUB",
            effective_on=date(2026, 10, 5),
            reason="Chưa chọn được hộ tham gia mô hình.",
        )

    def supplement(self) -> None:
        planning.supplement(
            self.stage.plan("PKT", 2026),
            self.stage.office,
            replace(
                self.data("PKT", 2026, PLANS[2026, "PKT"][0]),
                parent=self.stage.tasks["II.3.1-01"],
                title="Khắc phục hạ tầng hư hỏng sau mưa lớn tháng 9",
                product="Biên bản nghiệm thu khắc phục",
                due=date(2026, 12, 15),
            ),
            document="26-KL/ĐUUB",
            reason="Kết luận họp giao ban tháng 10.",
            effective_on=date(2026, 10, 12),
        )

    def carry_over(self, short: str, year: int) -> None:
        plan = self.stage.plan(short, year)
        rows = [
            (item, place == 0, "" if place == 0 else f"Gộp vào việc khác của năm {year}.")
            for place, item in enumerate(self.continuing(plan))
        ]
        planning.carry_over(plan, self.stage.head(short), rows)

    def continuing(self, plan: Plan) -> list[Task]:
        """Last year's given work of the unit that goes on without end."""
        entries = PlanEntry.objects.filter(
            plan__unit=plan.unit_id, plan__year=plan.year - 1, given_on__isnull=False, task__continuing=True
        ).order_by("pk")
        return [entry.task for entry in entries.select_related("task__entry__plan", "task__parent__section")]

    def data(self, short: str, year: int, line: Line) -> ItemData:
        return ItemData(
            parent=self.stage.tasks[line.parent],
            title=line.title,
            due=line.day(year),
            continuing=line.due == ALWAYS,
            product=line.product,
            authority=line.authority,
            priority=line.priority,
            direct=self.stage.directors.get(short),
            coordinators=tuple(self.stage.units[name] for name in line.coordinators),
        )
