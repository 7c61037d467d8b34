"""A unit's plan out to Excel and back in: who may, what is shown first, what is written, and when nothing."""

from __future__ import annotations

import io
import time
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nhiemvu.models import Task
from phancong import planning
from phancong.models import Plan
from phancong.planning import ItemData, add_item, items_of, remove_item
from phancong.sheet import container
from phancong.sheet.comparing import Outcome, apply, compared, exported
from phancong.sheet.reading import read
from phancong.views import sheet as views
from tests.factories.people import ComradeFactory, UnitFactory
from tests.phancong.sheets import HEADINGS, book, fill, row, world

FILE, ENTRY = "/ke-hoach/2027/PDD/tep.xlsx", "/ke-hoach/2027/PDD/nhap/"


@pytest.fixture
def made(db: None) -> SimpleNamespace:
    return world()


@pytest.fixture
def client(made: SimpleNamespace) -> Client:
    return signed_in(made.head)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, data: bytes, url: str = ENTRY) -> HttpResponse:
    return client.post(url, {"tep": SimpleUploadedFile("ke-hoach.xlsx", data)})


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def pack(response: HttpResponse) -> str:
    field = soup(response).find("input", attrs={"name": "ban"})
    return str(field["value"]) if field else ""


def figures(response: HttpResponse) -> list[int]:
    return [int(b.text) for b in soup(response).select(".sheet-figures b")]


def faults(response: HttpResponse) -> list[str]:
    return [li.get_text(" ", strip=True) for li in soup(response).select(".sheet-faults li")]


def bring(client: Client, data: bytes) -> HttpResponse:
    return client.post(ENTRY, {"ban": pack(upload(client, data))}, follow=True)


def titles(plan: Plan) -> list[str]:
    return [item.title for item in items_of(plan)]


# --- round trip -----------------------------------------------------------------------------------------


def test_a_plan_that_was_downloaded_changes_nothing(made: SimpleNamespace, client: Client) -> None:
    fill(made, 12)
    response = upload(client, client.get(FILE).content)
    assert figures(response) == [0, 0, 12]
    assert pack(response) == ""
    assert "giống hệt kế hoạch hiện có" in soup(response).text


def test_an_empty_plan_gives_the_form_of_the_units_own_tasks(made: SimpleNamespace, client: Client) -> None:
    import openpyxl

    response = client.get(FILE)
    assert response["Content-Disposition"] == 'attachment; filename="ke-hoach-2027-PDD.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(response.content))["Kế hoạch"]
    assert [sheet.cell(line, 2).value for line in range(2, 6)] == [*(task.code for task in made.tasks), None]
    assert figures(upload(client, response.content)) == [0, 0, 0]


def test_new_items_are_shown_then_written_with_their_six(made: SimpleNamespace, client: Client) -> None:
    data = book(
        row("II.1-01", "Mở lớp tập huấn", product="Báo cáo", start="01/02/2027", due=date(2027, 6, 30),
            authority="Chủ tịch ký", direct="đồng chí Trần Thị Hoà", coordinators="vpub", priority="Cao"),
        row("II.1-02", "Trực tiếp dân", due="thường xuyên"),
    )  # fmt: skip
    response = upload(client, data)
    assert figures(response) == [2, 0, 0]
    assert "Trần Thị Hòa" in soup(response).select_one(".sheet-table").text
    assert not made.plan.entries.exists()
    done = client.post(ENTRY, {"ban": pack(response)}, follow=True)
    assert done.redirect_chain[-1][0] == made.plan.get_absolute_url()
    assert "thêm 2 việc, sửa 0 việc" in done.content.decode()
    first, second = items_of(Plan.objects.get())
    held = ItemData.of(first, first.assignments.select_related("comrade", "unit"))
    assert held == ItemData(
        parent=made.tasks[0], title="Mở lớp tập huấn", product="Báo cáo", start=date(2027, 2, 1),
        due=date(2027, 6, 30), authority="Chủ tịch ký", priority=1, direct=made.chief,
        coordinators=(made.other,),
    )  # fmt: skip
    assert (first.code, second.code, second.continuing) == ("2027-PDD-01", "2027-PDD-02", True)
    assert first.history.get().history_user == made.head


def test_a_second_import_of_the_same_file_has_no_effect(made: SimpleNamespace, client: Client) -> None:
    data = book(*(row("II.1-01", f"Việc {n}", due="31/12/2027", coordinators="VPUB") for n in range(5)))
    bring(client, data)
    assert len(titles(made.plan)) == 5
    again = upload(client, data)
    assert figures(again) == [0, 0, 5]
    assert pack(again) == ""
    assert figures(upload(client, client.get(FILE).content)) == [0, 0, 5]


def test_a_changed_cell_is_shown_with_what_stood_there(made: SimpleNamespace, client: Client) -> None:
    fill(made, 3)
    import openpyxl

    found = openpyxl.load_workbook(io.BytesIO(client.get(FILE).content))
    found["Kế hoạch"]["D3"] = "Sổ tay"
    found["Kế hoạch"]["F3"] = None
    out = io.BytesIO()
    found.save(out)
    response = upload(client, out.getvalue())
    assert figures(response) == [0, 1, 2]
    cells = {cell.dt.text: (cell.dd.select_one("del").text, cell.dd.select("ins, .muted")[-1].text)
             for cell in soup(response).select(".sheet-cells div")}  # fmt: skip
    assert cells == {"Sản phẩm": ("Báo cáo số 1", "Sổ tay"), "Thời hạn": ("02/12/2027", "trống")}
    before = {item.code: item.history.count() for item in items_of(made.plan)}
    client.post(ENTRY, {"ban": pack(response)})
    after = {item.code: item.history.count() for item in items_of(made.plan)}
    assert [code for code in after if after[code] != before[code]] == ["2027-PDD-02"]
    item = Task.objects.get(code="2027-PDD-02")
    assert (item.product, item.due, item.start) == ("Sổ tay", None, date(2027, 1, 2))


def test_rows_that_the_file_lacks_are_kept_and_named(made: SimpleNamespace, client: Client) -> None:
    fill(made, 3)
    response = upload(client, book(row("II.1-01", "Việc thêm")))
    said = "3 việc không có trong tệp được giữ nguyên, không xóa: 2027-PDD-01, 2027-PDD-02, 2027-PDD-03."
    assert said in soup(response).text
    client.post(ENTRY, {"ban": pack(response)})
    assert len(titles(made.plan)) == 4


def test_a_file_without_a_column_keeps_what_stands_there(made: SimpleNamespace, client: Client) -> None:
    fill(made, 2)
    headings = ["Mã việc", "Thuộc nhiệm vụ", "Việc phải làm"]
    bring(client, book(["2027-PDD-02", made.tasks[1].code, "Việc đổi tên"], headings=headings))
    item = Task.objects.get(code="2027-PDD-02")
    assert (item.title, item.product, item.authority) == ("Việc đổi tên", "Báo cáo số 1", "Chủ tịch UBND ký")
    assert item.assignments.filter(comrade=made.chief).exists()


def test_line_breaks_of_a_text_survive_a_change_elsewhere(made: SimpleNamespace, client: Client) -> None:
    add_item(made.plan, made.head, ItemData(parent=made.tasks[0], title="Mở lớp", product="Một\nhai"))
    bring(client, book(row("II.1-01", "Mở lớp", code="2027-PDD-01", product="Một hai", authority="Chủ tịch")))
    item = Task.objects.get(code="2027-PDD-01")
    assert (item.product, item.authority) == ("Một\nhai", "Chủ tịch")


def test_inert_text_goes_out_and_comes_back(made: SimpleNamespace, client: Client) -> None:
    add_item(made.plan, made.head, ItemData(parent=made.tasks[0], title="=1+1", product="@x", authority="-x"))
    assert figures(upload(client, client.get(FILE).content)) == [0, 0, 1]


# --- what is wrong in a row -----------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"task": "II.9-99"}, "Ô B2: chương trình không có nhiệm vụ, đề án “II.9-99”."),
    ({"task": None}, "Ô B2: ghi mã nhiệm vụ, đề án."),
    ({"task": "II.2-10"}, "Ô B2: II.2-10 là cùng một việc với II.1-01"),
    ({"title": None, "product": "x"}, "Ô C2: ghi việc phải làm"),
    ({"code": "2027-PDD-77"}, "Ô A2: kế hoạch này không có việc 2027-PDD-77."),
    ({"code": "II.1-01"}, "Ô A2: kế hoạch này không có việc II.1-01."),
    ({"start": "31/12/2027", "due": "01/01/2027"}, "Ô F2: Thời hạn phải từ ngày bắt đầu trở đi."),
    ({"direct": "Trần Thị Hoa"}, "Ô H2: không có đồng chí “Trần Thị Hoa”."),
    ({"direct": "Lê Văn Đôi"}, "Ô H2: có 2 đồng chí tên “Lê Văn Đôi”."),
    ({"coordinators": "Phòng Lạ"}, "Ô I2: không có đơn vị “Phòng Lạ”."),
    ({"coordinators": "VPUB, PDD"}, "Ngăn cách các đơn vị bằng dấu chấm phẩy."),
    ({"coordinators": "VPUB; Phòng đất đai"}, "Ô I2: Đơn vị chủ trì không đồng thời là đơn vị phối hợp."),
    ({"coordinators": "DONG"}, "Ô I2: không có đơn vị “DONG”."),
    ({"due": "cuối năm"}, "Ô F2: “cuối năm” không phải ngày."),
    ({"title": "=A1"}, "Ô C2: là công thức."),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "said"), WRONG)
def test_a_fault_is_told_at_its_cell_and_nothing_is_written(
    made: SimpleNamespace, client: Client, cells: dict[str, Any], said: str
) -> None:
    for _ in range(2):
        ComradeFactory(committee=made.committee, name="Lê Văn Đôi")
    UnitFactory(committee=made.committee, name="Phòng Đóng", short_name="DONG", valid_to=date(2020, 1, 1))
    wrong = row(**{"task": "II.1-01", "title": "Mở lớp", **cells})
    response = upload(client, book(wrong, row("II.1-01", "Việc lành")))
    assert said in " | ".join(" ".join(fault.split()) for fault in faults(response))
    assert pack(response) == ""
    assert "Chưa ghi gì" in soup(response).text
    assert titles(made.plan) == []


def test_one_code_or_one_work_stands_once_in_a_file(made: SimpleNamespace, client: Client) -> None:
    fill(made, 1)
    code = {"code": "2027-PDD-01"}
    response = upload(client, book(
        row("II.1-01", "Việc mới"), row("II.1-01", "Một", **code), row("II.1-01", "Hai", **code),
        row("II.1-01", "VIỆC MỚI"), row("II.1-01", "Một"),
    ))  # fmt: skip
    assert faults(response) == [
        "Ô A4: mã 2027-PDD-01 đã có ở dòng 3.",
        "Ô C5: trùng với dòng 2: cùng nhiệm vụ, cùng việc. Gộp lại hoặc ghi rõ khác nhau.",
        "Ô C6: trùng với dòng 3: cùng nhiệm vụ, cùng việc. Gộp lại hoặc ghi rõ khác nhau.",
    ]


def test_a_row_without_code_that_fits_two_items_asks_for_the_code(
    made: SimpleNamespace, client: Client
) -> None:
    fill(made, 1)
    item = items_of(made.plan).get()
    planning.copy_item(item, made.head)
    response = upload(client, book(row(item.parent.code, item.title)))
    assert faults(response)[0].startswith(
        "Ô A2: kế hoạch có 2 việc giống dòng này (2027-PDD-01, 2027-PDD-02)."
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a sheet", "không phải bảng tính Excel"),
        (b"", "Tệp trống"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "kiểu cũ (.xls)"),
        (b"PK" + b"x" * container.MAX_BYTES, "Tệp lớn hơn 5 MB"),
    ],
)
def test_a_refused_file_is_told_on_the_page(client: Client, data: bytes, said: str) -> None:
    response = upload(client, data)
    assert response.status_code == 400
    summary = soup(response).select_one(".error-summary").text
    assert said in summary
    assert "Kế hoạch chưa thay đổi gì." in summary


def test_a_body_beyond_all_limits_is_refused_unread(client: Client) -> None:
    response = client.generic("POST", ENTRY, b"x", content_type="multipart/form-data; boundary=x",
                              CONTENT_LENGTH=str(900 * 1024 * 1024))  # fmt: skip
    assert response.status_code == 413
    assert "Tệp lớn hơn 5 MB" in response.content.decode()


def test_a_form_without_a_file_says_so(client: Client) -> None:
    response = client.post(ENTRY, {})
    assert (response.status_code, "Chưa chọn tệp." in response.content.decode()) == (400, True)


# --- between preview and confirmation -------------------------------------------------------------------


def test_a_plan_that_changed_meanwhile_is_previewed_again(made: SimpleNamespace, client: Client) -> None:
    fill(made, 2)
    shown = pack(upload(client, book(row("II.1-01", "Việc thêm"))))
    planning.change_item(
        Task.objects.get(code="2027-PDD-01"),
        made.office,
        ItemData(parent=made.tasks[0], title="Người khác sửa"),
    )
    response = client.post(ENTRY, {"ban": shown})
    assert response.status_code == 409
    assert "đã có người sửa sau khi bạn xem trước" in soup(response).select_one("[role=alert]").text
    assert len(titles(made.plan)) == 2
    client.post(ENTRY, {"ban": pack(response)})
    assert len(titles(made.plan)) == 3


def test_an_item_removed_meanwhile_is_a_fault_of_the_new_preview(
    made: SimpleNamespace, client: Client
) -> None:
    fill(made, 1)
    shown = pack(upload(client, book(row("II.1-01", "Tên khác", code="2027-PDD-01"))))
    remove_item(items_of(made.plan).get(), made.head)
    response = client.post(ENTRY, {"ban": shown})
    assert response.status_code == 409
    assert faults(response)[0].startswith("Ô A2: kế hoạch này không có việc 2027-PDD-01.")


def test_confirming_twice_writes_once(made: SimpleNamespace, client: Client) -> None:
    shown = pack(upload(client, book(row("II.1-01", "Việc thêm"))))
    assert client.post(ENTRY, {"ban": shown}).status_code == 302
    assert client.post(ENTRY, {"ban": shown}).status_code == 409
    assert titles(made.plan) == ["Việc thêm"]


def test_a_plan_submitted_meanwhile_takes_nothing(made: SimpleNamespace, client: Client) -> None:
    fill(made, 1)
    shown = pack(upload(client, book(row("II.1-01", "Việc thêm"))))
    planning.submit(made.plan, made.head)
    response = client.post(ENTRY, {"ban": shown})
    assert response.status_code == 409
    assert "“Đã trình” nên không nhập từ tệp được" in soup(response).text
    assert len(titles(made.plan)) == 1


def test_a_preview_is_its_makers_own_and_cannot_be_altered(made: SimpleNamespace, client: Client) -> None:
    shown = pack(upload(client, book(row("II.1-01", "Việc thêm"))))
    for who, ban in ((made.office, shown), (made.head, shown[:-3] + "abc"), (made.head, "")):
        response = signed_in(who).post(ENTRY, {"ban": ban})
        assert response.status_code == 400
        assert "Chọn lại tệp" in soup(response).select_one(".error-summary").text
    assert titles(made.plan) == []


def test_an_old_preview_is_asked_for_again(
    made: SimpleNamespace, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = pack(upload(client, book(row("II.1-01", "Việc thêm"))))
    monkeypatch.setattr(views, "KEPT_FOR", -1)
    response = client.post(ENTRY, {"ban": shown})
    assert (response.status_code, "quá 2 giờ" in response.content.decode()) == (400, True)


# --- who may --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "state", "out", "into"),
    [
        ("head", "draft", 200, 200), ("office", "draft", 200, 200), ("viewer", "draft", 404, 404),
        ("secretary", "draft", 404, 404), ("stranger", "draft", 404, 404),
        ("secretary", "submitted", 200, 403), ("viewer", "submitted", 404, 404),
        ("viewer", "given", 200, 403), ("secretary", "given", 200, 403), ("stranger", "given", 404, 404),
        ("head", "given", 200, 200),
    ],
)  # fmt: skip
def test_who_reads_the_plan_gets_the_file_and_who_plans_brings_it_in(
    made: SimpleNamespace, who: str, state: str, out: int, into: int
) -> None:
    fill(made, 1)
    Plan.objects.update(state=state)
    client = signed_in(getattr(made, who))
    assert client.get(FILE).status_code == out
    assert client.get(ENTRY).status_code == into
    posted = upload(client, book(row("II.1-01", "Việc thêm"))).status_code
    assert posted == (into if into != 200 or state == "draft" else 409)


def test_what_the_office_brings_in_is_marked_so(made: SimpleNamespace) -> None:
    bring(signed_in(made.office), book(row("II.1-01", "Việc thêm")))
    assert [entry.by_office for entry in made.plan.entries.all()] == [True]


def test_a_plan_not_yet_begun_begins_with_its_first_file(made: SimpleNamespace, client: Client) -> None:
    url = "/ke-hoach/2028/PDD/"
    assert client.get(f"{url}tep.xlsx").status_code == 200
    response = upload(client, book(row("II.1-01", "Việc đầu")), f"{url}nhap/")
    assert not Plan.objects.filter(year=2028).exists()
    client.post(f"{url}nhap/", {"ban": pack(response)})
    assert [item.code for item in items_of(Plan.objects.get(year=2028))] == ["2028-PDD-01"]
    assert client.get("/ke-hoach/2031/PDD/nhap/").status_code == 404
    assert client.get("/ke-hoach/2028/VPUB/nhap/").status_code == 404


def test_a_form_of_another_site_is_refused(made: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(made.head)
    assert upload(client, book(row("II.1-01", "Việc thêm"))).status_code == 403
    assert Client().post(ENTRY).status_code == 302


# --- figures --------------------------------------------------------------------------------------------


def counted(work: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_queries_do_not_grow_with_the_rows(made: SimpleNamespace, client: Client) -> None:
    counts = []
    for number in (10, 500):
        data = book(*(
            row("II.1-01", f"Việc {number}-{n}", due="31/12/2027", direct="Trần Thị Hòa", coordinators="VPUB")
            for n in range(number)
        ))  # fmt: skip
        shown: list[str] = []
        previewed = counted(lambda data=data, shown=shown: shown.append(pack(upload(client, data))))
        written = counted(lambda shown=shown: client.post(ENTRY, {"ban": shown[0]}))
        out = counted(lambda: client.get(FILE))
        counts.append((previewed, written, out))
    (previewed, written, out), (more_previewed, more_written, more_out) = counts
    assert previewed == more_previewed <= 12
    assert out == more_out <= 16
    assert more_written - written < 490 / 5  # SQLite takes some forty rows in one statement


def test_a_thousand_rows_are_previewed_and_written_in_time(made: SimpleNamespace, client: Client) -> None:
    """In this process's own time, so that a busy machine does not fail it."""
    rows = [
        row(f"II.1-0{1 + n % 3}", f"Việc số {n} " + "kéo dài " * 10, product="Báo cáo " * 8,
            start="01/01/2027", due=date(2027, 12, 31), authority="Chủ tịch UBND", direct=made.chief.name,
            coordinators="VPUB", priority="Cao")
        for n in range(1000)
    ]  # fmt: skip
    data = book(*rows)
    started = time.process_time()
    response = upload(client, data)
    previewed = time.process_time() - started
    assert figures(response) == [1000, 0, 0]
    shown = pack(response)
    started = time.process_time()
    assert client.post(ENTRY, {"ban": shown}).status_code == 302
    written = time.process_time() - started
    print(f"1,000 rows: previewed in {previewed:.2f} s, written in {written:.2f} s, pack {len(shown)} bytes")
    assert len(titles(made.plan)) == 1000
    assert previewed <= 3
    assert written <= 3


def test_the_rows_of_a_preview_are_named_for_their_outcome(made: SimpleNamespace) -> None:
    fill(made, 2)
    item = items_of(made.plan)[0]
    sheet = read(
        book(row(item.parent.code, item.title), row("II.1-01", "Mới"), row("II.1-01", None, product="x"))
    )
    preview = compared(made.plan, sheet)
    assert [line.outcome for line in preview.lines] == [Outcome.CHANGED, Outcome.NEW, Outcome.ERROR]


def test_the_export_of_what_was_applied_reads_as_unchanged(made: SimpleNamespace) -> None:
    sheet = read(book(row("II.1-01", "Mới", coordinators=f"{made.other.name};VPUB;"), headings=HEADINGS))
    apply(made.plan, made.head, compared(made.plan, sheet))
    again = compared(Plan.objects.get(), read(exported(Plan.objects.get())))
    assert [line.outcome for line in again.lines] == [Outcome.SAME]
    assert again.changes == []
