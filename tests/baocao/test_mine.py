"""/viec-cua-toi/: what a head sees, writes, sends and takes back; nobody loses a word."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from baocao import reporting
from baocao.models import Asked, Draft, Evidence, Period, Update
from baocao.report_data import ReportData
from nhiemvu.models import Task
from phancong import planning
from phancong.models import Plan, Unit
from tests.factories.people import UserFactory
from tests.factories.programmes import TaskFactory
from tests.phancong.test_planning import office as office  # the fixture
from tests.phancong.test_planning import whole

from .test_reporting import TODAY, at

PAGE = "/viec-cua-toi/"


@pytest.fixture
def ten(office, settings, tmp_path) -> Any:
    """Ten items of one department, given in February; June 2026 is open and asks for them alone."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    with at(date(2026, 2, 1)):
        planning.write_items(
            office.plan,
            office.head,
            [(None, whole(office, title=f"Việc thứ {n}", due=date(2026, 12, n))) for n in range(1, 11)],
        )
        planning.submit(office.plan, office.head)
        planning.approve(office.plan, office.bithu)
        planning.give(office.plan, office.vanphong, document="12-QĐ/ĐUUB", on=date(2026, 2, 1))
    with at(TODAY):
        period = reporting.open_period(office.programme, "2026-06", office.vanphong)
        period.asked.exclude(task__kind=Task.Kind.PLAN_ITEM).delete()
        asked = list(period.asked.select_related("task").order_by("task__due"))
        client = Client()
        client.force_login(office.head)
        yield SimpleNamespace(
            period=period, asked=asked, client=client, first=asked[0], second=asked[1], **vars(office)
        )


@contextmanager
def on(ten, day: date):
    """A later day; sessions end after half a day."""
    with at(day):
        ten.client.force_login(ten.head)
        yield


def clerk(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def fields(page: BeautifulSoup) -> dict[str, Any]:
    """What the page's one form would send as it stands."""
    form = page.select_one("form#cap-nhat")
    assert form is not None
    data: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name]"):
        kind = one.get("type")
        if one.name == "textarea":
            data[str(one["name"])] = one.get_text().removeprefix("\n").replace("\n", "\r\n")
        elif kind == "file" or (kind in ("radio", "checkbox") and not one.has_attr("checked")):
            continue
        else:
            data[str(one["name"])] = str(one.get("value", "on"))
    return data


def post(ten, act: str = "luu", *, client: Client | None = None, query: str = "", **typed: Any):
    """Open the page, type (``first__choice="dung"``), press a button."""
    client = client or ten.client
    data = fields(page_of(client.get(f"{PAGE}{query}")))
    for name, value in typed.items():
        card, _, named = name.partition("__")
        data[f"v{getattr(ten, card).pk}-{named}" if named else name] = value
    return client.post(f"{PAGE}{act}/{query}", data)


def typing(ten, card: Asked, *, client: Client | None = None, **values: Any):
    """What the script sends while somebody types."""
    data = {"version": "", "seen": "", "effective_on": "10/06/2026", **values}
    return (client or ten.client).post(
        f"{PAGE}luu/",
        {f"v{card.pk}-{name}": value for name, value in data.items()},
        headers={"X-Requested-With": "fetch"},
    )


def written(ten) -> ReportData:
    return ReportData.of(Draft.objects.get(task=ten.first.task))


# -- the page ----------------------------------------------------------------------------------------------


def test_the_head_sees_how_many_until_when_and_a_card_a_task(ten):
    page = page_of(ten.client.get(PAGE))
    assert page.h1.get_text() == "Cần cập nhật (10)"
    assert "17:00 thứ Hai, 15/6" in page.select_one(".page-lead").get_text()
    cards = page.select("article.job")
    assert len(cards) == 10
    assert ten.first.task.code in cards[0].get_text()
    assert [label.get_text() for label in cards[0].select(".four label")] == [
        "Không phát sinh", "Đúng tiến độ", "Có nguy cơ", "Hoàn thành",
    ]  # fmt: skip
    assert "0/10" in page.select_one(".send-bar").get_text()
    assert "bí mật nhà nước" in page.select_one(".mine-note").get_text()


def test_text_and_percent_of_the_last_report_are_there_to_begin_with(ten):
    (update,) = told(ten, ten.first, content="Đã họp thôn", percent=40, verdict="on_track")
    reporting.confirm([update], ten.vanphong)
    with on(ten, date(2026, 7, 10)):
        reporting.open_period(ten.programme, "2026-07", ten.vanphong)
        page = page_of(ten.client.get(f"{PAGE}?ky=2026-07"))
        asked = Asked.objects.get(period__key="2026-07", task=ten.first.task)
        card = page.select_one(f"#v{asked.pk}")
        assert card.select_one("[name$=-content]").get_text().strip() == "Đã họp thôn"
        assert card.select_one("[name$=-percent]")["value"] == "40"
        assert "Đã xác nhận 10/06" in card.get_text()
        assert not card.select("[checked]")  # nobody has judged this period yet
        assert fields(page) and ten.client.post(f"{PAGE}luu/?ky=2026-07", fields(page)).status_code == 302
        assert not Draft.objects.exists()  # what was only prefilled is no draft


def told(ten, asked: Asked, **data) -> list[Update]:
    reporting.save_draft(asked, ten.head, ReportData(**{"effective_on": TODAY, **data}), version=None)
    return reporting.send(ten.period, ten.unit, ten.head, only=asked)


def test_ten_cards_are_a_light_page(ten):
    for card in ten.asked:
        told(ten, card, content="Đã hoàn thành khảo sát thực địa tại các thôn. " * 5, verdict="on_track")
    with on(ten, date(2026, 7, 10)):
        reporting.open_period(ten.programme, "2026-07", ten.vanphong)
        Asked.objects.filter(period__key="2026-07").exclude(task__kind="plan_item").delete()
        response = ten.client.get(PAGE)
        assert len(page_of(response).select("article.job")) == 10
        assert len(response.content) <= 60_000


def test_two_hundred_tasks_cost_no_more_queries_than_ten(ten):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ten.client.get(PAGE).status_code == 200
        return len(queries)

    told(ten, ten.first, content="Xong phần đầu", verdict="on_track")
    typing(ten, ten.second, choice="dung", content="Đang làm")
    few = cost()
    more = [
        TaskFactory(section=ten.task.section, code=f"II.3.2-{n}", title=f"Việc {n}", clause=None)
        for n in range(100, 290)
    ]
    Asked.objects.bulk_create(Asked(period=ten.period, task=t, unit=ten.unit, asked_on=TODAY) for t in more)
    assert cost() <= few <= 12
    page = page_of(ten.client.get(PAGE))
    assert "Cần cập nhật (199)" in page.h1.get_text()
    assert "2/200" in page.select_one(".send-bar").get_text()
    assert len(page.select("article.job")) == 20
    assert len(ten.client.get(f"{PAGE}?trang=10").content) < 100_000


def test_several_open_periods_are_switched_newest_first(ten):
    with on(ten, date(2026, 7, 16)):
        reporting.open_period(ten.programme, "2026-07", ten.vanphong)
        page = page_of(ten.client.get(PAGE))
        chips = page.select(".chips a")
        assert [chip.get_text() for chip in chips] == ["Tháng 7/2026", "Tháng 6/2026 còn 10, quá hạn"]
        assert chips[0].has_attr("aria-current")
        earlier = page_of(ten.client.get(f"{PAGE}{chips[1]['href']}"))
        assert "Tháng 6/2026" in earlier.select_one(".page-lead").get_text()
    assert ten.client.get(f"{PAGE}?ky=2026-13").status_code == 404


def test_without_an_open_period_the_page_says_so(ten):
    ten.period.record("lock", ten.vanphong)
    assert "Chưa có kỳ báo cáo nào đang mở" in ten.client.get(PAGE).content.decode()


# -- who may -----------------------------------------------------------------------------------------------


def test_only_units_and_the_office_for_them_may_report(ten):
    for name in ("bithu", "phobithu", "uyvien", "nguoixem", "quantri"):
        assert clerk(getattr(ten, name)).get(PAGE).status_code == 403, name
    assert clerk(ten.ubkt).get(PAGE).status_code == 200
    assert f"don-vi={ten.unit.short_name}" in clerk(ten.vanphong).get(PAGE).content.decode()


def test_another_units_drafts_do_not_exist_and_its_tasks_are_not_ours_to_report(ten):
    other = Unit.objects.get(committee=ten.programme.committee, short_name="VHXH")
    stranger = clerk(UserFactory(role="head", committee=ten.programme.committee, unit=other))
    typing(ten, ten.first, choice="dung", content="Của phòng Kinh tế")
    assert stranger.get(f"{PAGE}?don-vi={ten.unit.short_name}").status_code == 404
    assert typing(ten, ten.first, client=stranger, choice="xong").status_code == 403
    assert stranger.post(f"{PAGE}gui/?don-vi={ten.unit.short_name}").status_code == 403
    sent = told(ten, ten.second, content="Đã làm", verdict="on_track")[0]
    assert stranger.post(reverse("thu-hoi", args=[sent.pk])).status_code == 404
    assert written(ten).content == "Của phòng Kinh tế"
    assert typing(ten, SimpleNamespace(pk=10**9), client=stranger).status_code == 404


def test_a_confirmed_report_of_another_unit_is_not_ours_to_take_back(ten):
    other = Unit.objects.get(committee=ten.programme.committee, short_name="VHXH")
    stranger = clerk(UserFactory(role="head", committee=ten.programme.committee, unit=other))
    (sent,) = told(ten, ten.second, content="Đã làm", verdict="on_track")
    reporting.confirm([sent], ten.vanphong)
    assert stranger.post(reverse("thu-hoi", args=[sent.pk])).status_code == 403


def test_the_office_reports_for_a_unit_and_is_marked(ten):
    query = f"?don-vi={ten.unit.short_name}"
    desk = clerk(ten.vanphong)
    assert "nhập thay" in desk.get(f"{PAGE}{query}").content.decode()
    post(ten, "gui", client=desk, query=query, first__choice="dung", first__content="Đã họp")
    assert Update.objects.get().by_office
    assert "văn phòng nhập thay" in ten.client.get(PAGE).content.decode()


# -- writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("khong", {"no_change": True, "percent": None, "verdict": ""}),
        ("dung", {"verdict": "on_track", "percent": 30}),
        ("nguyco", {"verdict": "at_risk", "percent": 30}),
        ("xong", {"claims_completion": True, "percent": 100, "verdict": ""}),
    ],
)
def test_the_four_buttons(ten, choice, kept):
    post(ten, first__choice=choice, first__percent="30")
    assert {name: getattr(written(ten), name) for name in kept} == kept
    page = page_of(ten.client.get(PAGE))
    assert page.select_one(f"#v{ten.first.pk} [checked]")["value"] == choice
    assert "1/10" in page.select_one(".send-bar").get_text()


def test_late_work_is_told_with_its_reason(ten):
    post(ten, first__choice="nguyco", first__behind="on", first__reason="Chờ vốn", first__content="Đã họp")
    assert (written(ten).verdict, written(ten).reason) == ("behind", "Chờ vốn")


def test_saving_the_page_keeps_what_was_typed_and_nothing_else(ten):
    response = post(
        ten, first__content="Đã họp\r\nhai  lần", first__choice="dung", first__difficulties="Thiếu vốn"
    )
    assert response.status_code == 302
    assert (written(ten).content, written(ten).difficulties) == ("Đã họp\nhai lần", "Thiếu vốn")
    assert Draft.objects.count() == 1
    post(ten)
    assert Draft.objects.get().version == 1  # nothing new was typed


def test_what_cannot_be_read_is_told_and_the_rest_is_kept(ten):
    response = post(ten, first__percent="nhiều", first__content="Đã họp", second__choice="dung")
    page = page_of(response)
    assert response.status_code == 409
    assert page.select_one(".error-summary a")["href"] == f"#v{ten.first.pk}"
    assert page.select_one(f"#v{ten.first.pk} [name$=-content]").get_text().strip() == "Đã họp"
    assert Draft.objects.get().task == ten.second.task


def test_what_is_too_long_is_told_and_kept_whole(ten):
    long = "chữ " * 7_501
    response = post(ten, first__choice="dung", first__content=long)
    page = page_of(response)
    assert response.status_code == 409
    assert "dài quá 30000 chữ" in page.select_one(f"#v{ten.first.pk}").get_text()
    typed = page.select_one(f"#v{ten.first.pk} [name$=-content]")
    assert typed.get_text().strip() == long.strip()
    assert not typed.has_attr("maxlength")  # the browser would cut what is pasted without a word
    saving = typing(ten, ten.first, choice="dung", content=long)
    assert saving.status_code == 422 and "dài quá 30000 chữ" in saving.json()["told"][0]
    assert not Draft.objects.exists()


def test_typing_saves_by_itself_with_the_version_that_was_read(ten):
    first = typing(ten, ten.first, choice="dung", content="Đã")
    assert first.json()["version"] == 1
    second = typing(ten, ten.first, choice="dung", content="Đã họp", version=1)
    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert written(ten).content == "Đã họp"


def test_who_saves_second_is_shown_the_other_text_and_loses_nothing(ten):
    typing(ten, ten.first, choice="dung", content="Của văn phòng")
    answer = typing(ten, ten.first, choice="nguyco", content="Của tôi")
    assert answer.status_code == 409
    assert answer.json()["other"]["content"] == "Của văn phòng"
    assert written(ten).content == "Của văn phòng"
    assert typing(ten, ten.first, choice="nguyco", content="Của tôi", version=1).status_code == 200


def test_without_a_script_too_both_texts_are_shown(ten):
    data = fields(page_of(ten.client.get(PAGE)))
    typing(ten, ten.first, choice="dung", content="Của văn phòng")
    data |= {f"v{ten.first.pk}-choice": "dung", f"v{ten.first.pk}-content": "Của tôi"}
    response = ten.client.post(f"{PAGE}gui/", data)
    card = page_of(response).select_one(f"#v{ten.first.pk}")
    assert "Của văn phòng" in card.select_one(".other").get_text()
    assert card.select_one("[name$=-content]").get_text().strip() == "Của tôi"
    assert not Update.objects.exists()
    assert ten.client.post(f"{PAGE}gui/", fields(page_of(response))).status_code == 302
    assert Update.objects.get().content == "Của tôi"


def test_a_page_from_before_the_sign_in_leads_back(ten):
    response = ten.client.get(f"{PAGE}gui/?ky=2026-06", follow=True)
    assert response.redirect_chain == [(f"{PAGE}?ky=2026-06", 302)]
    assert "Phiên làm việc đã hết" in response.content.decode()


# -- sending -----------------------------------------------------------------------------------------------


def test_all_are_sent_at_once_and_show_their_state(ten):
    typed = {f"v{card.pk}-choice": "dung" for card in ten.asked}
    data = {**fields(page_of(ten.client.get(PAGE))), **typed}
    data |= {f"v{card.pk}-percent": "20" for card in ten.asked}
    assert ten.client.post(f"{PAGE}gui/", data).status_code == 302
    assert Update.objects.count() == 10
    page = page_of(ten.client.get(PAGE))
    assert page.h1.get_text() == "Đã gửi đủ 10 việc"
    assert len(page.select(".plan-submitted")) == 10
    ten.client.post(f"{PAGE}gui/", data)  # the same form once more
    assert (Update.objects.count(), Draft.objects.count()) == (10, 0)


def test_none_is_sent_where_one_is_wrong_and_the_drafts_stay(ten):
    response = post(
        ten,
        "gui",
        first__choice="nguyco",
        first__content="Đã họp",
        second__choice="dung",
        second__percent="50",
    )
    page = page_of(response)
    assert response.status_code == 409
    link = page.select_one(".error-summary a")
    assert link["href"] == f"#v{ten.first.pk}"
    assert "lý do" in link.parent.get_text()
    assert (Update.objects.count(), Draft.objects.count()) == (0, 2)
    assert len(page.select("article.job")) == 10


def test_one_is_sent_alone(ten):
    post(ten, "gui", first__choice="dung", first__percent="10", second__choice="dung", chi=str(ten.first.pk))
    assert Update.objects.get().task == ten.first.task
    assert Draft.objects.get().task == ten.second.task
    page = page_of(ten.client.get(PAGE))
    assert page.h1.get_text() == "Cần cập nhật (9)"
    assert "2/10" in page.select_one(".send-bar").get_text()


def test_words_without_one_of_the_four_are_not_sent(ten):
    response = post(ten, "gui", first__content="Đã họp")
    assert "Chọn một trong bốn nút" in page_of(response).select_one(".error-summary").get_text()
    assert not Update.objects.exists()


def test_nothing_to_report_a_third_time_needs_a_word(ten):
    for key, day in (("2026-06", TODAY), ("2026-07", date(2026, 7, 10))):
        with on(ten, day):
            period = reporting.open_period(ten.programme, key, ten.vanphong)
            asked = Asked.objects.get(period=period, task=ten.first.task)
            quiet = ReportData(no_change=True, effective_on=day)
            reporting.save_draft(asked, ten.head, quiet, version=None)
            reporting.send(period, ten.unit, ten.head)
    with on(ten, date(2026, 8, 10)):
        reporting.open_period(ten.programme, "2026-08", ten.vanphong)
        card = Asked.objects.get(period__key="2026-08", task=ten.first.task)
        assert "hai kỳ liền" in page_of(ten.client.get(PAGE)).select_one(f"#v{card.pk}").get_text()
        again = SimpleNamespace(**{**vars(ten), "first": card})
        assert post(again, "gui", first__choice="khong").status_code == 409
        assert post(again, "gui", first__choice="khong", first__content="Chờ tỉnh").status_code == 302


def test_words_left_from_the_last_report_are_none_of_nothing_to_report(ten):
    told(ten, ten.first, content="Đã họp thôn", percent=40, verdict="on_track")
    with on(ten, date(2026, 7, 10)):
        reporting.open_period(ten.programme, "2026-07", ten.vanphong)
        card = Asked.objects.get(period__key="2026-07", task=ten.first.task)
        post(SimpleNamespace(**{**vars(ten), "first": card}), first__choice="khong")
        assert written(ten).content == ""
        shown = page_of(ten.client.get(PAGE)).select_one(f"#v{card.pk} [name$=-content]")
        assert shown.get_text().strip() == "Đã họp thôn"  # there again for who changes their mind


# -- what came back ----------------------------------------------------------------------------------------


def test_the_unit_takes_back_what_it_sent_and_sends_again(ten):
    post(ten, "gui", first__choice="dung", first__content="Đã họp")
    update = Update.objects.get()
    page = page_of(ten.client.get(PAGE))
    button = page.select_one(f"#v{ten.first.pk} button")
    assert "Thu hồi để sửa" in button.get_text()
    data = {**fields(page), f"v{ten.second.pk}-content": "gõ dở"}
    assert ten.client.post(button["formaction"], data).status_code == 302
    update.refresh_from_db()
    assert update.state == Update.State.RECALLED
    assert Draft.objects.get(task=ten.second.task).content == "gõ dở"
    post(ten, "gui", first__content="Đã họp lại", chi=str(ten.first.pk))
    assert Update.objects.get(state="submitted").content == "Đã họp lại"


def test_what_is_returned_shows_why_and_comes_first(ten):
    update = told(ten, ten.asked[5], content="Đã họp", verdict="on_track")[0]
    reporting.send_back(update, ten.vanphong, "Nêu rõ họp với ai")
    card = page_of(ten.client.get(PAGE)).select("article.job")[0]
    assert card["id"] == f"v{ten.asked[5].pk}"
    assert "Nêu rõ họp với ai" in card.get_text()
    assert card.select_one("[name$=-content]").get_text().strip() == "Đã họp"


def test_what_was_returned_is_not_sent_again_unchanged(ten):
    post(ten, "gui", first__choice="dung", first__content="Đã họp", first__photo=picture())
    reporting.send_back(Update.objects.get(), ten.vanphong, "Nêu rõ họp với ai")
    assert Draft.objects.get().evidence.get().name == "hop.png"  # the proof came back with the words
    response = post(ten, "gui")
    assert "Nêu rõ họp với ai" in page_of(response).select_one(".error-summary").get_text()
    assert Update.objects.count() == 1
    assert post(ten, "gui", first__content="Đã họp với thôn Tất Thượng I").status_code == 302
    assert [row.evidence.count() for row in Update.objects.all()] == [1, 1]


def test_a_new_proof_alone_mends_what_was_returned(ten):
    post(ten, "gui", first__choice="dung", first__content="Đã họp")
    reporting.send_back(Update.objects.get(), ten.vanphong, "Gửi kèm biên bản")
    assert post(ten, "gui", first__number="05/BB").status_code == 302
    assert Update.objects.filter(state="submitted").get().evidence.get().number == "05/BB"


def test_confirmed_work_may_be_reported_once_more_or_left(ten):
    (update,) = told(ten, ten.first, content="Đã họp", verdict="on_track")
    reporting.confirm([update], ten.vanphong)
    assert "Báo thêm" in page_of(ten.client.get(PAGE)).select_one(f"#v{ten.first.pk}").get_text()
    ten.client.post(reverse("thu-hoi", args=[update.pk]))
    assert Update.objects.get().state == "confirmed"
    post(ten, mo=str(ten.first.pk))
    assert written(ten).content == "Đã họp"
    post(ten, **{"bo-nhap": str(ten.first.pk)})
    assert not Draft.objects.exists()
    post(ten, mo=str(ten.first.pk))
    post(ten, "gui", first__content="Họp lần hai")
    assert Update.objects.order_by("pk").last().replaces == update


def test_a_locked_period_refuses_and_keeps_the_text(ten):
    data = {**fields(page_of(ten.client.get(PAGE))), f"v{ten.first.pk}-choice": "dung"}
    data[f"v{ten.first.pk}-content"] = "Gõ lúc kỳ vừa khóa"
    ten.period.record("lock", ten.vanphong)
    for act in ("luu", "gui"):
        response = ten.client.post(f"{PAGE}{act}/?ky=2026-06", data)
        page = page_of(response)
        assert response.status_code == 409
        assert "đã khóa" in page.select_one(".error-summary").get_text()
        assert page.select_one(f"#v{ten.first.pk} textarea").get_text().strip() == "Gõ lúc kỳ vừa khóa"
    answer = ten.client.post(
        f"{PAGE}luu/?ky=2026-06",
        {**{k: v for k, v in data.items() if k.startswith(f"v{ten.first.pk}-")}},
        headers={"X-Requested-With": "fetch"},
    )
    assert "đã khóa" in answer.json()["told"][0]
    assert not Draft.objects.exists()
    assert "đã khóa" in page_of(ten.client.get(f"{PAGE}?ky=2026-06")).h1.get_text()


# -- proofs ------------------------------------------------------------------------------------------------


def picture(name: str = "hop.png") -> SimpleUploadedFile:
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress(b"\0\xff\xff\xff")
    out = BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)))
    out.seek(0, 2)
    out.write(chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    return SimpleUploadedFile(name, out.getvalue())


def test_files_and_documents_go_with_the_draft_and_then_with_the_report(ten):
    post(
        ten, first__choice="xong", first__photo=picture(), first__number="12/BC",
        first__issued_on="01/06/2026", first__issuer="Phòng Kinh tế",
    )  # fmt: skip
    assert [str(row) for row in Evidence.objects.all()] == ["hop.png", "12/BC"]
    card = page_of(ten.client.get(PAGE)).select_one(f"#v{ten.first.pk}")
    assert [item.get_text().split()[0] for item in card.select(".proof-list li")] == ["hop.png", "12/BC"]
    post(ten, "gui")
    update = Update.objects.get()
    assert update.evidence.count() == 2
    assert "12/BC" in page_of(ten.client.get(PAGE)).select_one(f"#v{ten.first.pk}").get_text()


def test_the_same_file_twice_is_one_and_can_be_taken_off(ten):
    answer = typing(ten, ten.first, choice="dung", papers=picture())
    again = typing(ten, ten.first, choice="dung", version=answer.json()["version"], photo=picture("khac.png"))
    assert [one["name"] for one in again.json()["proofs"]] == ["hop.png"]
    data = {f"v{ten.first.pk}-{k}": v for k, v in {"choice": "dung", "version": 1, "seen": ""}.items()}
    data["bo"] = str(Evidence.objects.get().pk)
    answer = ten.client.post(f"{PAGE}luu/", data, headers={"X-Requested-With": "fetch"})
    assert answer.json()["proofs"] == []


def test_a_file_that_is_not_what_it_says_is_refused_and_the_words_are_kept(ten):
    bad = SimpleUploadedFile("bao-cao.pdf", b"MZ\x90\x00 not a document")
    response = post(ten, "gui", first__choice="dung", first__content="Đã họp", first__papers=bad)
    assert "bao-cao.pdf" in page_of(response).select_one(".error-summary").get_text()
    assert written(ten).content == "Đã họp"
    assert not Evidence.objects.exists()
    assert not Update.objects.exists()


def test_a_document_needs_its_number(ten):
    response = post(ten, first__choice="dung", first__issuer="UBND tỉnh")
    assert "số, ký hiệu" in page_of(response).select_one(".error-summary").get_text()
    assert page_of(response).select_one("[name$=-issuer]")["value"] == "UBND tỉnh"


def test_nobody_takes_off_another_units_proof(ten):
    typing(ten, ten.first, choice="dung", papers=picture())
    proof = Evidence.objects.get()
    data = {f"v{ten.second.pk}-version": "", f"v{ten.second.pk}-choice": "dung", "bo": str(proof.pk)}
    ten.client.post(f"{PAGE}luu/", data, headers={"X-Requested-With": "fetch"})
    assert Evidence.objects.filter(pk=proof.pk).exists()
    assert Period.objects.count() == 1 and Plan.objects.count() == 1
