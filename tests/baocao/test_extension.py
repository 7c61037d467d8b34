"""Moving a deadline: asked with a reason, decided by a person, and then a decision on record."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from baocao import extension
from baocao.models import ExtensionRequest, ReportingRules
from chuongtrinh.models import User
from nhiemvu.facts import facts_of
from nhiemvu.models import CONTINUING, Decision, Task
from nhiemvu.status import HANOI, DecisionKind, status
from phancong.models import Oversight
from tests.factories.people import ComradeFactory, UserFactory
from tests.factories.plans import Planners

TODAY = date(2026, 9, 18)
DUE, LATER = date(2026, 9, 30), date(2026, 12, 10)
State = ExtensionRequest.State


@pytest.fixture
def planners(db) -> Planners:
    return Planners()


@pytest.fixture
def work(client, planners):
    """An item given in March, due on 30 September; it is the 18th."""
    with time_machine.travel(datetime(2026, 9, 18, 9, tzinfo=HANOI), tick=False):
        planners.give(planners.plan({"title": "Khảo sát", "due": DUE}), on=date(2026, 3, 1))
        planners.item_ = planners.item("2026-PKT-01")
        planners.url = "/nhiem-vu/2026-PKT-01/gia-han/"
        planners.deputy = UserFactory(committee=planners.committee, role=User.Role.DEPUTY)
        client.force_login(planners.head)
        yield planners


def asked(work, **other) -> ExtensionRequest:
    given = {"due": LATER, "reason": "Chờ định hướng của thành phố", "due_seen": DUE, **other}
    return extension.ask(work.item_, work.head, **given)


def granted(work, request, **other) -> Decision:
    by = {"document": "21-TB/MAU", "effective_on": TODAY, "due_seen": DUE, **other}
    return extension.grant(request, work.secretary, **by)


# -- the domain ---------------------------------------------------------------------------------------------


def test_a_granted_request_moves_the_deadline_by_a_decision_and_keeps_the_original(work):
    request = asked(work)
    assert (request.unit, request.due_before, request.state) == (work.unit, DUE, State.WAITING)
    decision = granted(work, request)
    request.refresh_from_db()
    assert (request.state, request.decision, request.decided_by) == (State.GRANTED, decision, work.secretary)
    assert (decision.before, decision.after, decision.document) == ("2026-09-30", "2026-12-10", "21-TB/MAU")
    assert decision.reason == "Chờ định hướng của thành phố"
    stands = status(facts_of([Task.objects.get(pk=work.item_.pk)])[work.item_.pk], TODAY)
    assert (stands.due_original, stands.due) == (DUE, LATER)


def test_a_document_may_give_another_day_than_was_asked_for(work):
    decision = granted(work, asked(work), due=date(2026, 11, 15))
    assert decision.after == "2026-11-15"
    assert ExtensionRequest.objects.get().due_asked == LATER


def test_a_refused_request_is_answered_and_moves_nothing(work):
    request = asked(work)
    with pytest.raises(ValidationError) as refused:
        extension.refuse(request, work.secretary, "  ")
    assert "answer" in refused.value.message_dict
    extension.refuse(request, work.secretary, "Tập trung hoàn thành trong tháng 9.")
    request.refresh_from_db()
    assert (request.state, request.answer) == (State.REFUSED, "Tập trung hoàn thành trong tháng 9.")
    assert Task.objects.get(pk=work.item_.pk).due == DUE
    assert not Decision.objects.exists()


def test_one_request_waits_at_a_time_and_another_may_follow(work):
    first = asked(work)
    with pytest.raises(ValidationError, match="đang chờ quyết định"):
        asked(work)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtensionRequest.objects.create(
            task=work.item_, unit=work.unit, due_before=DUE, due_asked=LATER, reason="x", asked_by=work.head
        )
    extension.withdraw(first, work.head)
    assert asked(work).pk != first.pk
    assert [row.state for row in ExtensionRequest.objects.order_by("pk")] == [State.WITHDRAWN, State.WAITING]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"due": DUE}, "due"), ({"due": date(2026, 9, 1)}, "due"), ({"reason": " "}, "reason")],
)
def test_what_cannot_be_asked_for_is_told_by_field(work, wrong, field):
    with pytest.raises(ValidationError) as refused:
        asked(work, **wrong)
    assert list(refused.value.message_dict) == [field]
    assert not ExtensionRequest.objects.exists()


def test_only_the_unit_in_charge_asks(work):
    for user in (work.other_head, work.secretary, work.viewer):
        with pytest.raises(ValidationError, match="đơn vị chủ trì"):
            extension.ask(work.item_, user, due=LATER, reason="x", due_seen=DUE)


def test_a_task_of_the_document_with_a_deadline_may_be_asked_for_too(work):
    with pytest.raises(ValidationError, match="chưa có thời hạn"):
        extension.ask(work.task, work.head, due=LATER, reason="x", due_seen=None)
    work.task.decide(work.office, {"due": DUE}, document="08-CTr/MAU", effective_on=date(2026, 5, 5))
    request = extension.ask(work.task, work.head, due=LATER, reason="Chờ vốn", due_seen=DUE)
    assert granted(work, request).task == work.task


@pytest.mark.parametrize("change", [{"state": DecisionKind.PAUSED}, {"due": CONTINUING}])
def test_work_that_stopped_or_has_no_end_meanwhile_gets_no_new_deadline(work, change):
    request = asked(work)
    work.item_.decide(work.secretary, change, document="22-TB/MAU", effective_on=TODAY, reason="Chờ vốn")
    seen = Task.objects.get(pk=work.item_.pk).due
    with pytest.raises(ValidationError):
        granted(work, request, due_seen=seen)
    assert ExtensionRequest.objects.get().state == State.WAITING
    extension.refuse(request, work.secretary, "Không cần nữa.")


def test_whoever_saw_an_older_deadline_is_told_and_nothing_is_kept(work):
    request = asked(work)
    moved = date(2026, 10, 31)
    work.item_.decide(work.office, {"due": moved}, document="20-TB/MAU", effective_on=TODAY, reason="Mưa")
    with pytest.raises(ValidationError, match="31/10/2026 theo 20-TB/MAU") as refused:
        granted(work, request)
    assert refused.value.code == "changed_meanwhile"
    assert Decision.objects.count() == 1
    granted(work, request, due_seen=moved)
    assert Task.objects.get(pk=work.item_.pk).due == LATER


def test_whoever_decides_second_is_told_who_was_first(work):
    request = asked(work)
    granted(work, request)
    for late in (
        lambda: extension.refuse(request, work.deputy, "Không"),
        lambda: extension.withdraw(request, work.head),
        lambda: granted(work, request, due_seen=LATER, due=date(2026, 12, 20)),
    ):
        with pytest.raises(ValidationError, match=f"{work.secretary} đã đồng ý"):
            late()
    assert Decision.objects.count() == 1


def test_what_the_decision_refuses_leaves_the_request_waiting(work):
    request = asked(work)
    with pytest.raises(ValidationError) as refused:
        granted(work, request, effective_on=date(2026, 9, 19))
    assert "effective_on" in refused.value.message_dict
    assert ExtensionRequest.objects.get().state == State.WAITING


@pytest.mark.skipif(connection.vendor != "postgresql", reason="rows are locked on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_at_once_one_does_and_the_others_are_told(work):
    request = asked(work)
    told = []

    def decide() -> None:
        try:
            granted(work, request)
            told.append("done")
        except ValidationError:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done"] + ["refused"] * 7
    assert Decision.objects.count() == 1


# -- the pages ----------------------------------------------------------------------------------------------


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def filled(page: BeautifulSoup, step: str) -> dict[str, str]:
    """The form with this button as a browser would send it."""
    form = page.select_one(f'form:has(button[value="{step}"])')
    assert form is not None
    sent = {box["name"]: box.get("value", "") for box in form.select("input[name]")}
    return {**sent, **{box["name"]: box.text.strip() for box in form.select("textarea")}, "buoc": step}


def text(page: BeautifulSoup) -> str:
    return " ".join(page.main.get_text(" ").split())


def test_a_head_asks_and_withdraws_on_the_page_of_the_work(client, work):
    page = soup(client.get(work.url))
    sent = filled(page, "xin") | {"due": "10/12/2026", "reason": "Chờ định hướng"}
    assert client.post(work.url, sent)["Location"] == work.url
    page = soup(client.get(work.url))
    assert not page.select('button[value="xin"]')
    assert "xin từ 30/09/2026 đến 10/12/2026" in text(page)
    assert "Đang chờ quyết định" in text(soup(client.get("/nhiem-vu/2026-PKT-01/")))
    client.post(work.url, filled(page, "rut"))
    assert ExtensionRequest.objects.get().state == State.WITHDRAWN


def test_sending_twice_is_one_request(client, work):
    sent = filled(soup(client.get(work.url)), "xin") | {"due": "10/12/2026", "reason": "Chờ"}
    client.post(work.url, sent)
    again = soup(client.post(work.url, sent))
    assert "đang chờ quyết định" in again.select_one(".error-summary").text
    assert ExtensionRequest.objects.count() == 1


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, work):
    sent = filled(soup(client.get(work.url)), "xin") | {"due": "01/09/2026", "reason": "Chờ định hướng"}
    page = soup(client.post(work.url, sent))
    assert "sau thời hạn hiện nay (30/09/2026)" in page.select_one(".error-summary").text
    assert page.select_one("[name=due]")["value"] == "01/09/2026"
    assert page.select_one("[name=reason]").text.strip() == "Chờ định hướng"


def test_a_leader_grants_with_number_and_day_and_both_deadlines_are_shown(client, work):
    asked(work)
    client.force_login(work.secretary)
    sent = filled(soup(client.get(work.url)), "dong-y")
    assert (sent["due"], sent["effective_on"]) == ("10/12/2026", "18/09/2026")
    page = soup(client.post(work.url, sent))
    assert "số, ký hiệu" in page.select_one(".error-summary").text
    client.post(work.url, sent | {"document": "21-TB/MAU"})
    told = text(soup(client.get(work.url)))
    assert "Hiện nay 10/12/2026 Ban đầu 30/09/2026" in told
    assert "Gia hạn đến 10/12/2026 theo 21-TB/MAU" in told


def test_a_leader_who_read_an_older_deadline_decides_again_with_open_eyes(client, work):
    asked(work)
    client.force_login(work.secretary)
    sent = filled(soup(client.get(work.url)), "dong-y") | {"document": "21-TB/MAU"}
    work.item_.decide(
        work.office, {"due": date(2026, 10, 31)}, document="20-TB/MAU", effective_on=TODAY, reason="Mưa"
    )
    page = soup(client.post(work.url, sent))
    assert "31/10/2026" in page.select_one(".error-summary").text
    assert "Thời hạn đã đổi từ 30/09/2026" in text(page)
    again = filled(page, "dong-y")
    assert again["document"] == "21-TB/MAU"
    assert client.post(work.url, again).status_code == 302


def test_a_leader_refuses_with_an_answer(client, work):
    asked(work)
    client.force_login(work.deputy)
    sent = filled(soup(client.get(work.url)), "khong-dong-y") | {"answer": "Làm xong trong tháng 9."}
    client.post(work.url, sent)
    assert "Trả lời: Làm xong trong tháng 9." in text(soup(client.get(work.url)))


def test_the_office_decides_only_where_the_committee_says_so(client, work):
    request = asked(work)
    client.force_login(work.office)
    sent = {"buoc": "dong-y", "request": request.pk, "due": "10/12/2026", "document": "21-TB/MAU"}
    sent |= {"effective_on": "18/09/2026", "due_seen": "2026-09-30"}
    assert client.post(work.url, sent).status_code == 403
    ReportingRules.objects.create(committee=work.committee, office_extends=True)
    assert client.post(work.url, sent).status_code == 302
    assert ExtensionRequest.objects.get().decided_by == work.office


@pytest.mark.parametrize("step", ["xin", "rut", "dong-y", "khong-dong-y"])
@pytest.mark.parametrize("who", ["other_head", "viewer", "admin"])
def test_others_may_do_nothing(client, work, step, who):
    request = asked(work)
    client.force_login(getattr(work, who))
    sent = {"buoc": step, "request": request.pk, "due": "20/12/2026", "reason": "x", "answer": "x"}
    # What one may not even see is not there; asking and deciding one may not.
    hidden = step == "rut" and who != "admin"
    assert client.post(work.url, sent).status_code == (404 if hidden else 403)
    assert ExtensionRequest.objects.get().state == State.WAITING


def test_an_unknown_step_does_nothing(client, work):
    assert client.post(work.url, {"buoc": "khac"}).status_code == 302
    assert not ExtensionRequest.objects.exists()


def test_the_list_shows_each_person_what_is_theirs_to_see(client, work):
    asked(work)
    overseer = ComradeFactory(committee=work.committee)
    Oversight.objects.create(
        comrade=overseer, unit=work.unit, decision_number="01-QĐ/MAU", decided_on=date(2026, 6, 1)
    )
    member = UserFactory(committee=work.committee, role=User.Role.MEMBER, comrade=overseer)
    stranger = UserFactory(role=User.Role.SECRETARY)

    def sees(user) -> bool:
        client.force_login(user)
        return "2026-PKT-01" in client.get("/gia-han/").content.decode()

    reads = {
        name: sees(getattr(work, name)) for name in ("head", "secretary", "office", "other_head", "viewer")
    }
    assert reads == {"head": True, "secretary": True, "office": True, "other_head": False, "viewer": False}
    assert sees(member)
    assert not sees(stranger)
    granted(work, ExtensionRequest.objects.get())
    assert sees(work.viewer)


def test_the_list_holds_waiting_and_decided_ones_apart(client, work):
    extension.refuse(asked(work), work.secretary, "Chưa đủ căn cứ.")
    client.force_login(work.secretary)
    page = soup(client.get("/gia-han/"))
    assert "Không đồng ý" in text(page) and "Chưa đủ căn cứ." in text(page)
    assert "Không có đề nghị nào đang chờ" in text(soup(client.get("/gia-han/?xem=cho")))
    asked(work)
    page = soup(client.get("/gia-han/"))
    assert page.select_one(".extension-table .go a")["href"] == work.url


def test_the_start_page_tells_those_who_decide(client, work):
    asked(work)
    client.force_login(work.secretary)
    assert "2026-PKT-01" in text(soup(client.get("/")))
    client.force_login(work.office)
    assert "đề nghị gia hạn" not in text(soup(client.get("/")))
    ReportingRules.objects.create(committee=work.committee, office_extends=True)
    assert "đề nghị gia hạn" in text(soup(client.get("/")))


def test_pages_take_a_constant_number_of_queries(client, work, django_assert_max_num_queries):
    plan = work.plan(*({"title": f"Việc {n}", "due": DUE} for n in range(12)), year=2027)
    work.give(plan, on=date(2026, 3, 2))
    for item in Task.objects.filter(entry__plan=plan):
        extension.ask(item, work.head, due=LATER, reason="Chờ vốn", due_seen=DUE)
    asked(work)
    for user in (work.secretary, work.office, work.head):
        client.force_login(user)
        for url in ("/gia-han/", work.url, "/nhiem-vu/2026-PKT-01/", "/"):
            with django_assert_max_num_queries(12):
                assert client.get(url).status_code == 200
