"""From the work to an instruction in two clicks, its answer on a phone, and its acceptance."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_an_instruction_is_given_answered_and_accepted(
    visit: Callable, office: SimpleNamespace, javascript: bool
) -> None:
    leader = visit(user=office.bithu, javascript=javascript)
    page = leader.open("/nhiem-vu/DA-01/")
    leader.follow(page.get_by_role("link", name="Chỉ đạo", exact=True).last)
    if javascript:
        assert leader.violations() == []
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_text("Đã gửi.")).to_be_visible()
    address = page.url
    phone = visit(user=office.truongdonvi, width=390, height=844, javascript=javascript)
    there = phone.open(address[address.index("/chi-dao/") :])
    assert phone.overflow() <= 0
    if javascript:
        assert phone.violations() == []
    there.get_by_role("textbox", name="Trả lời").fill("Xong trước ngày 20.")
    there.get_by_role("button", name="Gửi trả lời").click()
    expect(there.get_by_text("Đã trả lời, chờ ý kiến").first).to_be_visible()
    page.reload()
    if javascript:
        assert leader.violations() == []
    page.get_by_role("button", name="Đạt yêu cầu").click()
    expect(page.get_by_text("Đạt yêu cầu").first).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_directives_are_accessible(visit: Callable, office: SimpleNamespace, width: int) -> None:
    for name, paths in (
        ("bithu", ("/chi-dao/", "/chi-dao/moi/?don-vi=PKT", "/phu-trach/")),
        ("uyvien", ("/phu-trach/", "/chi-dao/moi/")),
    ):
        visitor = visit(user=getattr(office, name), width=width)
        for path in paths:
            visitor.open(path)
            assert visitor.violations() == [], path
            assert visitor.overflow() <= 0, path
