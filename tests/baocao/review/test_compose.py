"""The sample's reports: every figure opens its rows, counts agree with the export, sentences are clean."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve

from baocao.exporters.programme import programme_json
from baocao.models import Period
from baocao.review.compose import RULES, subject_of
from baocao.review.record import Record
from baocao.review.wording import number
from chuongtrinh.models import Programme, User
from nhiemvu.status import day_end
from phancong.models import PlanEntry
from tests.baocao.review.stage import READ, report, sentences, sources, text_of, whole

pytestmark = pytest.mark.django_db
SECTIONS = ["II.1", "II.2.1", "II.2.2", "II.2.3", "II.3.1", "II.3.2", "II.3.3", "II.4"]


@pytest.fixture
def secretary(told: Programme) -> Client:
    client = Client()
    client.force_login(User.objects.get(committee=told.committee, role=User.Role.SECRETARY))
    return client


# -- sources -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", READ)
def test_every_counted_list_holds_exactly_the_rows_that_the_report_says(told, secretary, key):
    lists = [one for one in sources(report(told, key)) if one.url.startswith("/nhiem-vu/?")]
    assert len(lists) > 30
    wrong = {}
    # All of the newest report's; of the others, which are of the same making, some.
    for one in sorted(lists, key=lambda one: one.url)[:: 1 if key == "2026-11" else 6]:
        page = secretary.get(one.url, headers={"hx-request": "true"})
        total = int(re.search(rb'data-total="(\d+)"', page.content).group(1))
        if not one.label.startswith(f"{number(total)} "):
            wrong[one.url] = (one.label, total)
    assert wrong == {}


@pytest.mark.parametrize("key", READ)
def test_every_other_source_opens(told, secretary, key):
    """Some of each kind; the others name the same day and a row of the report's own record."""
    pages = {one.url for one in sources(report(told, key)) if not one.url.startswith("/nhiem-vu/?")}
    period = Period.objects.get(programme=told, key=key)
    record = Record(told, period, *READ[key])
    known = {row.task.code for row in record.every.values()}
    known |= {one.indicator.code for one in record.indicators}
    kinds: dict[str, list[str]] = {}
    for url in sorted(pages):
        path, _, query = url.partition("?")
        asked = QueryDict(query)
        assert asked["ct"] == str(told.pk) and asked.get("ngay", record.day.address) == record.day.address
        found = resolve(path)
        assert found.kwargs.get("code", next(iter(known))) in known
        kinds.setdefault(found.url_name, []).append(url)
    assert len(kinds) >= 5
    opened = [url for urls in kinds.values() for url in urls[:: max(1, len(urls) // 4)]]
    assert {url: code for url in opened if (code := secretary.get(url).status_code) != 200} == {}


@pytest.mark.parametrize("key", READ)
def test_each_figure_of_a_sentence_has_a_source(told, key):
    """A count of rows is the number of a list, or that of the pages which the sentence opens."""
    counts = re.compile(r"(\d{2,}) (?:nhiệm vụ|việc|đề án|nội dung|chỉ tiêu)")
    for one in sentences(report(told, key)):
        if not one.sources or any("ky-bao-cao" in source.url for source in one.sources):
            continue  # what units wrote themselves
        pages = [source for source in one.sources if not source.url.startswith("/nhiem-vu/?")]
        said = {source.label.split(" ")[0] for source in one.sources} | {number(len(pages))}
        if one.text.startswith(("-", "+")) or "chỉ tiêu" in one.text:
            continue
        text = re.sub(r" và \d+ việc khác\.$", "", one.text)
        assert set(counts.findall(text)) - said - {"2026"} == set(), one.text


def test_a_page_of_the_report_shows_what_the_report_knew(told, secretary):
    """A task page of the report has the status of its day by the knowledge of its moment: the office
    confirmed after the cut-off, which the page of the day itself does not know."""
    composed = report(told, "2026-6T")
    url = next(one.url for one in sources(composed) if one.url.startswith("/nhiem-vu/2026-UBKT-01/"))
    page = secretary.get(url).content.decode()
    assert "Ngày 14/06/2026, theo số liệu đã ghi đến 09:00 ngày 27/06/2026." in page
    assert "chờ xác nhận hoàn thành" not in page.lower()
    earlier = secretary.get("/nhiem-vu/2026-UBKT-01/?ngay=2026-06-14").content.decode()
    assert "chờ xác nhận hoàn thành" in earlier.lower()


# -- figures ----------------------------------------------------------------------------------------------


def kind(task: dict[str, Any]) -> str:
    """The government's split, from the export's words."""
    if task["progress"] in ("paused", "dropped"):
        return task["progress"]
    timing = task["timeliness"] or "no_deadline"
    if task["progress"] == "completed":
        return {"completed_on_time": "done_on_time", "completed_late": "done_late"}.get(
            timing, "done_undated"
        )
    return timing if timing in ("on_time", "due_soon", "overdue", "continuing") else "no_deadline"


@pytest.mark.parametrize("day", [date(2026, 6, 14), date(2026, 9, 14), date(2026, 11, 14)])
def test_the_counts_are_those_of_the_export(told, day):
    found = programme_json(told, day)["tasks"]
    given = set(
        PlanEntry.objects.filter(given_on__lte=day, given_at__lt=day_end(day)).values_list(
            "task__code", flat=True
        )
    )
    composed = report(told, "2026-11", as_of=day, known_at=day_end(day))
    for name, rows in (
        ("rows", [task for task in found if task["kind"] != "plan_item"]),
        ("items", [task for task in found if task["year"] == day.year and task["code"] in given]),
    ):
        expected = Counter(kind(task) for task in rows)
        assert composed.figures[name] == len(rows)
        said = {
            key.removeprefix(f"{name}_"): count
            for key, count in composed.figures.items()
            if key.startswith(f"{name}_") and count
        }
        done = sum(expected[one] for one in expected if one.startswith("done_"))
        left = sum(expected[one] for one in ("on_time", "due_soon", "overdue"))
        groups = {one: count for one, count in (("done", done), ("not_done", left)) if count}
        assert said == {**expected, **groups}


# -- the outline and the language --------------------------------------------------------------------------


def test_the_outline_is_the_offices(told):
    composed = report(told, "2026-6T")
    assert composed.rules == RULES
    assert [(part.key, part.level) for part in composed.parts] == [
        ("mo-dau", 0),
        ("I", 1),
        ("II", 1),
        *((f"II.{number}", 2) for number in SECTIONS),
        ("II.de-an", 2),
        ("II.chi-tieu", 2),
        ("III", 1),
        ("III.1", 2),
        ("III.2", 2),
        ("IV", 1),
        ("V", 1),
    ]
    assert [part.heading.split(" ")[0] for part in composed.parts if part.level == 1] == [
        "I-", "II-", "III-", "IV-", "V-"
    ]  # fmt: skip
    assert all(part.blocks for part in composed.parts if part.key != "III")


def test_the_opening_names_the_programme_the_period_and_the_day(told):
    said = text_of(report(told, "2026-6T"), "mo-dau")
    assert said.startswith("Thực hiện Chương trình hành động số 08-CTr/ĐUUB ngày 05/5/2026 về việc thực hiện")
    assert "báo cáo kết quả thực hiện 6 tháng đầu năm 2026; số liệu tính đến ngày 14/6/2026." in said
    assert "04/04 đơn vị đã nộp đủ báo cáo" in said


def test_early_it_says_who_is_missing(told):
    composed = report(told, "2026-11")
    assert (composed.asked, len(composed.missing)) == (4, 2)
    assert "có 02/04 đơn vị nộp đủ báo cáo; chưa nộp đủ: Phòng Kinh tế (còn " in text_of(composed, "mo-dau")


def test_the_subject_names_programme_committee_and_period(told):
    period = Period.objects.get(programme=told, key="2026-6T")
    said = "Kết quả thực hiện Chương trình hành động số 08-CTr/ĐUUB ngày 05/5/2026"
    of = "của Đảng ủy UBND xã Lạc Phượng 6 tháng đầu năm 2026"
    assert subject_of(told, period) == f"{said} {of}"


@pytest.mark.parametrize("key", READ)
def test_sentences_are_clean(told, key):
    for part in report(told, key).parts:
        for block in part.blocks:
            text = block.text
            bare = text.removeprefix("- ").removeprefix("+ ")
            assert text.startswith(("- ", "+ ")) == (block.kind == "item")
            assert text == text.strip() and "  " not in text and "\n" not in text
            assert not re.search(r"\.\.|,\.|:\.| [,.;:]|None|\{|\}", text), text
            assert bare[0] == bare[0].upper(), text
            assert text.endswith((".", "…", ":", "!", "?")), text


def test_a_period_is_compared_with_the_one_before(told):
    said = text_of(report(told, "2026-11"), "II")
    assert "So với cuối kỳ trước (ngày 14/10/2026):" in said
    assert "số nội dung quá hạn tăng 03 (kỳ trước không có)" in said
    assert "chưa có số liệu kỳ trước để so sánh" in text_of(report(told, "2026-6T"), "II")


@pytest.mark.parametrize(
    ("key", "part", "said"),
    [
        ("2026-11", "III.1", "còn 03 nhiệm vụ, đề án và 03 việc cụ thể quá hạn"),
        ("2026-11", "III.1", "quá hạn 15 ngày, tiến độ 50%. Lý do: giảng viên trùng lịch"),
        ("2026-11", "III.1", "tiến độ 90%. Đơn vị chưa nêu lý do."),
        ("2026-9T", "II.II.1", "(các đơn vị cùng thực hiện). Phòng Kinh tế: Đã quán triệt"),
        ("2026-9T", "II.II.1", "Văn phòng HĐND & UBND: Tham mưu 02 văn bản"),
        ("2026-9T", "II.II.3.2", "Thực hiện cùng đề án “Cải tạo, nâng cấp tuyến đường"),
        ("2026-9T", "I", "Trong kỳ có 01 ý kiến chỉ đạo gửi 01 đơn vị; đến nay 01 đơn vị đã trả lời."),
        ("2026-6T", "I", "không phát sinh ý kiến chỉ đạo"),
        ("2026-9T", "II.de-an", "Đã đạt 01/04 mốc; mốc tiếp theo: Phê duyệt dự án, thiết kế"),
        ("2026-9T", "II.de-an", "Giải ngân 600/54.000 triệu đồng (1,1%), tính đến ngày 31/8/2026."),
        (
            "2026-9T",
            "II.chi-tieu",
            "12,1% (số liệu đến ngày 30/6/2026, theo Báo cáo thu ngân sách); mục tiêu từ",
        ),
        ("2026-9T", "II.chi-tieu", "01 mô hình (số liệu đến ngày 30/6/2026"),
        ("2026-9T", "II.chi-tieu", "mục tiêu 05 mô hình"),
    ],
)
def test_each_part_tells_what_the_record_holds(told, key, part, said):
    assert said in text_of(report(told, key), part)


def test_where_there_is_nothing_it_is_said(told):
    said = text_of(report(told, "2026-6T"), "V")
    assert said.startswith("Không có đề xuất, kiến nghị.") and "Các đơn vị đề xuất" not in said
    assert said.endswith(
        "Trên đây là báo cáo kết quả 6 tháng đầu năm 2026 thực hiện Chương trình hành động số 08-CTr/ĐUUB "
        "ngày 05/5/2026 của Đảng ủy UBND xã Lạc Phượng."
    )
    assert "Làm việc với thành phố về nguồn vốn tuyến đường." in text_of(report(told, "2026-9T"), "V")


def test_what_comes_next_reaches_to_the_end_of_the_calendar_quarter(told):
    said = text_of(report(told, "2026-9T"), "IV")
    assert "có thời hạn đến hết ngày 31/12/2026:" in said
    assert "thời hạn ngày 15/12/2026" in said, "after the cut-off of 14/12, still the quarter's work"


def test_what_comes_next_is_what_falls_due(told):
    composed = report(told, "2026-6T")
    heading = next(part.heading for part in composed.parts if part.key == "IV")
    assert heading == "IV- NHIỆM VỤ TRỌNG TÂM 6 THÁNG CUỐI NĂM 2026"
    assert "Lập nhiệm vụ quy hoạch chung xã (Phòng Kinh tế): thời hạn ngày 30/9/2026" in text_of(
        composed, "IV"
    )


# -- annexes ----------------------------------------------------------------------------------------------


def test_the_annexes_hold_every_row_once(told):
    composed = report(told, "2026-11")
    places = [[line for line in annex.lines if not line.band] for annex in composed.annexes]
    first = [[line for line in held if "." not in line.cells[0]] for held in places]
    assert sum(map(len, first)) == composed.figures["rows"] == 53
    assert len(first[2]) == 10
    assert sum(map(len, places)) - 53 == composed.figures["items"]
    for annex in composed.annexes:
        assert len(annex.columns) == len(annex.widths) == 10
        assert all(len(line.cells) == (1 if line.band else 10) for line in annex.lines)
        assert sum(annex.widths) == 100


def test_an_annex_tells_a_moved_deadline_and_by_what_document(told):
    line = next(
        line
        for annex in report(told, "2026-11").annexes
        for line in annex.lines
        if not line.band and line.cells[1] == "Lập nhiệm vụ quy hoạch chung xã"
    )
    assert line.cells[5] == "10/12/2026 (ban đầu: 30/9/2026)"
    assert line.cells[9] == "Điều chỉnh thời hạn từ 30/9/2026 sang 10/12/2026 theo 21-TB/ĐUUB"


def test_no_person_is_named(told):
    """The record of the sample names people by their posts; a report names units."""
    assert "Phó Chủ tịch" not in whole(report(told, "2026-9T"))
