"""/phu-trach/: what a member of the committee oversees by decision (IV.3), and urges from there."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from baocao.overseen import Overseen
from phancong.context import asked_programme, chosen_programme
from phancong.permissions import can_oversee


@require_safe
def oversee(request: HttpRequest) -> HttpResponse:
    if not can_oversee(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Đơn vị phụ trách"})
    today = timezone.localdate()
    page = Overseen.read(programme, request.user, today, asked_programme(request))
    return render(request, "baocao/oversee.html", {"page": page, "today": today})
