"""Reports on small records: nothing said, nothing there, odd words, units and work that change midway."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import reporting
from baocao.models import Asked, Period, UnitReport, Update
from baocao.review.compose import compose
from baocao.review.record import Record
from baocao.sealed.shape import Composed
from nhiemvu.models import Indicator, Task
from nhiemvu.status import HANOI
from phancong.models import Assignment
from tests.baocao.review.stage import text_of, whole
from tests.factories.plans import Planners
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory

END = date(2026, 10, 14)
pytestmark = pytest.mark.django_db


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=HANOI)


def at(day: date, hour: int = 9) -> time_machine.travel:
    return time_machine.travel(moment(day, hour), tick=False)


class Reporters(Planners):
    """One item given; October 2026 is open from its 5th day."""

    def __init__(self) -> None:
        with at(date(2026, 6, 1)):
            super().__init__()
            self.give(self.plan({"due": date(2026, 12, 20)}), on=date(2026, 6, 1))
            self.one = self.item("2026-PKT-01")
        with at(date(2026, 10, 5)):
            self.period = reporting.open_period(self.programme, "2026-10", self.office)

    def tell(self, task: Task | None = None, *, on: date = date(2026, 10, 12), **words: Any) -> Update:
        """A confirmed update of the item."""
        said = {"content": "Đã làm", "percent": 40, "effective_on": on, "task": task or self.one}
        with at(on):
            row = Update.objects.create(
                **{**said, "period": self.period, "unit": self.unit, "author": self.head, **words}
            )
            reporting.confirm([row], self.office)
        return row

    def report(self, as_of: date = END, known: date = date(2026, 10, 20), **other: Any) -> Composed:
        period = Period.objects.get(pk=self.period.pk)
        return compose(self.programme, period, as_of=as_of, known_at=moment(known), **other)


@pytest.fixture
def office(db) -> Reporters:
    return Reporters()


def test_a_period_without_any_update_says_so(office):
    composed = office.report()
    assert "02 nhiệm vụ chưa có cập nhật" not in whole(composed)
    assert "01 nhiệm vụ chưa có cập nhật được xác nhận trong kỳ: Lập quy hoạch." in whole(composed)
    assert "01 đề án chưa có cập nhật được xác nhận trong kỳ: Đường liên xã." in whole(composed)
    assert composed.missing == ("Phòng Kinh tế",)
    assert "Phòng Kinh tế chưa cập nhật 02 nhiệm vụ, việc" in text_of(composed, "III.1")


def test_what_is_sent_but_not_confirmed_is_not_told(office):
    with at(date(2026, 10, 12)):
        words = {"content": "Chưa ai xác nhận", "percent": 90, "effective_on": date(2026, 10, 12)}
        Update.objects.create(
            task=office.one, period=office.period, unit=office.unit, author=office.head, **words
        )
    composed = office.report()
    assert "Chưa ai xác nhận" not in whole(composed)
    assert "90%" not in whole(composed)


def test_a_programme_without_work_has_no_percent_of_nothing(db):
    programme = ProgrammeFactory()
    with at(date(2026, 10, 5)):
        period = reporting.open_period(programme, "2026-10", None)
    composed = compose(programme, period, as_of=END, known_at=moment(END))
    assert "Chương trình chưa xác định nhiệm vụ, đề án cụ thể." in whole(composed)
    assert "Kỳ này chưa yêu cầu đơn vị nào báo cáo." in whole(composed)
    assert "%" not in whole(composed)
    assert (composed.asked, composed.missing, composed.figures["rows"]) == (0, (), 0)
    assert [annex.note for annex in composed.annexes] == ["Không có."] * 3


def test_names_with_marks_and_emoji_stand_as_they_are(office):
    odd = 'Mở <b>"chợ" & bến</b> 👍🏽'
    office.one.decide(
        office.secretary, {"title": odd}, document="1", effective_on=date(2026, 6, 2), reason="a"
    )
    office.tell(content=f"{odd} xong")
    composed = office.report(known=date(2027, 1, 1))
    assert f"+ {odd}: {odd} xong." in whole(composed)
    assert any(line.cells[1] == odd for annex in composed.annexes for line in annex.lines if not line.band)


def test_a_long_update_is_cut_at_a_sentence_and_its_page_has_the_whole(office):
    text = ("Đã làm xong một việc khá dài của kỳ này. " * 800)[:30_000]
    office.tell(content=text)
    composed = office.report()
    block = next(b for part in composed.parts for b in part.blocks if "khá dài" in b.text)
    assert "của kỳ này. …" in block.text
    assert len(block.sentences[0].text) < 700
    assert block.sentences[0].sources[0].url.startswith("/nhiem-vu/2026-PKT-01/?")
    cells = [line.cells[7] for annex in composed.annexes for line in annex.lines if not line.band]
    cell = next(cell for cell in cells if "khá dài" in cell)
    assert cell.endswith("của kỳ này. …")
    assert 1400 < len(cell) < 1510


def test_what_units_wrote_in_lists_becomes_sentences(office):
    office.tell(
        content="- họp dân;\r\n- lập biên bản\r\n\r\n", difficulties="* thiếu vốn..", requests="cấp vốn"
    )
    composed = office.report()
    assert "+ Khảo sát hiện trạng: Họp dân; lập biên bản. Tiến độ đạt 40%." in whole(composed)
    assert "Khảo sát hiện trạng (Phòng Kinh tế): Thiếu vốn." in text_of(composed, "III.2")
    assert "Phòng Kinh tế, về việc “Khảo sát hiện trạng”: Cấp vốn." in text_of(composed, "V")


def test_no_change_adds_nothing_where_something_was_done_before_in_the_period(office):
    office.tell(on=date(2026, 9, 20), content="Đã cắm mốc")
    office.tell(content="", percent=None, no_change=True)
    composed = office.report()
    assert "Đã cắm mốc. Tiến độ đạt 40%." in whole(composed)


def test_what_was_said_of_an_earlier_period_is_not_told_again(office):
    office.tell(on=date(2026, 9, 1), content="Việc của kỳ trước")
    assert "Việc của kỳ trước" not in whole(office.report())


def test_a_period_that_is_not_over_says_so(office):
    said = text_of(office.report(as_of=date(2026, 10, 8), known=date(2026, 10, 8)), "mo-dau")
    assert "số liệu tính đến ngày 08/10/2026 (kỳ báo cáo kết thúc ngày 14/10/2026)." in said


def test_a_unit_dissolved_in_mid_period_keeps_what_it_did_and_leads_no_more(office):
    office.tell(content="Đã bàn giao")
    office.unit.valid_to = date(2026, 10, 13)
    office.unit._history_user = office.admin
    with at(date(2026, 10, 13)):
        office.unit.save()
    composed = office.report()
    assert "Đã bàn giao." in whole(composed)
    assert composed.asked == 1
    assert whole(composed) == whole(office.report())


def test_work_moved_to_another_section_is_counted_there_once(office):
    other = SectionFactory(programme=office.programme, number="II.4", title="Tư pháp")
    moved = Task.objects.get(pk=office.task.pk)
    moved.section, moved._history_user = other, office.admin
    with at(date(2026, 10, 10)):
        moved.save()
    before = office.report(as_of=date(2026, 10, 9), known=date(2026, 10, 9))
    composed = office.report()
    keys = [part.key for part in composed.parts]
    assert "II.II.4" in keys and "II.II.3.2" not in keys
    assert "II.II.3.2" in [part.key for part in before.parts]
    assert composed.figures["rows"] == before.figures["rows"] == 2


def test_a_row_that_was_deleted_since_stands_in_the_report_of_its_time(office):
    with at(date(2026, 9, 1)):
        gone = TaskFactory(
            section=office.section, code="II.3.2-09", title="Việc sẽ xóa", due=date(2026, 9, 30)
        )
    before = office.report()
    assert "Việc sẽ xóa" in text_of(before, "III.1")
    with at(date(2026, 11, 1)):
        gone.delete()
    assert office.report() == before
    assert "Việc sẽ xóa" not in whole(office.report(known=date(2026, 11, 2)))


def test_next_years_plan_changes_nothing_of_this_year(office):
    before = office.report()
    with at(date(2026, 11, 1)):
        office.give(
            office.plan({"title": "Việc năm sau", "due": date(2027, 3, 1)}, year=2027), on=date(2026, 11, 1)
        )
    assert office.report() == before


def test_shares_and_reports_of_units_are_told_by_their_names(office):
    with at(date(2026, 10, 12)):
        row = UnitReport(period=office.period, unit=office.unit, results="đạt", shortcomings="chậm")
        row.causes, row.next_period, row.state = "thiếu người", "làm tiếp", UnitReport.State.CONFIRMED
        row._history_user = office.head
        row.save()
    composed = office.report()
    assert "- Phòng Kinh tế: Đạt." in text_of(composed, "II")
    assert "- Phòng Kinh tế: Chậm." in text_of(composed, "III.1")
    assert "- Phòng Kinh tế: Thiếu người." in text_of(composed, "III.2")
    assert "- Phòng Kinh tế: Làm tiếp." in text_of(composed, "IV")
    with at(date(2026, 11, 1)):
        row.results = "khác"
        row.save()
    assert office.report() == composed


def test_work_without_a_leader_says_so(office):
    with at(date(2026, 10, 6)):
        held = Assignment.objects.get(section=office.section)
        held._history_user = office.admin
        held.delete()
    office.tell(office.project, content="Đã đo đạc", percent=10)
    assert "Đường liên xã (chưa phân công chủ trì): Đã đo đạc." in whole(office.report())


def test_an_indicator_between_two_values_reads_well(office):
    row = Indicator(
        programme=office.programme, code="CT-01", name="Diện tích", unit="ha", section=office.section
    )
    row.target, row.target_high, row.direction = 20, 25, "between"
    with at(date(2026, 6, 1)):
        row.save()
    assert "01 chỉ tiêu chưa có số liệu được xác nhận: Diện tích." in whole(office.report())


# -- size -------------------------------------------------------------------------------------------------


def fill(office: Reporters, tasks: int, items: int, updates: int) -> None:
    """So much work more, with that many confirmed updates in the period."""
    with at(date(2026, 6, 2)):
        rows = [TaskFactory(section=office.section, title=f"Nhiệm vụ {n}") for n in range(tasks)]
        words = [{"title": f"Việc {n}", "parent": rows[n % len(rows)]} for n in range(items)]
        plan = office.plan(*words, unit=office._department(f"Phòng {tasks}", f"P{tasks}"), year=2026)
        office.give(plan, on=date(2026, 6, 2))
    held = list(Task.objects.filter(programme=office.programme, kind="plan_item"))
    settled = moment(date(2026, 10, 13))
    made = [
        Update(
            task=held[n % len(held)],
            period=office.period,
            unit=office.unit,
            author=office.head,
            content=f"Kết quả lần {n} của việc.",
            percent=n % 100,
            effective_on=date(2026, 9, 15) + timedelta(days=n % 29),
            state="confirmed",
            settled_at=settled,
            settled_by=office.office,
        )
        for n in range(updates)
    ]
    with at(date(2026, 10, 13)):
        Update.objects.bulk_create(made)


def queries(office: Reporters) -> int:
    with CaptureQueriesContext(connection) as found:
        office.report()
    return len(found)


def test_the_number_of_queries_does_not_grow_with_the_record(office):
    fill(office, tasks=4, items=6, updates=20)
    few = queries(office)
    fill(office, tasks=49, items=94, updates=980)
    assert Update.objects.count() == 1000
    assert few == queries(office) <= 20


def test_asked_units_are_read_once(office):
    record = Record(office.programme, office.period, END, moment(END))
    assert record.asked == {office.unit.pk: [office.one.pk, office.project.pk]}
    assert Asked.objects.filter(period=office.period).count() == 2


def test_an_update_without_words_is_told_by_its_product_and_percent(office):
    office.tell(content="", product="Biên bản đã ký", percent=55)
    assert "+ Khảo sát hiện trạng: Sản phẩm: Biên bản đã ký. Tiến độ đạt 55%." in whole(office.report())


def test_an_update_that_says_nothing_at_all_is_told_as_such(office):
    office.tell(office.project, content="", percent=None, verdict="on_track")
    assert "Đường liên xã (Phòng Kinh tế): Đơn vị có cập nhật nhưng chưa nêu kết quả cụ thể." in whole(
        office.report()
    )
