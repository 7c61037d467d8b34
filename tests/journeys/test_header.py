"""The header: one low line on a phone, and a menu that closes as menus do."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect


def test_the_menu_closes_on_escape_and_on_a_click_beside_it(visit: Callable, office: SimpleNamespace) -> None:
    page = visit(user=office.nguoixem).open("/don-vi/")
    summary = page.locator(".site-menu summary")
    sign_out = page.get_by_role("button", name="Đăng xuất")
    summary.click()
    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(sign_out).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_phone_has_every_page_and_the_account_in_one_menu(
    visit: Callable, office: SimpleNamespace, javascript: bool
) -> None:
    visitor = visit(user=office.truongdonvi, width=390, height=844, javascript=javascript)
    page = visitor.open("/don-vi/")
    assert page.locator(".site-header").bounding_box()["height"] <= 70
    page.locator(".site-menu summary").click()
    menu = page.locator(".site-menu .menu-list")
    expect(menu.get_by_text(office.truongdonvi.get_short_name())).to_be_visible()
    if javascript:
        assert visitor.violations() == []
    menu.get_by_role("link", name="Toàn văn").click()
    page.wait_for_url("**/van-ban/**")


@pytest.mark.parametrize("width", [1280, 1024])
@pytest.mark.parametrize("name", ["truongdonvi", "vanphong", "uyvien", "nguoixem"])
def test_a_wide_screen_has_every_page_in_one_row_and_room_to_search(
    visit: Callable, office: SimpleNamespace, name: str, width: int
) -> None:
    visitor = visit(user=getattr(office, name), width=width)
    page = visitor.open("/don-vi/")
    links = [link.bounding_box() for link in page.locator(".site-nav a").all()]
    assert len(links) >= 7
    assert {box["y"] for box in links} == {links[0]["y"]}
    assert visitor.overflow() <= 0
    assert page.get_by_role("searchbox").bounding_box()["width"] >= 200


def test_signing_out_by_its_address_asks_first(visit: Callable, office: SimpleNamespace) -> None:
    visitor = visit(user=office.nguoixem)
    page = visitor.open("/dang-xuat/")
    assert visitor.violations() == []
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap/")


def test_the_list_has_one_box_to_search_in(visit: Callable, office: SimpleNamespace) -> None:
    visitor = visit(user=office.nguoixem)
    assert visitor.open("/nhiem-vu/").get_by_role("searchbox").count() == 1
    assert visitor.open("/don-vi/").get_by_role("searchbox").count() == 1
