"""6 rõ: what is missing where, and who can mend it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nhiemvu.models import Task
from nhiemvu.six_clear import Part
from phancong.context import chosen_programme
from phancong.matrix import Matrix
from phancong.year import plan_years, six_url


@require_safe
def six(request: HttpRequest) -> HttpResponse:
    """/6-ro/: unit × six, of the document's rows or of a year's plan items."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "6 rõ"})
    today = timezone.localdate()
    ct = request.GET.get("ct", "")
    notes: list[str] = []
    year = _year(request, plan_years(programme, today), today.year, notes)
    page = Matrix(programme, request.user, today, year=year, ct=ct, chosen=request.GET.get("chu-tri", ""))
    years = sorted({*page.years, *([year] if year else [])})
    context = {
        "page": page,
        "parts": list(Part),
        "notes": notes,
        "all_url": six_url(ct, **page.query),
        "switch": [
            ("Nhiệm vụ, đề án của Chương trình", six_url(ct), year is None),
            *(
                (f"Việc cụ thể năm {one}", six_url(ct, loai=Task.Kind.PLAN_ITEM, nam=one), year == one)
                for one in years
            ),
        ],
    }
    return render(request, "phancong/six.html", context)


def _year(request: HttpRequest, known: list[int], this_year: int, notes: list[str]) -> int | None:
    """The year of the plan items asked for; None for the document's rows."""
    if request.GET.get("loai") != Task.Kind.PLAN_ITEM:
        return None
    text = request.GET.get("nam", "")
    if text.isascii() and text.isdigit() and int(text[:6]) in known:
        return int(text[:6])
    default = min(max(this_year, known[0]), known[-1])
    if text:
        notes.append(f"Không có năm “{text[:20]}” trong nhiệm kỳ: đang xem năm {default}.")
    return default
