"""The committee's planning year."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from phancong.context import chosen_programme
from phancong.year import Asked, Year, plan_years, present_year, year_url


@require_safe
def present(request: HttpRequest) -> HttpResponse:
    """/ke-hoach/: leads on to the year that is being planned or carried out."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Kế hoạch năm"})
    year = present_year(programme, timezone.localdate())
    return redirect(year_url(year, request.GET.get("ct", "")))


@require_safe
def plan_year(request: HttpRequest, year: int) -> HttpResponse:
    """/ke-hoach/<year>/: every unit's plan, and the programme with what the year does for it."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": f"Kế hoạch năm {year}"})
    today = timezone.localdate()
    years = plan_years(programme, today)
    if year not in years:
        raise Http404(f"Năm {year} nằm ngoài nhiệm kỳ của chương trình.")
    ct = request.GET.get("ct", "")
    asked = _asked(request)
    page = Year(programme, request.user, year, today, ct=ct, asked=asked)
    kept = {name: value for name in ("muc", "don-vi", "trong") if (value := request.GET.get(name, ""))}
    context = {
        "page": page,
        "years": [(one, year_url(one, ct, **kept)) for one in years],
        "clear_url": year_url(year, ct),
    }
    return render(request, "phancong/year.html", context)


def _asked(request: HttpRequest) -> Asked:
    unit = request.GET.get("don-vi", "")
    return Asked(
        section=request.GET.get("muc", "")[:40],
        unit=int(unit[:9]) if unit.isascii() and unit.isdigit() else None,
        empty=bool(request.GET.get("trong")),
    )
