"""/nhiem-vu/ by how the work stands, by where a row comes from, by code, and by whose name was typed."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nhiemvu import work_list
from nhiemvu.models import Task
from tests.factories.programmes import SectionFactory, TaskFactory
from tests.nhiemvu.test_list_plans import HTMX, chips, codes, count_of, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(client, planners):
    """Two items given in 2026, the first late, so that its task is; a draft of 2027; a row added by hand."""
    planners.give(
        planners.plan({"title": "Khảo sát", "due": date(2026, 6, 30)}, {"title": "Cắm mốc"}),
        on=date(2026, 6, 1),
    )
    planners.plan({"title": "Việc còn nháp", "due": date(2026, 6, 5)}, year=2027)
    planners.added = TaskFactory(section=planners.section, code="II.3.2-90", clause=None, continuing=True)
    client.force_login(planners.office)
    return planners


def test_chips_count_the_marks_of_what_is_listed_and_open_exactly_those(client, work):
    found = chips(page(client))
    assert (found["Quá hạn"]["href"], count_of(found["Quá hạn"])) == ("?tinh-trang=overdue", 1)
    assert codes(page(client, "?tinh-trang=overdue")) == ["II.3.2-01"]
    assert codes(page(client, found["Chưa có hạn"]["href"])) == ["DA-01"]
    assert codes(page(client, found["Thường xuyên"]["href"])) == ["II.3.2-90"]
    assert "Hoàn thành" not in found
    for query in ("?loai=plan_item", "?nam=2026", "?tinh-trang=overdue", "?tinh-trang=overdue&q=quy"):
        for label, chip in chips(page(client, query)).items():
            if "on" not in chip["class"]:
                assert len(codes(page(client, chip["href"]))) == count_of(chip), (query, label)


def test_items_have_a_mark_once_they_are_given(client, work):
    assert codes(page(client, "?loai=plan_item&tinh-trang=overdue")) == ["2026-PKT-01"]
    assert codes(page(client, "?loai=plan_item&nam=2027&tinh-trang=overdue")) == []


def test_the_mark_is_kept_by_the_form_said_above_the_rows_and_can_be_taken_back(client, work):
    soup = page(client, "?tinh-trang=overdue&loai=task")
    assert soup.select_one("input[name=tinh-trang][form=loc]")["value"] == "overdue"
    removals = {link.text.strip(" ✕"): link["href"] for link in soup.select(".active-filters a")}
    assert removals["Bỏ điều kiện: Tình trạng: Quá hạn"] == "?loai=task"
    assert "Không có tình trạng" in page(client, "?tinh-trang=x").select_one(".notice").text


def test_a_large_programme_offers_the_marks_uncounted_and_finds_them_when_asked(client, work, monkeypatch):
    monkeypatch.setattr(work_list, "COUNTED_AT_MOST", 0)
    found = chips(page(client))
    assert found["Quá hạn"].select_one(".count") is None and "Hoàn thành" in found
    soup = page(client, found["Quá hạn"]["href"])
    assert codes(soup) == ["II.3.2-01"] and count_of(chips(soup)["Quá hạn"]) == 1


@pytest.mark.parametrize("most", [0, work_list.COUNTED_AT_MOST])
def test_the_number_of_queries_stays_within_budget(client, work, monkeypatch, most):
    monkeypatch.setattr(work_list, "COUNTED_AT_MOST", most)
    queries = (
        "",
        "?loai=plan_item",
        "?tinh-trang=overdue&q=kinh+te",
        "?q=da01",
        f"?don-vi={work.unit.pk}&tinh-trang=overdue",
    )

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
    work.give(
        work.plan(
            *({"title": f"Việc {n}", "due": date(2026, 6, 15)} for n in range(30)), unit=work.other_unit
        ),
        on=date(2026, 6, 1),
    )
    assert (costs(), costs(**HTMX)) == (few, few_parts)
    assert max(few) <= 12 and max(few_parts) <= 6, (few, few_parts)


def test_rows_added_by_hand_are_told_apart_from_those_of_the_document(client, work):
    chip = chips(page(client))["Bổ sung ngoài văn bản"]
    assert (chip["href"], count_of(chip)) == ("?nguon=bo-sung", 1)
    assert codes(page(client, chip["href"])) == ["II.3.2-90"]
    assert codes(page(client, "?nguon=van-ban")) == ["II.3.2-01", "DA-01"]
    assert chips(page(client, "?nguon=van-ban"))["Việc cụ thể"]["href"] == "?loai=plan_item"
    work.added.delete()
    assert "Bổ sung ngoài văn bản" not in chips(page(client))


@pytest.mark.parametrize("typed", ["da01", "DA 01", "đa-1", "da.01"])
def test_a_code_finds_its_row_alone_however_it_is_typed(client, work, typed):
    TaskFactory(section=work.section, code="II.3.2-91", title="Đường nối với DA 01")
    assert codes(page(client, f"?q={typed}")) == ["DA-01"]
    assert codes(page(client, f"?q={typed}&loai=task")) in ([], ["II.3.2-91"])


def test_the_code_of_a_plan_item_finds_it_without_asking_for_the_kind(client, work):
    assert codes(page(client, "?q=2026 pkt 01")) == ["2026-PKT-01"]
    client.force_login(work.viewer)
    assert codes(page(client, "?q=2027-PKT-01")) == []  # a draft does not exist for those who may not read it


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_name_that_was_typed_leads_to_its_page(client, work, headers):
    def meant(query):
        soup = BeautifulSoup(client.get(f"/nhiem-vu/?q={query}", **headers).content, "html.parser")
        return [(p.text, p.a["href"]) for p in soup.select(".work-meant")]

    head = work.unit.posts.get().comrade
    assert meant("chu tich mau") == [("Có phải tìm đồng chí Chủ tịch Mẫu?", work.chief.get_absolute_url())]
    assert meant("PKT") == [("Có phải tìm Phòng Kinh tế?", work.unit.get_absolute_url())]
    assert [text for text, _ in meant("phong kinh te")] == [
        f"Có phải tìm đồng chí {head.name}?",
        "Có phải tìm Phòng Kinh tế?",
    ]
    assert meant("mau") == meant("tich ma") == meant("") == []
    client.force_login(work.viewer)
    assert meant("chu tich mau")


def test_only_sections_that_hold_work_are_offered_with_those_above_them(client, work):
    top = SectionFactory(programme=work.programme, number="III", title="Đề án", ordinal=8000)
    SectionFactory(programme=work.programme, number="III.1", parent=top, title="Trống", ordinal=8001)
    below = SectionFactory(programme=work.programme, number="IV", title="Việc khác", ordinal=9000)
    deep = SectionFactory(
        programme=work.programme, number="IV.1", parent=below, title="Có việc", ordinal=9001
    )
    TaskFactory(section=deep, code="IV.1-01")
    offered = [option["value"] for option in page(client).select("select#muc option")]
    assert offered == ["", "II.3.2", "IV", "IV.1"]
    assert "III.1" in [option["value"] for option in page(client, "?muc=III.1").select("select#muc option")]


def test_nothing_is_said_to_be_missing_that_is_not(client, work):
    Task.objects.filter(programme=work.programme).update(product="Hồ sơ")
    assert "Thiếu sản phẩm" not in chips(page(client)) and "Thiếu việc" not in chips(page(client))
    assert count_of(chips(page(client, "?thieu=san-pham"))["Thiếu sản phẩm"]) == 0
