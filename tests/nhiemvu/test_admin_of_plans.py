"""Entry pages stay away from what only a plan or a decision may change."""

from datetime import date

import pytest

from nhiemvu.models import Indicator, RelatedWork, Task
from phancong.models import Assignment
from tests.entry import resend


@pytest.fixture
def given(client, planners) -> Task:
    planners.give(planners.plan({"title": "Khảo sát", "due": date(2026, 9, 30)}), on=date(2026, 3, 1))
    client.force_login(planners.office)
    return Task.objects.plan_items().get()


def test_who_does_a_plan_item_is_only_shown_in_entry(client, given):
    lead = Assignment.objects.get(task=given, role="lead")
    page = client.get(f"/quan-tri/phancong/assignment/{lead.pk}/change/")
    assert page.status_code == 200 and b'name="unit"' not in page.content
    assert client.post(f"/quan-tri/phancong/assignment/{lead.pk}/change/", {}).status_code == 403
    assert client.post(f"/quan-tri/phancong/assignment/{lead.pk}/delete/", {"post": "yes"}).status_code == 403
    page = client.get(f"/quan-tri/nhiemvu/task/{given.pk}/change/")
    assert b"assignments-0-unit" not in page.content
    assert Assignment.objects.filter(pk=lead.pk).exists()


def test_no_assignment_is_put_on_a_plan_item_from_outside(client, given, planners):
    url = "/quan-tri/phancong/assignment/add/"
    sent = {"task": given.pk, "role": "coordinate", "unit": planners.unit.pk}
    answer = resend(client, url, **sent)
    assert "đổi theo quyết định" in answer.content.decode()
    assert Assignment.objects.filter(task=given).exclude(role__in=("lead", "direct")).count() == 0


def test_a_task_with_items_stays_in_its_section(client, planners):
    client.force_login(planners.office)
    task = Task.objects.create(
        programme=planners.programme, kind="task", code="II.3.2-90", ordinal=900,
        section=planners.task.section, title="Việc thêm",
    )  # fmt: skip
    page = client.get(f"/quan-tri/nhiemvu/task/{task.pk}/change/")
    assert b'name="section"' in page.content
    planners.plan({"title": "Khảo sát", "parent": task})
    page = client.get(f"/quan-tri/nhiemvu/task/{task.pk}/change/")
    assert b'name="section"' not in page.content


def test_what_everybody_reads_names_no_draft(client, planners):
    planners.plan({"title": "Đang soạn"})
    draft = Task.objects.plan_items().get()
    client.force_login(planners.office)
    answer = resend(
        client, "/quan-tri/nhiemvu/relatedwork/add/", first=planners.task.pk, second=draft.pk, note=""
    )
    assert "chưa được giao" in answer.content.decode()
    assert not RelatedWork.objects.exists() and not Indicator.objects.filter(task=draft).exists()


def test_a_nonsense_person_in_the_audit_finds_nothing(client, planners):
    client.force_login(planners.office)
    assert client.get("/nhat-ky/?nguoi=99999999999999999999").status_code == 200
