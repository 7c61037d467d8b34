"""A task whose words stand a second time as a project: two rows of the document, one piece of work."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .document import Clause

RUN = 15
_WORD = re.compile(r"\w+")


def mirrored(tasks: Sequence[Clause], projects: Sequence[Clause]) -> tuple[tuple[int, int], ...]:
    """Pairs (index into `tasks`, index into `projects`) that share a run of words.

    The run is at least 15 successive words and at least half of either text: a long task that mentions a
    project among other work is not the same piece of work. A task is paired with at most one project, the
    one that shares the longest run.
    """
    project_words = [_words(project) for project in projects]
    starts: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for index, words in enumerate(project_words):
        for at in range(len(words) - RUN + 1):
            starts.setdefault(tuple(words[at : at + RUN]), []).append((index, at))
    pairs = []
    for task_index, task in enumerate(tasks):
        words = _words(task)
        longest: dict[int, int] = {}
        running: dict[tuple[int, int], int] = {}
        for at in range(len(words) - RUN + 1):
            going: dict[tuple[int, int], int] = {}
            # a word repeated without end would give every start of one text every start of the other
            for index, project_at in starts.get(tuple(words[at : at + RUN]), [])[:50]:
                length = running.get((index, project_at), RUN - 1) + 1
                going[index, project_at + 1] = length
                longest[index] = max(longest.get(index, 0), length)
            running = going
        fitting = {
            index: run
            for index, run in longest.items()
            if 2 * run >= max(len(words), len(project_words[index]))
        }
        if fitting:
            pairs.append((task_index, max(fitting, key=lambda index: (fitting[index], -index))))
    return tuple(pairs)


def _words(clause: Clause) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(clause.text)]
