"""What is plausible of a typed deadline: one rule for the decision page, plan items and their sheets."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from nhiemvu.rules import code_fault, deadline_fault
from phancong import planning
from phancong.planning import open_plan

TERM = SimpleNamespace(issued_on=date(2026, 5, 5), term_end=2030)
UNKNOWN = SimpleNamespace(issued_on=None, term_end=None)


@pytest.mark.parametrize(
    ("day", "programme", "plan_item", "fine"),
    [
        (date(2026, 5, 4), TERM, False, False),
        (date(2026, 5, 5), TERM, False, True),
        (date(2030, 12, 31), TERM, False, True),
        (date(2031, 1, 1), TERM, False, False),
        (date(2026, 5, 4), TERM, True, True),
        (date(2000, 1, 1), TERM, True, True),
        (date(1999, 12, 31), TERM, True, False),
        (date(2035, 12, 31), TERM, True, True),
        (date(2036, 1, 1), TERM, True, False),
        (date(2999, 1, 1), UNKNOWN, False, True),
        (date(1999, 1, 1), UNKNOWN, False, False),
        (None, TERM, False, True),
    ],
)
def test_which_days_are_plausible(day, programme, plan_item, fine):
    assert (deadline_fault(day, programme, plan_item=plan_item) == "") is fine


def test_a_sections_number_is_not_the_beginning_of_anothers():
    assert code_fault("II.3.20-01", "II.3.2", project=False)
    assert code_fault("II.3.2-", "II.3.2", project=False)
    assert not code_fault("II.3.2-01", "II.3.2", project=False)


def typed(task, **more):
    """What the decision page sends for a preview."""
    read = str(task.history.latest().history_id)
    return {"read_version": read, "document": "9-QĐ/MAU", "effective_on": "01/06/2026", "buoc": "xem", **more}


@pytest.mark.parametrize("due", [date(1926, 12, 31), date(2040, 1, 1)])
def test_a_plan_item_takes_no_slip_of_the_keys_and_says_so_at_its_deadline(planners, due):
    plan = open_plan(planners.programme, planners.unit, 2026)
    with pytest.raises(ValidationError) as refused:
        planning.add_item(plan, planners.head, planners.data(due=due))
    assert "chắc là gõ nhầm" in refused.value.message_dict["due"][0]
    with pytest.raises(ValidationError) as refused:
        planning.add_item(plan, planners.head, planners.data(start=date(1926, 1, 1)))
    assert list(refused.value.message_dict) == ["start"]


def test_a_plan_item_may_be_due_outside_its_year(planners):
    plan = open_plan(planners.programme, planners.unit, 2026)
    item = planning.add_item(plan, planners.head, planners.data(due=date(2027, 6, 30)))
    data = replace(planners.data(), due=date(2032, 6, 30))
    planning.change_item(item, planners.head, data)
    item.refresh_from_db()
    assert item.due == date(2032, 6, 30)


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ("31/12/2031", "sau khi hết nhiệm kỳ (2030)"),
        ("04/05/2026", "trước ngày ký chương trình (05/05/2026)"),
    ],
)
def test_the_decision_page_refuses_a_deadline_outside_the_term(client, planners, due, told):
    client.force_login(planners.office)
    url = "/nhiem-vu/II.3.2-01/quyet-dinh/"
    page = client.post(url, typed(planners.task, due=due))
    assert told in page.content.decode()
    planners.task.refresh_from_db()
    assert planners.task.due is None
    page = client.post(url, typed(planners.task, due="30/06/2027")).content.decode()
    assert "decision-preview" in page and "nhiệm kỳ (" not in page


def test_what_was_once_decided_stands_beside_another_change(client, planners):
    """An old day outside the term does not keep the product from being written down."""
    type(planners.task).objects.filter(pk=planners.task.pk).update(due=date(2032, 1, 1))
    client.force_login(planners.office)
    url = "/nhiem-vu/II.3.2-01/quyet-dinh/"
    page = client.post(url, typed(planners.task, due="01/01/2032", product="Đề án")).content.decode()
    assert "decision-preview" in page and "sau khi hết nhiệm kỳ" not in page
