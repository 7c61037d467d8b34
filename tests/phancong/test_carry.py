"""From one year to the next: a person takes or leaves each of last year's unfinished items."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from chuongtrinh.models import User
from nhiemvu.models import Decision, Task
from nhiemvu.status import DecisionKind
from phancong import planning
from phancong.models import Assignment, CarryOver, Plan
from tests.factories.people import UserFactory
from tests.factories.programmes import ProgrammeFactory
from tests.phancong.test_year import page, plan_of, put, words, world

Role = User.Role
URL = "/ke-hoach/2027/PDD/chuyen-nam/"


@pytest.fixture
def made(db) -> SimpleNamespace:
    """2026 given with three items, the second of them thường xuyên, the third dropped; 2027 open."""
    found = world(0)
    found.office, found.head = found.accounts[Role.OFFICE], found.accounts[Role.HEAD]
    found.last = plan_of(found, found.rooms[0], found.tasks[0], 3, year=2026)
    put(found.last, Plan.State.GIVEN)
    found.items = list(Task.objects.filter(entry__plan=found.last).order_by("ordinal"))
    Task.objects.filter(pk=found.items[1].pk).update(due=None, continuing=True)
    found.items[2].decide(
        found.office,
        {Decision.Subject.STATE: DecisionKind.DROPPED},
        document="05-QĐ/ĐU",
        effective_on=date(2026, 6, 1),
        reason="Không còn nguồn vốn",
    )
    return found


def choose(made: SimpleNamespace, **chosen: str) -> dict[str, str]:
    """POST data from viec0="dua", lydo1="…" by the items' positions."""
    data = {}
    for name, value in chosen.items():
        kind, item = name[:-1], made.items[int(name[-1])]
        data[f"{'viec' if kind == 'viec' else 'ly-do'}-{item.pk}"] = value
    return data


def test_unfinished_and_continuing_items_are_proposed_and_nothing_is_chosen(client, made) -> None:
    soup = page(client, made.head, URL)
    assert [field.legend.b.text for field in soup.select("fieldset")] == [
        made.items[0].code,
        made.items[1].code,
    ]
    assert not soup.select("input[checked]")
    assert "1 việc khác của năm 2026" in words(soup)
    assert not CarryOver.objects.exists()


def test_items_are_taken_and_left_in_one_go(client, made) -> None:
    client.force_login(made.head)
    answer = client.post(URL, choose(made, viec0="dua", viec1="khong", lydo1="Đã giao cho thôn"))
    assert answer.headers["Location"] == "/ke-hoach/2027/PDD/"
    taken, left = CarryOver.objects.order_by("pk")
    assert (taken.source, taken.by) == (made.items[0], made.head)
    assert taken.into.title == made.items[0].title
    assert taken.into.due is None
    assert (left.source, left.into, left.reason) == (made.items[1], None, "Đã giao cho thôn")
    soup = page(client, made.head, URL)
    assert not soup.select("fieldset")
    shown = words(soup.find(id="da-chon").find_parent("section"))
    assert taken.into.code in shown
    assert "Lý do: Đã giao cho thôn" in shown


def test_what_is_left_unchosen_stays_open(client, made) -> None:
    client.force_login(made.head)
    client.post(URL, choose(made, viec0="khong"))
    soup = page(client, made.head, URL)
    assert [field.legend.b.text for field in soup.select("fieldset")] == [made.items[1].code]


def test_choosing_nothing_says_so(client, made) -> None:
    client.force_login(made.head)
    answer = client.post(URL, choose(made, lydo0="Thôi"))
    assert answer.status_code == 422
    assert "Chưa chọn việc nào" in answer.content.decode()
    assert "Thôi" in answer.content.decode()


def test_all_or_nothing_where_another_was_faster(client, made, monkeypatch) -> None:
    """The page was read before a colleague decided one of the items."""
    from phancong.views import carry

    read = carry._offered

    def late(plan, user):
        found = read(plan, user)
        planning.carry_over(plan, made.office, [(made.items[1], False, "")])
        return found

    monkeypatch.setattr(carry, "_offered", late)
    client.force_login(made.head)
    answer = client.post(URL, choose(made, viec0="dua", viec1="dua"))
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.content, "html.parser")
    assert "đã có người chọn" in words(soup.select_one(".error-summary"))
    assert len(soup.select("input[checked]")) == 2
    assert not CarryOver.objects.filter(into__isnull=False).exists()


def test_a_plan_that_is_no_longer_open_takes_nothing(client, made) -> None:
    put(made.plan, Plan.State.SUBMITTED)
    soup = page(client, made.office, URL)
    assert not soup.select("fieldset")
    assert "Đã trình" in words(soup)
    assert client.post(URL, choose(made, viec0="dua")).status_code == 422
    assert not CarryOver.objects.exists()


def test_a_reason_is_kept_short(client, made) -> None:
    client.force_login(made.head)
    answer = client.post(URL, choose(made, viec0="khong", lydo0="x" * 501))
    assert answer.status_code == 422
    assert "dài quá 500" in answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_only_who_writes_the_plan_may(client, made, role: str) -> None:
    client.force_login(made.accounts[role])
    may = role in (Role.OFFICE, Role.HEAD, Role.INSPECTION)
    assert client.get(URL).status_code == (200 if may else 404)
    put(made.plan, Plan.State.APPROVED)
    assert client.get(URL).status_code == (200 if may else 403)
    assert client.post(URL, choose(made, viec0="dua")).status_code == (422 if may else 403)


def test_items_never_given_are_not_offered(client, made) -> None:
    made.last.entries.update(given_on=None, given_at=None)
    assert "Không có việc nào để chuyển" in words(page(client, made.head, URL))


def test_the_page_of_many_items_costs_as_much_as_that_of_few(
    client, made, django_assert_max_num_queries
) -> None:
    Plan.objects.filter(pk=made.last.pk).update(state=Plan.State.DRAFT)
    plan_of(made, made.rooms[0], made.tasks[0], 150, year=2026)
    put(made.last, Plan.State.GIVEN)
    client.force_login(made.head)
    with django_assert_max_num_queries(12):
        assert client.get(URL).content.count(b"<fieldset") == 152


# -- the work of a unit that is no more --------------------------------------------------------------------

NEXT = "/ke-hoach/2027/PTL/chuyen-nam/"


@pytest.fixture
def ended(made) -> SimpleNamespace:
    """The first room was dissolved at the end of 2025; the second has a plan for 2027."""
    made.rooms[0].valid_to = date(2025, 12, 31)
    made.rooms[0].save()
    made.other = planning.open_plan(made.programme, made.rooms[1], 2027)
    made.other_head = UserFactory(committee=made.office.committee, role=Role.HEAD, unit=made.rooms[1])
    return made


def test_the_office_hands_a_dissolved_units_work_on_to_another_unit(client, ended) -> None:
    offered = words(page(client, ended.office, NEXT))
    assert f"của {ended.rooms[0].name}, thôi hoạt động sau ngày 31/12/2025" in offered
    answer = client.post(NEXT, choose(ended, viec0="dua", viec1="khong", lydo1="Giao cho thôn"))
    assert answer.headers["Location"] == "/ke-hoach/2027/PTL/"
    taken, left = CarryOver.objects.order_by("pk")
    assert (taken.source, taken.into.entry.plan, left.into) == (ended.items[0], ended.other, None)
    lead = taken.into.assignments.get(role="lead")
    assert (lead.unit, lead.principal) == (ended.rooms[1], True)
    assert "Lý do: Giao cho thôn" in words(page(client, ended.office, NEXT))


def test_a_head_is_not_offered_what_another_unit_left(client, ended) -> None:
    assert "Không có việc nào để chuyển" in words(page(client, ended.other_head, NEXT))
    assert client.post(NEXT, choose(ended, viec0="dua")).status_code == 422
    with pytest.raises(ValidationError, match="chính đơn vị"):
        planning.carry_over(ended.other, ended.other_head, [(ended.items[0], True, "")])


def test_the_work_of_a_unit_that_goes_on_is_its_own(ended) -> None:
    ended.rooms[0].valid_to = None
    ended.rooms[0].save()
    with pytest.raises(ValidationError, match="chính đơn vị"):
        planning.carry_over(ended.other, ended.office, [(ended.items[0], True, "")])


def test_who_now_leads_no_longer_helps(ended) -> None:
    Assignment.objects.create(
        programme=ended.programme, task=ended.items[0], role="coordinate", unit=ended.rooms[1]
    )
    assert planning.carry_over(ended.other, ended.office, [(ended.items[0], True, "")]) == 1
    assert not CarryOver.objects.get().into.assignments.filter(role="coordinate").exists()


def test_work_of_another_programme_is_not_carried_over(ended) -> None:
    another = planning.open_plan(ProgrammeFactory(committee=ended.office.committee), ended.rooms[1], 2027)
    with pytest.raises(ValidationError, match="năm liền trước"):
        planning.carry_over(another, ended.office, [(ended.items[0], True, "")])
