"""/nhiem-vu/ with the units' yearly plans: what is listed when, who sees what, and what it costs."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nhiemvu.models import Task
from phancong.models import Group, Oversight
from tests.factories.programmes import TaskFactory

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "ket-qua"}


@pytest.fixture
def plans(client, planners):
    """Two items given in 2026 (one late in the following year), one draft of 2027; the project has none."""
    planners.give(
        planners.plan({"title": "Khảo sát"}, {"title": "Cắm mốc", "due": date(2027, 2, 1)}),
        on=date(2026, 3, 1),
    )
    planners.plan({"title": "Việc còn nháp", "due": None, "product": ""}, year=2027)
    client.force_login(planners.office)
    return planners


def page(client, query=""):
    response = client.get(f"/nhiem-vu/{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def codes(soup):
    found = [cell.text for cell in soup.select("td.code")]
    assert soup.select_one("[data-total]")["data-total"] == str(len(found))
    return found


def chips(soup):
    return {chip.contents[0].strip(): chip for chip in soup.select("a.chip")}


def count_of(chip):
    return int(chip.select_one(".count").text)


def test_without_a_filter_the_documents_rows_are_listed_and_a_chip_opens_the_items(client, plans):
    soup = page(client)
    assert codes(soup) == ["II.3.2-01", "DA-01"]
    chip = chips(soup)["Việc cụ thể"]
    assert (chip["href"], count_of(chip)) == ("?loai=plan_item", 3)
    assert codes(page(client, chip["href"])) == ["2026-PKT-01", "2026-PKT-02", "2027-PKT-01"]


def test_an_item_says_what_it_belongs_to_and_how_its_plan_stands_until_it_is_given(client, plans):
    rows = page(client, "?loai=plan_item").select(".work-table tbody tr")
    assert "II.3.2-01 Lập quy hoạch" in rows[0].text and "Kế hoạch:" not in rows[0].text
    assert "Trong hạn" in rows[0].text
    assert "Kế hoạch: nháp" in rows[2].text


def test_a_draft_is_not_there_for_those_who_may_not_read_it(client, plans):
    client.force_login(plans.viewer)
    soup = page(client)
    assert count_of(chips(soup)["Việc cụ thể"]) == 2
    assert codes(page(client, "?loai=plan_item")) == ["2026-PKT-01", "2026-PKT-02"]
    assert codes(page(client, "?nam=2027")) == []
    assert codes(page(client, "?loai=plan_item&q=nhap")) == []
    assert codes(page(client, "?thieu=ke-hoach&nam=2027")) == ["II.3.2-01", "DA-01"]


def test_a_year_lists_its_items_and_with_a_kind_what_they_belong_to(client, plans):
    assert codes(page(client, "?nam=2026")) == ["2026-PKT-01", "2026-PKT-02"]
    assert codes(page(client, "?nam=2027")) == ["2027-PKT-01"]
    assert codes(page(client, "?nam=2027&loai=task")) == ["II.3.2-01"]
    assert codes(page(client, "?nam=2028")) == []
    soup = page(client, "?nam=2026")
    assert soup.select_one("select#nam option[selected]")["value"] == "2026"
    assert [option.text for option in soup.select("select#nam option")][1:] == [
        "2025", "2026", "2027", "2028", "2029", "2030",
    ]  # fmt: skip
    assert page(client, "?nam=1999").select_one(".notice").text.startswith("Không có năm kế hoạch")


def test_work_without_a_plan_is_found_for_this_year_or_any_other(client, plans):
    chip = chips(page(client))["Chưa có kế hoạch năm 2026"]
    assert (chip["href"], count_of(chip)) == ("?thieu=ke-hoach", 1)
    assert codes(page(client, chip["href"])) == ["DA-01"]
    assert codes(page(client, "?thieu=ke-hoach&nam=2028")) == ["II.3.2-01", "DA-01"]
    assert "Chưa có kế hoạch năm 2028" in page(client, "?thieu=ke-hoach&nam=2028").text
    # what is counted with another is planned there
    TaskFactory(section=plans.section, code="II.3.2-09", mirrors=plans.task)
    assert codes(page(client, "?thieu=ke-hoach")) == ["DA-01"]


def test_deadlines_outside_the_plans_year_are_found_and_marked(client, plans):
    chip = chips(page(client))["Hạn ngoài năm kế hoạch, nhiệm kỳ"]
    assert (chip["href"], count_of(chip)) == ("?han=ngoai", 1)
    soup = page(client, chip["href"])
    assert codes(soup) == ["2026-PKT-02"]
    assert "ngoài năm" in soup.select_one("td.due").text
    assert codes(page(client, "?han=ngoai&nam=2027")) == []


def test_chips_that_cannot_go_together_let_go_of_each_other(client, plans):
    found = chips(page(client, "?loai=plan_item"))
    assert found["Chưa có kế hoạch năm 2026"]["href"] == "?thieu=ke-hoach"
    found = chips(page(client, "?thieu=ke-hoach"))
    assert found["Việc cụ thể"]["href"] == "?loai=plan_item"
    assert count_of(found["Việc cụ thể"]) == 3
    for query in ("", "?loai=task", "?nam=2026", "?han=ngoai", "?thieu=ke-hoach&nam=2027"):
        for label, chip in chips(page(client, query)).items():
            if "on" not in chip["class"]:
                assert len(codes(page(client, chip["href"]))) == count_of(chip), (query, label)


def test_the_unit_in_charge_of_items_is_their_plans(client, plans):
    assert codes(page(client, f"?loai=plan_item&chu-tri={plans.unit.pk}")) == [
        "2026-PKT-01", "2026-PKT-02", "2027-PKT-01",
    ]  # fmt: skip
    soup = page(client, f"?loai=plan_item&chu-tri={plans.other_unit.pk}")
    assert codes(soup) == []
    assert "Chủ trì chính: Phòng Văn hóa - Xã hội" in soup.select_one(".active-filters").text
    assert codes(page(client, "?chu-tri=chua-ro")) == []


def test_select_boxes_are_folded_until_one_is_used_and_the_search_is_not(client, plans):
    assert not page(client, "?q=quy&loai=task").select_one("details.work-more").has_attr("open")
    used = page(client, f"?don-vi={plans.unit.pk}").select_one("details.work-more")
    assert used.has_attr("open") and len(used.select("select")) == 5
    assert page(client).select_one("details.work-more #q") is None


def test_six_marks_say_in_words_what_is_missing(client, plans):
    cell = page(client, "?nam=2027").select_one("td.six")
    marks = cell.select(".dots i")
    assert ["no" in mark.get("class", []) for mark in marks] == [False, False, True, False, True, False]
    assert cell.select_one(".visually-hidden").text == "Thiếu thời gian, sản phẩm"
    assert page(client, "?nam=2026").select_one("td.six").text.strip() == "Đủ 6 rõ"


def test_the_number_of_queries_stays_within_budget_with_every_filter(client, plans):
    comrade = plans.unit.posts.get().comrade
    group = Group.objects.create(committee=plans.committee, name="Tổ", rule=Group.Rule.LISTED)
    group.comrades.add(comrade)
    Oversight.objects.create(
        comrade=plans.chief, unit=plans.unit, decision_number="01", decided_on=date(2026, 6, 1)
    )
    queries = [
        "",
        "?loai=plan_item",
        f"?don-vi={plans.unit.pk}",
        f"?dong-chi={comrade.pk}&loai=plan_item",
        f"?don-vi={plans.unit.pk}&dong-chi={plans.chief.pk}&vai-tro=oversee",
        f"?chu-tri={plans.unit.pk}&nam=2026&thieu=thoi-gian&han=ngoai",
        f"?ct={plans.programme.pk}&thieu=ke-hoach&nam=2027&q=dat&muc=II.3.2",
    ]

    def costs(**headers):
        found = []
        for query in queries:
            with CaptureQueriesContext(
                connection,
            ) as run:
                assert client.get(f"/nhiem-vu/{query}", **headers).status_code == 200
            found.append(len(run))
        return found

    few, few_parts = costs(), costs(**HTMX)
    plans.plan(*({"title": f"Việc {n}"} for n in range(30)), unit=plans.other_unit)
    for item in Task.objects.plan_items()[:10]:
        Task.objects.filter(pk=item.pk).update(due=date(2031, 1, 1))
    assert (costs(), costs(**HTMX)) == (few, few_parts)
    assert max(few) <= 12, few
    assert max(few_parts) <= 6, few_parts


def test_the_part_names_whom_it_is_about_as_the_page_does(client, plans):
    query = f"?don-vi={plans.unit.pk}&dong-chi={plans.chief.pk}&ct={plans.programme.pk}"
    part = BeautifulSoup(client.get(f"/nhiem-vu/{query}", **HTMX).content, "html.parser")
    whole = page(client, query)
    assert [a.text for a in part.select(".active-filters a")] == [
        a.text for a in whole.select(".active-filters a")
    ]
    unknown = client.get("/nhiem-vu/?don-vi=999999&ct=999999", **HTMX)
    assert unknown.status_code == 404
    strange = client.get("/nhiem-vu/?don-vi=999999", **HTMX).content.decode()
    assert "Không có đơn vị “999999”" in strange
