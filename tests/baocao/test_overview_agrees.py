"""Number for number: what the overview says of a day is what the exported JSON of that day holds, and every
number on it opens a list of just so many rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from difflib import unified_diff
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client

from baocao.exporters.programme import programme_json
from chuongtrinh.models import Programme, User
from nhiemvu.status import HANOI
from tests.baocao.recorded_later import pages, recorded_before, recorded_today
from tests.baocao.recounting import (
    MARKS,
    Json,
    document,
    in_charge,
    items,
    kept,
    mark,
    moves,
    said_of_indicators,
    said_of_projects,
    top_section,
)
from tests.record import NOW

DAYS = [date(2026, 7, 20), date(2026, 10, 31), date(2026, 11, 23)]
FIRST = pytest.param(DAYS[0], marks=pytest.mark.one_database)  # another past day asks nothing else of SQL
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(demo_record: Programme) -> Iterator[Programme]:
    """The demo's record on its last day."""
    with time_machine.travel(NOW, tick=False):
        yield demo_record


@pytest.fixture(scope="module")
def exported(told: Programme, django_db_blocker) -> Any:
    """The programme as JSON on a day, written once."""
    held: dict[date, Json] = {}

    def export(day: date) -> Json:
        if day not in held:
            held[day] = programme_json(told, day)
        return held[day]

    return export


@pytest.fixture
def secretary(told: Programme) -> Client:
    client = Client()
    client.force_login(User.objects.get(committee=told.committee, role=User.Role.SECRETARY))
    return client


def soup_of(client: Client, day: date, **given: str) -> BeautifulSoup:
    response = client.get("/tong-quan/", {"ngay": day.isoformat(), **given})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "lxml")


# -- what the page says -----------------------------------------------------------------------------------


def said(soup: BeautifulSoup, where: str) -> dict[str, int]:
    """The counts in a sentence by what they count."""
    return {
        link.get_text(" ", strip=True).split(" ", 1)[1]: int(link.b.text)
        for link in soup.select(f"{where} a.tally")
    }


def drawn(soup: BeautifulSoup, name: str) -> dict[str, list[str]]:
    """A chart's table: the row's name and its cells."""
    figure = soup.select_one(f'svg[aria-labelledby="{name}-t"]').find_parent("figure")
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in figure.select("table tr")]
    return {"": rows[0][1:], **{row[0]: row[1:] for row in rows[1:]}}


@pytest.mark.parametrize("day", DAYS)
def test_the_headline_counts_what_the_export_holds(secretary, exported, day):
    rows = document(exported(day))
    marks = Counter(mark(task) for task in rows)
    late = sum(task["freshness"] == "late" for task in rows)
    counted = said(soup_of(secretary, day, tu="2026-06-15"), ".overview-sentence")
    assert counted.pop("nhiệm vụ, đề án") == len(rows) == 53
    assert counted.get("quá hạn", 0) == marks["overdue"]
    assert counted.get("sắp đến hạn hoặc có nguy cơ", 0) == marks["warning"]
    assert counted.get("chậm cập nhật", 0) == late


@pytest.mark.parametrize("day", DAYS)
def test_the_years_items_are_counted_beside(secretary, exported, day):
    rows = items(exported(day), day)
    marks = Counter(mark(task) for task in rows)
    counted = said(soup_of(secretary, day), ".overview-items")
    assert rows
    assert counted.get("quá hạn", 0) == marks["overdue"]
    assert counted.get("sắp đến hạn hoặc có nguy cơ", 0) == marks["warning"]
    assert counted.get("chậm cập nhật", 0) == sum(task["freshness"] == "late" for task in rows)


WORDS = {
    "newly_late": "mới quá hạn",
    "recovered": "hết quá hạn",
    "newly_completed": "mới hoàn thành",
    "deadline_moved": "đổi thời hạn",
}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("since", [date(2026, 6, 15), date(2026, 7, 10)])
def test_what_moved_is_the_difference_of_two_exports(secretary, exported, day, since):
    before, after = exported(since), exported(day)
    soup = soup_of(secretary, day, tu=since.isoformat())
    given = {task["code"] for task in items(before, since)}
    under: dict[str, list[str]] = {}
    for task in items(after, day):
        if task["code"] in given and task["progress"] != "dropped":
            under.setdefault(task["parent"], []).append(task["code"])
    counted = said(soup, ".moved-list")
    for what, rows in (("nhiệm vụ, đề án", document(after)), ("việc cụ thể", items(after, day))):
        expected = moves(before, after, rows, under)
        found = {name: counted.get(f"{what} {words}", 0) for name, words in WORDS.items()}
        assert found == {name: expected[name] for name in WORDS}, what


LABELS = {words: name for name, words in MARKS.items()}


@pytest.mark.parametrize("day", DAYS)
def test_sections_and_units_are_drawn_as_counted(secretary, exported, day):
    rows = document(exported(day))
    soup = soup_of(secretary, day)
    held = {task["section"] for task in rows}
    for name, key in (
        ("theo-muc", lambda task: top_section(task["section"], held)),
        ("theo-don-vi", in_charge),
    ):
        table = drawn(soup, name)
        head = table.pop("")
        expected: dict[str, Counter[str]] = {}
        for task in rows:
            expected.setdefault(key(task), Counter())[mark(task)] += 1
        assert len(table) == len(expected)
        for label, cells in table.items():
            counts = expected[label.split(" ")[0] if name == "theo-muc" else label]
            assert int(cells[0]) == sum(counts.values()), label
            found = {
                LABELS[word]: int(count)
                for word, count in zip(head[1:], cells[1:], strict=True)
                if int(count)
            }
            assert found == dict(counts), label


@pytest.mark.parametrize("day", DAYS)
def test_what_is_missing_of_the_six_is_as_exported(secretary, exported, day):
    expected: dict[str, Counter[str]] = {}
    for task in document(exported(day)):
        lacks = Counter(name for name, there in task["six_clear"].items() if not there)
        expected[in_charge(task)] = expected.get(in_charge(task), Counter()) + lacks
    parts = ["person", "work", "time", "responsibility", "product", "authority"]
    rows = soup_of(secretary, day).select(".six-table tbody tr:not(.foot)")
    assert len(rows) == len(expected)
    for row in rows:
        name = " ".join(row.th.find(string=True, recursive=False).split())
        assert [int(cell.text) for cell in row.find_all("td")] == [expected[name][part] for part in parts]


@pytest.mark.parametrize("day", DAYS)
def test_how_the_units_kept_the_periods_is_as_exported(secretary, exported, day):
    now = NOW if day == NOW.date() else datetime.combine(day, time.max, HANOI)
    table = drawn(soup_of(secretary, day), "nen-nep")
    expected = kept(exported, day, now)
    assert len(table.pop("")) == len(next(iter(expected.values())))
    assert table == expected
    assert {cell.split(",")[0] for cells in table.values() for cell in cells} >= {"Đúng kỳ"}


@pytest.mark.parametrize("day", DAYS)
def test_the_projects_timeline_says_what_is_exported(secretary, exported, day):
    table = drawn(soup_of(secretary, day), "cac-de-an")
    table.pop("")
    found = {label.split(" ")[0]: cells for label, cells in table.items()}
    assert found == said_of_projects(exported(day))
    assert len(found) == 10


@pytest.mark.parametrize("day", DAYS)
def test_the_indicators_stand_as_exported(secretary, exported, day):
    table = drawn(soup_of(secretary, day), "cac-chi-tieu")
    table.pop("")
    found = {label.split(" ")[0]: (cells[0], cells[2]) for label, cells in table.items()}
    assert found == said_of_indicators(exported(day), day)
    assert len(found) == 6


NUMBER = re.compile(r"(\d+) việc$")


def numbers(soup: BeautifulSoup) -> dict[str, int]:
    """Every number that leads to the list, by its address."""
    found = {}
    for link in soup.select('main a[href^="/nhiem-vu/?"], main a[href="/nhiem-vu/"]'):
        spoken = NUMBER.search(link.get("aria-label") or "")
        told = spoken.group(1) if spoken else re.search(r"\d+", link.get_text()).group()
        assert found.setdefault(link["href"], int(told)) == int(told), link["href"]
    return found


def numbers_apart(client: Client, day: date) -> dict[str, tuple[int, int]]:
    """The lists that hold another number of rows than the overview says."""
    wrong = {}
    for url, count in numbers(soup_of(client, day, tu="2026-06-15")).items():
        response = client.get(url, headers={"hx-request": "true"})
        total = int(re.search(rb'data-total="(\d+)"', response.content).group(1))
        if total != count:
            wrong[url] = (count, total)
    return wrong


@pytest.mark.parametrize("day", [FIRST, *DAYS[1:]])
def test_every_number_opens_exactly_its_rows(secretary, day):
    assert len(numbers(soup_of(secretary, day, tu="2026-06-15"))) > 40
    assert numbers_apart(secretary, day) == {}


def test_no_other_number_on_the_page_is_without_its_rows(secretary):
    """Beside addresses of lists there are only those of pages: work, units, periods, projects, indicators."""
    soup = soup_of(secretary, DAYS[1])
    others = {link["href"].split("?")[0] for link in soup.select("main a[href]")} - {"/nhiem-vu/"}
    pages = (
        "/nhiem-vu/",
        "/don-vi/",
        "/ky-bao-cao/",
        "/de-an/",
        "/chi-tieu/",
        "/tong-quan/",
        "/chi-dao/moi/",
    )
    assert [url for url in others if not url.startswith(pages) and url != "/"] == []


# -- what is recorded later ---------------------------------------------------------------------------------


def words_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    main = BeautifulSoup(response.content, "lxml").main
    for box in main.select("form"):  # what one may choose from are the units of today
        box.decompose()
    return main.text


@pytest.mark.parametrize(
    ("day", "counted"), [pytest.param(DAYS[0], False, marks=pytest.mark.one_database), (DAYS[1], True)]
)
def test_what_is_recorded_later_changes_no_letter_of_a_past_day(secretary, told, day, counted):
    with transaction.atomic():
        with time_machine.travel(datetime(2026, 6, 3, 9, tzinfo=HANOI), tick=False):
            recorded_before(told)
        urls = pages(told, day)

        def shown() -> dict[str, str]:
            return {url: words_of(secretary, url) for url in urls}

        with time_machine.travel(NOW, tick=False):
            before = shown()
            recorded_today(told)
            after = shown()
            wrong = numbers_apart(secretary, day) if counted else {}
            today = words_of(secretary, "/don-vi/")
        transaction.set_rollback(True)
    assert wrong == {} and today.count("(tên mới)") > 20
    apart = {
        url: list(unified_diff(before[url].split("\n"), after[url].split("\n"), n=0))
        for url in urls
        if before[url] != after[url]
    }
    assert apart == {}
