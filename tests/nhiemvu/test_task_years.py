"""The page of one piece of work over the years: its items, what was carried on, what documents decided."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nhiemvu.models import CONTINUING, Task
from nhiemvu.status import DecisionKind
from phancong import planning
from phancong.models import Assignment, Group, Oversight
from tests.factories.people import UserFactory
from tests.factories.programmes import TaskFactory


@pytest.fixture
def years(client, planners):
    """2026 given with two items, of which 2027's draft takes one and leaves one."""
    planners.give(
        planners.plan({"title": "Khảo sát", "due": date(2026, 6, 30)}, {"title": "Cắm mốc"}),
        on=date(2026, 3, 1),
    )
    planners.next = planning.open_plan(planners.programme, planners.unit, 2027)
    first, second = planners.item("2026-PKT-01"), planners.item("2026-PKT-02")
    planning.carry_over(planners.next, planners.head, [(first, True, ""), (second, False, "đã đủ mốc")])
    client.force_login(planners.office)
    return planners


def page(client, code="II.3.2-01"):
    response = client.get(f"/nhiem-vu/{code}/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_the_line_runs_through_every_year_of_the_term_and_says_where_nothing_is_planned(client, years):
    found = page(client).select(".year-line > .year")
    assert [slot["id"] for slot in found] == [f"nam-{year}" for year in range(2025, 2031)]
    assert "Không có việc cụ thể nào." in words(found[0])
    assert "Chưa có việc cụ thể nào." in words(found[3])
    assert "Khảo sát" in words(found[1]) and "năm nay" in words(found[1])


def test_each_item_shows_its_deadline_product_state_and_where_it_goes_on(client, years):
    first, _ = page(client).select("#nam-2026 .year-items > li")
    assert "Quá hạn" in words(first) and "30/06/2026" in words(first)
    assert "Sản phẩm: Báo cáo khảo sát" in words(first)
    assert "làm tiếp ở 2027-PKT-01" in words(first)
    draft = page(client).select_one("#nam-2027 .year-items > li")
    assert "tiếp từ 2026-PKT-01" in words(draft) and "Chưa giao" in words(draft)
    assert "chưa ghi" in words(draft)
    heading = page(client).select_one("#nam-2026 .year-plan")
    assert heading.a["href"] == "/ke-hoach/2026/PKT/" and "kế hoạch đã giao" in words(heading)


def test_what_a_draft_took_over_stays_unsaid_to_those_who_may_not_read_it(client, years):
    client.force_login(years.viewer)
    soup = page(client)
    assert "2027-PKT-01" not in soup.text and "không đưa tiếp" not in soup.text
    assert "Chưa có việc cụ thể nào." in words(soup.select_one("#nam-2027"))
    assert client.get("/nhiem-vu/2027-PKT-01/").status_code == 404
    planning.change_item(
        years.item("2027-PKT-01"), years.head, years.data(title="Khảo sát", due=date(2027, 5, 1))
    )
    planning.submit(years.next, years.head)
    planning.approve(years.next, years.secretary)
    soup = page(client)
    assert "làm tiếp ở 2027-PKT-01" in words(soup.select_one("#nam-2026"))
    assert "không đưa tiếp sang năm 2027: đã đủ mốc" in words(soup.select_one("#nam-2026"))


def test_the_deadline_comes_from_the_years_worst_item_and_silence_gives_no_percent(client, years):
    soup = page(client)
    text = words(soup.select_one(".year-formula"))
    assert "trung bình" not in soup.select_one(".years").text  # nobody has reported a percent yet
    assert "Thực hiện: chưa có báo cáo" in words(soup.select_one(".task-state"))
    assert "việc gấp nhất trong năm: 2026-PKT-01" in text
    assert "Quá hạn" in words(soup.select_one(".task-state"))
    years.task.decide(
        years.secretary, {"due": date(2027, 1, 1)}, document="15-QĐ/MAU", effective_on=date(2026, 11, 20)
    )
    soup = page(client)
    assert "việc gấp nhất" not in words(soup.select_one(".years"))
    assert "Trong hạn" in words(soup.select_one(".task-state"))


def test_who_may_add_work_finds_the_way_for_this_year_and_later_ones(client, years):
    def added(user):
        client.force_login(user)
        return [(link["href"], words(link)) for link in page(client).select(".year-add a")]

    supplement = ("/ke-hoach/2026/PKT/them/?viec=II.3.2-01", "Bổ sung việc năm 2026 của Phòng Kinh tế")
    write = ("/ke-hoach/2027/PKT/them/?viec=II.3.2-01", "Thêm việc năm 2027 của Phòng Kinh tế")
    assert added(years.office) == [supplement, write]
    assert added(years.secretary) == [supplement]
    assert added(years.head) == [write]
    assert added(years.other_head) == [
        (f"/ke-hoach/{year}/VHXH/", f"Lập kế hoạch năm {year} của Phòng Văn hóa - Xã hội")
        for year in (2026, 2027)
    ]
    assert added(years.viewer) == []
    for user in (years.office, years.secretary, years.head, years.other_head):
        for href, _ in added(user):
            assert client.get(href).status_code == 200, (user.role, href)
    client.force_login(years.office)
    mirror = TaskFactory(section=years.section, code="II.3.2-09", mirrors=years.task)
    soup = page(client, mirror.code)
    assert not soup.select(".year-add a")
    assert "Việc cụ thể ghi ở II.3.2-01" in words(soup.select_one(".years"))
    assert "Khảo sát" in words(soup.select_one("#nam-2026"))


def test_the_page_of_an_item_shows_its_plan_its_parent_and_both_ends(client, years):
    soup = page(client, "2026-PKT-01")
    plan = words(soup.select_one("[aria-labelledby=trong-ke-hoach]"))
    assert "Phòng Kinh tế, năm 2026 Đã giao giao ngày 01/03/2026" in plan
    assert "Thuộc II.3.2-01 Lập quy hoạch" in plan and "2027-PKT-01" in plan
    assert soup.select_one("a[rel=next]")["href"] == "/nhiem-vu/2026-PKT-02/"
    assert soup.select_one("a[rel=prev]") is None
    links = [link["href"] for link in soup.select(".page-actions a")]
    assert links == ["/chi-dao/moi/?viec=2026-PKT-01", "/nhiem-vu/2026-PKT-01/quyet-dinh/"]
    draft = page(client, "2027-PKT-01")
    assert "2026-PKT-01" in words(draft.select_one("[aria-labelledby=trong-ke-hoach]"))
    assert [link["href"] for link in draft.select(".page-actions a")] == ["/ke-hoach/2027/PKT/2027-PKT-01/"]
    left = page(client, "2026-PKT-02")
    assert left.select_one(".signed-clause") is None


def test_decisions_stand_in_their_order_from_what_to_what_by_which_document(client, years):
    item = years.item("2026-PKT-01")
    item.decide(
        years.secretary,
        {"due": date(2026, 9, 30), "priority": 1},
        document="21-TB/MAU",
        effective_on=date(2026, 6, 20),
        reason="chờ hướng dẫn",
    )
    item.decide(
        years.office,
        {"state": DecisionKind.PAUSED},
        document="30-QĐ/MAU",
        effective_on=date(2026, 10, 1),
        reason="thiếu vốn",
    )
    soup = page(client, item.code)
    first, second = soup.select(".decisions > li")
    assert "20/06/2026 · 21-TB/MAU" in words(first)
    assert "Thời hạn: 30/06/2026 → đổi thành 30/09/2026" in words(first)
    assert "Ưu tiên: Bình thường → đổi thành Cao" in words(first)
    assert "Lý do: chờ hướng dẫn" in words(first)
    assert f"{years.secretary.full_name} ghi 09:00 23/11/2026" in words(first)
    assert "Thực hiện: chưa có → đổi thành Tạm dừng" in words(second)
    state = words(soup.select_one(".task-state"))
    assert "30/09/2026 (ban đầu 30/06/2026)" in state and "Tạm dừng" in state
    assert "(ban đầu 30/06/2026)" in words(page(client).select_one("#nam-2026 .year-items > li"))


def test_the_deadline_a_document_first_fixes_is_no_change_of_an_earlier_one(client, years):
    years.project.decide(
        years.office, {"due": CONTINUING}, document="15-QĐ/MAU", effective_on=date(2026, 6, 1)
    )
    soup = page(client, "DA-01")
    assert "ban đầu" not in words(soup.select_one(".task-state"))
    assert "Thời hạn: chưa có → đổi thành Thường xuyên" in words(soup.select_one(".decisions"))


def test_however_much_hangs_on_the_work_its_page_takes_no_more_than_twelve_queries(client, years):
    listed = Group.objects.create(committee=years.committee, name="Tổ công tác", rule=Group.Rule.LISTED)
    listed.comrades.add(years.chief)
    heads = Group.objects.create(committee=years.committee, name="Các phòng", rule=Group.Rule.UNIT_HEADS)
    for group in (listed, heads):
        Assignment.objects.create(
            programme=years.programme, section=years.section, role="coordinate", group=group
        )
    Oversight.objects.create(
        comrade=years.chief, unit=years.unit, decision_number="01", decided_on=date(2026, 6, 1)
    )
    inspection = UserFactory(committee=years.committee, role="inspection", unit=years.other_unit)

    def costs(code):
        found = []
        for user in (years.office, years.head, years.secretary, inspection, years.viewer):
            client.force_login(user)
            with CaptureQueriesContext(
                connection,
            ) as run:
                response = client.get(f"/nhiem-vu/{code}/")
            assert response.status_code == 200
            found.append(len(run))
        return found

    few = costs("II.3.2-01"), costs("2026-PKT-01")
    years.plan(*({"title": f"Việc {n}"} for n in range(20)), unit=years.other_unit)
    for code in ("II.3.2-01", "2026-PKT-01"):
        for day in (1, 2, 3):
            Task.objects.get(code=code).decide(
                years.secretary,
                {"product": f"Báo cáo {day}"},
                document="1",
                effective_on=date(2026, 6, day),
                reason="x",
            )
    assert (costs("II.3.2-01"), costs("2026-PKT-01")) == few
    assert max(max(row) for row in few) <= 12, few
