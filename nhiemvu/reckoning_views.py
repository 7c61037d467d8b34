"""The page that explains a row's percent and mark: the formula, and the rows it was counted from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nhiemvu.as_of import asked_day, say_then, with_past_words
from nhiemvu.clashes import clashes_of
from nhiemvu.facts import facts_of
from nhiemvu.meanings import NO_HEAD, meanings
from nhiemvu.reckoning import mark_because, reckoning
from nhiemvu.status import Freshness
from phancong.answerable import WITH_SECTIONS, sections_of
from phancong.answered_then import answered_on
from phancong.context import asked_programme, chosen_programme, kept
from phancong.permissions import visible_tasks, visible_updates


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """/nhiem-vu/<code>/cach-tinh/"""
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    rows = visible_tasks(request.user).filter(programme=programme).select_related("mirrors", WITH_SECTIONS)
    task = get_object_or_404(with_past_words(rows, day) if day.past else rows, code=code)
    if day.past:
        say_then(task)
    facts = facts_of([task])[task.pk]
    shown = reckoning(facts, day.on)
    stood = shown.status
    who = answered_on(programme, day, [task], overseers=False, lines=False)
    who.sections = sections_of([task])
    clashes = clashes_of(task, stood, who, request.user, day, kept(request, day), asked_programme(request))
    # What waits or was sent back is not everybody's to read.
    updates = visible_updates(request.user, known_at=day.known_at).select_related("period")
    read = updates.in_bulk([said.update.id for said in shown.said])
    told = {
        "task": task,
        "day": day,
        "kept": kept(request, day),
        "shown": shown,
        "stood": stood,
        "because": mark_because(stood, facts.soon_days),
        "said": [(said, read[said.update.id].period) for said in shown.said if said.update.id in read],
        "rules": meanings(
            ["percent_parent" if shown.counted else "percent_own", stood.mark]
            + ([stood.freshness] if stood.freshness is not Freshness.NOT_ASKED else [])
            + [*stood.contradictions]
            + ([NO_HEAD] if len(clashes) > len(stood.contradictions) else [])
        ),
        "clashes": clashes,
    }
    return render(request, "nhiemvu/reckoning.html", told)
