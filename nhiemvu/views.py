"""The work list and the page of one task."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from baocao.extension import may_extend
from chuongtrinh.models import Programme, User
from nhiemvu.as_of import asked_day
from nhiemvu.decision_form import DecisionForm
from nhiemvu.facts import facts_of
from nhiemvu.forms import (
    FRESHNESS_LABELS,
    GAP_LABELS,
    KIND_LABELS,
    MARK_LABELS,
    NO_PLAN,
    OUTSIDE,
    OUTSIDE_LABEL,
    SOURCE_LABELS,
    Asked,
    about_of,
)
from nhiemvu.list_filters import ADDED, ANY_CLASH, CLASHES
from nhiemvu.meanings import of_list
from nhiemvu.models import Task
from nhiemvu.outline import About, Outline, bare_outline, read_outline
from nhiemvu.outline_then import known_then
from nhiemvu.status import status
from nhiemvu.task_page import TaskPage
from nhiemvu.work_list import PAGE_SIZE, WorkList
from phancong.context import chosen_programme
from phancong.permissions import (
    can_decide_deadline,
    can_decide_work,
    can_plan,
    directive_kinds,
    visible_deadline_proposals,
    visible_programmes,
    visible_tasks,
)


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """/nhiem-vu/: everything, filtered by the query string; htmx asks for the list alone."""
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]
    part = bool(htmx) and not htmx.history_restore_request
    user = cast(User, request.user)
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    outline = _outline(request, about_of(request.GET, day.on), part=part)
    if outline is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Nhiệm vụ, đề án"})
    if day.past:
        outline = known_then(outline, day.known_at, words="q" in request.GET)
    listed = WorkList(outline, visible_tasks(user), day)
    asked = Asked(request.GET, user, outline, day, with_options=not part)
    counts = listed.counts(asked.filters)
    pages = max(1, -(-counts.total // PAGE_SIZE))
    page = asked.page()
    if page > pages:
        asked.notes.append(f"Không có trang {page}: đang xem trang cuối ({pages}).")
        page = pages
    start = (page - 1) * PAGE_SIZE
    filters = asked.filters
    chip = partial(_chip, asked)
    gap_chips = [
        chip("thieu", name, GAP_LABELS[name], n, on=name in filters.gaps)
        for name, n in counts.gaps.items()
        if n or name in filters.gaps
    ]
    marks = counts.marks
    mark_chips = [
        chip("tinh-trang", name, label, None if marks is None else marks[name], on=name == filters.mark)
        for name, label in MARK_LABELS.items()
        if marks is None or marks[name] or name == filters.mark
    ]
    plan_chips = []
    if counts.no_plan or filters.no_plan:
        plan_chips.append(chip("thieu", NO_PLAN, asked.no_plan_label, counts.no_plan, on=filters.no_plan))
    if counts.outside or filters.outside:
        plan_chips.append(chip("han", OUTSIDE, OUTSIDE_LABEL, counts.outside, on=filters.outside))
    if filters.freshness:
        label = FRESHNESS_LABELS[filters.freshness]
        mark_chips.append(chip("cap-nhat", filters.freshness, label, counts.total, on=True))
    clashes = counts.clashes or {}
    clash_chips = [
        chip("mau-thuan", name, label, clashes[name], on=name == filters.clash)
        for name, label in CLASHES.items()
        if name == filters.clash or (name != ANY_CLASH and clashes.get(name))
    ]
    kind_chips = [
        chip("loai", name, KIND_LABELS[name], n, on=name == filters.kind) for name, n in counts.kinds.items()
    ]
    on = filters.source == ADDED
    added = [chip("nguon", ADDED, SOURCE_LABELS[ADDED], counts.added, on=on)] if counts.added or on else []
    context = {
        "asked": asked,
        "day": day,
        "part": part,
        "total": counts.total,
        "rows": listed.rows(filters, start),
        "mark_chips": mark_chips,
        "clash_chips": clash_chips,
        "gap_chips": [*gap_chips, *plan_chips],
        "kind_chips": [*kind_chips, *added],
        "page": page,
        "pages": pages,
        "first": min(start + 1, counts.total),
        "last": min(start + PAGE_SIZE, counts.total),
        "previous_url": asked.query(page=page - 1) if page > 1 else "",
        "next_url": asked.query(page=page + 1) if page < pages else "",
        "clear_url": f"?ct={outline.programme}" if request.GET.get("ct") else request.path,
    }
    if part:
        # The list alone needs nothing of the frame, so the frame is not made.
        context["ct"] = f"?ct={outline.programme}" if request.GET.get("ct") else ""
        response = HttpResponse(render_to_string("nhiemvu/_list.html", context))
        # The address to share: without the empty boxes of the form.
        response["HX-Push-Url"] = f"{request.path}{asked.query(page=page)}"
    else:
        response = render(request, "nhiemvu/list.html", context | {"meanings": of_list()})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def _outline(request: HttpRequest, about: About, *, part: bool) -> Outline | None:
    """The sections of the chosen programme. The list alone reads the programme along with them."""
    wanted = request.GET.get("ct", "")
    if part and (not wanted or (wanted.isascii() and wanted.isdigit() and len(wanted) <= 9)):
        rows = visible_programmes(request.user)
        found = read_outline(rows.filter(pk=int(wanted)) if wanted else rows, about, request.user)
        if found:
            return found
    programme = chosen_programme(request)
    if programme is None:
        return None
    this = Programme.objects.filter(pk=programme.pk)
    return read_outline(this, about, request.user) or bare_outline(programme, about)


def _chip(
    asked: Asked, name: str, value: str, label: str, count: int | None, *, on: bool
) -> dict[str, object]:
    url = asked.query(drop=(name, value)) if on else asked.query(add=(name, value))
    return {"label": label, "count": count, "on": on, "url": url}


@require_safe
def task_page(request: HttpRequest, code: str) -> HttpResponse:
    """/nhiem-vu/<code>/: the signed clause, who answers for it and why, 6 rõ and what belongs to it."""
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    ct = request.GET.get("ct", "")
    rows = visible_tasks(request.user).filter(programme=programme)
    number = _number(request.GET.get("trang", ""), 1)
    whole = _number(request.GET.get("cap-nhat", ""), 0)
    page = TaskPage.read(rows, code, programme, day, request.user, ct, page=number, whole=whole)
    if page is None:
        raise Http404(f"Không có nhiệm vụ, đề án, việc cụ thể mang mã {code}.")
    plan = page.plan
    asked = {"ct": ct, "ngay": day.address}
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "page": page,
        "task": page.task,
        "day": day,
        "kept": urlencode(kept),
        "may_settle": can_decide_deadline(request.user),
        "may_decide": can_decide_work(request.user)
        and not day.past
        and page.task.mirrors is None
        and (plan is None or page.task.entry.given_on is not None),
        "may_plan": plan is not None and plan.is_open and can_plan(request.user, plan.unit) and not day.past,
        "may_direct": _may_direct(request.user, page) and not day.past,
        "extensions": page.extensions,
        "may_extend": not day.past and may_extend(page.task, page.status.progress, page.leads, request.user),
    }
    return render(request, "nhiemvu/task.html", context)


def _may_direct(user: Any, page: TaskPage) -> bool:
    """Whether to offer the form: a member directs what he oversees, and nobody what has not been given."""
    given = page.item is None or page.task.entry.given_on is not None
    near = user.role != User.Role.MEMBER or page.is_overseen_by(user.comrade_id)
    return bool(directive_kinds(user)) and given and near


def _number(text: str, otherwise: int) -> int:
    """A number of the address; what is none is forgiven."""
    good = text.isascii() and text.isdigit() and 0 < len(text) <= 9
    return max(1, int(text)) if good else otherwise


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """/nhiem-vu/<code>/quyet-dinh/: what a document fixes or changes; previewed, then recorded."""
    programme = chosen_programme(request)
    rows = visible_tasks(request.user).filter(programme=programme)
    task = get_object_or_404(rows.select_related("mirrors", "entry__plan__unit"), code=code)
    if not can_decide_work(request.user):
        raise PermissionDenied
    item = task.kind == Task.Kind.PLAN_ITEM
    if item and task.entry.given_on is None:
        messages.error(request, f"{task.code} chưa được giao: việc này còn sửa ngay trong kế hoạch.")
        return redirect(f"{task.entry.plan.get_absolute_url()}{_ct(request)}")
    if task.mirrors:
        messages.error(request, f"{task.code} tính cùng {task.mirrors.code}: ghi ở đó, một lần.")
        return redirect(f"{task.get_absolute_url()}{_ct(request)}")
    stands = status(facts_of([task])[task.pk], timezone.localdate())
    context = {
        "task": task,
        "title": task.title,
        "plan": task.entry.plan if item else None,
    }
    if request.method != "POST":
        context["form"] = DecisionForm(instance=task, stands=stands)
        return render(request, "nhiemvu/decide.html", context)
    with transaction.atomic():
        form = DecisionForm(request.POST, instance=copy(task), stands=stands)
        if form.is_valid():
            seen = form.cleaned_data["previewed"] == form.seal
            if not (request.POST.get("buoc") == "ghi" and seen):
                _rehearse(form, task, request)
            elif form.record(task, request.user):
                messages.success(
                    request, f"Đã ghi quyết định {form.cleaned_data['document']} về {task.code}."
                )
                return redirect(f"{task.get_absolute_url()}{_ct(request)}#quyet-dinh")
    if form.is_valid():
        context |= {"preview": form.preview, "seal": form.seal, "again": request.POST.get("buoc") == "ghi"}
    context["form"] = form
    return render(request, "nhiemvu/decide.html", context)


def _rehearse(form: DecisionForm, task: Task, request: HttpRequest) -> None:
    """What recording would refuse is told with the preview; nothing of it is kept."""
    with transaction.atomic():
        form.record(copy(task), request.user)
        transaction.set_rollback(True)


def _ct(request: HttpRequest) -> str:
    return f"?{urlencode({'ct': ct})}" if (ct := request.GET.get("ct")) else ""


@require_POST
def decide_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Take or leave a deadline that the signed text states: a decision recorded with name and time."""
    proposal = get_object_or_404(visible_deadline_proposals(request.user).select_related("task"), pk=pk)
    if not can_decide_deadline(request.user):
        raise PermissionDenied
    decision = request.POST.get("quyet-dinh")
    if decision not in ("accept", "decline"):
        messages.error(request, "Chưa rõ quyết định: hãy bấm “Ghi làm thời hạn” hoặc “Không dùng”.")
    else:
        try:
            proposal.decide(request.user, accept=decision == "accept")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            done = (
                "Đã ghi thời hạn theo văn bản"
                if decision == "accept"
                else "Đã ghi là không dùng thời hạn này"
            )
            messages.success(request, f"{done}: {proposal.task.code}, “{proposal.as_written}”.")
    return redirect(f"{proposal.task.get_absolute_url()}?ct={proposal.task.programme_id}")
