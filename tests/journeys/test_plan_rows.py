"""The rows of a plan being written: one menu for all, the same without a script, nothing typed is lost."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from nhiemvu.models import Task
from phancong import planning
from phancong.planning import ItemData
from tests.factories.people import PASSWORD


@pytest.fixture
def two(office: SimpleNamespace) -> SimpleNamespace:
    """A plan in draft with two items under one task."""
    programme, head = office.vanphong.committee.programmes.get(), office.truongdonvi
    year = min(timezone.localdate().year, 2029)
    plan = planning.open_plan(programme, head.unit, year)
    parent = programme.tasks.get(code="II.3.2-01")
    items = [ItemData(parent=parent, title=title) for title in ("Khảo sát", "Lập bản đồ")]
    planning.write_items(plan, head, [(None, item) for item in items])
    return SimpleNamespace(url=plan.get_absolute_url(), head=head)


def titles() -> list[str]:
    return list(Task.objects.plan_items().order_by("ordinal").values_list("title", flat=True))


def row(page: Page, number: int):
    return page.locator("tr.item").nth(number)


@pytest.mark.parametrize("width", [1280, 390])
def test_one_menu_serves_every_row(visit: Callable, two: SimpleNamespace, width: int) -> None:
    visitor = visit(user=two.head, width=width, height=844)
    page = visitor.open(two.url)
    more = row(page, 1).get_by_role("link", name="Khác")
    more.click()
    copy = page.get_by_role("button", name="Nhân bản")
    expect(copy).to_be_focused()
    assert (visitor.violations(), visitor.overflow() <= 0) == ([], True)
    page.keyboard.press("Escape")
    expect(copy).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    page.get_by_role("button", name="Lên").click()
    expect(row(page, 0)).to_contain_text("Lập bản đồ")
    row(page, 1).get_by_role("link", name="Khác").click()
    page.get_by_role("button", name="Nhân bản").click()
    expect(page.locator("tr.item")).to_have_count(3)
    assert titles() == ["Lập bản đồ", "Khảo sát", "Khảo sát"]
    row(page, 0).get_by_role("link", name="Khác").click()
    page.get_by_role("button", name="Xóa…").click()
    page.locator("button[name=xac-nhan]").click()
    expect(page.locator(".message")).to_contain_text("Đã xóa")
    expect(page.locator("tr.item")).to_have_count(2)


def test_a_row_moves_by_keyboard(visit: Callable, two: SimpleNamespace) -> None:
    page = visit(user=two.head).open(two.url)
    row(page, 0).get_by_role("link", name="Sửa").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(row(page, 0)).to_contain_text("Lập bản đồ")
    assert titles() == ["Lập bản đồ", "Khảo sát"]


def test_without_javascript_the_items_page_has_the_same_acts(visit: Callable, two: SimpleNamespace) -> None:
    page = visit(user=two.head, javascript=False).open(two.url)
    row(page, 1).get_by_role("link", name="Khác").click()
    page.get_by_role("button", name="Chuyển lên trên").click()
    expect(row(page, 0)).to_contain_text("Lập bản đồ")
    row(page, 0).get_by_role("link", name="Khác").click()
    page.get_by_role("button", name="Nhân bản").click()
    expect(page.locator("tr.item")).to_have_count(3)


@pytest.mark.parametrize("in_the_row", [True, False], ids=["in the row", "on the item's page"])
def test_what_was_typed_outlives_the_session(visit: Callable, two: SimpleNamespace, in_the_row: bool) -> None:
    visitor = visit(user=two.head)
    page = visitor.open(two.url)
    edit = row(page, 0).get_by_role("link", name="Sửa")
    if in_the_row:
        edit.click()
    else:
        visitor.open(f"{two.url}{edit.get_attribute('href')}")
    page.get_by_label("Sản phẩm").fill("Báo cáo khảo sát")
    Session.objects.all().delete()
    page.get_by_role("button", name="Lưu", exact=True).click()
    if in_the_row:
        expect(page.locator(".ask-again")).to_contain_text("giữ trong máy này")
        page.once("dialog", lambda dialog: dialog.accept())
        page.goto(page.url)
    page.fill("input[name=username]", two.head.username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/dang-nhap/" not in url)
    visitor.open(two.url)
    other = row(page, 1).get_by_role("link", name="Sửa").get_attribute("href")
    visitor.open(f"{two.url}{other}")  # another item, saved in between, takes nothing away
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".message.success")).to_be_visible()
    row(page, 0).get_by_role("link", name="Sửa").click()
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.get_by_label("Sản phẩm")).to_have_value("Báo cáo khảo sát")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(row(page, 0)).to_contain_text("Báo cáo khảo sát")
    row(page, 0).get_by_role("link", name="Sửa").click()
    expect(page.get_by_label("Sản phẩm")).to_have_value("Báo cáo khảo sát")
    expect(page.get_by_role("button", name="Lấy lại")).to_have_count(0)
