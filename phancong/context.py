"""What every page shows around its content: the chosen programme and the pages that this person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from chuongtrinh.models import Programme, User
from nhiemvu.as_of import Day
from phancong.permissions import (
    can_enter,
    can_read_audit,
    is_active_member,
    reads_directives,
    reports_for_a_unit,
    visible_programmes,
)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    active: bool


_PAGES = (
    ("Trang đầu", "trang-chu"),
    ("Tổng quan", "tong-quan"),
    ("Toàn văn", "van-ban"),
    ("Nhiệm vụ", "nhiem-vu"),
    ("Đề án", "de-an"),
    ("Chỉ tiêu", "chi-tieu"),
    ("Kế hoạch", "ke-hoach"),
    ("Kỳ báo cáo", "ky-bao-cao"),
    ("Báo cáo", "bao-cao"),
    ("6 rõ", "sau-ro"),
    ("Đơn vị", "don-vi"),
)


def _programmes(request: HttpRequest) -> list[Programme]:
    """The visible programmes, newest first, read once a request and without the transcription."""
    if not hasattr(request, "_programmes"):
        rows = visible_programmes(request.user).select_related("committee").defer("source")
        request._programmes = list(rows)  # type: ignore[attr-defined]
    return request._programmes  # type: ignore[attr-defined]


def asked_programme(request: HttpRequest) -> str:
    """The number in ``?ct=``; "" where there is none, or where it is no number: nobody can mean that."""
    wanted = request.GET.get("ct", "")
    return wanted if wanted.isascii() and wanted.isdecimal() else ""


def kept(request: HttpRequest, day: Day | None = None) -> str:
    """What links carry on of the address: the programme that was asked for, and a past day."""
    asked = {"ct": asked_programme(request), "ngay": day.address if day else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"?{query}" if query else ""


def chosen_programme(request: HttpRequest) -> Programme | None:
    """The programme that ``?ct=`` names, by default the committee's newest; None where there is none yet.

    Raises Http404 where ``?ct=`` names none that this person may see.
    """
    programmes = _programmes(request)
    wanted = asked_programme(request)
    if not wanted:
        return programmes[0] if programmes else None
    for programme in programmes:
        if str(programme.pk) == wanted:
            return programme
    raise Http404("Không có chương trình này.")


def pager(page: Page, at: Callable[[int], str]) -> dict[str, Any]:
    """What ``components/pager.html`` wants; ``at`` is the address of a page by its number."""
    return {
        "page": page.number,
        "pages": page.paginator.num_pages,
        "first": page.start_index(),
        "last": page.end_index(),
        "total": page.paginator.count,
        "previous_url": at(page.number - 1) if page.has_previous() else "",
        "next_url": at(page.number + 1) if page.has_next() else "",
    }


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor of base.html; a request refused before anybody was known has no user."""
    if not is_active_member(getattr(request, "user", AnonymousUser())):
        return {"programme": None, "programmes": [], "ct": "", "nav": [], "can_enter": False}
    try:
        programme = chosen_programme(request)
    except Http404:
        programme = None
    programmes = _programmes(request)
    ct = f"?ct={programme.pk}" if programme and programme != programmes[0] else ""
    nav: list[Link] = []
    own = [("Việc của tôi", "viec-cua-toi")] if reports_for_a_unit(request.user) else []
    role = getattr(request.user, "role", "")
    own += [("Phụ trách", "phu-trach")] if role == User.Role.MEMBER else []
    own += [("Chỉ đạo", "chi-dao")] if reads_directives(request.user) else []
    for label, name in (*_PAGES[:2], *own, *_PAGES[2:]):
        url = reverse(name)
        here = request.path == url or (url != "/" and request.path.startswith(url))
        nav.append(Link(label, f"{url}{ct}", here))
    return {
        "programme": programme,
        "programmes": programmes if len(programmes) > 1 else [],
        "ct": ct,
        "nav": nav,
        "can_enter": can_enter(request.user),
        "can_read_audit": can_read_audit(request.user),
    }
