"""The overview's figures counted from a programme's exported JSON alone: no rule of the software is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

Json = dict[str, Any]


def document(found: Json) -> list[Json]:
    return [task for task in found["tasks"] if task["kind"] != "plan_item"]


def items(found: Json, day: date) -> list[Json]:
    """The items of the year that had been given: the export names all, whatever their plan."""
    of_year = [task for task in found["tasks"] if task["year"] == day.year]
    return [task for task in of_year if task["given_on"] and task["given_on"] <= day.isoformat()]


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


def kept(export: Callable[[date], Json], day: date, now: datetime) -> dict[str, list[str]]:
    """How each unit kept the newest eight periods, in words; "–" where it was not asked. ``now`` is the
    moment that the day is looked at."""
    found = export(day)
    tasks = {task["code"]: task for task in found["tasks"]}
    begun = [row for row in found["periods"] if row["start"] <= day.isoformat() and row["asked"]]
    newest = sorted(begun, key=lambda row: (row["end"], row["start"]), reverse=True)[:8][::-1]
    columns = [_kept(row, tasks, export, day, now) for row in newest]
    columns = [column for column in columns if column]
    units = sorted({unit for column in columns for unit in column})
    return {unit: [column.get(unit, "–") for column in columns] for unit in units}


def _kept(
    period: Json, tasks: dict[str, Json], export: Callable[[date], Json], day: date, now: datetime
) -> dict[str, str]:
    """One period by unit. What had come to rest when it closed, or by the day, and was not reported is
    nobody's fault."""
    last = datetime.fromisoformat(period["submit_by"])
    locks = [row["recorded_at"] for row in period["acts"] if row["act"] == "lock"]
    closed = date.fromisoformat(locks[-1][:10]) if period["state"] == "locked" else day
    then = {task["code"]: task["progress"] for task in export(closed)["tasks"]}
    asked: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    late: set[str] = set()
    for row in period["asked"]:
        told = [
            update
            for update in tasks[row["task"]]["updates"]
            if (update["period"], update["unit"], update["share"])
            == (period["key"], row["unit"], row["share"])
        ]
        stands = any(update["state"] in ("submitted", "confirmed") for update in told)
        if not stands and then.get(row["task"]) in ("completed", "paused", "dropped"):
            continue
        asked[row["unit"]] += 1
        if not stands:
            continue
        sent[row["unit"]] += 1
        first = min(update["recorded_at"] for update in told if update["state"] != "recalled")
        in_time = row["asked_on"] <= last.date().isoformat()
        if in_time and datetime.fromisoformat(first) > last:
            late.add(row["unit"])
    words = {}
    for unit, count in asked.items():
        running = period["state"] == "open" and now <= last
        whole = "Muộn" if unit in late else "Đúng kỳ"
        word = whole if sent[unit] == count else "Còn hạn" if running else "Thiếu"
        words[unit] = f"{word}, đã nộp {sent[unit]}/{count} việc"
    return words


MARKS = {
    "completed": "Hoàn thành",
    "overdue": "Quá hạn",
    "warning": "Sắp đến hạn / có nguy cơ",
    "on_time": "Trong hạn",
    "continuing": "Thường xuyên",
    "undetermined": "Chưa xác định",
    "stopped": "Tạm dừng / thôi thực hiện",
}


def said_of_projects(found: Json) -> dict[str, list[str]]:
    """What the timeline says of each project: how it stands, its days, its percent and its milestones."""
    told = {}
    for task in found["tasks"]:
        if task["kind"] == "project":
            stale = ", chậm cập nhật" if task["freshness"] == "late" else ""
            percent = "–" if task["percent"] is None else f"{task['percent']}%"
            days = [written(task[name]) for name in ("start", "due_original", "due")]
            stones = "; ".join(_stone(row) for row in task["project"]["milestones"]) or "–"
            told[task["code"]] = [MARKS[mark(task)] + stale, *days, percent, stones]
    return told


def _stone(row: Json) -> str:
    first = f" (ban đầu {written(row['planned_on'])})" if row["planned_on"] != row["due"] else ""
    done = f" (đạt {written(row['done_on'])})" if row["done_on"] else ""
    return f"mốc {row['title']} {written(row['due'])}{first}{done}"


def written(day: str | None) -> str:
    return "/".join(reversed(day.split("-"))) if day else "–"


def said_of_indicators(found: Json, day: date) -> dict[str, tuple[str, str]]:
    """The newest confirmed value of each indicator, and how it stands to the target."""
    told = {}
    for row in found["indicators"]:
        values = sorted((value["on"], value["value"]) for value in row["values"] if value["confirmed_at"])
        if not values:
            told[row["code"]] = ("Chưa có số liệu", "Chưa có số liệu")
            continue
        on, value = values[-1]
        least = row["direction"] != "at_most" and value < row["target"]
        most = {"between": row["target_high"], "at_least": None}.get(row["direction"], row["target"])
        above = most is not None and value > most
        word = "Vượt mức" if above else "Chưa đạt" if least else "Đạt"
        year = f" (năm {on[:4]})" if row["every_year"] else ""
        number = f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")
        told[row["code"]] = (f"{number} {row['unit']}", word + year)
    return told
