"""Number for number: what the overview says of a day is what the exported JSON of that day holds, and every
number on it opens a list of just so many rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client

from baocao import sample
from baocao.exporters.programme import programme_json
from chuongtrinh.loader import load
from chuongtrinh.management.commands.create_role_accounts import create_accounts
from chuongtrinh.models import Programme, User
from nhiemvu.models import Task
from nhiemvu.status import HANOI, DecisionKind
from phancong.models import Assignment, PlanEntry, Post, Unit

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=HANOI)
DAYS = [date(2026, 7, 20), date(2026, 10, 31), date(2026, 11, 23)]
pytestmark = pytest.mark.django_db
Json = dict[str, Any]


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker) -> Iterator[Programme]:
    """The sample story, told once for all tests of this file: they only look at it."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        programme = load().programme
        create_accounts(programme.committee, "mat-khau-chi-de-thu")
        sample.tell(programme, NOW.date())
        yield programme
        transaction.set_rollback(True)


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
    return BeautifulSoup(response.content, "html.parser")


# -- the count made from the JSON alone -------------------------------------------------------------------


def document(found: Json) -> list[Json]:
    return [task for task in found["tasks"] if task["kind"] != "plan_item"]


def items(found: Json, day: date) -> list[Json]:
    """The items of the year that had been given: the export names all, whatever their plan."""
    given = set(
        PlanEntry.objects.filter(given_on__lte=day, given_at__date__lte=day).values_list(
            "task__code", flat=True
        )
    )
    return [task for task in found["tasks"] if task["year"] == day.year and task["code"] in given]


def mark(task: Json) -> str:
    """The one colour of a row, first that fits (domain: one colour per row)."""
    if task["progress"] == "completed":
        return "completed"
    if task["timeliness"] is None:
        return "stopped"
    if task["timeliness"] == "overdue":
        return "overdue"
    if task["timeliness"] == "due_soon" or task["verdict"] in ("at_risk", "behind"):
        return "warning"
    return {"on_time": "on_time", "continuing": "continuing"}.get(task["timeliness"], "undetermined")


def in_charge(task: Json) -> str:
    """The one unit that leads as principal."""
    leads = [
        row["assignee"]
        for row in task["assignments"]
        if row["role"] == "lead" and row["principal"] and row["assignee_kind"] == "unit"
    ]
    return leads[0] if len(leads) == 1 else "Chưa rõ đơn vị chủ trì chính"


def top_section(number: str, held: set[str]) -> str:
    """The highest section above (or the section itself) that holds rows of its own."""
    parts = number.split(".")
    above = [".".join(parts[: at + 1]) for at in range(len(parts))]
    return next(one for one in above if one in held)


def moves(before: Json, after: Json, rows: list[Json], under: dict[str, list[str]]) -> Counter[str]:
    """How many of these rows of the later day moved in each way; ``under``: the items whose deadlines count
    for a row beside its own. What was not there on the earlier day was neither late nor done, nor due."""
    absent = {"progress": None, "timeliness": None, "due": None}
    earlier = {task["code"]: task for task in before["tasks"]}
    later = {task["code"]: task for task in after["tasks"]}
    found: Counter[str] = Counter()
    for task in rows:
        was = earlier.get(task["code"], absent)
        done, was_done = (row["progress"] == "completed" for row in (task, was))
        late, was_late = (row["timeliness"] == "overdue" for row in (task, was))
        found["newly_late"] += late and not was_late
        found["recovered"] += was_late and not late and not done
        found["newly_completed"] += done and not was_done
        family = [task["code"], *under.get(task["mirrors"] or task["code"], [])]
        found["deadline_moved"] += any(
            (due := earlier.get(code, absent)["due"]) and due != later[code]["due"] for code in family
        )
    return found


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


LABELS = {
    "Hoàn thành": "completed",
    "Quá hạn": "overdue",
    "Sắp đến hạn / có nguy cơ": "warning",
    "Trong hạn": "on_time",
    "Thường xuyên": "continuing",
    "Chưa xác định": "undetermined",
    "Tạm dừng / thôi thực hiện": "stopped",
}


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


@pytest.mark.parametrize("day", DAYS)
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


def by_hand(row: Any, user: User) -> None:
    """What nobody entered counts as read from the signed text."""
    row._history_user = user
    row.save()


def recorded_today(programme: Programme) -> None:
    """Names, posts, assignments, words, deadlines and states of work, all entered today and back-dated."""
    office = User.objects.get(committee=programme.committee, role=User.Role.OFFICE)
    back = date(2026, 6, 1)
    trade, culture = (Unit.objects.get(committee=programme.committee, short_name=s) for s in ("PKT", "VHXH"))
    trade.name, culture.valid_to = "Phòng Kinh tế - Hạ tầng", date(2026, 7, 1)
    trade.save()
    culture.save()
    head = Post.objects.filter(unit=trade, is_head=True).get()
    head.comrade.name, head.valid_to = "Tên mới đặt", back
    head.comrade.save()
    head.save()
    led = Assignment.objects.filter(
        programme=programme, role="lead", unit=trade, section__isnull=False
    ).first()
    led.unit = Unit(committee=programme.committee, name="Phòng mới", short_name="PM", kind="office")
    by_hand(led.unit, office)
    led.unit = led.unit
    led.save()
    Assignment.objects.filter(programme=programme, role="direct").first().delete()
    task = Task.objects.get(programme=programme, code="DA-04")
    item = Task.objects.get(programme=programme, code="2026-PKT-06")
    lead = {"role": "lead", "unit": culture, "principal": True, "valid_from": back}
    by_hand(Assignment(programme=programme, task=task, **lead), office)
    task.title = "Tên việc mới"
    task.save()
    document = {"document": "99-QĐ/MAU", "effective_on": back}
    task.decide(office, {"due": date(2026, 6, 30)}, **document)
    item.decide(office, {"state": DecisionKind.PAUSED}, reason="Chờ vốn", **document)


@pytest.mark.parametrize("day", DAYS[:2])
def test_what_is_recorded_later_changes_nothing_of_a_past_day(secretary, told, day):
    work, plan_item = ("DA-04", "II.3.1-01"), "2026-PKT-06"
    unit = Unit.objects.get(committee=told.committee, short_name="PKT").pk
    asked = ["", "&loai=plan_item", "&thieu=nguoi", "&mau-thuan=co", f"&don-vi={unit}", f"&chu-tri={unit}"]
    urls = [
        f"/tong-quan/?ngay={day}&tu=2026-06-15",
        *(f"/nhiem-vu/?ngay={day}{more}" for more in asked),
        *(f"/nhiem-vu/{code}/?ngay={day}" for code in (*work, plan_item)),
        f"/van-ban/{told.pk}/?ngay={day}",
    ]

    def shown() -> dict[str, list[str]]:
        mains = {url: BeautifulSoup(secretary.get(url).content, "html.parser").main for url in urls}
        for main in mains.values():
            for box in main.select("form"):  # what one may choose from are the units of today
                box.decompose()
        return {url: main.text for url, main in mains.items()}

    before = shown()
    with transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            recorded_today(told)
        after = shown()
        wrong = numbers_apart(secretary, day)
        transaction.set_rollback(True)
    assert wrong == {}
    apart = {url: {*before[url]} ^ {*after[url]} for url in urls if before[url] != after[url]}
    assert apart == {}
