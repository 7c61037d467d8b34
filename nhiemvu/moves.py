"""What happened to a row of work between two days: pure, from how it stood on each."""

from __future__ import annotations

from nhiemvu.status import Progress, Status, Timeliness, Word


class Move(Word):
    """``label`` is said of the row ("3 việc mới quá hạn")."""

    NEWLY_LATE = "newly_late", "Mới quá hạn", "■"
    RECOVERED = "recovered", "Hết quá hạn", "▶"
    COMPLETED = "newly_completed", "Mới hoàn thành", "✔"
    DEADLINE_MOVED = "deadline_moved", "Đổi thời hạn", "⇥"
    CONTRADICTED = "contradicted", "Mâu thuẫn mới", "≠"


def moves(before: Status, after: Status) -> frozenset[Move]:
    """A row may have moved in several ways; one that was completed late has not "recovered"."""
    found = set()
    was_late, is_late = (stood.timeliness is Timeliness.OVERDUE for stood in (before, after))
    was_done, is_done = (stood.progress is Progress.COMPLETED for stood in (before, after))
    if is_late and not was_late:
        found.add(Move.NEWLY_LATE)
    if was_late and not is_late and not is_done:
        found.add(Move.RECOVERED)
    if is_done and not was_done:
        found.add(Move.COMPLETED)
    if moved_deadlines(before, after):
        found.add(Move.DEADLINE_MOVED)
    if set(after.contradictions) - set(before.contradictions):
        found.add(Move.CONTRADICTED)
    return frozenset(found)


def moved_deadlines(before: Status, after: Status) -> tuple[str, ...]:
    """The codes whose deadline another has replaced: "" for the row's own, then those of its plan items. A
    first deadline moves nothing."""
    own = ("",) if before.due and before.due != after.due else ()
    held = {facts.code: stood.due for facts, stood in before.counted}
    items = (
        facts.code for facts, stood in after.counted if held.get(facts.code) and held[facts.code] != stood.due
    )
    return (*own, *items)
