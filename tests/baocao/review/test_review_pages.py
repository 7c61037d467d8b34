"""The pages of reports: the list, a draft begun and read, what was issued, its files and their proof."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao.evidence.store import place
from baocao.models import Period, Review
from baocao.review import drafting, sealing
from chuongtrinh.models import User
from tests.baocao.review.reading import Reading, filled, soup, text
from tests.factories.people import UserFactory

KEY = "2026-09"


# -- the list ----------------------------------------------------------------------------------------------


def test_drafts_are_listed_to_the_office_and_the_leaders_alone(reading, office, leader, reader):
    assert "Tháng 9/2026" in text(office.get("/bao-cao/"))
    assert "Tháng 9/2026" in text(leader.get("/bao-cao/"))
    assert "Tháng 9/2026" not in text(reader.get("/bao-cao/"))


def test_an_empty_list_and_a_period_without_a_report_say_what_to_do(db):
    reading = Reading(bare=True)
    office, reader = reading.client(reading.office), reading.client(reading.viewer)
    assert "Lập dự thảo báo cáo" in text(office.get("/bao-cao/"))
    assert "Văn phòng lập dự thảo" in text(reader.get("/bao-cao/"))
    page = soup(office.get(f"/ky-bao-cao/{KEY}/"))
    assert filled(page, "Lập dự thảo báo cáo") == {"ky": KEY}
    assert soup(reader.get(f"/ky-bao-cao/{KEY}/")).select("main form[action^='/bao-cao/']") == []


def test_the_list_is_filtered_by_kind_and_state(reading, office):
    reading.issue()
    year = reading.period_of("2025", "Năm 2025", date(2024, 12, 15), date(2025, 12, 14), kind="year")
    drafting.open_draft(year, reading.office)

    def names(query: str) -> list[str]:
        return [one.text for one in soup(office.get(f"/bao-cao/{query}")).select(".review-table th a")]

    assert names("") == ["Tháng 9/2026", "Năm 2025"]
    assert names("?xem=ban-hanh") == ["Tháng 9/2026"]
    assert names("?loai=year") == ["Năm 2025"]
    assert names("?loai=year&xem=ban-hanh") == []
    assert names("?xem=khong-co&loai=khong-co") == ["Tháng 9/2026", "Năm 2025"]


def test_an_issued_report_shows_its_number_who_issued_it_its_files_and_the_check(reading, reader):
    reading.issue(7)
    page = soup(reader.get("/bao-cao/"))
    row = page.select_one(".review-table tbody tr")
    assert "07-" in row.text and str(reading.secretary) in row.text
    hrefs = {link["href"] for link in row.select("a")}
    assert {f"/bao-cao/{reading.review.pk}.{fmt}" for fmt in ("pdf", "docx", "xlsx")} < hrefs
    assert f"{reading.url}kiem-tra/" in hrefs


# -- a draft begun -----------------------------------------------------------------------------------------


def test_a_period_becomes_a_draft_by_one_click_and_a_second_click_opens_the_same(reading, office):
    quarter = reading.period_of(
        "2026-Q3", "Quý III/2026", date(2026, 6, 15), date(2026, 9, 14), kind="quarter"
    )
    page = soup(office.get("/bao-cao/moi/"))
    assert page.find("a", href=reading.url) is not None
    assert [one["value"] for one in page.select("input[name=ky]")] == ["2026-Q3"]
    first = office.post("/bao-cao/moi/", {"ky": "2026-Q3"})
    second = office.post("/bao-cao/moi/", {"ky": "2026-Q3"})
    made = Review.objects.get(period=quarter)
    assert first["Location"] == second["Location"] == f"/bao-cao/{made.pk}/"


def test_an_unknown_period_is_told(reading, office):
    assert "Chọn một kỳ" in text(office.post("/bao-cao/moi/", {"ky": "2030"}, follow=True))


def test_a_period_leads_to_its_report(reading, office, reader):
    assert soup(office.get(f"/ky-bao-cao/{KEY}/")).find("a", href=reading.url) is not None
    assert soup(reader.get(f"/ky-bao-cao/{KEY}/")).find("a", href=reading.url) is None


def test_the_start_pages_say_what_waits(reading, office, leader, reader):
    assert soup(office.get("/")).select_one("main").find("a", href=reading.url) is not None
    assert soup(leader.get("/")).select_one("main").find("a", href=reading.url) is None
    reading.submit()
    assert soup(leader.get("/")).select_one("main").find("a", href=reading.url) is not None
    assert soup(reader.get("/")).select_one("main").find("a", href=reading.url) is None


# -- the report --------------------------------------------------------------------------------------------


def test_a_report_of_invented_data_is_marked_and_stays_so(reading, leader, settings):
    settings.SAMPLE_DATA = True
    number = soup(leader.get(reading.url)).select_one(".paper-head").text
    assert "Dự thảo lần 1, dữ liệu minh họa" in number
    reading.issue()
    settings.SAMPLE_DATA = False
    assert "Dữ liệu minh họa" in soup(leader.get(reading.url)).select_one(".paper-head").text


def test_a_draft_reads_as_a_document_with_the_sources_of_its_sentences(reading, office):
    page = soup(office.get(reading.url))
    paper = page.select_one("article.paper")
    assert "Dự thảo lần 1" in paper.text
    assert [one["id"] for one in paper.select("section.part")] == [
        f"phan-{key}" for key in reading.review.parts.order_by("ordinal").values_list("key", flat=True)
    ]
    sources = paper.select(".para details a")
    assert sources and all(one["href"].startswith("/") for one in sources)
    for one in {link["href"] for link in sources}:
        assert office.get(one).status_code == 200, one


def test_a_draft_is_not_there_for_those_who_may_not_read_it(reading, reader):
    elsewhere = reading.client(UserFactory(role=User.Role.OFFICE))
    for client in (reader, elsewhere):
        for more in ("", "in/", "kiem-tra/", "phan/I/", "the-thuc/", "ban-hanh/"):
            assert client.get(f"{reading.url}{more}").status_code == 404, more
        assert client.get(f"/bao-cao/{reading.review.pk}.pdf").status_code == 404
        assert client.post(f"{reading.url}buoc/submit/").status_code == 404


def test_who_reads_a_draft_does_only_what_is_his(reading, office, leader):
    page = soup(leader.get(reading.url))
    assert page.find("a", string=lambda said: said and "Sửa phần này" in said) is None
    assert leader.get(f"{reading.url}phan/I/").status_code == 403
    assert leader.post(f"{reading.url}buoc/submit/").status_code == 403
    assert leader.get("/bao-cao/moi/").status_code == 403
    assert office.get(f"{reading.url}ban-hanh/").status_code == 403
    assert office.get("/bao-cao/the-thuc/").status_code == 403
    reading.submit()
    assert office.post(f"{reading.url}buoc/return/", {"reason": "Sai"}).status_code == 403
    assert office.post(f"{reading.url}buoc/khong-co/").status_code == 404


def test_why_a_draft_was_returned_is_not_read_by_everyone_once_it_is_issued(reading, office, leader, reader):
    reading.submit()
    leader.post(f"{reading.url}buoc/return/", {"reason": "Số của xã chưa đúng"})
    reading.review.refresh_from_db()
    reading.issue()
    assert all("Số của xã chưa đúng" in text(one.get(reading.url)) for one in (office, leader))
    said = text(reader.get(reading.url))
    assert "Số của xã chưa đúng" not in said and "Duyệt và ban hành" in said


def test_an_annex_has_a_page_of_its_own(reading, office):
    page = soup(office.get(reading.url))
    links = [one["href"] for one in page.select(".paper-annexes a")]
    assert links[:1] == ["?phu-luc=1"]
    for href in links:
        assert soup(office.get(f"{reading.url}{href}")).select_one("h1").text.startswith("PHỤ LỤC")
    assert office.get(f"{reading.url}?phu-luc=9").status_code == 404


def test_pages_of_a_draft_take_few_queries(reading, office, leader):
    drafting.write(reading.part(), "Lời riêng.", reading.office)
    paths = ["", "?phu-luc=1", "in/", "phan/I/", "the-thuc/"]
    for client, path in [(office, path) for path in paths] + [(leader, "")]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{reading.url}{path}").status_code == 200
        assert len(queries) <= 12, f"{path}: {len(queries)}"
    reading.submit()
    with CaptureQueriesContext(connection) as queries:
        assert leader.get(f"{reading.url}ban-hanh/").status_code == 200
    assert len(queries) <= 12


# -- what was issued ---------------------------------------------------------------------------------------


def test_an_issued_page_shows_what_was_frozen_whatever_was_renamed_since(reading, reader):
    reading.issue()
    before = soup(reader.get(reading.url)).select_one("article").text
    Period.objects.filter(pk=reading.period.pk).update(label="Tên khác")
    reading.programme.title = "Tên khác"
    reading.programme.save()
    reading.unit.name = "Phòng Tên khác"
    reading.unit.save()
    assert soup(reader.get(reading.url)).select_one("article").text == before


def test_editions_name_each_other(reading, office, leader, reader):
    old = reading.issue()
    page = soup(office.get(reading.url))
    assert "Lập bản thay thế" in page.text
    assert "Ghi vì sao" in text(office.post(f"{reading.url}buoc/correct/", {"because": ""}), 422)
    office.post(f"{reading.url}buoc/correct/", {"because": "Sửa số liệu."})
    new = Review.objects.get(replaces=old)
    second = office.post(f"{reading.url}buoc/correct/", {"because": "Lần nữa."})
    assert second["Location"] == f"/bao-cao/{new.pk}/"
    drafting.submit(new, reading.office)
    sealing.issue(new, reading.secretary, number=2, issued_on=date(2026, 10, 5))
    said = text(reader.get(f"/bao-cao/{new.pk}/"))
    assert "thay thế Báo cáo số 01-" in said and "Sửa số liệu." in said
    for paper in (said, text(reader.get(f"/bao-cao/{new.pk}/in/"))):
        assert "(Thay cho Báo cáo số 01-" in paper
    page = soup(reader.get(f"/bao-cao/{old.pk}/"))
    assert "Đã được thay thế bởi" in " ".join(page.text.split())
    assert page.find("a", href=f"/bao-cao/{new.pk}/") is not None


@pytest.mark.parametrize("fmt", ["pdf", "docx", "xlsx", "json"])
def test_a_file_comes_as_it_was_sealed_to_be_kept(reading, reader, fmt):
    reading.issue()
    url = f"/bao-cao/{reading.review.pk}.{fmt}"
    first = reader.get(url)
    assert first.status_code == 200
    assert first["Content-Disposition"].startswith("attachment") and KEY in first["Content-Disposition"]
    assert first["X-Content-Type-Options"] == "nosniff"
    sha256 = hashlib.sha256(first.content).hexdigest()
    kept = reading.review.files.filter(format=fmt).values_list("sha256", flat=True)
    assert sha256 == (reading.review.sha256 if fmt == "json" else kept[0])
    assert reader.get(url, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_draft_is_rendered_as_it_stands_and_says_that_it_is_one(reading, office):
    raw = office.get(f"/bao-cao/{reading.review.pk}.json").content
    assert json.loads(raw)["draft"] == 1
    assert office.get(f"/bao-cao/{reading.review.pk}.pdf").content.startswith(b"%PDF")


def test_an_unknown_format_is_not_there(reading, office):
    assert office.get(f"/bao-cao/{reading.review.pk}.exe").status_code == 404


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "damaged"])
def test_a_lost_or_damaged_file_is_told_with_what_to_do(reading, reader, lost):
    reading.issue()
    path = place(reading.review.files.get(format="pdf").sha256, site.EVIDENCE_DIR)
    if lost:
        path.unlink()
    else:
        path.chmod(0o600)
        path.write_bytes(b"%PDF-1.4 khac")
    said = text(reader.get(f"/bao-cao/{reading.review.pk}.pdf"), 503)
    assert "restore" in said and "PDF" in said
    assert reader.get(f"/bao-cao/{reading.review.pk}.docx").status_code == 200
    page = soup(reader.get(f"{reading.url}kiem-tra/"))
    assert page.select_one(".verdict.broken") is not None


def test_the_check_finds_everything_whole_and_changes_nothing(reading, reader):
    reading.issue()
    page = soup(reader.get(f"{reading.url}kiem-tra/"))
    assert page.select_one(".verdict.whole") is not None
    assert page.select(".findings .broken") == []
    assert reading.review.sha256 in page.text
    assert "sha256sum" in page.text


def test_words_changed_in_the_database_are_seen_by_the_page_and_the_check(reading, reader):
    review = reading.issue()
    sealed = review.sealed.replace("Dự thảo", "Dự thảo").replace("BÁO CÁO", "BÁO SAI", 1)
    tampered(review, sealed)
    assert "không khớp" in text(reader.get(reading.url))
    assert soup(reader.get(f"{reading.url}kiem-tra/")).select_one(".verdict.broken") is not None
    tampered(review, "{}")
    assert "phục hồi" in text(reader.get(reading.url), 503)
    assert "phục hồi" in text(reader.get(f"{reading.url}in/"), 503)
    assert soup(reader.get(f"{reading.url}kiem-tra/")).select_one(".verdict.broken") is not None


def tampered(review: Review, sealed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE baocao_review SET sealed = %s WHERE id = %s", [sealed, review.pk])


def test_a_draft_has_nothing_to_check_yet(reading, office):
    assert "chưa niêm phong" in text(office.get(f"{reading.url}kiem-tra/", follow=True))


def test_the_page_to_print_is_the_paper_alone(reading, reader):
    reading.issue()
    page = soup(reader.get(f"{reading.url}in/"))
    assert page.select("header, form, button, details") == []
    assert page.select_one("h1") is not None
    assert len(page.select("section.annex")) == len(
        sealing.Frozen.from_bytes(reading.review.sealed.encode()).annexes
    )
