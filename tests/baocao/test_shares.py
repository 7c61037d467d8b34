"""Work that groups alone lead: every unit tells its share, the office records one figure of the whole."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from baocao import drafting, reporting, shares
from baocao.mine import progress_of_units
from baocao.models import Asked, Draft, Update
from baocao.shares import SharedWork
from chuongtrinh.models import User
from nhiemvu.models import Task
from nhiemvu.status import Freshness, Progress
from phancong.answerable import Answerability
from phancong.models import Assignment, Comrade, Group, Post, Unit
from tests.factories.people import UserFactory
from tests.phancong.test_planning import given
from tests.phancong.test_planning import office as office  # the fixture

from .test_reporting import TODAY, at, data, stood

PAGE = "/ky-bao-cao/2026-06/"
URL = f"{PAGE}viec-chung/II.1-01/"


@pytest.fixture
def many(office) -> SimpleNamespace:
    """June 2026 open: II.1-01 is led by the secretaries of the chi bộ and the heads of the departments."""
    with at(TODAY):
        period = reporting.open_period(office.programme, "2026-06", office.vanphong)
        task = Task.objects.get(programme=office.programme, code="II.1-01")
        asked = {row.unit.short_name: row for row in period.asked.filter(task=task).select_related("unit")}
        culture = Unit.objects.get(committee=office.programme.committee, short_name="VHXH")
        other = UserFactory(committee=office.programme.committee, role=User.Role.HEAD, unit=culture)
        yield SimpleNamespace(
            **{
                **vars(office),
                "period": period,
                "task": task,
                "asked": asked,
                "other": other,
                "own": office.task,
            }
        )


def tell(many, short: str, **words) -> Update:
    """A unit sends its share."""
    asked = many.asked[short]
    known = Draft.objects.filter(**reporting.row_of(asked)).first()
    said = data(**{"percent": None, **words})
    reporting.save_draft(asked, many.vanphong, said, version=known.version if known else None)
    (update,) = reporting.send(many.period, asked.unit, many.vanphong, only=asked)
    return update


def confirmed(many, short: str, **words) -> Update:
    update = tell(many, short, **words)
    reporting.confirm([update], many.vanphong)
    return update


def client(user) -> Client:
    made = Client()
    made.force_login(user)
    return made


def words_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def figure(**typed) -> dict:
    return {"content": "Các đơn vị đã học tập xong", "percent": "40", "effective_on": "10/06/2026", **typed}


# -- who is asked ------------------------------------------------------------------------------------------


def test_every_member_unit_is_asked_and_a_cell_with_its_department(many):
    assert set(many.asked) == {"PKT", "VHXH", "VPUBND"}
    assert all(row.share for row in many.asked.values())
    shared = Asked.objects.filter(share=True).values_list("task__code", flat=True)
    assert len(set(shared)) == 12
    Unit.objects.filter(short_name="CB-VHXH").update(cell_of=None)  # a cell of no department of ours
    assert reporting.ask(many.period) == 12
    assert reporting.ask(many.period) == 0


def test_comrades_of_a_listed_group_stand_for_the_units_that_they_head(office):
    group = Group.objects.create(committee=office.programme.committee, name="Tổ giúp việc", rule="listed")
    group.comrades.set(Comrade.objects.filter(posts__is_head=True))
    group.comrades.add(Comrade.objects.create(committee=office.programme.committee, name="Người khác"))

    def members() -> set[str]:
        return {u.short_name for u in Answerability(office.programme, on=TODAY).member_units(group)}

    assert Post.objects.filter(is_head=True, unit__kind=Unit.Kind.COMMITTEE).exists()
    assert members() == {"PKT", "UBKT"}  # the committee is no unit among them: its word is the figure
    Unit.objects.filter(short_name="PKT").update(valid_to=date(2026, 6, 1))  # its post is still on record
    assert members() == {"UBKT"}


def test_a_dissolved_unit_is_asked_for_no_share_and_its_cell_then_for_its_own(office):
    task = Task.objects.get(programme=office.programme, code="II.1-01")
    culture = Unit.objects.get(committee=office.programme.committee, short_name="VHXH")
    for unit in (culture, Unit.objects.get(committee=office.programme.committee, short_name="UBKT")):
        Unit.objects.filter(pk=unit.pk).update(valid_to=date(2026, 6, 9))
        Assignment.objects.create(programme=office.programme, section=task.section, role="lead", unit=unit)
    who = Answerability(office.programme, on=TODAY, tasks=[task])
    assert {unit.short_name for unit in who.sharing_units(task)} == {"PKT", "VPUBND", "CB-VHXH"}
    day_before = Answerability(office.programme, on=date(2026, 6, 9), tasks=[task])
    assert {u.short_name for u in day_before.sharing_units(task)} == {"PKT", "VPUBND", "VHXH", "UBKT"}


def test_once_a_unit_is_in_charge_it_is_asked_as_usual_and_the_office_records_no_more(many):
    Assignment.objects.create(
        programme=many.programme, task=many.task, role="lead", unit=many.unit, principal=True
    )
    assert reporting.ask(many.period) == 1
    assert set(many.period.asked.filter(task=many.task, unit=many.unit).values_list("share", flat=True)) == {
        True, False,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="Phòng Kinh tế chủ trì"):
        shares.record_figure(many.period, many.task, many.vanphong, data(), seen=None)
    with at(date(2026, 7, 10)):
        july = reporting.open_period(many.programme, "2026-07", many.vanphong)
    assert list(july.asked.filter(task=many.task).values_list("unit", "share")) == [(many.unit.pk, False)]


def test_a_unit_put_in_charge_and_taken_out_again_keeps_nobody_from_the_figure(many):
    led = Assignment.objects.create(
        programme=many.programme, task=many.task, role="lead", unit=many.unit, principal=True
    )
    reporting.ask(many.period)
    last = Task.objects.filter(asked__in=many.period.asked.filter(share=True)).order_by("ordinal").last()
    assert shares.next_to_figure(many.period, last) != many.task
    office = client(many.vanphong)
    with CaptureQueriesContext(connection) as queries:
        assert "Đã có đơn vị chủ trì" in words_of(office.get(PAGE))
    assert len(queries) <= 12
    led.delete()
    assert shares.next_to_figure(many.period, last) == many.task
    assert "Đã có đơn vị chủ trì" not in words_of(office.get(PAGE))
    page = office.get(URL)
    assert "Nay do" not in words_of(page) and page.context["form"]
    shares.record_figure(many.period, many.task, many.vanphong, data(), seen=None)
    assert stood(many.task).percent == data().percent


def test_a_unit_that_has_planned_an_item_for_it_reports_there(office):
    task = Task.objects.get(programme=office.programme, code="II.1-01")
    with at(date(2026, 2, 1)):
        item = given(office, parent=task)
    with at(TODAY):
        period = reporting.open_period(office.programme, "2026-06", office.vanphong)
    assert set(period.asked.filter(task=task).values_list("unit__short_name", flat=True)) == {
        "VHXH",
        "VPUBND",
    }
    assert period.asked.get(task=item).share is False
    with at(date(2026, 7, 9)):
        item = Task.objects.get(pk=item.pk)
        drop = {"document": "9-TB/ĐUUB", "effective_on": date(2026, 7, 9), "reason": "Trùng việc"}
        item.decide(office.bithu, {"state": "dropped"}, **drop)
    with at(date(2026, 7, 10)):
        july = reporting.open_period(office.programme, "2026-07", office.vanphong)
    assert july.asked.filter(task=task, unit=office.unit, share=True).exists()
    assert not july.asked.filter(task=item).exists()


def test_both_drafts_of_one_task_stand_beside_each_other(many):
    Assignment.objects.create(
        programme=many.programme, task=many.task, role="lead", unit=many.unit, principal=True
    )
    reporting.ask(many.period)
    whole = Asked.objects.get(period=many.period, task=many.task, share=False)
    drafting.keep(many.asked["PKT"], many.head, data(content="Phần mình"), version=None, seen=None)
    drafting.keep(whole, many.head, data(content="Cả việc"), version=None, seen=None)
    made = reporting.send(many.period, many.unit, many.head, only=whole)
    assert [(row.content, row.share) for row in made] == [("Cả việc", False)]
    assert Draft.objects.get().content == "Phần mình"
    assert [row.share for row in reporting.send(many.period, many.unit, many.head)] == [True]


# -- what follows ------------------------------------------------------------------------------------------


def test_shares_make_it_begun_and_fresh_but_give_no_figure(many):
    assert stood(many.task).freshness is Freshness.NOT_YET
    for short in many.asked:
        confirmed(many, short, percent=80, verdict="behind", reason="Chậm", claims_completion=short == "PKT")
    found = stood(many.task)
    assert (found.progress, found.freshness) == (Progress.IN_PROGRESS, Freshness.UPDATED)
    assert (found.percent, found.verdict, found.completed_on) == (None, None, None)


def test_it_is_late_while_one_unit_is_silent(many):
    confirmed(many, "PKT")
    confirmed(many, "VHXH")
    assert stood(many.task, date(2026, 6, 15)).freshness is Freshness.NOT_YET
    assert stood(many.task, date(2026, 6, 16)).freshness is Freshness.LATE


def test_what_is_returned_is_that_units_share_again(many):
    update = tell(many, "PKT")
    tell(many, "VHXH")
    reporting.send_back(update, many.vanphong, "Nêu số buổi")
    draft = Draft.objects.get()
    assert (draft.unit, draft.share) == (many.unit, True)
    again = tell(many, "PKT", content="Đã học 2 buổi")
    assert again.replaces is None
    assert tell(many, "PKT", content="Đã học 3 buổi").replaces == again


# -- the office's figure -----------------------------------------------------------------------------------


def test_the_office_sees_the_shares_together_and_records_one_figure(many):
    confirmed(many, "PKT", content="Học 2 buổi")
    confirmed(many, "VHXH", content="", no_change=True)
    tell(many, "VPUBND", content="Học 1 buổi")
    office = client(many.vanphong)
    assert "3/3 đơn vị đã gửi" in words_of(office.get(PAGE))
    response = office.get(URL)
    assert "3/3 đơn vị đã gửi" in words_of(response)
    assert "Chi bộ của một phòng" in words_of(response)
    typed = BeautifulSoup(response.content, "html.parser").select_one("[name=content]").get_text().strip()
    assert typed == "- Phòng Kinh tế: Học 2 buổi\n- Phòng Văn hóa - Xã hội: không phát sinh."
    assert office.post(URL, figure(content=typed, verdict="on_track")).status_code == 302
    made = Update.objects.get(task=many.task, share=False)
    assert (made.state, made.by_office, made.unit.kind, made.is_figure) == (
        "confirmed",
        True,
        "committee",
        True,
    )
    found = stood(many.task)
    assert (found.percent, found.verdict.value, found.progress) == (40, "on_track", Progress.IN_PROGRESS)
    assert "1/12 việc đã ghi số liệu chung" in words_of(office.get(PAGE))


def test_the_office_goes_on_to_the_next_figure_that_it_owes(many):
    def then() -> str:
        page = BeautifulSoup(client(many.vanphong).get(URL).content, "html.parser")
        return next((a["href"] for a in page.select("a") if "tiếp theo" in a.get_text()), "")

    assert then() == f"{PAGE}viec-chung/II.1-02/"
    shares.record_figure(
        many.period, Task.objects.get(code="II.1-02"), many.vanphong, data(percent=10), seen=None
    )
    assert then() == f"{PAGE}viec-chung/II.1-03/"
    assert "tiếp theo" not in words_of(client(many.head).get(URL))


def test_the_figure_is_no_units_report_in_the_audit(many):
    shares.record_figure(many.period, many.task, many.vanphong, data(percent=10), seen=None)
    assert "Ghi số liệu chung" in words_of(client(many.ubkt).get("/nhat-ky/?loai=update"))
    assert "Xác nhận số liệu chung" in words_of(client(many.ubkt).get("/nhat-ky/?loai=settled"))


def test_a_later_figure_replaces_the_first_and_completion_ends_the_asking(many):
    first = shares.record_figure(many.period, many.task, many.vanphong, data(), seen=None)
    assert shares.record_figure(many.period, many.task, many.vanphong, data(), seen=None) == first
    done = data(claims_completion=True, percent=100, product="Kết luận học tập")
    second = shares.record_figure(many.period, many.task, many.vanphong, done, seen=first.pk)
    assert second.replaces == first
    assert stood(many.task).progress is Progress.COMPLETED
    with at(date(2026, 7, 10)):
        july = reporting.open_period(many.programme, "2026-07", many.vanphong)
    assert not july.asked.filter(task=many.task).exists()


def test_who_records_second_is_told_and_keeps_the_text(many):
    office = client(many.vanphong)
    colleague = UserFactory(committee=many.programme.committee, role=User.Role.OFFICE, full_name="Cô Hoa")
    shares.record_figure(many.period, many.task, colleague, data(content="Bản kia"), seen=None)
    response = office.post(URL, figure())
    assert response.status_code == 409
    assert "Cô Hoa đã ghi số liệu chung" in words_of(response)
    assert "Các đơn vị đã học tập xong" in words_of(response)
    seen = BeautifulSoup(response.content, "html.parser").select_one("[name=seen]")["value"]
    assert office.post(URL, figure(seen=seen)).status_code == 302
    assert Update.objects.filter(task=many.task, share=False).count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"verdict": "behind"}, "ghi lý do"),
        ({"percent": "140"}, "0 đến 100"),
        ({"content": "", "percent": ""}, "Ghi kết quả"),
        ({"effective_on": "hôm nay"}, "dd/mm/yyyy"),
        ({"effective_on": "11/06/2026"}, "sau hôm nay"),
    ],
)
def test_a_wrong_figure_is_told_by_its_field_and_kept_as_typed(many, wrong, said):
    response = client(many.vanphong).post(URL, figure(**wrong))
    assert response.status_code == 409
    page = BeautifulSoup(response.content, "html.parser")
    assert said in page.select_one(".error-summary").get_text()
    assert not Update.objects.exists()


def test_a_figure_lower_than_the_last_one_says_why(many):
    office, page = client(many.vanphong), URL
    assert office.post(page, figure(percent="45", content="Đã họp")).status_code == 302
    seen = Update.objects.get(task=many.task, share=False).pk
    response = office.post(page, figure(percent="30", content="Đã họp", seen=seen))
    assert response.status_code == 409
    assert "thấp hơn lần trước: 45% → 30%" in words_of(response)
    assert office.post(page, figure(percent="30", content="Đo lại", seen=seen)).status_code == 302


def test_nobody_but_the_office_records_and_a_locked_period_takes_nothing(many):
    for user, code in ((many.head, 403), (many.bithu, 403), (many.nguoixem, 403), (many.ngoai, 404)):
        assert client(user).post(URL, figure()).status_code == code
    assert "Ghi số liệu chung" not in words_of(client(many.head).get(URL))
    many.period.record("lock", many.vanphong)
    response = client(many.vanphong).post(URL, figure())
    assert response.status_code == 409 and "đã khóa" in words_of(response)
    assert not Update.objects.exists()
    assert client(many.vanphong).get(f"{PAGE}viec-chung/II.3.2-03/").status_code == 404


def test_unconfirmed_words_of_another_unit_are_not_shown(many):
    tell(many, "VHXH", content="Chuyện riêng")
    assert "Chuyện riêng" in words_of(client(many.other).get(URL))
    text = words_of(client(many.head).get(URL))
    assert "Chuyện riêng" not in text and "đã gửi, chờ văn phòng xác nhận" in text


def test_unconfirmed_words_of_a_unit_put_in_charge_are_no_figure(many):
    Assignment.objects.create(
        programme=many.programme, task=many.task, role="lead", unit=many.unit, principal=True
    )
    reporting.ask(many.period)
    whole = Asked.objects.get(period=many.period, task=many.task, share=False)
    reporting.save_draft(whole, many.head, data(content="Chuyện chưa ai duyệt"), version=None)
    made = reporting.send(many.period, many.unit, many.head, only=whole)
    assert "Chuyện chưa ai duyệt" not in words_of(client(many.nguoixem).get(URL))
    period = words_of(client(many.nguoixem).get(PAGE))
    assert "0/12 việc đã ghi số liệu chung" in period and "Đã có đơn vị chủ trì" in period
    reporting.confirm(made, many.vanphong)
    assert "Chuyện chưa ai duyệt" in words_of(client(many.nguoixem).get(URL))


def test_a_confirmed_share_stands_until_its_correction_is_confirmed(many):
    confirmed(many, "VHXH", content="Bản đầu")
    tell(many, "VHXH", content="Bản sửa")
    text = words_of(client(many.nguoixem).get(URL))
    assert "Bản đầu" in text and "Bản sửa" not in text and "1 phần đã xác nhận" in text
    assert "Bản sửa" in words_of(client(many.vanphong).get(URL))
    work = SharedWork.read(many.period, many.task, many.vanphong)
    assert work and work.suggested.content == "- Phòng Văn hóa - Xã hội: Bản đầu"


def test_a_figure_begins_with_the_last_one_before_it_and_not_a_later_one(many):
    with at(date(2026, 7, 10)):
        july = reporting.open_period(many.programme, "2026-07", many.vanphong)
        later = data(percent=90, effective_on=date(2026, 7, 9))
        shares.record_figure(july, many.task, many.vanphong, later, seen=None)
        june = SharedWork.read(many.period, many.task, many.vanphong)
    with at(date(2026, 8, 10)):
        august = reporting.open_period(many.programme, "2026-08", many.vanphong)
        after = SharedWork.read(august, many.task, many.vanphong)
    assert june and june.suggested.percent is None
    assert after and after.suggested.percent == 90


def test_where_the_percent_follows_from_plan_items_the_form_says_so(many):
    assert "tính từ kế hoạch năm" not in words_of(client(many.vanphong).get(URL))
    item = given(many, parent=many.task)
    text = words_of(client(many.vanphong).get(URL))
    assert "tính từ kế hoạch năm" in text and item.code in text


# -- the screens of units ----------------------------------------------------------------------------------


def test_the_head_finds_the_share_marked_after_the_units_own_work(many):
    page = BeautifulSoup(client(many.head).get("/viec-cua-toi/?ky=2026-06").content, "html.parser")
    cards = page.select(".job")
    marked = [bool(card.find(string="phần của đơn vị")) for card in cards]
    assert marked == sorted(marked) and any(marked)
    assert "kể cả chi bộ của đơn vị" in page.get_text()
    asked = many.asked["PKT"].pk
    form = {f"v{asked}-version": "", f"v{asked}-choice": "dung", f"v{asked}-content": "Đã học 2 buổi"}
    sent = client(many.head).post(f"/viec-cua-toi/gui/?ky=2026-06&trang={2 if len(cards) > 20 else 1}", form)
    assert sent.status_code == 302
    update = Update.objects.get()
    assert (update.share, update.unit, update.task, update.content) == (
        True, many.unit, many.task, "Đã học 2 buổi",
    )  # fmt: skip
    client(many.head).post(f"/viec-cua-toi/thu-hoi/{update.pk}/")
    assert Draft.objects.get().share


def test_figures_of_units_count_each_share_for_its_unit(many):
    tell(many, "PKT")
    held = {tally.unit.short_name: tally.sent for tally in progress_of_units(many.period)}
    assert held == {"PKT": 1, "VHXH": 0, "VPUBND": 0, "UBKT": 0}


def test_the_page_takes_a_constant_number_of_queries(many):
    office = client(many.vanphong)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(URL).status_code == 200
        return len(queries)

    before = counted()
    for short in many.asked:
        confirmed(many, short)
    shares.record_figure(many.period, many.task, many.vanphong, data(), seen=None)
    assert counted() <= min(12, before + 2)  # proofs of what there is
    assert SharedWork.read(many.period, many.own, many.vanphong) is None
