"""The pages of reports: the list, a draft that is written and issued, its files and their proof."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from baocao.evidence.store import place
from baocao.models import Letterhead, Period, Review, ReviewPart
from baocao.review import drafting, sealing
from chuongtrinh.models import Recipient, User
from nhiemvu.status import HANOI
from tests.baocao.directing import Directing
from tests.factories.people import UserFactory

KEY = "2026-09"


class Reporting(Directing):
    """A committee with a period that is over and, unless it is ``bare``, the draft of its report."""

    def __init__(self, *, bare: bool = False) -> None:
        super().__init__()
        self.period = self.period_of(KEY, "Tháng 9/2026", date(2026, 8, 15), date(2026, 9, 14))
        # What must be there to issue, as a committee's letterhead gives it to every draft.
        self.programme.signed_for, self.programme.signatory_post = "T/M ĐẢNG ỦY", "BÍ THƯ"
        self.programme.signatory = "Người Ký Mẫu"
        self.programme.save()
        Recipient.objects.create(programme=self.programme, ordinal=1, name="Ban Thường vụ Đảng ủy xã")
        if not bare:
            self.review = drafting.open_draft(self.period, self.office)

    def period_of(self, key: str, label: str, start: date, end: date, kind: str = "month") -> Period:
        last = datetime(end.year, end.month, end.day, 17, tzinfo=HANOI)
        return Period.objects.create(
            programme=self.programme, kind=kind, key=key, label=label, start=start, end=end, submit_by=last
        )

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    @property
    def url(self) -> str:
        return f"/bao-cao/{self.review.pk}/"

    def part(self, key: str = "I") -> ReviewPart:
        return self.review.parts.get(key=key)

    def submitted(self) -> Review:
        drafting.submit(self.review, self.office)
        self.review.refresh_from_db()
        return self.review

    def issued(self, number: int = 1) -> Review:
        self.submitted()
        self.review = sealing.issue(self.review, self.secretary, number=number, issued_on=date(2026, 10, 5))
        return self.review


@pytest.fixture
def work(db, settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    with time_machine.travel(datetime(2026, 10, 5, 9, tzinfo=HANOI), tick=False):
        yield Reporting()


@pytest.fixture
def office(work) -> Client:
    return work.client(work.office)


@pytest.fixture
def leader(work) -> Client:
    return work.client(work.secretary)


@pytest.fixture
def reader(work) -> Client:
    return work.client(work.viewer)


def soup(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def text(response: Any, status: int = 200) -> str:
    return " ".join(soup(response, status).get_text(" ").split())


def filled(page: BeautifulSoup, button: str) -> dict[str, str]:
    """The form that this button sends, as it stands."""
    found = next(one for one in page.select("main button") if button in one.text)
    sent = {found["name"]: found["value"]} if found.get("name") else {}
    for field in found.find_parent("form").select("input[name], textarea[name]"):
        if field["name"] != "csrfmiddlewaretoken":
            sent[field["name"]] = field.get("value", "") if field.name == "input" else field.text.lstrip("\n")
    for field in found.find_parent("form").select("select[name]"):
        sent[field["name"]] = field.select_one("option[selected]")["value"]
    return sent


# -- the list ----------------------------------------------------------------------------------------------


def test_drafts_are_listed_to_the_office_and_the_leaders_alone(work, office, leader, reader):
    assert "Tháng 9/2026" in text(office.get("/bao-cao/"))
    assert "Tháng 9/2026" in text(leader.get("/bao-cao/"))
    assert "Tháng 9/2026" not in text(reader.get("/bao-cao/"))


def test_an_empty_list_and_a_period_without_a_report_say_what_to_do(db):
    work = Reporting(bare=True)
    office, reader = work.client(work.office), work.client(work.viewer)
    assert "Lập dự thảo báo cáo" in text(office.get("/bao-cao/"))
    assert "Văn phòng lập dự thảo" in text(reader.get("/bao-cao/"))
    page = soup(office.get(f"/ky-bao-cao/{KEY}/"))
    assert filled(page, "Lập dự thảo báo cáo") == {"ky": KEY}
    assert soup(reader.get(f"/ky-bao-cao/{KEY}/")).select("main form[action^='/bao-cao/']") == []


def test_the_list_is_filtered_by_kind_and_state(work, office):
    work.issued()
    year = work.period_of("2025", "Năm 2025", date(2024, 12, 15), date(2025, 12, 14), kind="year")
    drafting.open_draft(year, work.office)

    def names(query: str) -> list[str]:
        return [one.text for one in soup(office.get(f"/bao-cao/{query}")).select(".review-table th a")]

    assert names("") == ["Tháng 9/2026", "Năm 2025"]
    assert names("?xem=ban-hanh") == ["Tháng 9/2026"]
    assert names("?loai=year") == ["Năm 2025"]
    assert names("?loai=year&xem=ban-hanh") == []
    assert names("?xem=khong-co&loai=khong-co") == ["Tháng 9/2026", "Năm 2025"]


def test_an_issued_report_shows_its_number_who_issued_it_its_files_and_the_check(work, reader):
    work.issued(7)
    page = soup(reader.get("/bao-cao/"))
    row = page.select_one(".review-table tbody tr")
    assert "07-" in row.text and str(work.secretary) in row.text
    hrefs = {link["href"] for link in row.select("a")}
    assert {f"/bao-cao/{work.review.pk}.{fmt}" for fmt in ("pdf", "docx", "xlsx", "json")} < hrefs
    assert f"{work.url}kiem-tra/" in hrefs


# -- a draft begun -----------------------------------------------------------------------------------------


def test_a_period_becomes_a_draft_by_one_click_and_a_second_click_opens_the_same(work, office):
    quarter = work.period_of("2026-Q3", "Quý III/2026", date(2026, 6, 15), date(2026, 9, 14), kind="quarter")
    page = soup(office.get("/bao-cao/moi/"))
    assert page.find("a", href=work.url) is not None
    assert [one["value"] for one in page.select("input[name=ky]")] == ["2026-Q3"]
    first = office.post("/bao-cao/moi/", {"ky": "2026-Q3"})
    second = office.post("/bao-cao/moi/", {"ky": "2026-Q3"})
    made = Review.objects.get(period=quarter)
    assert first["Location"] == second["Location"] == f"/bao-cao/{made.pk}/"


def test_an_unknown_period_is_told(work, office):
    assert "Chọn một kỳ" in text(office.post("/bao-cao/moi/", {"ky": "2030"}, follow=True))


def test_a_period_leads_to_its_report(work, office, reader):
    assert soup(office.get(f"/ky-bao-cao/{KEY}/")).find("a", href=work.url) is not None
    assert soup(reader.get(f"/ky-bao-cao/{KEY}/")).find("a", href=work.url) is None


def test_the_start_pages_say_what_waits(work, office, leader, reader):
    assert soup(office.get("/")).select_one("main").find("a", href=work.url) is not None
    assert soup(leader.get("/")).select_one("main").find("a", href=work.url) is None
    work.submitted()
    assert soup(leader.get("/")).select_one("main").find("a", href=work.url) is not None
    assert soup(reader.get("/")).select_one("main").find("a", href=work.url) is None


# -- the report --------------------------------------------------------------------------------------------


def test_a_draft_reads_as_a_document_with_the_sources_of_its_sentences(work, office):
    page = soup(office.get(work.url))
    paper = page.select_one("article.paper")
    assert "Dự thảo lần 1" in paper.text
    assert [one["id"] for one in paper.select("section.part")] == [
        f"phan-{key}" for key in work.review.parts.order_by("ordinal").values_list("key", flat=True)
    ]
    sources = paper.select(".para details a")
    assert sources and all(one["href"].startswith("/") for one in sources)
    for one in {link["href"] for link in sources}:
        assert office.get(one).status_code == 200, one


def test_a_draft_is_not_there_for_those_who_may_not_read_it(work, reader):
    elsewhere = work.client(UserFactory(role=User.Role.OFFICE))
    for client in (reader, elsewhere):
        for more in ("", "in/", "kiem-tra/", "phan/I/", "the-thuc/", "ban-hanh/"):
            assert client.get(f"{work.url}{more}").status_code == 404, more
        assert client.get(f"/bao-cao/{work.review.pk}.pdf").status_code == 404
        assert client.post(f"{work.url}buoc/submit/").status_code == 404


def test_who_reads_a_draft_does_only_what_is_his(work, office, leader):
    page = soup(leader.get(work.url))
    assert page.find("a", string=lambda said: said and "Sửa phần này" in said) is None
    assert leader.get(f"{work.url}phan/I/").status_code == 403
    assert leader.post(f"{work.url}buoc/submit/").status_code == 403
    assert leader.get("/bao-cao/moi/").status_code == 403
    assert office.get(f"{work.url}ban-hanh/").status_code == 403
    assert office.get("/bao-cao/the-thuc/").status_code == 403
    work.submitted()
    assert office.post(f"{work.url}buoc/return/", {"reason": "Sai"}).status_code == 403
    assert office.post(f"{work.url}buoc/khong-co/").status_code == 404


def test_an_annex_has_a_page_of_its_own(work, office):
    page = soup(office.get(work.url))
    links = [one["href"] for one in page.select(".paper-annexes a")]
    assert links[:1] == ["?phu-luc=1"]
    for href in links:
        assert soup(office.get(f"{work.url}{href}")).select_one("h1").text.startswith("PHỤ LỤC")
    assert office.get(f"{work.url}?phu-luc=9").status_code == 404


def test_pages_of_a_draft_take_few_queries(work, office, leader):
    drafting.write(work.part(), "Lời riêng.", work.office)
    paths = ["", "?phu-luc=1", "in/", "phan/I/", "the-thuc/"]
    for client, path in [(office, path) for path in paths] + [(leader, "")]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{work.url}{path}").status_code == 200
        assert len(queries) <= 12, f"{path}: {len(queries)}"
    work.submitted()
    with CaptureQueriesContext(connection) as queries:
        assert leader.get(f"{work.url}ban-hanh/").status_code == 200
    assert len(queries) <= 12


# -- written part by part ----------------------------------------------------------------------------------


def test_a_part_opens_with_what_is_composed_and_keeps_the_offices_words(work, office):
    page = soup(office.get(f"{work.url}phan/I/"))
    sent = filled(page, "Lưu")
    assert sent["own"].strip()
    response = office.post(f"{work.url}phan/I/", {**sent, "own": "Đảng ủy đã chỉ đạo.\r\n- Ý  thứ nhất."})
    assert response["Location"].endswith("#phan-I")
    assert work.part().own == "Đảng ủy đã chỉ đạo.\n- Ý thứ nhất."
    said = text(office.get(work.url))
    assert "Đảng ủy đã chỉ đạo." in said and "lời của văn phòng" in said


@pytest.mark.parametrize("typed", ["", None], ids=["nothing", "what is composed"])
def test_no_words_of_their_own_leave_what_is_composed(work, office, typed):
    sent = filled(soup(office.get(f"{work.url}phan/I/")), "Lưu")
    own = sent["own"] if typed is None else typed
    drafting.write(work.part(), "Lời cũ.", work.office)
    sent |= {name: value for name, value in filled(soup(office.get(f"{work.url}phan/I/")), "Lưu").items()}
    office.post(f"{work.url}phan/I/", {**sent, "own": own})
    assert work.part().own == ""


def test_two_who_write_the_same_part_lose_nothing_unseen(work, office):
    sent = filled(soup(office.get(f"{work.url}phan/I/")), "Lưu")
    other = UserFactory(committee=work.committee, role=User.Role.OFFICE)
    work.client(other).post(f"{work.url}phan/I/", {**sent, "own": "Của người kia."})
    response = office.post(f"{work.url}phan/I/", {**sent, "own": "Của tôi."})
    page = soup(response, 409)
    assert "Của tôi." in page.select_one("textarea").text
    assert "đã sửa mục này" in page.select_one(".error-summary").text
    assert work.part().own == "Của người kia."
    office.post(f"{work.url}phan/I/", filled(page, "Lưu"))
    assert work.part().own == "Của tôi."


def test_who_writes_beside_figures_that_changed_meanwhile_is_told(work, office):
    sent = filled(soup(office.get(f"{work.url}phan/I/")), "Lưu")
    recomposed(work.part(), "Nay có 09 nhiệm vụ.")
    page = soup(office.post(f"{work.url}phan/I/", {**sent, "own": "Của tôi."}), 409)
    assert "vừa đổi" in page.select_one(".error-summary").text
    assert "Nay có 09 nhiệm vụ." in page.select_one(".composed").text
    assert work.part().own == ""
    office.post(f"{work.url}phan/I/", filled(page, "Lưu"))
    assert work.part().own == "Của tôi."


def recomposed(part: ReviewPart, sentence: str) -> None:
    part.composed = [{"kind": "paragraph", "sentences": [{"text": sentence, "sources": []}]}]
    part.save()


def test_figures_that_changed_beside_own_words_are_pointed_out_until_they_are_seen(work, office):
    drafting.write(work.part(), "Lời của văn phòng.", work.office)
    recomposed(work.part(), "Nay có 09 nhiệm vụ.")
    page = soup(office.get(work.url))
    assert "Nay có 09 nhiệm vụ." in page.select_one("#phan-I .changed").text
    edit = soup(office.get(f"{work.url}phan/I/"))
    office.post(f"{work.url}phan/I/", filled(edit, "Giữ lời của tôi"))
    assert work.part().own == "Lời của văn phòng."
    assert soup(office.get(work.url)).select_one("#phan-I .changed") is None


def test_what_is_composed_can_be_taken_again(work, office):
    drafting.write(work.part(), "Lời của văn phòng.", work.office)
    edit = soup(office.get(f"{work.url}phan/I/"))
    office.post(f"{work.url}phan/I/", filled(edit, "Dùng lại câu lập từ số liệu"))
    assert work.part().own == ""


def test_too_long_words_are_refused_and_kept(work, office):
    sent = filled(soup(office.get(f"{work.url}phan/I/")), "Lưu")
    page = soup(office.post(f"{work.url}phan/I/", {**sent, "own": "chữ " * 20_000}), 409)
    assert "60.000" in page.select_one(".error-summary").text
    assert len(page.select_one("textarea").text) > 60_000


def test_an_unknown_part_or_button_is_not_there(work, office):
    assert office.get(f"{work.url}phan/XX/").status_code == 404
    assert office.post(f"{work.url}phan/I/", {"buoc": "khong-co"}).status_code == 404


def test_what_is_submitted_is_not_written(work, office):
    sent = filled(soup(office.get(f"{work.url}phan/I/")), "Lưu")
    work.submitted()
    response = office.post(f"{work.url}phan/I/", {**sent, "own": "Của tôi."}, follow=True)
    assert "rút về" in text(response)
    assert work.part().own == ""
    assert "rút về" in text(office.get(f"{work.url}the-thuc/", follow=True))


def test_subject_signatory_and_recipients_of_one_report_are_written(work, office):
    page = soup(office.get(f"{work.url}the-thuc/"))
    sent = filled(page, "Lưu")
    office.post(
        f"{work.url}the-thuc/", {**sent, "subject": "Kết quả & tiến độ", "recipients": "Huyện ủy\r\n\r\nLưu"}
    )
    work.review.refresh_from_db()
    assert (work.review.subject, work.review.recipients) == ("Kết quả & tiến độ", "Huyện ủy\nLưu")
    page = soup(office.post(f"{work.url}the-thuc/", {**sent, "subject": ""}), 409)
    assert "Ghi trích yếu" in page.select_one(".error-summary").text


def test_the_committees_letterhead_is_the_administrators(work):
    client = work.client(work.admin)
    page = soup(client.get("/bao-cao/the-thuc/"))
    sent = filled(page, "Lưu")
    assert (
        client.post("/bao-cao/the-thuc/", {**sent, "symbol": "BC/ĐUM", "spelling": "uỷ"}).status_code == 302
    )
    row = Letterhead.objects.get(committee=work.committee)
    assert (row.symbol, row.spelling) == ("BC/ĐUM", "uỷ")
    page = soup(client.post("/bao-cao/the-thuc/", {**sent, "symbol": "BC/KHAC"}), 409)
    assert "đã sửa mục này" in page.select_one(".error-summary").text
    page = soup(client.post("/bao-cao/the-thuc/", {**filled(page, "Lưu"), "next_number": "không"}), 409)
    assert "Ghi một số từ 1" in page.select_one(".error-summary").text


# -- submitted, returned, issued ---------------------------------------------------------------------------


def test_the_office_submits_once_and_is_told_of_a_second_click(work, office):
    assert "Đã trình" in text(office.post(f"{work.url}buoc/submit/", follow=True))
    assert "Bạn đã trình duyệt từ lúc" in text(office.post(f"{work.url}buoc/submit/", follow=True))
    assert work.review.acts.filter(act="submit").count() == 1
    assert "Đã rút về" in text(office.post(f"{work.url}buoc/recall/", follow=True))


def test_a_leader_returns_with_a_reason_and_the_office_reads_it(work, office, leader):
    work.submitted()
    page = soup(leader.post(f"{work.url}buoc/return/", {"reason": " "}), 422)
    assert "Ghi lý do trả lại" in page.select_one(".error-summary").text
    assert "Đã trả lại" in text(leader.post(f"{work.url}buoc/return/", {"reason": "Nêu rõ vốn"}, follow=True))
    assert "“Nêu rõ vốn”" in text(office.get(work.url))
    assert "Dự thảo lần 2" in text(office.get(work.url))
    assert (
        "đã trả lại"
        in text(leader.post(f"{work.url}buoc/return/", {"reason": "Lần nữa"}, follow=True)).lower()
    )
    assert work.review.acts.filter(act="return").count() == 1


def test_a_leader_issues_by_one_form_that_is_filled_in(work, leader, reader):
    work.submitted()
    page = soup(leader.get(f"{work.url}ban-hanh/"))
    sent = filled(page, "Duyệt và ban hành")
    assert (sent["number"], sent["issued_on"]) == ("01", "05/10/2026")
    response = leader.post(f"{work.url}ban-hanh/", sent, follow=True)
    assert "Đã ban hành báo cáo số 01-" in text(response)
    work.review.refresh_from_db()
    assert work.review.state == Review.State.ISSUED
    assert "Số 01-" in text(reader.get(work.url))
    again = leader.post(f"{work.url}ban-hanh/", sent, follow=True)
    assert "Bạn đã ban hành báo cáo này" in text(again)
    other = work.client(work.deputy).post(f"{work.url}ban-hanh/", sent, follow=True)
    assert f"{work.secretary} đã ban hành" in text(other)


def test_what_a_leader_has_not_read_is_not_issued(work, leader):
    work.submitted()
    sent = filled(soup(leader.get(f"{work.url}ban-hanh/")), "Duyệt và ban hành")
    drafting.recall(work.review, work.office)
    drafting.write(work.part(), "Đoạn viết thêm.", work.office)
    work.review.refresh_from_db()
    work.submitted()
    page = soup(leader.post(f"{work.url}ban-hanh/", sent), 422)
    assert "vừa đổi" in page.select_one(".error-summary").text
    work.review.refresh_from_db()
    assert not work.review.is_sealed
    leader.post(f"{work.url}ban-hanh/", filled(page, "Duyệt và ban hành"))
    work.review.refresh_from_db()
    assert work.review.is_sealed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": ""}, "Ghi số của báo cáo"),
        ({"number": "không"}, "Ghi số của báo cáo"),
        ({"issued_on": "2026-13-01"}, "dd/mm/yyyy"),
        ({"issued_on": ""}, "Ghi ngày ban hành"),
    ],
)
def test_a_wrong_number_or_day_is_told_and_kept(work, leader, typed, told):
    work.submitted()
    sent = filled(soup(leader.get(f"{work.url}ban-hanh/")), "Duyệt và ban hành")
    page = soup(leader.post(f"{work.url}ban-hanh/", {**sent, **typed}), 422)
    assert told in page.select_one(".error-summary").text
    ((name, value),) = typed.items()
    assert page.select_one(f"input[name={name}]").get("value", "") == value


def test_a_draft_that_was_not_submitted_is_not_issued(work, leader):
    assert "chưa trình" in text(leader.get(f"{work.url}ban-hanh/", follow=True))


# -- what was issued ---------------------------------------------------------------------------------------


def test_an_issued_page_shows_what_was_frozen_whatever_was_renamed_since(work, reader):
    work.issued()
    before = soup(reader.get(work.url)).select_one("article").text
    Period.objects.filter(pk=work.period.pk).update(label="Tên khác")
    work.programme.title = "Tên khác"
    work.programme.save()
    work.unit.name = "Phòng Tên khác"
    work.unit.save()
    assert soup(reader.get(work.url)).select_one("article").text == before


def test_editions_name_each_other(work, office, leader, reader):
    old = work.issued()
    page = soup(office.get(work.url))
    assert "Lập bản thay thế" in page.text
    assert "Ghi vì sao" in text(office.post(f"{work.url}buoc/correct/", {"because": ""}), 422)
    office.post(f"{work.url}buoc/correct/", {"because": "Sửa số liệu."})
    new = Review.objects.get(replaces=old)
    second = office.post(f"{work.url}buoc/correct/", {"because": "Lần nữa."})
    assert second["Location"] == f"/bao-cao/{new.pk}/"
    drafting.submit(new, work.office)
    sealing.issue(new, work.secretary, number=2, issued_on=date(2026, 10, 5))
    said = text(reader.get(f"/bao-cao/{new.pk}/"))
    assert "thay thế Báo cáo số 01-" in said and "Sửa số liệu." in said
    page = soup(reader.get(f"/bao-cao/{old.pk}/"))
    assert "Đã được thay thế bởi" in " ".join(page.text.split())
    assert page.find("a", href=f"/bao-cao/{new.pk}/") is not None


@pytest.mark.parametrize("fmt", ["pdf", "docx", "xlsx", "json"])
def test_a_file_comes_as_it_was_sealed_to_be_kept(work, reader, fmt):
    work.issued()
    url = f"/bao-cao/{work.review.pk}.{fmt}"
    first = reader.get(url)
    assert first.status_code == 200
    assert first["Content-Disposition"].startswith("attachment") and KEY in first["Content-Disposition"]
    assert first["X-Content-Type-Options"] == "nosniff"
    sha256 = hashlib.sha256(first.content).hexdigest()
    kept = work.review.files.filter(format=fmt).values_list("sha256", flat=True)
    assert sha256 == (work.review.sha256 if fmt == "json" else kept[0])
    assert reader.get(url, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_draft_is_rendered_as_it_stands_and_says_that_it_is_one(work, office):
    raw = office.get(f"/bao-cao/{work.review.pk}.json").content
    assert json.loads(raw)["draft"] == 1
    assert office.get(f"/bao-cao/{work.review.pk}.pdf").content.startswith(b"%PDF")


def test_an_unknown_format_is_not_there(work, office):
    assert office.get(f"/bao-cao/{work.review.pk}.exe").status_code == 404


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "damaged"])
def test_a_lost_or_damaged_file_is_told_with_what_to_do(work, reader, lost):
    work.issued()
    path = place(work.review.files.get(format="pdf").sha256, site.EVIDENCE_DIR)
    if lost:
        path.unlink()
    else:
        path.chmod(0o600)
        path.write_bytes(b"%PDF-1.4 khac")
    said = text(reader.get(f"/bao-cao/{work.review.pk}.pdf"), 503)
    assert "restore" in said and "PDF" in said
    assert reader.get(f"/bao-cao/{work.review.pk}.docx").status_code == 200
    page = soup(reader.get(f"{work.url}kiem-tra/"))
    assert page.select_one(".verdict.broken") is not None


def test_the_check_finds_everything_whole_and_changes_nothing(work, reader):
    work.issued()
    page = soup(reader.get(f"{work.url}kiem-tra/"))
    assert page.select_one(".verdict.whole") is not None
    assert page.select(".findings .broken") == []
    assert work.review.sha256 in page.text
    assert "sha256sum" in page.text


def test_words_changed_in_the_database_are_seen_by_the_page_and_the_check(work, reader):
    review = work.issued()
    sealed = review.sealed.replace("Dự thảo", "Dự thảo").replace("BÁO CÁO", "BÁO SAI", 1)
    tampered(review, sealed)
    assert "không khớp" in text(reader.get(work.url))
    assert soup(reader.get(f"{work.url}kiem-tra/")).select_one(".verdict.broken") is not None
    tampered(review, "{}")
    assert "phục hồi" in text(reader.get(work.url), 503)
    assert "phục hồi" in text(reader.get(f"{work.url}in/"), 503)
    assert soup(reader.get(f"{work.url}kiem-tra/")).select_one(".verdict.broken") is not None


def tampered(review: Review, sealed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE baocao_review SET sealed = %s WHERE id = %s", [sealed, review.pk])


def test_a_draft_has_nothing_to_check_yet(work, office):
    assert "chưa niêm phong" in text(office.get(f"{work.url}kiem-tra/", follow=True))


def test_the_page_to_print_is_the_paper_alone(work, reader):
    work.issued()
    page = soup(reader.get(f"{work.url}in/"))
    assert page.select("header, form, button, details") == []
    assert page.select_one("h1") is not None
    assert len(page.select("section.annex")) == len(
        sealing.Frozen.from_bytes(work.review.sealed.encode()).annexes
    )
