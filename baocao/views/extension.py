"""Requests to move a deadline: asked, withdrawn and decided on the page of the work; and all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from baocao import extension
from baocao.extension_forms import AskForm, GrantForm, RefuseForm, WithdrawForm
from baocao.models import ExtensionRequest
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import status
from phancong.context import asked_programme, chosen_programme
from phancong.permissions import can_grant_extensions, can_update, visible_extensions, visible_tasks

State = ExtensionRequest.State
PAGE_SIZE = 50
ASK, WITHDRAW, GRANT, REFUSE = "xin", "rut", "dong-y", "khong-dong-y"
FILTERS = (
    ("cho", "Đang chờ", (State.WAITING,)),
    ("xong", "Đã giải quyết", (State.GRANTED, State.REFUSED, State.WITHDRAWN)),
)


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, code: str) -> HttpResponse:
    """/nhiem-vu/<code>/gia-han/: both deadlines, what was asked and answered, and the next step."""
    task = _task(request, code)
    if request.method != "POST":
        return _page(request, task)
    step = request.POST.get("buoc", "")
    act = {ASK: _ask, WITHDRAW: _withdraw, GRANT: _grant, REFUSE: _refuse}.get(step)
    if act is None:
        messages.error(request, "Chưa rõ việc cần làm: hãy bấm một trong các nút của trang.")
        return redirect(_url(request, task))
    return act(request, task)


def _ask(request: HttpRequest, task: Task) -> HttpResponse:
    unit = extension.leading_unit(task, timezone.localdate())
    if unit is None or not can_update(request.user, unit):
        raise PermissionDenied
    form = AskForm(request.POST)

    def done(data: dict[str, Any]) -> str:
        asked = extension.ask(
            task, request.user, due=data["due"], reason=data["reason"], due_seen=_seen(data["due_seen"])
        )
        return f"Đã gửi đề nghị gia hạn {task.code} đến {asked.due_asked:%d/%m/%Y}: chờ quyết định."

    return _take(request, task, "ask_form", form, done)


def _withdraw(request: HttpRequest, task: Task) -> HttpResponse:
    form = WithdrawForm(request.POST)
    row = _request(request, task, form)
    if not can_update(request.user, row.unit):
        raise PermissionDenied

    def done(data: dict[str, Any]) -> str:
        extension.withdraw(row, request.user)
        return f"Đã rút đề nghị gia hạn {task.code}."

    return _take(request, task, "withdraw_form", form, done)


def _grant(request: HttpRequest, task: Task) -> HttpResponse:
    form = GrantForm(request.POST)
    row = _request(request, task, form, can_grant_extensions)

    def done(data: dict[str, Any]) -> str:
        decision = extension.grant(
            row,
            request.user,
            document=data["document"],
            effective_on=data["effective_on"],
            due=data["due"],
            due_seen=_seen(data["due_seen"]),
        )
        return f"Đã gia hạn {task.code} đến {decision.after_label} theo {decision.document}."

    return _take(request, task, "grant_form", form, done)


def _refuse(request: HttpRequest, task: Task) -> HttpResponse:
    form = RefuseForm(request.POST)
    row = _request(request, task, form, can_grant_extensions)

    def done(data: dict[str, Any]) -> str:
        extension.refuse(row, request.user, data["answer"])
        return f"Đã trả lời không đồng ý gia hạn {task.code}."

    return _take(request, task, "refuse_form", form, done)


@require_safe
def extensions(request: HttpRequest) -> HttpResponse:
    """/gia-han/: what waits for a decision, and what was decided."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Gia hạn"})
    rows = visible_extensions(request.user).filter(task__programme=programme)
    counts = rows.aggregate(
        cho=Count("pk", Q(state=State.WAITING)), xong=Count("pk", ~Q(state=State.WAITING))
    )
    chosen = request.GET.get("xem", "")
    states = {name: wanted for name, _, wanted in FILTERS}
    if chosen not in states:
        chosen = "cho" if counts["cho"] or not counts["xong"] else "xong"
    order = ["asked_at", "pk"] if chosen == "cho" else ["-decided_at", "-pk"]
    found = _read(rows.filter(state__in=states[chosen])).order_by(*order)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    ct = asked_programme(request)

    def query(**named: Any) -> str:
        return f"?{urlencode(({'ct': ct} if ct else {}) | named)}"

    context = {
        "chosen": chosen,
        "chips": [
            {"label": label, "count": counts[name], "on": name == chosen, "url": query(xem=name)}
            for name, label, _ in FILTERS
        ],
        "page": page,
        "previous_url": query(xem=chosen, trang=page.number - 1) if page.has_previous() else "",
        "next_url": query(xem=chosen, trang=page.number + 1) if page.has_next() else "",
        "may_decide": chosen == "cho" and can_grant_extensions(request.user),
    }
    return render(request, "baocao/extension/list.html", context)


# -- inside ------------------------------------------------------------------------------------------------


def _task(request: HttpRequest, code: str) -> Task:
    programme = chosen_programme(request)
    rows = visible_tasks(request.user).filter(programme=programme)
    task: Task = get_object_or_404(rows.select_related("mirrors", "entry", "programme"), code=code)
    return task


def _request(
    request: HttpRequest, task: Task, form: Any, may: Callable[[Any], bool] | None = None
) -> ExtensionRequest:
    """The request that the form names: one of this task's, which this person may see."""
    if may and not may(request.user):
        raise PermissionDenied
    form.is_valid()
    pk = form.cleaned_data.get("request")
    rows = visible_extensions(request.user).filter(task=task, pk=pk or 0)
    row = rows.select_related("task", "unit").first()
    if row is None:
        raise Http404("Không có đề nghị này.")
    return row


def _take(
    request: HttpRequest, task: Task, name: str, form: Any, done: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Do it, or show the form again with what is against it and everything that was typed."""
    if told := form.carried_out(done):
        messages.success(request, told)
        return redirect(_url(request, task))
    return _page(request, _task(request, task.code), **{name: form, "refused": form})


def _page(request: HttpRequest, task: Task, **forms: Any) -> HttpResponse:
    today, user = timezone.localdate(), request.user
    stands = status(facts_of([task])[task.pk], today)
    rows = list(_read(visible_extensions(user).filter(task=task)))
    waiting = next((row for row in rows if row.state == State.WAITING), None)
    obstacle = extension.cannot_be_asked(task, stands.progress)
    unit = None if obstacle or waiting else extension.leading_unit(task, today)
    may_decide = waiting is not None and can_grant_extensions(user)
    seen = {"due_seen": task.due.isoformat() if task.due else ""}
    context: dict[str, Any] = {
        "task": task,
        "status": stands,
        "original_due": stands.due_original if stands.due_original != stands.due else None,
        "rows": [row for row in rows if row is not waiting],
        "waiting": waiting,
        "obstacle": obstacle,
        "unit": unit,
        "may_ask": unit is not None and can_update(user, unit),
        "may_withdraw": waiting is not None and can_update(user, waiting.unit),
        "may_decide": may_decide,
        "back_url": f"{task.get_absolute_url()}{_ct(request)}",
        "list_url": f"{reverse('gia-han-danh-sach')}{_ct(request)}",
    }
    if context["may_ask"]:
        context["ask_form"] = AskForm(initial=seen)
    if waiting and may_decide:
        named = {"request": waiting.pk}
        due = waiting.due_asked
        context["grant_form"] = GrantForm(initial={**seen, **named, "due": due, "effective_on": today})
        context["refuse_form"] = RefuseForm(initial=named)
    # What is shown again carries the deadline of now: its reader has been told of it.
    for name, form in forms.items():
        if name != "refused" and "due_seen" in form.fields:
            form.data = form.data.copy()
            form.data["due_seen"] = seen["due_seen"]
    context |= forms
    return render(request, "baocao/extension/extend.html", context)


def _read(rows: Any) -> Any:
    return rows.select_related("task", "unit", "asked_by", "decided_by", "decision")


def _seen(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _ct(request: HttpRequest) -> str:
    return f"?ct={ct}" if (ct := asked_programme(request)) else ""


def _url(request: HttpRequest, task: Task) -> str:
    return f"{reverse('gia-han', args=[task.code])}{_ct(request)}"
