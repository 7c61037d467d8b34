"""What a unit and a comrade carry: by role and mark, what presses, and how the periods were kept."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup

from baocao import reporting
from baocao.models import Update
from phancong.models import Assignment, Post
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.baocao.test_reporting import sent
from tests.factories.programmes import TaskFactory
from tests.nhiemvu.test_standing import on, soup_of, words
from tests.phancong.test_planning import office as office


@pytest.fixture
def world(client, month):
    client.force_login(month.vanphong)
    return month


def unit_soup(client, world) -> BeautifulSoup:
    return soup_of(client, world.unit.get_absolute_url())


def parts(soup: BeautifulSoup) -> dict[str, str]:
    """What each link of the chart of work is called, with its address."""
    chart = soup.select_one("section:has(#khoi-luong-ten) svg")
    return {a["aria-label"]: a["href"] for a in chart.select("a")}


def test_every_part_of_the_chart_opens_the_rows_that_it_counts(client, world) -> None:
    found = parts(unit_soup(client, world))
    assert any(label.startswith("Chủ trì, tham mưu, ") for label in found)
    assert any(label.startswith("Việc cụ thể năm 2026, ") for label in found)
    for label, url in found.items():
        listed = soup_of(client, url).select_one("[data-total]")["data-total"]
        assert listed == re.findall(r"\d+", label)[-1], label


def test_the_year_s_items_are_counted_once_given(client, world) -> None:
    counted = [label for label in parts(unit_soup(client, world)) if label.startswith("Việc cụ thể")]
    assert counted == ["Việc cụ thể năm 2026, trong hạn: 1 việc"]


def test_what_is_late_stands_first_with_its_days_and_its_reason(client, world) -> None:
    late = TaskFactory(
        section=world.task.section, ordinal=900, code="X-01", clause=None, due=date(2026, 5, 1)
    )
    Assignment.objects.create(
        programme=world.programme, task=late, role=Assignment.Role.LEAD, unit=world.unit, principal=True
    )
    reporting.confirm([sent(world, percent=10, verdict="at_risk", reason="Chờ vốn")], world.vanphong)
    rows = [words(li) for li in unit_soup(client, world).select("section:has(#can-luu-y) li")]
    assert rows[0].startswith("X-01")
    assert "trễ 40 ngày · Chủ trì, tham mưu" in rows[0]
    assert rows[1].startswith(world.item.code)
    assert "Có nguy cơ Việc cụ thể · “Chờ vốn”" in rows[1]


def test_nothing_late_is_said_so(client, world) -> None:
    card = unit_soup(client, world).select_one("section:has(#can-luu-y)")
    assert "Không có việc nào quá hạn" in card.text and "trong số việc chỉ đạo, chủ trì" in card.text


def test_rows_without_their_report_are_counted_by_role_and_listed(client, world) -> None:
    with on(client, world.vanphong, date(2026, 6, 16)):
        links = unit_soup(client, world).select(".load-stale a")
        assert links
        for link in links:
            listed = soup_of(client, link["href"]).select_one("[data-total]")["data-total"]
            assert listed == re.findall(r"\d+", link.text)[0]


def test_the_periods_stand_in_a_row_with_their_figures(client, world) -> None:
    cells = [a["aria-label"] for a in unit_soup(client, world).select("section:has(#nen-nep-ten) svg a")]
    assert len(cells) == 1
    assert re.fullmatch(rf"{world.unit.name}, T6: Còn hạn, đã nộp 0/\d+ việc", cells[0])
    with on(client, world.vanphong, date(2026, 6, 16)):
        table = words(unit_soup(client, world).select_one("section:has(#nen-nep-ten) table"))
    assert "Thiếu, đã nộp 0/" in table


def test_the_comrade_who_heads_a_unit_sees_how_it_kept_the_periods(client, world) -> None:
    head = Post.objects.get(unit=world.unit, is_head=True).comrade
    soup = soup_of(client, head.get_absolute_url())
    assert world.unit.name in words(soup.select_one("section:has(#nen-nep-ten) table"))


def test_no_page_ranks_persons_or_units(client, world) -> None:
    """A page speaks of one alone: no other unit stands in its charts."""
    soup = unit_soup(client, world)
    others = {unit.name for unit in type(world.unit).objects.exclude(pk=world.unit.pk)} - {world.unit.name}
    charts = " ".join(words(table) for table in soup.select(".chart table"))
    assert [name for name in others if name in charts] == []
    assert Update.objects.count() == 0
