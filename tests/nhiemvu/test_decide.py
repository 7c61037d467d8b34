"""/nhiem-vu/<code>/quyet-dinh/: what a document fixes or changes is previewed, then recorded once."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from nhiemvu.models import Decision, Task
from nhiemvu.status import DecisionKind
from phancong import planning
from phancong.models import Comrade, Unit
from phancong.permissions import can_decide_work


@pytest.fixture
def work(client, planners):
    planners.give(planners.plan({"title": "Khảo sát", "due": date(2026, 9, 30)}), on=date(2026, 3, 1))
    client.force_login(planners.office)
    return planners


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def fields(soup):
    """What a browser would send: every field with what stands in it."""
    found = {}
    for box in soup.select("main form [name]"):
        if box.name == "select":
            chosen = box.select_one("option[selected]")
            found[box["name"]] = chosen["value"] if chosen else ""
        elif box.name == "textarea":
            found[box["name"]] = box.text.strip("\n")
        elif box.name != "button" and (box.get("type") != "checkbox" or box.has_attr("checked")):
            found[box["name"]] = box.get("value", "")
    return found


class Form:
    """The page of one piece of work, filled in and sent as a person would."""

    def __init__(self, client, code):
        self.client, self.url = client, f"/nhiem-vu/{code}/quyet-dinh/"
        self.shown = soup_of(client.get(self.url))
        self.sent = fields(self.shown)

    def send(self, step, **typed):
        self.sent |= typed
        response = self.client.post(self.url, {**self.sent, "buoc": step})
        self.shown = soup_of(response)
        self.sent = fields(self.shown) or self.sent
        return response

    def preview(self):
        return " ".join(self.shown.select_one(".decision-preview dl").get_text(" ").split())

    def errors(self):
        return [" ".join(line.text.split()) for line in self.shown.select(".error-summary li")]


BY = {"document": "15-QĐ/MAU", "effective_on": "20/11/2026"}


def test_a_document_fixes_deadline_product_and_authority_of_a_task_after_a_preview(client, work):
    form = Form(client, "II.3.2-01")
    assert "title" not in form.sent and "priority" not in form.sent
    response = form.send("xem", due="31/12/2027", product="Đồ án quy hoạch", authority="UBND thành phố", **BY)
    assert response.status_code == 200
    preview = form.preview()
    assert "Thời hạn chưa có → đổi thành 31/12/2027" in preview
    assert "Sản phẩm chưa có → đổi thành Đồ án quy hoạch" in preview
    assert "15-QĐ/MAU, ngày 20/11/2026" in preview
    assert not Decision.objects.exists()
    response = form.send("ghi")
    assert response["Location"] == "/nhiem-vu/II.3.2-01/#quyet-dinh"
    work.task.refresh_from_db()
    assert (work.task.due, work.task.product) == (date(2027, 12, 31), "Đồ án quy hoạch")
    assert {(row.subject, row.before, row.after) for row in Decision.objects.all()} == {
        ("due", "", "2027-12-31"),
        ("product", "", "Đồ án quy hoạch"),
        ("authority", "", "UBND thành phố"),
    }
    assert {row.decided_by for row in Decision.objects.all()} == {work.office}
    assert "Đã ghi quyết định 15-QĐ/MAU" in client.get(response["Location"]).content.decode()


def test_what_is_recorded_is_what_was_previewed(client, work):
    form = Form(client, "II.3.2-01")
    form.send("ghi", product="Đồ án", **BY)
    assert form.shown.select_one(".decision-preview") and not Decision.objects.exists()
    form.send("ghi", product="Báo cáo khác")
    assert "kiểm tra lại rồi bấm ghi" in form.shown.text and not Decision.objects.exists()
    form.send("ghi")
    assert [row.after for row in Decision.objects.all()] == ["Báo cáo khác"]


def test_a_given_item_changes_with_a_reason_and_can_be_paused_resumed_and_dropped(client, work):
    form = Form(client, "2026-PKT-01")
    assert form.sent["due"] == "30/09/2026" and form.sent["title"] == "Khảo sát"
    form.send("xem", title="Khảo sát lại", priority="1", state=DecisionKind.PAUSED, **BY)
    assert form.errors() == ["Lý do: Ghi lý do thay đổi."]
    form.send("xem", reason="thiếu vốn")
    preview = form.preview()
    assert "Thực hiện Chưa có báo cáo → đổi thành Tạm dừng" in preview
    assert "Ưu tiên Bình thường → đổi thành Cao" in preview
    form.send("ghi")
    item = work.item("2026-PKT-01")
    assert (item.title, item.priority) == ("Khảo sát lại", 1)
    states = [option["value"] for option in Form(client, item.code).shown.select("#id_state option")]
    assert states == ["", "resumed", "dropped"]
    form = Form(client, item.code)
    form.send("xem", state="dropped", reason="không cần nữa", **BY)
    form.send("ghi")
    states = [option["value"] for option in Form(client, item.code).shown.select("#id_state option")]
    assert states == ["", "resumed"]
    assert "Thôi thực hiện" in client.get(f"/nhiem-vu/{item.code}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Chưa có gì thay đổi"),
        ({"due": ""}, "Thời hạn: Thời hạn đã ghi chỉ đổi sang ngày khác hoặc thường xuyên."),
        ({"continuing": "on"}, "Thời hạn: Việc thường xuyên thì không có thời hạn"),
        ({"start": "01/10/2026"}, "Thời hạn phải từ ngày bắt đầu trở đi."),
        ({"due": "31/02/2027"}, "Thời hạn:"),
        ({"product": " "}, "Sản phẩm: Việc đã giao phải rõ sản phẩm"),
        ({"authority": ""}, "Thẩm quyền ký, duyệt: Việc đã giao phải rõ ai ký, duyệt"),
        ({"title": ""}, "Nội dung việc:"),
        ({"due": "31/12/2026", "document": " "}, "Theo văn bản (số, ký hiệu): Ghi số"),
        ({"due": "31/12/2026", "effective_on": ""}, "Ngày văn bản: Ghi ngày của văn bản."),
        ({"due": "31/12/2026", "effective_on": "24/11/2026"}, "Ngày văn bản"),
        ({"due": "31/12/2026", "reason": ""}, "Lý do: Ghi lý do thay đổi."),
        ({"state": "resumed"}, "Thực hiện:"),
    ],
)
def test_what_a_rule_is_against_is_told_and_what_was_typed_stays(client, work, typed, told):
    form = Form(client, "2026-PKT-01")
    form.send("xem", **{**BY, "reason": "vì vậy", **typed})
    if form.shown.select_one(".decision-preview"):
        form.send("ghi")
    assert any(told in error for error in form.errors()), form.errors()
    assert not Decision.objects.exists()
    assert form.sent.get("reason") == typed.get("reason", "vì vậy")


def test_a_document_older_than_the_last_decision_is_questioned(client, work):
    item = work.item("2026-PKT-01")
    item.decide(
        work.secretary, {"due": date(2026, 12, 31)}, document="2", effective_on=date(2026, 11, 1), reason="x"
    )
    form = Form(client, item.code)
    form.send("xem", due="15/12/2026", document="1", effective_on="01/10/2026", reason="y")
    form.send("ghi")
    assert any("quyết định đề ngày muộn hơn" in error for error in form.errors())
    assert Decision.objects.count() == 1


def test_who_records_second_is_told_what_the_first_changed(client, work):
    first, second = Form(client, "II.3.2-01"), Form(client, "II.3.2-01")
    first.send("xem", product="Đồ án", **BY)
    first.send("ghi")
    second.send("xem", product="Báo cáo", **BY)
    assert any("đã sửa mục này" in error and "Đồ án" in error for error in second.errors())
    assert second.sent["product"] == "Báo cáo"
    second.send("xem")
    second.send("ghi")
    assert [row.after for row in Decision.objects.order_by("pk")] == ["Đồ án", "Báo cáo"]


def test_what_is_not_given_yet_is_changed_in_its_plan(client, work):
    work.plan({"title": "Còn nháp"}, year=2027)
    url = "/nhiem-vu/2027-PKT-01/quyet-dinh/"
    for answer in (client.get(url), client.post(url, {"buoc": "ghi"})):
        assert answer["Location"] == "/ke-hoach/2027/PKT/"
    assert "còn sửa ngay trong kế hoạch" in client.get(answer["Location"]).content.decode()
    assert not Decision.objects.exists()


def test_only_office_and_leaders_decide_and_others_get_no_link(client, work):
    for user in (work.office, work.secretary, work.head, work.viewer, work.admin):
        client.force_login(user)
        allowed = can_decide_work(user)
        for code in ("II.3.2-01", "2026-PKT-01"):
            url = f"/nhiem-vu/{code}/quyet-dinh/"
            assert client.get(url).status_code == (200 if allowed else 403)
            assert client.post(url).status_code == (200 if allowed else 403)
            links = soup_of(client.get(f"/nhiem-vu/{code}/")).select(f'a[href="{url}"]')
            assert len(links) == allowed
    assert client.get("/nhiem-vu/II.9-99/quyet-dinh/").status_code == 404


def test_fields_have_labels_and_errors_lead_to_them(client, work):
    form = Form(client, "2026-PKT-01")
    form.send("xem", due="x")
    for box in form.shown.select("main form [id^=id_]"):
        if box.name in ("input", "select", "textarea") and box.get("type") != "hidden":
            assert form.shown.select_one(f'label[for="{box["id"]}"]'), box
    for link in form.shown.select(".error-summary a"):
        assert form.shown.find(id=link["href"].removeprefix("#"))


def test_who_directs_and_coordinates_a_given_item_changes_by_decision_too(client, work):
    chief = Comrade.objects.create(committee=work.office.committee, name="Phó Chủ tịch UBND xã Mẫu")
    other = Unit.objects.create(
        committee=work.office.committee, name="Phòng phối hợp", short_name="PPH", kind=Unit.Kind.DEPARTMENT
    )
    form = Form(client, "2026-PKT-01")
    form.send("xem", direct=chief.pk, coordinate=[other.pk], reason="Phân công lại", **BY)
    assert f"đổi thành {chief.name}" in form.preview() and "đổi thành Phòng phối hợp" in form.preview()
    form.sent["coordinate"] = [other.pk]
    form.send("ghi")
    assert {(row.subject, row.after) for row in Decision.objects.all()} == {
        ("direct", chief.name),
        ("coordinate", other.name),
    }
    item = Task.objects.get(code="2026-PKT-01")
    held = item.assignments.filter(valid_to=None).exclude(role="lead")
    assert {(row.role, row.assignee_name, row.valid_from) for row in held} == {
        ("direct", chief.name, date(2026, 11, 20)),
        ("coordinate", other.name, date(2026, 11, 20)),
    }


def test_who_records_after_another_decision_sees_the_preview_again(client, work):
    form = Form(client, "2026-PKT-01")
    form.send("xem", due="31/12/2026", reason="Chờ vốn", **BY)
    item = Task.objects.get(code="2026-PKT-01")
    planning.decide(
        item,
        work.office,
        {"state": DecisionKind.DROPPED},
        document="16-QĐ/MAU",
        effective_on=date(2026, 11, 20),
        reason="Không còn cần",
    )
    form.send("ghi")
    assert not Decision.objects.filter(subject="due").exists()
