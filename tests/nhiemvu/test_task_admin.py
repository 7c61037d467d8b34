"""The entry page of a task: what holds of existing work is read there and changed by decision."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from nhiemvu.models import Task

LIST = "admin:nhiemvu_task_changelist"


@pytest.fixture
def work(client, planners):
    planners.give(planners.plan({"title": "Khảo sát"}), on=date(2026, 3, 1))
    planners.plan({"title": "Còn nháp"}, year=2027)
    planners.task.decide(
        planners.secretary, {"due": date(2027, 6, 30)}, document="9-QĐ/MAU", effective_on=date(2026, 5, 1)
    )
    client.force_login(planners.office)
    return planners


def change(client, task):
    response = client.get(reverse("admin:nhiemvu_task_change", args=[task.pk]))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def named(soup):
    return {box["name"] for box in soup.select("#task_form [name]")}


def test_dates_product_and_authority_of_existing_work_are_read_with_a_link_to_their_decision(client, work):
    soup = change(client, work.task)
    assert not named(soup) & {"start", "due", "continuing", "product", "authority", "priority"}
    assert "title" in named(soup)
    assert soup.select_one('a[href^="/nhiem-vu/II.3.2-01/quyet-dinh/"]')
    row = soup.select_one("#decisions-group").get_text(" ")
    assert "9-QĐ/MAU" in row and "30/06/2027" in row and "chưa có" in row


def test_a_forged_field_changes_nothing_that_holds(client, work):
    soup = change(client, work.task)
    sent = {
        box["name"]: box.get("value", "") for box in soup.select("#task_form input[name]") if box.get("value")
    }
    sent |= {"title": "Tên mới", "due": "01/01/2030", "product": "Lén"}
    client.post(reverse("admin:nhiemvu_task_change", args=[work.task.pk]), sent)
    work.task.refresh_from_db()
    assert (work.task.title, work.task.due, work.task.product) == ("Tên mới", date(2027, 6, 30), "")


def test_a_new_row_may_still_be_given_a_deadline_but_is_never_a_plan_item(client, work):
    soup = BeautifulSoup(client.get(reverse("admin:nhiemvu_task_add")).content, "html.parser")
    assert {"start", "due", "continuing", "product", "authority"} <= named(soup)
    assert [option["value"] for option in soup.select("#id_kind option") if option["value"]] == [
        "task",
        "project",
    ]


def test_a_plan_item_is_only_read_and_never_deleted(client, work):
    item = work.item("2026-PKT-01")
    soup = change(client, item)
    assert not named(soup) & {"title", "due", "parent", "year", "ordinal", "mirrors", "kind", "code"}
    assert soup.select_one('a[href^="/nhiem-vu/2026-PKT-01/quyet-dinh/"]')
    draft = change(client, work.item("2027-PKT-01"))
    assert draft.select_one('a[href="/ke-hoach/2027/PKT/"]')
    assert client.get(reverse("admin:nhiemvu_task_delete", args=[item.pk])).status_code == 403
    everything = {"action": "delete_selected", "_selected_action": [item.pk], "post": "yes"}
    client.post(reverse(LIST), everything)
    assert Task.objects.filter(pk=item.pk).exists()


def test_items_of_a_plan_still_being_written_are_not_there_for_the_administrator(client, work):
    assert "2027-PKT-01" in client.get(reverse(LIST)).content.decode()
    client.force_login(work.admin)
    listed = client.get(reverse(LIST)).content.decode()
    assert "2026-PKT-01" in listed and "2027-PKT-01" not in listed
    draft = work.item("2027-PKT-01")
    assert client.get(reverse("admin:nhiemvu_task_change", args=[draft.pk])).status_code == 404


def test_the_page_takes_no_more_queries_for_more_decisions(client, work, django_assert_max_num_queries):
    for day in range(2, 12):
        work.task.decide(
            work.office, {"product": f"Bản {day}"}, document="1", effective_on=date(2026, 5, day)
        )
    with django_assert_max_num_queries(15):
        change(client, work.task)
