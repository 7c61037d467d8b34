"""The pages on which a draft is written part by part, submitted, returned and issued."""

from __future__ import annotations

import pytest

from baocao.models import Letterhead, Review, ReviewPart
from baocao.review import drafting
from chuongtrinh.models import User
from tests.baocao.review.reading import filled, soup, text
from tests.factories.people import UserFactory

# -- written part by part ----------------------------------------------------------------------------------


def test_a_part_opens_with_what_is_composed_and_keeps_the_offices_words(reading, office):
    page = soup(office.get(f"{reading.url}phan/I/"))
    sent = filled(page, "Lưu")
    assert sent["own"].strip()
    response = office.post(f"{reading.url}phan/I/", {**sent, "own": "Đảng ủy đã chỉ đạo.\r\n- Ý  thứ nhất."})
    assert response["Location"].endswith("#phan-I")
    assert reading.part().own == "Đảng ủy đã chỉ đạo.\n- Ý thứ nhất."
    said = text(office.get(reading.url))
    assert "Đảng ủy đã chỉ đạo." in said and "lời của văn phòng" in said


@pytest.mark.parametrize("typed", ["", None], ids=["nothing", "what is composed"])
def test_no_words_of_their_own_leave_what_is_composed(reading, office, typed):
    sent = filled(soup(office.get(f"{reading.url}phan/I/")), "Lưu")
    own = sent["own"] if typed is None else typed
    drafting.write(reading.part(), "Lời cũ.", reading.office)
    sent |= {name: value for name, value in filled(soup(office.get(f"{reading.url}phan/I/")), "Lưu").items()}
    office.post(f"{reading.url}phan/I/", {**sent, "own": own})
    assert reading.part().own == ""


def test_two_who_write_the_same_part_lose_nothing_unseen(reading, office):
    sent = filled(soup(office.get(f"{reading.url}phan/I/")), "Lưu")
    other = UserFactory(committee=reading.committee, role=User.Role.OFFICE)
    reading.client(other).post(f"{reading.url}phan/I/", {**sent, "own": "Của người kia."})
    response = office.post(f"{reading.url}phan/I/", {**sent, "own": "Của tôi."})
    page = soup(response, 409)
    assert "Của tôi." in page.select_one("textarea").text
    assert "đã sửa mục này" in page.select_one(".error-summary").text
    assert reading.part().own == "Của người kia."
    office.post(f"{reading.url}phan/I/", filled(page, "Lưu"))
    assert reading.part().own == "Của tôi."


def test_who_writes_beside_figures_that_changed_meanwhile_is_told(reading, office):
    sent = filled(soup(office.get(f"{reading.url}phan/I/")), "Lưu")
    recomposed(reading.part(), "Nay có 09 nhiệm vụ.")
    page = soup(office.post(f"{reading.url}phan/I/", {**sent, "own": "Của tôi."}), 409)
    assert "vừa đổi" in page.select_one(".error-summary").text
    assert "Nay có 09 nhiệm vụ." in page.select_one(".composed").text
    assert reading.part().own == ""
    office.post(f"{reading.url}phan/I/", filled(page, "Lưu"))
    assert reading.part().own == "Của tôi."


def recomposed(part: ReviewPart, sentence: str) -> None:
    part.composed = [{"kind": "paragraph", "sentences": [{"text": sentence, "sources": []}]}]
    part.save()


def test_figures_that_changed_beside_own_words_are_pointed_out_until_they_are_seen(reading, office):
    drafting.write(reading.part(), "Lời của văn phòng.", reading.office)
    recomposed(reading.part(), "Nay có 09 nhiệm vụ.")
    page = soup(office.get(reading.url))
    assert "Nay có 09 nhiệm vụ." in page.select_one("#phan-I .changed").text
    edit = soup(office.get(f"{reading.url}phan/I/"))
    office.post(f"{reading.url}phan/I/", filled(edit, "Giữ lời của tôi"))
    assert reading.part().own == "Lời của văn phòng."
    assert soup(office.get(reading.url)).select_one("#phan-I .changed") is None


def test_what_is_composed_can_be_taken_again(reading, office):
    drafting.write(reading.part(), "Lời của văn phòng.", reading.office)
    edit = soup(office.get(f"{reading.url}phan/I/"))
    office.post(f"{reading.url}phan/I/", filled(edit, "Dùng lại câu lập từ số liệu"))
    assert reading.part().own == ""


def test_too_long_words_are_refused_and_kept(reading, office):
    empty = soup(office.get(f"{reading.url}phan/I/"))
    assert not empty.select_one("textarea").has_attr("maxlength")  # no browser cuts what is pasted in silence
    page = soup(office.post(f"{reading.url}phan/I/", {**filled(empty, "Lưu"), "own": "chữ " * 20_000}), 409)
    assert "60.000" in page.select_one(".error-summary").text
    assert len(page.select_one("textarea").text) > 60_000


def test_an_unknown_part_or_button_is_not_there(reading, office):
    assert office.get(f"{reading.url}phan/XX/").status_code == 404
    assert office.post(f"{reading.url}phan/I/", {"buoc": "khong-co"}).status_code == 404


def test_what_is_submitted_is_not_written(reading, office):
    sent = filled(soup(office.get(f"{reading.url}phan/I/")), "Lưu")
    reading.submit()
    response = office.post(f"{reading.url}phan/I/", {**sent, "own": "Của tôi."}, follow=True)
    assert "rút về" in text(response)
    assert reading.part().own == ""
    assert "rút về" in text(office.get(f"{reading.url}the-thuc/", follow=True))


def test_subject_signatory_and_recipients_of_one_report_are_written(reading, office):
    page = soup(office.get(f"{reading.url}the-thuc/"))
    sent = filled(page, "Lưu")
    office.post(
        f"{reading.url}the-thuc/",
        {**sent, "subject": "Kết quả & tiến độ", "recipients": "Huyện ủy\r\n\r\nLưu"},
    )
    reading.review.refresh_from_db()
    assert (reading.review.subject, reading.review.recipients) == ("Kết quả & tiến độ", "Huyện ủy\nLưu")
    page = soup(office.post(f"{reading.url}the-thuc/", {**sent, "subject": ""}), 409)
    assert "Ghi trích yếu" in page.select_one(".error-summary").text


def test_the_committees_letterhead_is_the_administrators(reading):
    client = reading.client(reading.admin)
    page = soup(client.get("/bao-cao/the-thuc/"))
    sent = filled(page, "Lưu")
    assert (
        client.post("/bao-cao/the-thuc/", {**sent, "symbol": "BC/ĐUM", "spelling": "uỷ"}).status_code == 302
    )
    row = Letterhead.objects.get(committee=reading.committee)
    assert (row.symbol, row.spelling) == ("BC/ĐUM", "uỷ")
    page = soup(client.post("/bao-cao/the-thuc/", {**sent, "symbol": "BC/KHAC"}), 409)
    assert "đã sửa mục này" in page.select_one(".error-summary").text
    page = soup(client.post("/bao-cao/the-thuc/", {**filled(page, "Lưu"), "next_number": "không"}), 409)
    assert "Ghi một số từ 1" in page.select_one(".error-summary").text
    page = soup(client.post("/bao-cao/the-thuc/", {**filled(page, "Lưu"), "next_number": "100000"}), 409)
    assert "lớn nhất là 99999" in page.select_one(".error-summary").text


# -- submitted, returned, issued ---------------------------------------------------------------------------


def test_the_office_submits_once_and_is_told_of_a_second_click(reading, office):
    assert "Đã trình" in text(office.post(f"{reading.url}buoc/submit/", follow=True))
    assert "Bạn đã trình duyệt từ lúc" in text(office.post(f"{reading.url}buoc/submit/", follow=True))
    assert reading.review.acts.filter(act="submit").count() == 1
    assert "Đã rút về" in text(office.post(f"{reading.url}buoc/recall/", follow=True))


def test_a_leader_returns_with_a_reason_and_the_office_reads_it(reading, office, leader):
    reading.submit()
    page = soup(leader.post(f"{reading.url}buoc/return/", {"reason": " "}), 422)
    assert "Ghi lý do trả lại" in page.select_one(".error-summary").text
    assert "Đã trả lại" in text(
        leader.post(f"{reading.url}buoc/return/", {"reason": "Nêu rõ vốn"}, follow=True)
    )
    assert "“Nêu rõ vốn”" in text(office.get(reading.url))
    assert "Dự thảo lần 2" in text(office.get(reading.url))
    assert (
        "đã trả lại"
        in text(leader.post(f"{reading.url}buoc/return/", {"reason": "Lần nữa"}, follow=True)).lower()
    )
    assert reading.review.acts.filter(act="return").count() == 1


def test_a_leader_issues_by_one_form_that_is_filled_in(reading, leader, reader):
    reading.submit()
    page = soup(leader.get(f"{reading.url}ban-hanh/"))
    sent = filled(page, "Duyệt và ban hành")
    assert (sent["number"], sent["issued_on"]) == ("01", "05/10/2026")
    response = leader.post(f"{reading.url}ban-hanh/", sent, follow=True)
    assert "Đã ban hành báo cáo số 01-" in text(response)
    reading.review.refresh_from_db()
    assert reading.review.state == Review.State.ISSUED
    assert "Số 01-" in text(reader.get(reading.url))
    again = leader.post(f"{reading.url}ban-hanh/", sent, follow=True)
    assert "Bạn đã ban hành báo cáo này" in text(again)
    other = reading.client(reading.deputy).post(f"{reading.url}ban-hanh/", sent, follow=True)
    assert f"{reading.secretary} đã ban hành" in text(other)


def test_what_a_leader_has_not_read_is_not_issued(reading, leader):
    reading.submit()
    sent = filled(soup(leader.get(f"{reading.url}ban-hanh/")), "Duyệt và ban hành")
    drafting.recall(reading.review, reading.office)
    drafting.write(reading.part(), "Đoạn viết thêm.", reading.office)
    reading.review.refresh_from_db()
    reading.submit()
    page = soup(leader.post(f"{reading.url}ban-hanh/", sent), 422)
    assert "vừa đổi" in page.select_one(".error-summary").text
    reading.review.refresh_from_db()
    assert not reading.review.is_sealed
    leader.post(f"{reading.url}ban-hanh/", filled(page, "Duyệt và ban hành"))
    reading.review.refresh_from_db()
    assert reading.review.is_sealed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": ""}, "Ghi số của báo cáo"),
        ({"number": "không"}, "Ghi số của báo cáo"),
        ({"issued_on": "2026-13-01"}, "dd/mm/yyyy"),
        ({"issued_on": ""}, "Ghi ngày ban hành"),
    ],
)
def test_a_wrong_number_or_day_is_told_and_kept(reading, leader, typed, told):
    reading.submit()
    sent = filled(soup(leader.get(f"{reading.url}ban-hanh/")), "Duyệt và ban hành")
    page = soup(leader.post(f"{reading.url}ban-hanh/", {**sent, **typed}), 422)
    assert told in page.select_one(".error-summary").text
    ((name, value),) = typed.items()
    assert page.select_one(f"input[name={name}]").get("value", "") == value


def test_a_draft_that_was_not_submitted_is_not_issued(reading, leader):
    assert "chưa trình" in text(leader.get(f"{reading.url}ban-hanh/", follow=True))
