"""Some projects get milestones, capital and risks, and the indicators their values.

The other projects stay as the programme names them, without any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.db.models import QuerySet

from baocao import indicator_values
from baocao.models import IndicatorValue
from baocao.sample.stage import Event, Stage, event
from nhiemvu import projects
from nhiemvu.models import Funding, Indicator, Milestone, ProjectProfile, Risk

Phase, Level = ProjectProfile.Phase, Risk.Level


class Step(NamedTuple):
    """A mốc; ``moved`` is when, to which day and why, ``done`` the actual day, entered two days later."""

    code: str
    title: str
    due: date
    moved: tuple[date, date, str] | None = None
    done: date | None = None


class Source(NamedTuple):
    """A source of capital; ``paid`` says what was disbursed up to a day, entered on the tenth after it."""

    code: str
    name: str
    planned: int
    paid: tuple[tuple[date, int], ...] = ()


class Value(NamedTuple):
    """A value as of a day: sent, and confirmed or returned with a reason; ``corrects`` an earlier one of its
    day."""

    code: str
    on: date
    value: str
    source: str
    sent_on: date
    settled_on: date | None
    returned: str = ""
    corrects: bool = False


PROFILES = (
    ("DA-01", Phase.APPROVING, "Từ đường 191N đến đường 396"),
    ("DA-03", Phase.CARRYING_OUT, "Thôn Tất Thượng"),
    ("DA-04", Phase.PREPARING, "Cạnh trục đường 396, thôn Hàm Hy"),
    ("DA-07", Phase.CARRYING_OUT, "Vùng bãi ngoài đê"),
    ("DA-09", Phase.CARRYING_OUT, "Trung tâm Phục vụ hành chính công xã"),
)
STEPS = (
    Step("DA-01", "Phê duyệt chủ trương đầu tư", date(2026, 7, 31), done=date(2026, 7, 28)),
    Step(
        "DA-01",
        "Phê duyệt dự án, thiết kế",
        date(2026, 10, 15),
        moved=(
            date(2026, 10, 12),
            date(2026, 11, 30),
            "Cơ quan thẩm định yêu cầu bổ sung khảo sát địa chất.",
        ),
    ),
    Step("DA-01", "Khởi công", date(2027, 3, 31)),
    Step("DA-01", "Nghiệm thu, đưa vào sử dụng", date(2028, 12, 31)),
    Step("DA-03", "Hoàn thành giải phóng mặt bằng", date(2026, 12, 20)),
    Step("DA-03", "Hoàn thành hạ tầng kỹ thuật", date(2027, 12, 31)),
    Step("DA-04", "Phê duyệt quy hoạch chi tiết 1/500", date(2027, 6, 30)),
    Step("DA-04", "Lựa chọn nhà đầu tư", date(2028, 3, 31)),
    Step("DA-07", "Khoanh vùng sản xuất", date(2026, 10, 31)),
    Step("DA-07", "Cấp chứng nhận hữu cơ đợt đầu", date(2027, 11, 30)),
    Step("DA-09", "Lắp đặt thiết bị bộ phận một cửa", date(2026, 9, 30), done=date(2026, 10, 6)),
    Step("DA-09", "Vận hành kho dữ liệu số hóa", date(2026, 11, 28)),
)
SOURCES = (
    Source("DA-01", "Ngân sách thành phố", 45_000, ((date(2026, 8, 31), 600), (date(2026, 10, 31), 1_250))),
    Source("DA-01", "Ngân sách xã", 9_000, ((date(2026, 10, 31), 350),)),
    Source("DA-03", "Vốn nhà đầu tư", 120_000, ((date(2026, 9, 30), 18_500),)),
    Source("DA-07", "Ngân sách xã", 600),
    Source("DA-09", "Ngân sách xã", 1_200, ((date(2026, 8, 31), 310), (date(2026, 10, 31), 640))),
)
RISKS = (
    (
        "DA-01",
        "Một số hộ chưa đồng ý phương án bồi thường đoạn qua khu dân cư",
        Level.HIGH,
        "Phòng Kinh tế cùng thôn đối thoại với từng hộ, xong trong tháng 12.",
        date(2026, 9, 10),
    ),
    (
        "DA-07",
        "Con nước muộn, chưa khảo sát được vùng thứ hai và thứ ba",
        Level.MEDIUM,
        "Khảo sát bù vào con nước đầu tháng 12.",
        date(2026, 10, 29),
    ),
    (
        "DA-09",
        "Máy quét giao chậm",
        Level.MEDIUM,
        "Yêu cầu nhà cung cấp giao đợt đầu trước ngày 01/10.",
        date(2026, 9, 15),
    ),
)
OVER = ("DA-09", date(2026, 10, 8))
HALF, NINE = date(2026, 6, 30), date(2026, 9, 30)
JULY, OCTOBER = date(2026, 7, 10), date(2026, 10, 9)
"""When the office confirms the values of the first half of the year, and of nine months."""
BUDGET, LAND, MODELS = (
    "Báo cáo thu ngân sách",
    "Biên bản kiểm tra hồ sơ địa chính",
    "Quyết định công nhận mô hình",
)
INSURANCE, PORTAL = "Bảo hiểm xã hội khu vực", "Cổng dịch vụ công"
VALUES = (
    Value("CT-01", date(2025, 12, 31), "11.8", BUDGET, date(2026, 6, 10), date(2026, 6, 12)),
    Value("CT-01", HALF, "12.1", BUDGET, date(2026, 7, 8), JULY),
    Value("CT-01", NINE, "13.4", BUDGET, date(2026, 10, 7), OCTOBER),
    Value("CT-02", HALF, "62", LAND, date(2026, 7, 9), JULY),
    Value("CT-02", NINE, "71.5", LAND, date(2026, 10, 8), OCTOBER),
    Value("CT-03", HALF, "1", MODELS, date(2026, 7, 7), JULY),
    Value("CT-03", date(2026, 10, 31), "2", MODELS, date(2026, 11, 5), date(2026, 11, 9)),
    Value("CT-04", HALF, "93.2", INSURANCE, date(2026, 7, 7), JULY),
    Value("CT-04", NINE, "94.1", INSURANCE, date(2026, 10, 7), OCTOBER),
    Value(
        "CT-04",
        NINE,
        "94.6",
        "Bảo hiểm xã hội khu vực, đối chiếu lại",
        date(2026, 10, 21),
        date(2026, 10, 22),
        corrects=True,
    ),
    Value("CT-05", HALF, "64", PORTAL, date(2026, 7, 8), JULY),
    Value(
        "CT-05",
        NINE,
        "88",
        "Tổng hợp của đơn vị",
        date(2026, 10, 6),
        OCTOBER,
        returned="Lấy số từ Cổng dịch vụ công, không lấy số hồ sơ nộp tại chỗ.",
    ),
    Value("CT-05", NINE, "78.4", PORTAL, date(2026, 10, 12), date(2026, 10, 13)),
    Value("CT-05", date(2026, 11, 15), "81", PORTAL, date(2026, 11, 20), None),
)


@dataclass(frozen=True)
class ProjectStory:
    stage: Stage

    def events(self) -> Iterator[Event]:
        for code, phase, location in PROFILES:
            yield event(date(2026, 7, 1), partial(self.profile, code, phase, location), hour=10)
        for step in STEPS:
            yield event(date(2026, 7, 1), partial(self.plan, step), hour=10, minute=5)
            if step.moved:
                yield event(step.moved[0], partial(self.move, step), hour=15)
            if step.done:
                yield event(step.done.replace(day=step.done.day + 2), partial(self.reach, step), hour=10)
        for source in SOURCES:
            yield event(date(2026, 7, 2), partial(self.fund, source))
            for on, paid in source.paid:
                yield event(date(2026, on.month + 1, 10), partial(self.pay, source, on, paid), hour=10)
        for code, text, level, response, on in RISKS:
            yield event(on, partial(self.risk, code, text, level, response, on), hour=14)
        yield event(OVER[1], self.over, hour=14)
        for value in VALUES:
            yield event(value.sent_on, partial(self.send, value), hour=11)
            if value.settled_on:
                yield event(value.settled_on, partial(self.settle, value), hour=11)

    # -- projects ------------------------------------------------------------------------------------------

    def profile(self, code: str, phase: ProjectProfile.Phase, location: str) -> None:
        self._record(ProjectProfile(task=self.stage.tasks[code], phase=phase, location=location))

    def plan(self, step: Step) -> None:
        task = self.stage.tasks[step.code]
        self._record(Milestone(task=task, title=step.title, planned_on=step.due, due=step.due))

    def move(self, step: Step) -> None:
        row = self._milestone(step)
        if step.moved:
            _, row.due, row.moved_because = step.moved
            self._record(row)

    def reach(self, step: Step) -> None:
        row = self._milestone(step)
        row.done_on = step.done
        self._record(row)

    def fund(self, source: Source) -> None:
        task = self.stage.tasks[source.code]
        self._record(
            Funding(task=task, source=source.name, planned=Decimal(source.planned), disbursed=Decimal(0))
        )

    def pay(self, source: Source, on: date, paid: int) -> None:
        row = Funding.objects.get(task=self.stage.tasks[source.code], source=source.name)
        row.disbursed, row.disbursed_on = Decimal(paid), on
        self._record(row)

    def risk(self, code: str, text: str, level: Risk.Level, response: str, on: date) -> None:
        task = self.stage.tasks[code]
        self._record(Risk(task=task, text=text, level=level, response=response, raised_on=on))

    def over(self) -> None:
        code, on = OVER
        row = Risk.objects.get(task=self.stage.tasks[code])
        row.closed_on = on
        self._record(row)

    def _milestone(self, step: Step) -> Milestone:
        return Milestone.objects.get(task=self.stage.tasks[step.code], title=step.title)

    def _record(self, row: Milestone | Funding | Risk | ProjectProfile) -> None:
        """By the head of the unit that leads the projects of its section."""
        short = "PKT" if row.task.section.number == "III.1" else "VHXH"
        projects.record(row, self.stage.head(short))

    # -- indicators ----------------------------------------------------------------------------------------

    def send(self, value: Value) -> None:
        indicator = self._indicator(value.code)
        lead = indicator_values.leading_unit(indicator, value.sent_on)
        assert lead is not None  # noqa: S101 - the programme's indicators all have one
        indicator_values.send(
            indicator,
            self.stage.head(lead.short_name),
            on=value.on,
            value=Decimal(value.value),
            source=value.source,
            replaces=self._sent(value).first() if value.corrects else None,
        )

    def settle(self, value: Value) -> None:
        row = self._sent(value).filter(value=Decimal(value.value)).get()
        if value.returned:
            indicator_values.send_back(row, self.stage.office, value.returned)
        else:
            indicator_values.confirm(row, self.stage.office)

    def _sent(self, value: Value) -> QuerySet[IndicatorValue]:
        return IndicatorValue.objects.filter(indicator=self._indicator(value.code), on=value.on)

    def _indicator(self, code: str) -> Indicator:
        rows = Indicator.objects.select_related("programme", "task", "section")
        return rows.get(programme=self.stage.programme, code=code)
