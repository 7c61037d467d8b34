"""/tong-quan/ as people use it: what stands where, who gets the button, what it costs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.inbox import Periods
from baocao.models import Asked, Period, PeriodAct, Update
from baocao.overview.discipline import Discipline
from baocao.overview.urgent import Urgent
from nhiemvu.as_of import Day
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import HANOI, Contradiction, day_end
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory
from tests.markup import inline_faults

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=HANOI), tick=False) as clock:
        yield clock


def soup_of(client, path="/tong-quan/", **given):
    response = client.get(path, given)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def late(programme, personas, days=5) -> Task:
    """A task of the document that is overdue since ``days`` days."""
    task = Task.objects.get(programme=programme, code="DA-04")
    due = {"due": TODAY - timedelta(days=days)}
    task.decide(personas.vanphong, due, document="01-QĐ/MAU", effective_on=date(2026, 6, 1))
    return task


def test_the_parts_stand_in_the_order_in_which_the_secretary_reads(client, personas, programme):
    client.force_login(personas.bithu)
    headings = [h.find(string=True).strip() or h.text.strip() for h in soup_of(client).select("main h2")]
    assert [h.split("\n")[0] for h in headings] == [
        "Cần đồng chí xử lý",
        "Biến động",
        "Theo mục của Chương trình",
        "Theo đơn vị",
        "Nền nếp cập nhật",
        "Các đề án",
        "Chỉ tiêu",
        "6 rõ còn thiếu",
    ]


def test_what_is_late_says_why_who_and_leads_to_a_directive(client, personas, programme):
    task = late(programme, personas)
    client.force_login(personas.bithu)
    soup = soup_of(client)
    first = soup.select_one(".urgent-list > li")
    assert task.title[:60] in first.text and "trễ 5 ngày" in first.text
    assert "chưa nêu lý do" in first.text and "chỉ đạo: " in first.text
    assert first.select_one("a.btn")["href"] == "/chi-dao/moi/?viec=DA-04"
    assert soup.select_one(".overview-sentence .overdue").text == "1 quá hạn"


def test_only_the_units_own_words_stand_as_a_quotation(client, personas, programme):
    late(programme, personas)
    client.force_login(personas.bithu)
    assert "“" not in soup_of(client).select_one(".urgent-who").text
    strange = SimpleNamespace(contradictions=(Contradiction.ON_TRACK_BUT_OVERDUE,), pending=False)
    urgent = Urgent(SimpleNamespace(stood=strange), None, url="")
    assert urgent.silence == "chưa nêu lý do; khai đúng tiến độ nhưng quá hạn"


def test_what_is_late_and_reported_done_waits_for_the_office(client, personas, programme):
    task, unit = late(programme, personas), personas.truongdonvi.unit
    period = period_of(programme, "2026-11", date(2026, 11, 14))
    Update.objects.create(
        task=task,
        period=period,
        unit=unit,
        author=personas.truongdonvi,
        content="Xong",
        claims_completion=True,
        product="Biên bản",
        effective_on=TODAY,
    )
    client.force_login(personas.bithu)
    who = soup_of(client).select_one(".urgent-list .urgent-who").text
    assert who.endswith("· đã báo hoàn thành, chờ văn phòng xác nhận")


def test_a_directive_that_is_open_is_told_beside_the_work(client, personas, programme):
    late(programme, personas)
    client.force_login(personas.bithu)
    form = client.get("/chi-dao/moi/", {"viec": "DA-04"})
    fields = BeautifulSoup(form.content, "html.parser").select("main form[method=post] [name]")
    sent = {
        field["name"]: field.get("value") or field.text
        for field in fields
        if field.get("type") not in ("checkbox", "radio", "file") or field.has_attr("checked")
    }
    assert client.post("/chi-dao/moi/", sent).status_code == 302
    told = soup_of(client).select_one(".urgent-list > li").text
    assert "Đã chỉ đạo, đôn đốc 23/11/2026: chờ trả lời" in told
    client.force_login(personas.nguoixem)
    assert "Đã chỉ đạo" not in soup_of(client).select_one(".urgent-list > li").text


@pytest.mark.parametrize(
    ("who", "may"), [("bithu", 1), ("phobithu", 1), ("vanphong", 1), ("truongdonvi", 0), ("nguoixem", 0)]
)
def test_only_those_who_give_directives_find_the_button(client, personas, programme, who, may):
    late(programme, personas)
    client.force_login(getattr(personas, who))
    assert len(soup_of(client).select(".urgent-list > li a.btn")) == may
    assert not soup_of(client, ngay="2026-11-22").select(".urgent-list a.btn")


def test_work_that_stands_in_two_rows_is_counted_twice_and_named_once(client, personas, programme):
    road = Task.objects.get(programme=programme, code="DA-01")
    due = {"due": TODAY - timedelta(days=1)}
    road.decide(personas.vanphong, due, document="01-QĐ/MAU", effective_on=date(2026, 6, 1))
    client.force_login(personas.bithu)
    soup = soup_of(client)
    assert soup.select_one(".overview-sentence .overdue").text == "2 quá hạn"
    assert [row.text for row in soup.select(".urgent-what .code")] == ["DA-01"]


def test_nothing_to_say_is_said(client, personas):
    client.force_login(personas.bithu)
    soup = soup_of(client)
    assert "không có việc nào quá hạn" in soup.select_one(".overview-sentence").text
    assert "không việc nào đổi tình trạng" in soup.select_one(".overview-sentence").text


def test_a_past_day_says_so_and_keeps_to_it(client, personas, programme):
    late(programme, personas)
    client.force_login(personas.bithu)
    soup = soup_of(client, ngay="2026-11-01")
    assert "Như đã biết đến hết ngày 01/11/2026" in soup.select_one(".as-of").text
    assert soup.select_one(".overview-moment b").text == "hết ngày 01/11/2026"
    work = [a["href"] for a in soup.select('main a[href^="/nhiem-vu/"]')]
    assert work and all("ngay=2026-11-01" in url for url in work)
    assert soup.select_one(".overview-sentence .overdue") is None  # decided and recorded later


@pytest.mark.parametrize("day", ["31/02/2026", "mai", "2030-01-01"])
def test_a_day_that_cannot_be_shown_is_today_with_a_word_why(client, personas, day):
    client.force_login(personas.bithu)
    assert (
        day in soup_of(client, ngay=day).select_one(".notice").text
        or "chưa đến" in soup_of(client, ngay=day).select_one(".notice").text
    )
    assert "Ngày so sánh" in soup_of(client, tu="31/02/2026").select_one(".notice").text


def test_two_days_side_by_side_name_every_row_that_moved(client, personas, programme):
    late(programme, personas)
    client.force_login(personas.nguoixem)
    soup = soup_of(client, "/tong-quan/so-sanh/", tu="2026-11-10")
    assert "Từ ngày 10/11/2026 đến hôm nay" in soup.h1.text
    # It was decided on 23 November that it had been due since the 18th.
    (row,) = soup.select("section[aria-labelledby=newly_late] .moved-rows li")
    assert row.select_one(".code").text == "DA-04"
    assert (
        row.a["href"] == "/nhiem-vu/DA-04/"
        and row.a.text == Task.objects.get(programme=programme, code="DA-04").title
    )
    figure = soup.select_one("section[aria-labelledby=newly_late] a.tally")
    assert figure["href"] == "/nhiem-vu/?bien-dong=newly_late&tu=2026-11-10"
    assert "Không việc nào đổi" in soup_of(client, "/tong-quan/so-sanh/", tu="2026-11-23").main.text


def period_of(programme, key, end, state=Period.State.OPEN) -> Period:
    return Period.objects.create(
        programme=programme,
        kind="month",
        key=key,
        label=f"Tháng {end.month}/{end.year}",
        start=end - timedelta(days=29),
        end=end,
        submit_by=datetime(end.year, end.month, end.day, 17, tzinfo=HANOI),
        state=state,
    )


def test_one_compares_with_the_end_of_the_last_period_that_was_locked_then(client, personas, programme, now):
    unit = personas.truongdonvi.unit
    task = Task.objects.get(programme=programme, code="DA-01")
    for key, end in (("2026-09", date(2026, 9, 14)), ("2026-10", date(2026, 10, 14))):
        period = period_of(programme, key, end)
        Asked.objects.create(period=period, task=task, unit=unit, asked_on=period.start)
        now.move_to(datetime(2026, end.month, 20, 9, tzinfo=HANOI))
        period.record(PeriodAct.Act.LOCK, personas.vanphong)
    now.move_to(datetime(2026, 11, 23, 9, tzinfo=HANOI))
    client.force_login(personas.bithu)
    assert "hết kỳ Tháng 10/2026 (14/10/2026)" in soup_of(client).select_one(".since").text
    # On 18 October that period was not locked yet; before the first lock one compares with 30 days ago.
    assert "(14/09/2026)" in soup_of(client, ngay="2026-10-18").select_one(".since").text
    assert "ngày 16/08/2026" in soup_of(client, ngay="2026-09-15").select_one(".since").text


def test_discipline_is_that_of_the_periods_page_and_follows_the_day(personas, programme):
    unit = personas.truongdonvi.unit
    task = Task.objects.get(programme=programme, code="DA-01")
    period = period_of(programme, "2026-11", date(2026, 11, 14))
    Asked.objects.create(period=period, task=task, unit=unit, asked_on=period.start)
    sent = Update.objects.create(
        task=task, period=period, unit=unit, author=personas.truongdonvi, content="Có", effective_on=TODAY
    )
    assert sent.recorded_at.date() == TODAY
    moment = datetime(2026, 11, 23, 10, tzinfo=HANOI)
    page = Periods(programme, personas.vanphong, moment)
    shown = {(u.pk, c.tally.period.pk): c.discipline for u, cells in page.matrix for c in cells if c.tally}
    now_ = Discipline.read(programme, Day(TODAY, TODAY), moment, facts_of([task]))
    assert {key: tally.discipline(moment) for key, tally in now_.held.items()} == shown
    assert list(shown.values()) == ["warning"]  # late, but there
    for day, expected in ((date(2026, 11, 13), "undetermined"), (date(2026, 11, 20), "overdue")):
        then = Discipline.read(programme, Day(day, TODAY), day_end(day), facts_of([task]))
        assert [tally.discipline(then.now) for tally in then.held.values()] == [expected]


def test_it_stays_small_and_cheap_with_fifty_programmes(client, personas, programme):
    client.force_login(personas.bithu)

    def measure(**given) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            response = client.get("/tong-quan/", {"ct": programme.pk, **given})
        assert inline_faults(response.content.decode()) == []
        return len(queries), len(response.content)

    alone = [measure(), measure(ngay="2026-09-01")]
    for _ in range(49):
        other = ProgrammeFactory(committee=programme.committee)
        section = SectionFactory(programme=other)
        for _ in range(3):
            TaskFactory(section=section, due=TODAY)
    among = [measure(), measure(ngay="2026-09-01")]
    assert [queries for queries, _ in among] == [queries for queries, _ in alone]
    assert max(queries for queries, _ in among) <= 12
    assert max(size for _, size in among) <= 100_000


def test_leaders_begin_with_the_overview_others_with_the_start(client, personas):
    for who, where in (("bithu", "/tong-quan/"), ("phobithu", "/tong-quan/"), ("vanphong", "/")):
        account = getattr(personas, who)
        account.set_password("mat-khau-chi-de-thu")
        account.save()
        sent = {"username": account.username, "password": "mat-khau-chi-de-thu"}
        assert client.post("/dang-nhap/", sent)["Location"] == where
        client.logout()


def test_a_committee_without_a_programme_is_told_what_to_do(client, personas):
    client.force_login(personas.ngoai)
    assert client.get("/tong-quan/").status_code == 200
