"""Values of indicators: the leading unit sends, the office confirms or returns, a correction replaces."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from baocao import indicator_values
from baocao.exporters.programme import programme_json
from baocao.indicators import indicators_of
from baocao.models import IndicatorValue
from nhiemvu.as_of import Day
from nhiemvu.models import Indicator
from nhiemvu.status import HANOI
from nhiemvu.targets import Point
from phancong.models import Assignment
from tests.factories.people import UserFactory
from tests.factories.plans import Planners
from tests.factories.programmes import ProgrammeFactory, SectionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=HANOI)
NINE = date(2026, 9, 30)
URL = "/chi-tieu/CT-01/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def planners(today) -> Planners:
    return Planners()


@pytest.fixture
def indicator(planners) -> Indicator:
    return Indicator.objects.create(
        programme=planners.programme,
        section=planners.section,
        task=planners.task,
        code="CT-01",
        name="Số hóa hồ sơ",
        unit="%",
        target=100,
        direction="at_least",
    )


def send(indicator, user, value="62", on=NINE, source="Biên bản", **more) -> IndicatorValue:
    return indicator_values.send(indicator, user, on=on, value=Decimal(value), source=source, **more)


def confirmed(indicator, planners, value="62", on=NINE, **more) -> IndicatorValue:
    row = send(indicator, planners.head, value, on, **more)
    indicator_values.confirm(row, planners.office)
    return row


def points(planners, day=date(2026, 11, 23), user=None) -> list[Point]:
    [shown] = indicators_of(planners.programme, Day(day, NOW.date()), user or planners.viewer)
    return shown.points


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def soup(client, url=URL):
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


# -- sending and settling ----------------------------------------------------------------------------------


def test_a_value_counts_once_the_office_has_confirmed_it(indicator, planners):
    row = send(indicator, planners.head)
    assert (row.unit, row.by_office, row.state) == (planners.unit, False, "submitted")
    assert points(planners) == []
    indicator_values.confirm(row, planners.office)
    assert points(planners) == [Point(NINE, Decimal(62))]


def test_the_office_sends_for_the_unit_and_it_is_marked_so(indicator, planners):
    row = send(indicator, planners.office)
    assert (row.unit, row.by_office) == (planners.unit, True)


@pytest.mark.parametrize("who", ["other_head", "secretary", "viewer", "admin"])
def test_nobody_else_sends(indicator, planners, who):
    with pytest.raises(ValidationError, match="Chỉ đơn vị chủ trì"):
        send(indicator, getattr(planners, who))


def test_where_no_unit_leads_the_office_says_who_reports(indicator, planners):
    Assignment.objects.all().delete()
    with pytest.raises(ValidationError, match="Chọn đơn vị báo cáo"):
        send(indicator, planners.office)
    assert send(indicator, planners.office, unit=planners.other_unit).unit == planners.other_unit
    with pytest.raises(ValidationError, match="Chỉ đơn vị chủ trì"):
        send(indicator, planners.head, unit=planners.unit)


def test_an_indicator_without_a_task_is_its_sections(indicator, planners):
    indicator.task = None
    assert indicator_values.leading_unit(indicator, NOW.date()) == planners.unit


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"on": date(2026, 11, 24)}, "on"),
        ({"on": date(1926, 9, 30)}, "on"),
        ({"source": "  "}, "source"),
        ({"value": "1.23456"}, "value"),
        ({"value": "123456789012345"}, "value"),
    ],
)
def test_what_cannot_be_is_refused_by_field(indicator, planners, typed, field):
    with pytest.raises(ValidationError) as refused:
        send(indicator, planners.head, **typed)
    assert set(refused.value.message_dict) == {field}
    assert not IndicatorValue.objects.exists()


def test_sent_twice_is_sent_once(indicator, planners):
    assert send(indicator, planners.head) == send(indicator, planners.head)
    with pytest.raises(ValidationError, match="đã có số liệu 62"):
        send(indicator, planners.head, "63")


def test_a_confirmed_value_holds_until_its_correction_is_confirmed(indicator, planners):
    first = confirmed(indicator, planners)
    second = send(indicator, planners.head, "63", replaces=first)
    assert points(planners) == [Point(NINE, Decimal(62))]
    with pytest.raises(ValidationError, match="vừa có số khác thay"):
        send(indicator, planners.head, "64", replaces=first)
    indicator_values.confirm(second, planners.office)
    assert points(planners) == [Point(NINE, Decimal(63))]


def test_a_correction_of_what_waits_takes_its_place(indicator, planners):
    first = confirmed(indicator, planners)
    second = send(indicator, planners.head, "63", replaces=first)
    third = send(indicator, planners.head, "64", replaces=second)
    second.refresh_from_db()
    assert (second.state, third.replaces) == ("returned", first)
    indicator_values.confirm(third, planners.office)
    assert points(planners) == [Point(NINE, Decimal(64))]


def test_a_correction_sent_twice_is_sent_once(indicator, planners):
    first = confirmed(indicator, planners)
    second = send(indicator, planners.head, "63", replaces=first)
    assert send(indicator, planners.head, "63", replaces=first) == second
    third = send(indicator, planners.head, "64", replaces=second)
    assert send(indicator, planners.head, "64", replaces=second) == third


def test_a_correction_may_move_the_day(indicator, planners):
    first = confirmed(indicator, planners)
    indicator_values.confirm(
        send(indicator, planners.head, on=date(2026, 10, 1), replaces=first), planners.office
    )
    assert points(planners) == [Point(date(2026, 10, 1), Decimal(62))]


def test_the_day_that_a_waiting_correction_would_leave_is_not_free_yet(indicator, planners):
    first = send(indicator, planners.head)
    indicator_values.confirm(first, planners.office)
    moved = send(indicator, planners.head, on=date(2026, 9, 29), replaces=first)
    with pytest.raises(ValidationError, match="đã có số liệu 62"):
        send(indicator, planners.head, "70")
    indicator_values.confirm(moved, planners.office)
    assert send(indicator, planners.head, "70").state == "submitted"


def test_what_a_dissolved_unit_led_the_office_enters_and_says_who_reports(indicator, planners):
    planners.unit.valid_to = date(2026, 11, 1)
    planners.unit.save()
    with pytest.raises(ValidationError, match="Chỉ đơn vị chủ trì"):
        send(indicator, planners.head)
    with pytest.raises(ValidationError, match="chưa có đơn vị chủ trì"):
        send(indicator, planners.office)
    assert send(indicator, planners.office, unit=planners.other_unit).unit == planners.other_unit


def test_a_correction_that_changes_nothing_is_refused(indicator, planners):
    first = confirmed(indicator, planners)
    with pytest.raises(ValidationError, match="Chưa có gì thay đổi"):
        send(indicator, planners.head, replaces=first)


def test_a_returned_correction_leaves_what_held(indicator, planners):
    first = confirmed(indicator, planners)
    with pytest.raises(ValidationError, match="Ghi lý do trả lại"):
        indicator_values.send_back(send(indicator, planners.head, "63", replaces=first), planners.office, " ")
    indicator_values.send_back(IndicatorValue.objects.get(value=63), planners.office, "Nêu nguồn")
    assert points(planners) == [Point(NINE, Decimal(62))]
    assert send(indicator, planners.head, "64", replaces=first).replaces == first


def test_what_is_settled_is_settled_once(indicator, planners):
    row, other = confirmed(indicator, planners), UserFactory(committee=planners.committee, role="office")
    indicator_values.confirm(row, planners.office)  # the same form again
    for again, user in (
        (indicator_values.confirm, other),
        (lambda row, user: indicator_values.send_back(row, user, "Sai"), planners.office),
    ):
        with pytest.raises(ValidationError, match="đã giải quyết số liệu này"):
            again(row, user)


# -- any past day ------------------------------------------------------------------------------------------


def at(day: int):
    return time_machine.travel(datetime(2026, 11, day, 9, tzinfo=HANOI), tick=False)


def test_a_past_day_knows_what_was_confirmed_by_then(indicator, planners):
    with at(2):
        first = send(indicator, planners.head)
    with at(4):
        indicator_values.confirm(first, planners.office)
    with at(6):
        second = send(indicator, planners.head, "63", replaces=first)
    with at(8):
        indicator_values.confirm(second, planners.office)
    known = {n: points(planners, date(2026, 11, n)) for n in (3, 4, 7, 8)}
    assert known == {3: [], 4: [Point(NINE, 62)], 7: [Point(NINE, 62)], 8: [Point(NINE, 63)]}
    exported = {
        n: programme_json(planners.programme, date(2026, 11, n))["indicators"][0]["values"] for n in (3, 4, 8)
    }
    told = {n: [(row["on"], row["value"]) for row in rows] for n, rows in exported.items()}
    assert told == {3: [], 4: [("2026-09-30", 62)], 8: [("2026-09-30", 63)]}
    assert exported[8][0] == {
        "on": "2026-09-30",
        "value": 63,
        "source": "Biên bản",
        "reported_by": "Phòng Kinh tế",
        "recorded_at": second.recorded_at.astimezone(HANOI).isoformat(),
        "confirmed_at": second.settled_at.astimezone(HANOI).isoformat(),
    }


def test_a_past_day_shows_the_target_of_then(indicator, planners):
    indicator.target = 90
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=HANOI), tick=False):
        indicator.save()
        [then] = indicators_of(planners.programme, Day(NOW.date(), date(2026, 11, 24)), planners.viewer)
        [now] = indicators_of(
            planners.programme, Day(date(2026, 11, 24), date(2026, 11, 24)), planners.viewer
        )
    assert (then.aim, now.aim) == ("từ 100 % trở lên", "từ 90 % trở lên")


# -- the pages ---------------------------------------------------------------------------------------------


def test_a_unit_sends_and_the_office_confirms_on_the_page(indicator, planners):
    head, office = signed_in(planners.head), signed_in(planners.office)
    typed = {"buoc": "gui", "on": "30/09/2026", "value": "71,5", "source": "Biên bản kiểm tra"}
    assert head.post(URL, typed).status_code == 302
    value = IndicatorValue.objects.get()
    assert value.value == Decimal("71.5")
    assert "Chưa có số liệu nào được xác nhận" in soup(head).get_text()
    assert head.post(URL, {"buoc": "xac-nhan", "pk": value.pk}).status_code == 403
    missing = office.post(URL, {"buoc": "tra-lai", "pk": value.pk}).content.decode()
    assert f'href="#id_{value.pk}_reason"' in missing or "Ghi lý do trả lại" in missing
    assert office.post(URL, {"buoc": "xac-nhan", "pk": value.pk}).status_code == 302
    page = soup(signed_in(planners.viewer))
    assert "71,5 %" in page.get_text() and page.select_one("figure.chart svg title")
    assert "Chưa đạt" in page.get_text() and not page.select_one("main form[method=post]")


def test_a_correction_starts_from_what_was_sent(indicator, planners):
    row, head = confirmed(indicator, planners), signed_in(planners.head)
    link = soup(head).find("a", string=lambda text: text and text.startswith("Sửa số này"))
    link = link or soup(head).select_one(f'a[href*="thay={row.pk}"]')
    page = soup(head, f"{URL}?thay={row.pk}")
    assert page.select_one("#id_value")["value"] == "62"
    typed = {"buoc": "gui", "on": "30/09/2026", "value": "63", "source": "Biên bản", "replaces": row.pk}
    assert link and head.post(URL, typed).status_code == 302
    assert IndicatorValue.objects.get(value=63).replaces == row


def test_a_slip_is_told_and_what_was_typed_stays(indicator, planners):
    head = signed_in(planners.head)
    response = head.post(URL, {"buoc": "gui", "on": "31/9/2026", "value": "13.5", "source": ""})
    page = BeautifulSoup(response.content, "html.parser")
    linked = {a["href"] for a in page.select(".error-summary a")}
    assert linked == {"#id_on", "#id_value", "#id_source"}
    assert page.select_one("#id_value")["value"] == "13.5"
    confirmed(indicator, planners)
    typed = {"buoc": "gui", "on": "30/09/2026", "value": "70", "source": "Sổ"}
    assert "bấm “Sửa số này”" in head.post(URL, typed).content.decode()


def test_who_waits_for_confirmation_is_seen_by_those_near_it(indicator, planners):
    send(indicator, planners.head)
    for user, seen in ((planners.head, True), (planners.office, True), (planners.secretary, True)):
        assert ("62 %" in soup(signed_in(user)).get_text()) is seen
    for user in (planners.viewer, planners.other_head):
        assert "62 %" not in soup(signed_in(user)).get_text()


def test_only_the_unit_and_the_office_send_from_the_page(indicator, planners):
    typed = {"buoc": "gui", "on": "30/09/2026", "value": "70", "source": "Sổ"}
    for user in (planners.other_head, planners.secretary, planners.viewer, planners.admin):
        assert signed_in(user).post(URL, typed).status_code == 403
    elsewhere = UserFactory(role="office")
    ProgrammeFactory(committee=elsewhere.committee)
    assert signed_in(elsewhere).post(URL, typed).status_code == 404
    assert not IndicatorValue.objects.exists()


def test_a_value_of_another_indicator_is_not_settled_here(indicator, planners):
    row = send(indicator, planners.head)
    Indicator.objects.filter(pk=indicator.pk)
    other = Indicator.objects.create(
        programme=planners.programme, section=planners.section, code="CT-02", name="B", unit="%", target=1,
        direction="at_least",
    )  # fmt: skip
    office = signed_in(planners.office)
    for pk in (row.pk, "x", ""):
        assert office.post(f"/chi-tieu/{other.code}/", {"buoc": "xac-nhan", "pk": pk}).status_code == 404
    assert office.post(URL, {"buoc": "khac"}).status_code == 302


def test_without_a_leading_unit_the_office_is_asked_who_reports(indicator, planners):
    Assignment.objects.all().delete()
    office = signed_in(planners.office)
    assert soup(office).select_one("#id_unit")
    typed = {"buoc": "gui", "on": "30/09/2026", "value": "70", "source": "Sổ"}
    assert "Chọn đơn vị báo cáo" in office.post(URL, typed).content.decode()
    assert office.post(URL, typed | {"unit": planners.unit.pk}).status_code == 302


def test_the_list_tells_value_target_day_and_source(indicator, planners):
    confirmed(indicator, planners)
    page = soup(signed_in(planners.viewer), "/chi-tieu/")
    row = " ".join(page.select_one(".project-table tbody tr").get_text(" ").split())
    for words in ("CT-01", "từ 100 % trở lên", "62 %", "30/09/2026", "Biên bản", "Chưa đạt", "Phòng Kinh tế"):
        assert words in row
    assert "chưa có chỉ tiêu" in soup(signed_in(UserFactory(committee=_bare())), "/chi-tieu/").get_text()
    past = soup(signed_in(planners.viewer), "/chi-tieu/?ngay=2026-11-20")
    assert "chưa có số liệu xác nhận" in past.get_text()
    assert past.select_one(".project-table a")["href"] == f"{URL}?ngay=2026-11-20"


def _bare():
    section = SectionFactory(programme=ProgrammeFactory())
    return section.programme.committee


@pytest.mark.parametrize("address", ["/chi-tieu/", URL, "/chi-tieu/?ngay=2026-11-22"])
def test_queries_do_not_grow_with_values(indicator, planners, address):
    client = signed_in(planners.office)

    def count():
        with CaptureQueriesContext(connection) as run:
            assert client.get(address).status_code == 200
        return len(run)

    with at(2):
        confirmed(indicator, planners)
    few = count()
    with at(3):
        for n in range(1, 13):
            confirmed(indicator, planners, on=date(2025, n, 1))
            Indicator.objects.create(
                programme=planners.programme, section=planners.section, code=f"X-{n}", name="B", unit="%",
                target=1, direction="at_least", task=planners.project,
            )  # fmt: skip
    assert count() == few <= 12


def many(indicator, planners, state: str, count: int = 200) -> None:
    settled = {"settled_at": NOW, "settled_by": planners.office} if state != "submitted" else {}
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            indicator=indicator,
            on=date(2026, 1, 1) + timedelta(days=n),
            value=n,
            source="Báo cáo tháng của phòng",
            unit=planners.unit,
            author=planners.head,
            state=state,
            **settled,
        )
        for n in range(count)
    )


@pytest.mark.parametrize("state", ["submitted", "confirmed"])
def test_many_values_come_in_pages_that_stay_light(indicator, planners, state):
    many(indicator, planners, state)
    client, url, seen = signed_in(planners.office), URL, []
    while url:
        response = client.get(url)
        assert len(response.content) <= 100_000
        page = BeautifulSoup(response.content, "html.parser")
        rows = page.select("section[aria-labelledby=cac-so-lieu] .rows > li")
        assert len(rows) <= 50
        seen += [row.b.text for row in rows]
        link = page.select_one(".pager a[rel=next]")
        url = f"{URL}{link['href']}" if link else ""
    assert len(seen) == len({*seen}) == 200


def test_what_waits_stands_before_what_is_settled_and_is_settled_on_its_page(indicator, planners):
    with at(2):
        confirmed(indicator, planners, on=date(2026, 11, 1))
    many(indicator, planners, "submitted", 60)
    client = signed_in(planners.office)
    first = soup(client, URL).select("section[aria-labelledby=cac-so-lieu] .rows > li")
    assert all(row.form for row in first)
    waiting = IndicatorValue.objects.order_by("on").first()
    refused = client.post(f"{URL}?trang=2", {"buoc": "tra-lai", "pk": waiting.pk, "reason": ""})
    assert "Ghi lý do trả lại" in refused.content.decode()
    done = client.post(f"{URL}?trang=2", {"buoc": "xac-nhan", "pk": waiting.pk})
    assert done["Location"] == f"{URL}?trang=2#cac-so-lieu"


def test_what_was_sent_and_settled_is_in_the_audit(indicator, planners):
    indicator_values.send_back(send(indicator, planners.office), planners.office, "Nêu số văn bản")
    page = soup(signed_in(planners.office), "/nhat-ky/")
    lines = [" ".join(row.get_text(" ").split()) for row in page.select(".audit-table tbody tr")]
    told = [line for line in lines if "số liệu chỉ tiêu" in line]
    assert len(told) == 2
    assert "Trả lại số liệu" in told[0] and "Nêu số văn bản" in told[0]
    assert "Gửi thay đơn vị số liệu" in told[1] and "62 %, tính đến 30/09/2026" in told[1]


def test_what_waits_stands_on_the_offices_start_page(indicator, planners):
    send(indicator, planners.head)
    office = soup(signed_in(planners.office), "/").select_one("#can-lam").parent
    assert "số liệu chỉ tiêu, chờ xác nhận" in office.get_text()
    assert office.select_one('a[href="/chi-tieu/"]')
    assert "chờ xác nhận" not in soup(signed_in(planners.admin), "/").select_one("#can-lam").parent.get_text()
    page = soup(signed_in(planners.office), "/chi-tieu/")
    assert "1 số liệu đang chờ xác nhận" in page.get_text()
