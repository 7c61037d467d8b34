"""The pages of directives: the form, the thread, the list, and where else they are shown."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baocao import directives
from baocao.models import Addressed, Answer, Directive
from tests.baocao.directing import Directing, Kind, on
from tests.commands import close_response
from tests.evidence_files import pdf
from tests.factories.people import UserFactory
from tests.factories.programmes import TaskFactory


@pytest.fixture
def work(db, client):
    with on(5):
        made = Directing()
        client.force_login(made.secretary)
        yield made


def soup(response, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def filled(page: BeautifulSoup, button: str) -> dict[str, str]:
    """The form of the page that this button sends, as it stands."""
    form = page.find("button", string=lambda text: text and button in text) or next(
        one for one in page.select("button") if button in one.text
    )
    sent = {form["name"]: form["value"]} if form.get("name") else {}
    for field in form.find_parent("form").select("input[name], textarea[name]"):
        if field["name"] == "csrfmiddlewaretoken" or field.get("type") == "file":
            continue
        if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        sent[field["name"]] = field.get("value", "") if field.name == "input" else field.text.strip("\n")
    return sent


def url_of(made: Directive) -> str:
    return f"/chi-dao/{made.pk}/"


# -- giving -------------------------------------------------------------------------------------------------


def test_two_clicks_lead_from_the_work_to_an_instruction(client, work):
    page = soup(client.get("/nhiem-vu/2026-PKT-01/"))
    button = page.find("a", string="Chỉ đạo", class_="btn")
    form = soup(client.get(button["href"]))
    sent = filled(form, "Gửi")
    assert sent["tasks"] == "2026-PKT-01"
    assert sent["answer_by"] == "12/10/2026"
    assert "quá hạn 5 ngày (hạn 30/09/2026)" in sent["text"]
    assert "Phòng Kinh tế, về 2026-PKT-01" in form.select_one(".sent-to").text
    shown = soup(client.post("/chi-dao/moi/", sent, follow=True))
    assert "Đã gửi. Phòng Kinh tế trả lời chậm nhất 12/10/2026." in shown.text
    row = Addressed.objects.get()
    assert (row.unit, row.task, row.directive.kind) == (work.unit, work.late, "instruction")


def test_a_unit_is_chosen_by_the_address(client, work):
    sent = filled(soup(client.get("/chi-dao/moi/?don-vi=PKT&don-vi=VHXH")), "Gửi")
    page = soup(client.get("/chi-dao/moi/?don-vi=PKT&don-vi=VHXH"))
    chosen = [box["value"] for box in page.select("input[name=units][checked]")]
    assert chosen == [str(work.unit.pk), str(work.other_unit.pk)]
    client.post("/chi-dao/moi/", {**sent, "units": chosen})
    assert set(Addressed.objects.values_list("unit", "task")) == {(int(pk), None) for pk in chosen}


def test_what_is_wrong_is_listed_with_links_and_nothing_typed_is_lost(client, work):
    sent = {
        "kind": "urging", "tasks": "2026-pkt-01, XX-9", "text": "", "answer_by": "31/02/2026",
        "given_on": "05/10/2026",
    }  # fmt: skip
    page = soup(client.post("/chi-dao/moi/", sent), 422)
    told = {link["href"]: link.text for link in page.select(".error-summary a")}
    assert set(told) == {"#id_text", "#id_answer_by"}
    for anchor in told:
        assert page.select_one(anchor)
    assert page.select_one("#id_tasks")["value"] == "2026-pkt-01, XX-9"
    assert page.select_one("input[name=kind][value=urging]").has_attr("checked")
    page = soup(client.post("/chi-dao/moi/", {**sent, "text": "Báo cáo", "answer_by": "12/10/2026"}), 422)
    assert "Không có việc mang mã XX-9" in page.select_one(".error-summary").text
    assert not Directive.objects.exists()


def test_5000_characters_of_many_lines_fit_as_the_browser_counts_them(client, work):
    long = "a\r\n" * 2_500  # 5 000, as the browser counts
    sent = {"kind": "urging", "tasks": "2026-PKT-01", "answer_by": "12/10/2026", "given_on": "05/10/2026"}
    assert client.post("/chi-dao/moi/", {**sent, "text": long}).status_code == 302
    assert "5000" in soup(client.post("/chi-dao/moi/", {**sent, "text": f"🙂{long}b"}), 422).text
    assert client.post("/chi-dao/moi/", {**sent, "text": "🙂" * 5_000}).status_code == 302


def test_codes_are_read_in_any_case_and_a_double_submit_is_one(client, work):
    sent = {
        "kind": "urging", "tasks": "2026-pkt-01; ii.3.2-01", "text": "Báo cáo", "answer_by": "12/10/2026",
        "given_on": "05/10/2026",
    }  # fmt: skip
    first, second = client.post("/chi-dao/moi/", sent), client.post("/chi-dao/moi/", sent)
    assert first.url == second.url
    assert set(Addressed.objects.values_list("task__code", flat=True)) == {"2026-PKT-01", "II.3.2-01"}


def test_the_office_urges_and_nothing_else(client, work):
    client.force_login(work.office)
    page = soup(client.get("/chi-dao/moi/?viec=2026-PKT-01"))
    assert page.h1.text == "Đôn đốc"
    sent = filled(page, "Gửi")
    assert sent["kind"] == "urging" and sent["text"].count("Đề nghị") == 1
    assert client.post("/chi-dao/moi/", {**sent, "kind": "instruction"}).status_code == 422
    assert client.post("/chi-dao/moi/", sent).status_code == 302
    assert Directive.objects.get().kind == Kind.URGING


def test_a_member_gives_to_the_units_overseen_and_to_no_others(client, work):
    client.force_login(work.member)
    page = soup(client.get("/chi-dao/moi/"))
    assert [label.text.strip() for label in page.select(".unit-boxes label")] == ["Phòng Kinh tế"]
    sent = {**filled(page, "Gửi"), "text": "Báo cáo", "units": work.other_unit.pk}
    assert client.post("/chi-dao/moi/", sent).status_code == 422
    assert client.post("/chi-dao/moi/", {**sent, "units": work.unit.pk}).status_code == 302


def test_another_committees_work_and_units_do_not_exist(client, work):
    other = UserFactory(role="secretary")
    client.force_login(other)
    made = work.instruct(work.late)
    assert client.get(url_of(made)).status_code == 404
    assert client.post(url_of(made), {"buoc": "dat"}).status_code == 404
    assert client.get("/chi-dao/").status_code == 200


# -- answering and settling ---------------------------------------------------------------------------------


@pytest.fixture
def kept_in(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path


def test_the_head_answers_with_proofs_and_a_leader_accepts(client, work, kept_in):
    made = work.instruct(work.late)
    client.force_login(work.head)
    sent = filled(soup(client.get(url_of(made))), "Gửi trả lời")
    row = work.part(made)
    at = f"tra-loi-{row.pk}"
    sent |= {f"{at}-text": "Do nước lên", f"{at}-number": "12/BC-UBND", f"{at}-issued_on": "04/10/2026"}
    sent[f"{at}-proofs"] = SimpleUploadedFile("bao-cao.pdf", pdf())
    page = soup(client.post(url_of(made), sent, follow=True))
    assert "Do nước lên" in page.text
    link = page.select_one(".proofs a")
    client.force_login(work.secretary)
    response = client.get(link["href"])
    close_response(response)
    assert response.status_code == 200
    accept = filled(soup(client.get(url_of(made))), "Đạt yêu cầu")
    page = soup(client.post(url_of(made), accept, follow=True))
    assert "đạt yêu cầu" in page.select_one(".messages").text
    assert Answer.objects.get().state == "accepted"
    client.force_login(work.viewer)
    assert client.get(link["href"]).status_code == 404


def test_a_refused_answer_keeps_its_words_and_leads_to_its_field(client, work, kept_in):
    made = work.instruct(work.late)
    client.force_login(work.head)
    sent = filled(soup(client.get(url_of(made))), "Gửi trả lời")
    at = f"tra-loi-{work.part(made).pk}"
    sent |= {f"{at}-text": "Đã làm xong", f"{at}-issuer": "UBND xã"}
    page = soup(client.post(url_of(made), sent), 422)
    (link,) = page.select(".error-summary a")
    assert page.select_one(link["href"])
    assert page.select_one(f"#id_{at}-text").text.strip() == "Đã làm xong"
    ahead = {f"{at}-number": "12/BC-UBND", f"{at}-issued_on": "06/10/2026"}
    page = soup(client.post(url_of(made), sent | ahead), 422)
    assert "Ngày này chưa đến" in page.select_one(".error-summary").text
    sent[f"{at}-proofs"] = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    page = soup(client.post(url_of(made), {**sent, f"{at}-issuer": ""}), 422)
    assert "chương trình chạy trên máy" in page.select_one(".error-summary").text
    assert not Answer.objects.exists()


def test_a_leader_asks_again_and_the_new_day_holds(client, work):
    made = work.instruct(work.late)
    work.answered(made)
    sent = filled(soup(client.get(url_of(made))), "Gửi yêu cầu")
    at = f"lai-{work.part(made).pk}"
    assert sent[f"{at}-answer_by"] == "12/10/2026"
    page = soup(client.post(url_of(made), sent), 422)
    assert page.select_one(".settle details").has_attr("open")
    page = soup(client.post(url_of(made), {**sent, f"{at}-because": "Chưa nêu ngày xong"}, follow=True))
    assert "Hạn trả lời lại: 12/10/2026" in page.text
    assert Answer.objects.get().asked_again_because == "Chưa nêu ngày xong"


def test_the_office_answers_for_a_unit_by_an_own_step(client, work):
    made = work.instruct(work.late, units=[work.other_unit])
    client.force_login(work.office)
    page = soup(client.get(url_of(made)))
    assert not page.select(".answer-form")
    link = page.find("a", string=lambda text: text and "Trả lời thay" in text) or page.select("a.btn-sm")[0]
    page = soup(client.get(f"{url_of(made)}{link['href']}"))
    sent = filled(page, "Gửi trả lời thay")
    at = f"tra-loi-{sent['noi']}"
    page = soup(client.post(url_of(made), {**sent, f"{at}-text": "Theo điện thoại"}, follow=True))
    assert "văn phòng nhập thay" in page.text


def test_for_a_unit_that_was_dissolved_the_office_answers_and_nobody_else(client, work):
    made = work.instruct(work.late)
    work.unit.valid_to = date(2026, 10, 4)
    work.unit.save()
    sent = {"buoc": "tra-loi", "noi": work.part(made).pk, f"tra-loi-{work.part(made).pk}-text": "Đã bàn giao"}
    client.force_login(work.head)
    assert client.post(url_of(made), sent).status_code == 403
    client.force_login(work.office)
    assert "Trả lời thay đơn vị" in soup(client.get(url_of(made))).text
    assert client.post(url_of(made), sent).status_code == 302
    assert Answer.objects.get().by_office


def test_what_one_may_not_do_is_refused(client, work):
    made = work.instruct(work.late)
    answer = work.answered(made)
    part = work.part(made)
    accept = {"buoc": "dat", "noi": part.pk, "tra-loi": answer.pk}
    for user in (work.head, work.office, work.member, work.admin, work.inspector):
        client.force_login(user)
        assert client.post(url_of(made), accept).status_code == 403, user.role
        assert client.post(url_of(made), {"buoc": "rut"}).status_code == 403, user.role
    for user in (work.other_head, work.viewer):
        client.force_login(user)
        assert client.post(url_of(made), accept).status_code == 404, user.role
    client.force_login(work.secretary)
    assert client.post(url_of(made), {"buoc": "tra-loi", "noi": part.pk}).status_code == 403
    assert client.post(url_of(made), {**accept, "tra-loi": "0"}).status_code == 404
    assert client.post(url_of(made), {**accept, "noi": "x"}).status_code == 404
    assert Answer.objects.get().state == "submitted"


def test_withdrawing_asks_for_a_reason_and_is_told_to_everyone(client, work):
    made = work.instruct(work.late)
    sent = filled(soup(client.get(url_of(made))), "Rút ý kiến")
    page = soup(client.post(url_of(made), sent), 422)
    assert page.select_one(".error-summary a")["href"] == "#id_withdrawn_because"
    client.post(url_of(made), {**sent, "withdrawn_because": "Gửi nhầm đơn vị"})
    client.force_login(work.head)
    page = soup(client.get(url_of(made)))
    assert "Gửi nhầm đơn vị" in page.text and not page.select(".answer-form")


def test_an_unknown_step_is_told(client, work):
    made = work.instruct(work.late)
    page = soup(client.post(url_of(made), {"buoc": "xoa"}, follow=True))
    assert "Chưa rõ việc cần làm" in page.text


# -- where they are shown -----------------------------------------------------------------------------------


def test_the_list_counts_and_filters_also_as_of_a_past_day(client, work):
    first = work.instruct(work.late)
    work.instruct(work.second, units=[work.other_unit])
    answer = work.answered(first)
    with on(20):
        directives.accept(answer, work.secretary)
        client.force_login(work.secretary)
        for query, total in (
            ("", 2), ("?xem=qua-han", 2), ("?xem=xong", 1), ("?don-vi=VHXH", 1), ("?xem=da-tra-loi", 0),
            ("?ngay=2026-10-06&xem=da-tra-loi", 1), ("?ngay=2026-10-06&xem=cho", 2), ("?ngay=2026-10-04", 0),
        ):  # fmt: skip
            page = soup(client.get(f"/chi-dao/{query}"))
            assert page.select_one("[data-total]")["data-total"] == str(total), query
        page = soup(client.get("/chi-dao/"))
        for chip in page.select(".chips .chip:has(.count)"):
            listed = soup(client.get(f"/chi-dao/{chip['href']}"))
            assert listed.select_one("[data-total]")["data-total"] == chip.select_one(".count").text


def test_the_page_of_a_past_day_shows_nothing_later(client, work):
    made = work.instruct(work.late)
    with on(8):
        answer = work.answered(made, "Do nước lên")
    with on(9):
        directives.accept(answer, work.secretary)
        client.force_login(work.secretary)
        page = soup(client.get(f"{url_of(made)}?ngay=2026-10-08"))
        assert "Do nước lên" in page.text and "Đạt yêu cầu" not in page.text
        assert not page.select("form button[name=buoc]")
        assert "Do nước lên" not in soup(client.get(f"{url_of(made)}?ngay=2026-10-07")).text


def test_a_past_day_names_units_work_and_accounts_as_they_were_called(client, work):
    made = work.instruct(work.late)
    title = work.late.title
    with on(8):
        for row, name in ((work.unit, "name"), (work.late, "title"), (work.secretary, "full_name")):
            setattr(row, name, "Tên mới")
            row.save()
        client.force_login(work.secretary)
        for url in ("/chi-dao/", url_of(made)):
            then, now = (soup(client.get(f"{url}{query}")).main for query in ("?ngay=2026-10-06", ""))
            assert "Tên mới" not in then.text and title in then.text
            assert now.text.count("Tên mới") >= 3
            kept = [a["href"] for a in then.select("a[href^='/nhiem-vu/'], a[href^='/don-vi/']")]
            assert kept and all("ngay=2026-10-06" in href for href in kept)
        assert client.get(f"{url_of(made)}?ngay=2026-10-04").status_code == 404


def test_the_task_tells_it_on_its_card_and_timeline(client, work):
    made = work.instruct(work.late)
    with on(8):
        answer = work.answered(made, "Do nước lên")
        directives.ask_again(answer, work.secretary, "Chưa nêu ngày xong", date(2026, 10, 15))
    with on(9):
        client.force_login(work.secretary)
        page = soup(client.get("/nhiem-vu/2026-PKT-01/"))
        assert "Chờ trả lời" in page.select_one("section[aria-labelledby=chi-dao]").text
        told = page.select_one(".timeline").text
        assert "Ý kiến chỉ đạo, Phòng Kinh tế trả lời chậm nhất 12/10/2026" in told
        assert "Do nước lên" in told
        assert "Chưa nêu ngày xong; hạn trả lời lại 15/10/2026" in told
        parent = soup(client.get("/nhiem-vu/II.3.2-01/")).select_one(".timeline").text
        assert "2026-PKT-01 Ý kiến chỉ đạo" in " ".join(parent.split())
        past = soup(client.get("/nhiem-vu/2026-PKT-01/?ngay=2026-10-07"))
        assert "Do nước lên" not in past.text and "Báo cáo nguyên nhân chậm" in past.text
        client.force_login(work.viewer)
        assert "Báo cáo nguyên nhân chậm" not in client.get("/nhiem-vu/2026-PKT-01/").content.decode()


def test_the_start_page_says_what_to_do_next(client, work):
    work.instruct(work.late)
    work.answered(work.instruct(work.second, text="Nêu tiến độ cắm mốc"))
    for user, shown, button in (
        (work.head, "Báo cáo nguyên nhân chậm", "Trả lời"),
        (work.secretary, "Nêu tiến độ cắm mốc", "Xem trả lời"),
    ):
        client.force_login(user)
        card = soup(client.get("/")).select_one("section[aria-labelledby=chi-dao]")
        (line,) = card.select(".directive-lines > li")
        assert shown in line.text
        assert button in line.select_one(".btn").text
    client.force_login(work.viewer)
    assert not soup(client.get("/")).select("section[aria-labelledby=chi-dao]")


def test_the_unit_page_shows_what_is_live(client, work):
    work.instruct(units=[work.unit], text="Rà soát việc quý IV")
    page = soup(client.get(f"/don-vi/{work.unit.pk}/"))
    card = page.select_one("section[aria-labelledby=chi-dao]")
    assert "Rà soát việc quý IV" in card.text
    assert [a["href"] for a in card.select("h2 a")] == ["/chi-dao/?don-vi=PKT", "/chi-dao/moi/?don-vi=PKT"]


def test_the_audit_tells_every_step_once(client, work):
    made = work.instruct(work.late)
    directives.ask_again(work.answered(made), work.secretary, "Chưa rõ", date(2026, 10, 15))
    directives.withdraw(made, work.secretary, "Thôi")
    client.force_login(work.office)
    for kind, words in (
        ("directive", "Gửi"), ("calledoff", "Thôi"), ("answer", "Gửi trả lời ý kiến"), ("judged", "Chưa rõ"),
    ):  # fmt: skip
        page = soup(client.get(f"/nhat-ky/?loai={kind}"))
        (row,) = page.select("main tbody tr")
        assert words in row.text, kind


def test_pages_take_a_constant_number_of_queries(client, work):
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as made:
            assert client.get(url).status_code == 200
        assert len(made) <= 12, url
        return len(made)

    first = work.instruct(work.late, units=[work.other_unit])
    directives.answer(work.part(first), work.head, "Một")
    urls = ("/chi-dao/", url_of(first), "/chi-dao/moi/?viec=2026-PKT-01", "/nhiem-vu/2026-PKT-01/", "/")
    few = [queries(url) for url in urls]
    for text in ("a", "b", "c", "d", "e"):
        more = work.instruct(work.late, work.second, units=[work.other_unit], text=text)
        for part in more.addressed.filter(unit=work.unit):
            directives.answer(part, work.head, text)
    assert [queries(url) for url in urls] == few


def test_of_many_answers_each_is_asked_again_by_an_own_step(client, work):
    tasks = [TaskFactory(section=work.section, code=f"II.3.2-{n}", title="Việc") for n in range(50, 90)]
    found = [(work.unit, task) for task in tasks]
    made = directives.give(work.programme, work.secretary, work.words(), found)
    for row in made.addressed.all():
        directives.answer(row, work.head, "Đã làm. " * 60)
    client.force_login(work.secretary)
    response = client.get(url_of(made))
    page = soup(response)
    assert len(page.select('button[value="dat"]')) == 40 and not page.select('button[value="lam-lai"]')
    assert len(response.content) < 100_000
    link = next(one for one in page.select(".settle a") if "II.3.2-77" in one.text)
    page = soup(client.get(url_of(made) + link["href"]))
    sent = filled(page, "Gửi yêu cầu") | {"answer_by": "20/10/2026"}
    sent |= {name: "Chưa rõ" for name in sent if name.endswith("-because")}
    assert client.post(url_of(made), sent).status_code == 302
    assert Answer.objects.get(state="asked_again").addressed.task.code == "II.3.2-77"
