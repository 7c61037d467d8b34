"""The secretary's two minutes: signed in, the picture is there; the evidence is one click away, a directive
two; it prints on one page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import timezone
from pypdf import PdfReader

from nhiemvu.models import Task
from nhiemvu.status import HANOI

SIZES = """() => {
  const found = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const at = node.parentElement;
    if (!node.data.trim() || !at.checkVisibility() || at.closest(".visually-hidden, title, desc")) continue;
    const zoom = (at.closest(".chart > svg") || at).currentCSSZoom;
    found.push([parseFloat(getComputedStyle(at).fontSize) * .75 * zoom, node.data]);
  }
  return found;
}"""
"""Points on paper of every word that is seen."""


@pytest.fixture
def overdue(office: SimpleNamespace) -> None:
    """Ten rows that a unit leads and that fell due a few days ago, each on another day."""
    today = timezone.now().astimezone(HANOI).date()
    rows = Task.objects.of_document().filter(section__number__startswith="II.3", mirrors=None)
    for late, task in enumerate(rows[:10], 1):
        signed = task.programme.issued_on
        task.decide(
            office.vanphong,
            {"due": today - timedelta(days=late)},
            document="01-QĐ/MAU",
            effective_on=signed or today,
        )


@pytest.mark.usefixtures("overdue")
def test_the_picture_the_evidence_and_a_directive_are_near(visit: Callable) -> None:
    visitor = visit()
    page = visitor.sign_in("bithu")
    assert page.url.endswith("/tong-quan/")
    assert "10 quá hạn" in page.locator(".overview-sentence").inner_text()
    assert page.locator(".urgent-list > li").count() == 7
    page.locator(".overview-sentence a.overdue").click()
    assert page.locator("[data-total]").get_attribute("data-total") == "10"
    page.go_back()
    page.locator(".urgent-list a.btn").first.click()
    page.wait_for_url("**/chi-dao/moi/**")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/chi-dao/**")
    assert page.locator(".error-summary").count() == 0


@pytest.mark.usefixtures("overdue")
@pytest.mark.parametrize("asked", ["", "?ngay=01/12/2025"], ids=["today", "first days"])
def test_it_prints_on_one_page_in_words_large_enough(
    visit: Callable, office: SimpleNamespace, asked: str
) -> None:
    page = visit(user=office.bithu).open(f"/tong-quan/{asked}")
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    printed = "".join(sheets[0].extract_text().split())
    for words in ("Cần đồng chí", "Biến động", "Theo mục", "Theo đơn vị", "Các đề án", "Chỉ tiêu", "6 rõ"):
        assert words.replace(" ", "") in printed
    page.emulate_media(media="print")
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 100
    assert [(size, word) for size, word in sizes if size < 7] == []


@pytest.mark.usefixtures("overdue")
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible_and_fits_the_screen(visit: Callable, office: SimpleNamespace, width: int) -> None:
    visitor = visit(user=office.bithu, width=width)
    for path in ("/tong-quan/", "/tong-quan/so-sanh/"):
        visitor.open(path)
        assert visitor.violations() == []
        assert visitor.overflow() <= 0
