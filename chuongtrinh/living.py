"""The living document: the signed text (chuongtrinh.typeset) with what is known of each clause beside it.

What cannot be matched (a clause without a task, a task without a clause) is counted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from chuongtrinh.models import Clause, Correction, Programme, Section, UnplacedLine
from chuongtrinh.typeset import Head, Note, Run, head_of, level_of, runs_of, title_of
from nhiemvu.as_of import Day, deadline_on, known_on, name_then, said_by, say_then, with_past_words
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Facts, Status, status
from phancong.answerable import Answerability, Duty
from phancong.answered_then import answered_on
from phancong.models import Assignment, Group, Unit

FOLLOWED = (Clause.Kind.TASK, Clause.Kind.PROJECT)


@dataclass(frozen=True, slots=True)
class Planned:
    """What the given plans of a year do for a clause: the items by code, work and deadline (None for thường
    xuyên), whose they are, and their first and last day."""

    items: tuple[tuple[str, str, date | None], ...]
    units: tuple[str, ...]
    first: date | None
    last: date | None

    @classmethod
    def of(cls, stands: Status, given: dict[str, tuple[str, str]]) -> Planned:
        """``given`` names the unit and the work of each item by its code; what was dropped is not counted."""
        counted = [(facts.code, stood.due) for facts, stood in stands.counted if facts.code in given]
        dues = sorted(due for _, due in counted if due)
        names = dict.fromkeys(given[code][0] for code, _ in counted)
        first, last = (dues[0], dues[-1]) if dues else (None, None)
        items = tuple((code, given[code][1], due) for code, due in counted)
        return cls(items, tuple(names), first, last)

    @property
    def count(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class TaskMark:
    """How the clause's work stands, in few words; ``leads`` are the principal units, or all where none is."""

    task: Task
    stands: Status
    leads: tuple[str, ...]
    missing: int
    planned: Planned


@dataclass(frozen=True, slots=True)
class Charge:
    """Whom an assignment clause means, for one role."""

    label: str
    names: tuple[str, ...]


@dataclass(slots=True)
class Line:
    clause: Clause
    runs: list[Run]
    notes: list[Note]
    mark: TaskMark | None = None
    charges: list[Charge] = field(default_factory=list)
    lost: bool = False
    """A task or project clause that no row follows."""


@dataclass(slots=True)
class Block:
    """A section with its clauses; ``level`` is 2 for a part, 3 for a section of it, and so on."""

    section: Section
    level: int
    title: str
    notes: list[Note]
    lines: list[Line] = field(default_factory=list)
    tasks: int = 0
    projects: int = 0
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether everything signed is followed: numbers of clauses and rows, and what is left over."""

    tasks: int
    tasks_followed: int
    projects: int
    projects_followed: int
    rows_without_clause: int
    corrections: int
    unplaced: int
    unknown: tuple[str, ...]

    @property
    def clauses_without_row(self) -> int:
        return self.tasks + self.projects - self.tasks_followed - self.projects_followed


@dataclass(frozen=True, slots=True)
class LivingDocument:
    programme: Programme
    on: date
    head: Head
    blocks: list[Block]
    recipients: list[str]
    coverage: Coverage
    has_plans: bool
    """Whether any plan of the year has been given: only then does a clause without items lack something."""


def living_document(
    programme: Programme, on: date, *, as_signed: bool = False, past: bool = False
) -> LivingDocument:
    """Everything that the page shows of a programme on a day, in a constant number of queries.

    ``past``: the margin as it was known at the end of the day. The signed text and what was found to be wrong
    in its transcription are the same on every day.
    """
    clauses = list(
        Clause.objects.filter(section__programme=programme)
        .select_related("task__mirrors")
        .order_by("section__ordinal", "ordinal")
    )
    tasks = [task for clause in clauses if (task := _task_of(clause))]
    day = Day(on, date.max if past else on)
    who = answered_on(programme, day, tasks, overseers=False)
    sections = sorted(who.sections.values(), key=lambda section: section.ordinal)
    corrections = list(Correction.objects.filter(programme=programme).order_by("ordinal"))
    of_clause: dict[int, list[Correction]] = defaultdict(list)
    of_line: dict[int, list[Correction]] = defaultdict(list)
    for row in corrections:
        (of_clause[row.clause_id] if row.clause_id else of_line[row.line]).append(row)

    blocks = {}
    for section in sections:
        fixes = of_line.pop(section.line, []) if section.line else []
        blocks[section.pk] = Block(
            section,
            level_of(section, who.sections),
            title_of(section, as_signed),
            [Note.of(row) for row in fixes],
        )
    facts, given = facts_of(tasks), _items(programme, day)
    if past:
        _say_as_then(programme, tasks, facts, on)
    charges, unknown = _charges(who, sections, tasks)
    for clause in clauses:
        fixes = of_clause[clause.pk]
        task = _task_of(clause)
        line = Line(
            clause,
            runs_of(clause.as_signed, clause.emphasis, fixes, as_signed=as_signed),
            [Note.of(row) for row in fixes],
            mark=_mark(task, facts[task.pk], who, on, given) if task else None,
            charges=charges.get(clause.pk, []),
            lost=task is None and clause.kind in FOLLOWED,
        )
        blocks[clause.section_id].lines.append(line)
    for block in blocks.values():
        _count(block, blocks, who)

    left = [row for rows in of_line.values() for row in rows]
    recipients, loose, unplaced = _tail(programme, day)
    return LivingDocument(
        programme=programme,
        on=on,
        head=head_of(programme, left, as_signed),
        blocks=list(blocks.values()),
        recipients=recipients,
        coverage=_coverage(clauses, len(corrections), loose, unplaced, unknown),
        has_plans=bool(given),
    )


def _task_of(clause: Clause) -> Task | None:
    return getattr(clause, "task", None)


def _say_as_then(programme: Programme, tasks: list[Task], facts: dict[int, Facts], on: date) -> None:
    """The words and deadlines of the day, on these copies of the rows alone."""
    rows = with_past_words(Task.objects.filter(programme=programme, clause__isnull=False), Day(on, date.max))
    said = {row.pk: getattr(row, "said_then", None) for row in rows.only("pk")}
    known = {task.pk: task for task in tasks}
    for task in tasks:
        vars(task)["said_then"] = said.get(task.pk)
        say_then(task)
        held = deadline_on(facts[task.pk], on)
        task.due, task.continuing = (held.due, held.continuing) if held else (None, False)
        if task.mirrors_id in known:
            task.mirrors = known[task.mirrors_id]


def _items(programme: Programme, day: Day) -> dict[str, tuple[str, str]]:
    """Whose each given item of the year is and what it is called, by its code; on that day's end."""
    rows = Task.objects.plan_items().filter(
        programme=programme, year=day.on.year, entry__given_on__lte=day.on
    )
    rows = rows.filter(entry__given_at__lt=day.known_at).order_by("code")
    rows = with_past_words(rows, day) if day.past else rows
    found = {}
    for item in rows.annotate(unit_then=name_then(Unit, "entry__plan__unit", day)):
        say_then(item)
        found[item.code] = (item.unit_then, item.title)
    return found


def _mark(
    task: Task, facts: Facts, who: Answerability, on: date, given: dict[str, tuple[str, str]]
) -> TaskMark:
    leads = [duty for duty in who.duties(task) if duty.role == Assignment.Role.LEAD]
    named = tuple(duty.name for duty in leads if duty.principal) or tuple(duty.name for duty in leads)
    stands = status(facts, on)
    return TaskMark(task, stands, named, len(who.six_clear(task).missing), Planned.of(stands, given))


def _charges(
    who: Answerability, sections: list[Section], tasks: list[Task]
) -> tuple[dict[int, list[Charge]], tuple[str, ...]]:
    """What each assignment clause means (by clause), and the assignees that nobody has recognised yet."""
    found: dict[int, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    unknown: dict[str, None] = {}
    duties = [duty for section in sections for duty in who.section_duties(section.pk)]
    duties += [duty for task in tasks for duty in who.duties(task) if not duty.inherited]
    for duty in duties:
        if duty.kind == "text":
            unknown[duty.name] = None
        if duty.clause:
            found[duty.clause.pk][duty.role_label][_name(duty, who)] = None
    charges = {
        clause: [Charge(label, tuple(names)) for label, names in roles.items()]
        for clause, roles in found.items()
    }
    return charges, tuple(unknown)


def _name(duty: Duty, who: Answerability) -> str:
    """A group with the number of those it means today; a list made by hand is not worth another query."""
    if isinstance(duty.target, Group) and duty.target.rule != Group.Rule.LISTED:
        count = len(who.members(duty.target))
        return f"{duty.name} ({count})" if count else duty.name
    return duty.name


def _count(block: Block, blocks: dict[int, Block], who: Answerability) -> None:
    """Add the block's tasks to itself and to every section above; name who leads where it is stated."""
    kinds = [line.mark.task.kind for line in block.lines if line.mark]
    tasks, projects = kinds.count(Task.Kind.TASK), kinds.count(Task.Kind.PROJECT)
    if kinds:
        duties = who.section_duties(block.section.pk)
        block.leads = tuple(dict.fromkeys(_name(d, who) for d in duties if d.role == Assignment.Role.LEAD))
    above: Block | None = block
    while above:
        above.tasks += tasks
        above.projects += projects
        above = blocks.get(above.section.parent_id) if above.section.parent_id else None


def _tail(programme: Programme, day: Day) -> tuple[list[str], int, int]:
    """Nơi nhận, rows that no clause gave, and lines of the text that stand nowhere; in one query."""

    def number(rows: QuerySet) -> Coalesce:
        counted = rows.order_by().values("programme").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted), 0)

    mine = OuterRef("pk")
    loose = Task.objects.of_document().filter(known_on(day), programme=mine, clause=None)
    left_over = UnplacedLine.objects.filter(programme=mine)
    if day.past:  # a line that nobody had looked at yet has no version so old
        looked = UnplacedLine.history.filter(said_by(day.known_at), id=OuterRef("pk")).order_by("-history_id")
        left_over = left_over.annotate(
            settled_then=Coalesce(Subquery(looked.values("settled")[:1]), Value(False))
        ).filter(settled_then=False)
    else:
        left_over = left_over.filter(settled=False)
    rows = (
        Programme.objects.filter(pk=programme.pk)
        .annotate(loose=number(loose), left_over=number(left_over))
        .order_by("recipients__ordinal")
        .values_list("recipients__name", "loose", "left_over")
    )
    found = list(rows)
    return [name for name, _, _ in found if name], found[0][1], found[0][2]


def _coverage(
    clauses: list[Clause], corrections: int, loose: int, unplaced: int, unknown: tuple[str, ...]
) -> Coverage:
    def of(kind: str) -> list[Clause]:
        return [clause for clause in clauses if clause.kind == kind]

    tasks, projects = of(Clause.Kind.TASK), of(Clause.Kind.PROJECT)
    return Coverage(
        tasks=len(tasks),
        tasks_followed=sum(_task_of(clause) is not None for clause in tasks),
        projects=len(projects),
        projects_followed=sum(_task_of(clause) is not None for clause in projects),
        rows_without_clause=loose,
        corrections=corrections,
        unplaced=unplaced,
        unknown=unknown,
    )
