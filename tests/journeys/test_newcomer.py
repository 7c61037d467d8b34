"""What a person does who knows only the paper."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from nhiemvu.models import Task
from tests.conftest import ROLES


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_newcomer_finds_a_task_its_duty_holders_and_its_signed_sentence(
    visit: Callable, office: SimpleNamespace, javascript: bool
) -> None:
    task = Task.objects.select_related("clause").get(code="II.3.2-02")
    visitor = visit(javascript=javascript)
    page = visitor.sign_in("nguoixem")
    page.get_by_role("navigation").get_by_role("link", name="Nhiệm vụ", exact=True).first.click()
    field = page.locator("main input[name=q]").first
    field.fill("duong")
    field.press("Enter")
    page.wait_for_url("**q=duong**")
    page.wait_for_load_state("networkidle")
    link = page.locator(f"a[href*='/nhiem-vu/{task.code}/']").first
    link.click()
    page.wait_for_url(f"**/nhiem-vu/{task.code}/**")
    main = page.locator("main")
    said = re.sub(r"\s+", " ", main.inner_text())
    assert re.sub(r"\s+", " ", task.clause.as_signed)[:120] in said
    for word in ("Chỉ đạo", "Chủ trì", "Phối hợp"):
        expect(main).to_contain_text(word, ignore_case=True)
    assert office.truongdonvi.unit.name in said


def test_search_needs_no_diacritics_and_answers_as_one_types(
    visit: Callable, office: SimpleNamespace
) -> None:
    visitor = visit(user=office.nguoixem)
    page = visitor.open("/nhiem-vu/")
    total = page.locator("[data-total]")
    everything = int(total.get_attribute("data-total") or 0)
    assert everything == 53
    page.locator("main input[name=q]").first.press_sequentially("dat dai", delay=30)
    expect(total).not_to_have_attribute("data-total", str(everything))
    found = int(page.locator("[data-total]").get_attribute("data-total") or 0)
    assert 0 < found < everything


def test_the_document_leads_to_the_task_and_back(visit: Callable, office: SimpleNamespace) -> None:
    visitor = visit(user=office.bithu)
    page = visitor.open(Task.objects.get(code="II.3.2-02").programme.get_absolute_url())
    page.locator("main a[href*='/nhiem-vu/II.3.2-02/']").first.click()
    page.wait_for_url("**/nhiem-vu/II.3.2-02/**")
    page.locator("main a[href*='/van-ban/']").first.click()
    page.wait_for_url("**/van-ban/**")


@pytest.mark.parametrize("name", list(ROLES))
def test_each_role_signs_in_to_a_page_of_its_own(visit: Callable, office: SimpleNamespace, name: str) -> None:
    expect(visit().sign_in(name).locator("h1")).to_be_visible()


def test_what_is_kept_from_a_role_is_not_offered_to_it(visit: Callable, office: SimpleNamespace) -> None:
    assert visit(user=office.bithu).open("/").locator("a[href^='/quan-tri/']").count() == 0
    assert visit(user=office.vanphong).open("/").locator("a[href^='/quan-tri/']").count() > 0
