"""The office reports for a unit: it reads, writes over and sends nothing that the unit itself is writing."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from baocao import drafting, reporting
from baocao.models import Draft, Evidence, Update
from baocao.report_data import ReportData
from phancong.permissions import visible_evidence
from tests.phancong.test_planning import office as office  # the fixture

from .test_mine import PAGE, clerk, fields, page_of, post, typing
from .test_mine import ten as ten  # the fixture
from .test_reporting import TODAY, data

QUERY = "?ky=2026-06&don-vi=PKT"
SECRET = "Chữ của riêng đơn vị"


@pytest.fixture
def desk(ten):
    """The office's desk; the unit is writing of the first task, the office has written of the second."""
    reporting.save_draft(ten.first, ten.head, data(content=SECRET, verdict="on_track"), version=None)
    reporting.save_draft(
        ten.second, ten.vanphong, data(content="Nhập thay", verdict="on_track"), version=None
    )
    return clerk(ten.vanphong)


def test_the_units_draft_is_shown_as_being_written_without_its_words(ten, desk):
    response = desk.get(f"{PAGE}{QUERY}")
    card = page_of(response).select_one(f"#v{ten.first.pk}")
    assert "Đơn vị đang viết, lưu lúc 09:00 10/06/2026" in card.get_text()
    assert not card.select("input, textarea, button")
    assert SECRET not in response.content.decode()
    assert "Nhập thay" in page_of(response).select_one(f"#v{ten.second.pk} textarea").get_text()
    ten.period.record("lock", ten.vanphong)
    assert SECRET not in desk.get(f"{PAGE}{QUERY}").content.decode()


def test_the_office_sends_only_what_it_wrote(ten, desk):
    assert post(ten, "gui", client=desk, query=QUERY).status_code == 302
    assert Update.objects.get().task == ten.second.task
    assert Draft.objects.get().task == ten.first.task
    assert reporting.send(ten.period, ten.unit, ten.vanphong, only=ten.first) == []
    assert desk.post(f"{PAGE}gui/{QUERY}", {"chi": str(ten.first.pk)}).status_code == 302
    assert Update.objects.count() == 1  # there was nothing to send
    assert len(reporting.send(ten.period, ten.unit, ten.head)) == 1


def test_the_office_writes_over_nothing_and_keeps_what_it_typed(ten, desk):
    page = page_of(desk.get(f"{PAGE}{QUERY}"))
    typed = {f"v{ten.first.pk}-{name}": "" for name in ("version", "seen")}
    typed |= {f"v{ten.first.pk}-choice": "dung", f"v{ten.first.pk}-content": "Văn phòng gõ"}
    response = desk.post(f"{PAGE}gui/{QUERY}", {**fields(page), **typed})
    assert response.status_code == 409
    assert SECRET not in response.content.decode()
    shown = page_of(response)
    assert "Đơn vị đang viết" in shown.select_one(".error-summary").get_text()
    assert shown.select_one(f"#v{ten.first.pk} textarea").get_text().strip() == "Văn phòng gõ"
    assert Draft.objects.get(task=ten.first.task).content == SECRET
    for version in ("", 1):
        answer = desk.post(
            f"{PAGE}luu/{QUERY}", {**typed, f"v{ten.first.pk}-version": version},
            headers={"X-Requested-With": "fetch"},
        )  # fmt: skip
        assert answer.status_code in (409, 422) and SECRET not in answer.content.decode()
        assert "Đơn vị đang viết" in answer.json()["told"][0]
    with pytest.raises(ValidationError) as refused:
        reporting.save_draft(ten.first, ten.vanphong, data(), version=1)
    assert refused.value.code == "units_own"


def test_the_unit_goes_on_with_what_the_office_wrote_and_then_has_it_alone(ten, desk):
    card = page_of(ten.client.get(PAGE)).select_one(f"#v{ten.second.pk}")
    assert "Nhập thay" in card.select_one("textarea").get_text()
    assert typing(ten, ten.second, choice="dung", content="Đơn vị sửa", version=1).status_code == 200
    assert "Đơn vị sửa" not in desk.get(f"{PAGE}{QUERY}").content.decode()
    assert reporting.send(ten.period, ten.unit, ten.vanphong) == []


def test_a_second_report_that_the_unit_has_begun_is_not_the_offices_to_read_or_drop(ten, desk):
    reporting.send(ten.period, ten.unit, ten.head)
    update = Update.objects.get(task=ten.first.task)
    draft = drafting.begin_again(update, ten.first, ten.head)
    told = data(content="Bản hai", verdict="on_track")
    reporting.save_draft(ten.first, ten.head, told, version=draft.version)
    response = desk.get(f"{PAGE}{QUERY}")
    card = page_of(response).select_one(f"#v{ten.first.pk}")
    assert "Đơn vị đang viết bản khác" in card.get_text() and SECRET in card.get_text()
    assert "Bản hai" not in response.content.decode()
    for act in ("mo", "bo-nhap"):
        post(ten, client=desk, query=QUERY, **{act: str(ten.first.pk)})
    stale = {"version": "", "seen": "", "choice": "dung", "content": "Khác"}
    answer = desk.post(
        f"{PAGE}luu/{QUERY}", {f"v{ten.first.pk}-{name}": value for name, value in stale.items()},
        headers={"X-Requested-With": "fetch"},
    )  # fmt: skip
    assert "Bản hai" not in answer.content.decode()
    assert Draft.objects.get(task=ten.first.task).content == "Bản hai"


def test_the_proof_of_a_units_draft_is_the_units(ten, desk):
    drafts = {row.task_id: row for row in Draft.objects.all()}
    for card, user in ((ten.first, ten.head), (ten.second, ten.vanphong)):
        drafting.attach_document(drafts[card.task_id], user, card.task.code, issued_on=None, issuer="")
    assert [row.number for row in visible_evidence(ten.vanphong)] == [ten.second.task.code]
    assert visible_evidence(ten.head).count() == Evidence.objects.count() == 2
    assert not visible_evidence(ten.quantri).exists() and not visible_evidence(ten.bithu).exists()


def test_a_lower_percent_is_said_on_the_card(ten):
    said = ReportData(content="Đã họp", percent=45, verdict="on_track", effective_on=TODAY)
    reporting.save_draft(ten.first, ten.head, said, version=None)
    reporting.confirm(reporting.send(ten.period, ten.unit, ten.head), ten.vanphong)
    post(ten, mo=str(ten.first.pk))
    response = post(ten, "gui", first__percent="30")
    page = page_of(response)
    assert response.status_code == 409
    assert "45% → 30%" in page.select_one(".error-summary").get_text()
    assert "thấp hơn lần trước, 45% → 30%, ghi rõ vì sao" in page.select_one(f"#v{ten.first.pk}").get_text()
    assert post(ten, "gui", first__content="Hai thôn phải làm lại").status_code == 302
