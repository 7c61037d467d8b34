"""Many save one draft at once: one wins, the others are told, see the winner's text and keep their own."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from contextlib import suppress

from django.db import connections
from django.utils import timezone

from baocao.models import Asked, Draft
from tests.bench.site import LOST, PAGE, Site


def saves_at_once(site: Site, row: Asked, people: int, *, script: bool) -> list[str]:
    """One draft that all have read is saved by all at the same moment; what went wrong, one line each."""
    name = f"v{row.pk}"
    start = threading.Barrier(people)
    answers: dict[int, list[tuple[str, str]]] = defaultdict(list)

    def one(number: int) -> None:
        line = site.connect()
        text = f"Bản của người thứ {number}"
        fields = {
            f"{name}-version": "",
            f"{name}-seen": "",
            f"{name}-choice": "dung",
            f"{name}-content": text,
            f"{name}-effective_on": f"{timezone.localdate():%d/%m/%Y}",
        }
        start.wait()
        with suppress(*LOST):
            status, body = line.post(f"{PAGE}luu/", fields, script=script)
            answers[status].append((text, body.decode()))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, told = answers.pop(200 if script else 302, []), answers.pop(409, [])
    faults = [f"{len(rows)} người nhận {status}" for status, rows in answers.items()]
    if len(won) != 1 or len(told) != people - 1:
        return [*faults, f"{len(won)} người thắng, {len(told)} người được báo"]
    winner = won[0][0]
    kept = Draft.objects.get(task=row.task_id).content
    connections.close_all()
    if kept != winner:
        faults.append("bản lưu lại không phải của người thắng")
    for text, body in told:
        said = json.loads(body) if script else {}
        shows_both = winner in str(said.get("other")) if script else (text in body and winner in body)
        if not shows_both:
            faults.append(f"{text}: không thấy cả hai bản")
    return faults
