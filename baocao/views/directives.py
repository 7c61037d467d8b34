"""Directives: the list, the form to give one, and the page on which it is answered and settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from baocao import directives
from baocao.answering import LIVE, Stand
from baocao.directive_forms import AgainForm, AnswerForm, GiveForm, WithdrawForm
from baocao.directive_page import Page, suggestion
from baocao.directive_rows import by_stand, lines
from baocao.models import Addressed, Answer, Directive
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day, account_then, asked_day
from nhiemvu.models import Task
from phancong.context import asked_programme, chosen_programme, kept
from phancong.models import Unit
from phancong.permissions import (
    can_answer,
    can_settle_answers,
    can_withdraw_directive,
    directed_units,
    directive_kinds,
    reads_directives,
    visible_addressed,
    visible_tasks,
)

PAGE_SIZE = 50
ANSWER, ACCEPT, AGAIN, WITHDRAW = "tra-loi", "dat", "lam-lai", "rut"
FILTERS: tuple[tuple[str, str, tuple[Stand, ...]], ...] = (
    ("dang", "Đang theo dõi", LIVE),
    ("qua-han", "Quá hạn trả lời", (Stand.LATE,)),
    ("da-tra-loi", "Đã trả lời, chờ ý kiến", (Stand.ANSWERED,)),
    ("cho", "Chờ trả lời", (Stand.OPEN,)),
    ("xong", "Đã xong", (Stand.ACCEPTED, Stand.WITHDRAWN)),
)
_DIRECTED = (Unit.Kind.DEPARTMENT, Unit.Kind.OFFICE, Unit.Kind.CENTRE, Unit.Kind.INSPECTION, Unit.Kind.OTHER)


@require_safe
def directive_list(request: HttpRequest) -> HttpResponse:
    """/chi-dao/: each unit's part of each directive, by how it stands; also as of a past day."""
    if not reads_directives(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Ý kiến chỉ đạo"})
    day = _day(request)
    found = lines(visible_addressed(request.user).filter(directive__programme=programme), day)
    units = {line.unit_short: line.unit for line in found}
    unit = request.GET.get("don-vi", "")
    of_unit = [line for line in found if line.unit_short == unit] if unit in units else found
    stands = {name: wanted for name, _, wanted in FILTERS}
    counted = by_stand(of_unit)
    counts = {name: sum(counted[stand] for stand in wanted) for name, wanted in stands.items()}
    chosen = request.GET.get("xem", "")
    if chosen not in stands:
        chosen = "dang" if counts["dang"] or not counts["xong"] else "xong"
    shown = [line for line in of_unit if line.stand in stands[chosen]]
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("trang"))
    carried = {"ct": asked_programme(request), "ngay": day.address}

    def query(**named: Any) -> str:
        wanted = {**carried, "xem": chosen, "don-vi": unit if unit in units else "", **named}
        return f"?{urlencode({name: value for name, value in wanted.items() if value})}"

    context = {
        "day": day,
        "kept": kept(request, day),
        "as_of_url": request.path,
        "total": len(shown),
        "page": page,
        "may_give": bool(directive_kinds(request.user)) and not day.past,
        "chips": [
            {"label": label, "count": counts[name], "on": name == chosen, "url": query(xem=name)}
            for name, label, _ in FILTERS
            if counts[name] or name in (chosen, "dang", "xong")
        ],
        "unit_chips": [
            {"label": units[short], "on": short == unit, "url": query(**{"don-vi": short != unit and short})}
            for short in sorted(units, key=lambda short: units[short])
        ]
        if len(units) > 1
        else [],
        "previous_url": query(trang=page.number - 1) if page.has_previous() else "",
        "next_url": query(trang=page.number + 1) if page.has_next() else "",
    }
    return render(request, "baocao/directive/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """/chi-dao/moi/: prefilled for the work (``?viec=``) or the units (``?don-vi=``) that it is about."""
    kinds = directive_kinds(request.user)
    if not kinds:
        raise PermissionDenied
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": "Chỉ đạo"})
    today = timezone.localdate()
    may = directed_units(request.user, today)
    units = may.filter(kind__in=_DIRECTED, pk__in=Unit.objects.on(today)).order_by("name")
    if request.method == "POST":
        form = GiveForm(kinds, units, request.POST)
        made = _give(request, programme, form, may)
        if made:
            messages.success(request, f"Đã gửi. {_heard(made)}")
            return redirect(f"{reverse('chi-dao-chi-tiet', args=[made.pk])}{_ct(request)}")
    else:
        form = GiveForm(kinds, units, initial=_initial(request, programme, kinds, units, today))
    context = {
        "form": form,
        "kinds": kinds,
        "sent_to": _sent_to(programme, form, units) if request.method != "POST" else [],
        "back_url": f"{reverse('chi-dao')}{_ct(request)}",
    }
    status = 422 if form.is_bound else 200
    return render(request, "baocao/directive/give.html", context, status=status)


def _sent_to(programme: Programme, form: GiveForm, units: Any) -> list[tuple[Unit, Task | None]]:
    """Who would answer for the work that the form opens with."""
    may = {unit.pk for unit in units}
    return directives.addresses(programme, form.initial.pop("found"), [], timezone.localdate(), may).found


def _give(request: HttpRequest, programme: Programme, form: GiveForm, may: Any) -> Directive | None:
    if not form.is_valid():
        return None
    codes, today = form.cleaned_data["tasks"], timezone.localdate()
    tasks = {task.code.upper(): task for task in _tasks(request, programme, codes)}
    if unknown := [code for code in codes if code not in tasks]:
        form.add_error("tasks", f"Không có việc mang mã {', '.join(unknown)}: xem mã ở trang Nhiệm vụ.")
        return None
    allowed = set(may.values_list("pk", flat=True))
    whom = directives.addresses(programme, list(tasks.values()), form.cleaned_data["units"], today, allowed)
    for fault in whom.faults:
        form.add_error("tasks", fault)
    if whom.faults:
        return None
    try:
        return directives.give(programme, request.user, form.words(), whom.found)
    except ValidationError as error:
        form.take(error)
        return None


def _initial(
    request: HttpRequest, programme: Programme, kinds: tuple[Directive.Kind, ...], units: Any, today: date
) -> dict[str, Any]:
    codes = [code.upper() for code in request.GET.getlist("viec")][: directives.ADDRESSED_AT_MOST]
    tasks = _tasks(request, programme, codes)
    shorts = request.GET.getlist("don-vi")
    chosen = [unit for unit in units if unit.short_name in shorts]
    asked = request.GET.get("loai", "")
    kind = next((one for one in kinds if one.value == asked), kinds[0])
    return {
        "found": tasks,
        "kind": kind,
        "tasks": ", ".join(task.code for task in tasks),
        "units": chosen,
        "text": suggestion(kind, tasks, chosen, today),
        "given_on": today,
        "answer_by": directives.answer_by(programme, kind, today),
    }


def _tasks(request: HttpRequest, programme: Programme, codes: list[str]) -> list[Task]:
    """Codes are unique whatever their case; in the order in which they were named."""
    if not codes:
        return []
    rows = visible_tasks(request.user).filter(programme=programme, code__in=codes)
    found = list(rows.select_related("mirrors__entry", "entry", "section"))
    return sorted(found, key=lambda task: codes.index(task.code.upper()))


def _heard(made: Directive) -> str:
    units = list(made.addressed.values_list("unit__name", flat=True).distinct().order_by("unit__name"))
    return f"{', '.join(units)} trả lời chậm nhất {made.answer_by:%d/%m/%Y}."


@require_http_methods(["GET", "HEAD", "POST"])
def directive(request: HttpRequest, pk: int) -> HttpResponse:
    """/chi-dao/<pk>/: what was said, who answered what, and the next step."""
    found = _read(request, pk)
    if request.method != "POST":
        return _page(request, found)
    step = {ANSWER: _answer, ACCEPT: _accept, AGAIN: _again, WITHDRAW: _withdraw}.get(
        request.POST.get("buoc", "")
    )
    if step is None:
        messages.error(request, "Chưa rõ việc cần làm: hãy bấm một trong các nút của trang.")
        return redirect(_url(request, found))
    return step(request, found)


def _answer(request: HttpRequest, found: Directive) -> HttpResponse:
    row = _addressed(request, found)
    if not can_answer(request.user, row.unit):
        raise PermissionDenied
    form = AnswerForm(request.POST, request.FILES, prefix=f"tra-loi-{row.pk}")

    def done(data: dict[str, Any]) -> str:
        directives.answer(row, request.user, data["text"], files=data["proofs"], papers=form.papers)
        return f"Đã gửi trả lời của {row.unit.name}."

    return _take(request, found, row, form, done)


def _accept(request: HttpRequest, found: Directive) -> HttpResponse:
    row, waiting = _waiting(request, found)
    try:
        directives.accept(waiting, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Đã ghi: trả lời của {row.unit.name} đạt yêu cầu.")
    return redirect(f"{_url(request, found)}#noi-{row.pk}")


def _again(request: HttpRequest, found: Directive) -> HttpResponse:
    row, waiting = _waiting(request, found)
    form = AgainForm(request.POST, prefix=f"lai-{row.pk}")

    def done(data: dict[str, Any]) -> str:
        directives.ask_again(waiting, request.user, data["because"], data["answer_by"])
        return f"Đã yêu cầu {row.unit.name} trả lời lại, chậm nhất {data['answer_by']:%d/%m/%Y}."

    return _take(request, found, row, form, done)


def _withdraw(request: HttpRequest, found: Directive) -> HttpResponse:
    if not can_withdraw_directive(request.user, found):
        raise PermissionDenied
    form = WithdrawForm(request.POST)

    def done(data: dict[str, Any]) -> str:
        directives.withdraw(found, request.user, data["withdrawn_because"])
        return "Đã rút ý kiến này; những gì đã trả lời vẫn còn."

    return _take(request, found, None, form, done)


# -- inside ------------------------------------------------------------------------------------------------


def _read(request: HttpRequest, pk: int) -> Directive:
    programme = chosen_programme(request)
    rows = Directive.objects.filter(pk=pk, addressed__in=visible_addressed(request.user)).distinct()
    day = _day(request)
    rows = rows.filter(recorded_at__lt=day.known_at).annotate(
        giver_then=account_then("given_by", day), withdrawer_then=account_then("withdrawn_by", day)
    )
    if asked_programme(request):
        rows = rows.filter(programme=programme)
    found = rows.select_related("given_by", "programme").first()
    if found is None:
        raise Http404("Không có ý kiến chỉ đạo này.")
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _addressed(request: HttpRequest, found: Directive) -> Addressed:
    rows = visible_addressed(request.user).filter(directive=found, pk=_number(request.POST.get("noi", "")))
    row = rows.select_related("unit", "directive").first()
    if row is None:
        raise Http404("Không có nơi nhận này.")
    return row


def _waiting(request: HttpRequest, found: Directive) -> tuple[Addressed, Answer]:
    """The answer that the page showed, of a unit that the directive addresses."""
    row = _addressed(request, found)
    if not can_settle_answers(request.user, found):
        raise PermissionDenied
    answer = row.answers.filter(pk=_number(request.POST.get("tra-loi", ""))).first()
    if answer is None:
        raise Http404("Không có trả lời này.")
    return row, answer


def _take(
    request: HttpRequest,
    found: Directive,
    row: Addressed | None,
    form: Any,
    done: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """Do it, or show the page again with what is against it and everything that was typed."""
    if told := form.carried_out(done):
        messages.success(request, told)
        return redirect(f"{_url(request, found)}{f'#noi-{row.pk}' if row else ''}")
    return _page(request, _read(request, found.pk), form, row)


def _page(
    request: HttpRequest, found: Directive, form: Any = None, row: Addressed | None = None
) -> HttpResponse:
    day = _day(request)
    page = Page.read(found, request.user, day, opened=_number(request.GET.get("noi", "")))
    page.show(form, row.pk if row else 0)
    context = {"page": page, "directive": found, "day": day, "kept": kept(request, day), "refused": form}
    return render(request, "baocao/directive/directive.html", context, status=422 if form else 200)


def _day(request: HttpRequest) -> Day:
    return asked_day(request.GET.get("ngay", ""), timezone.localdate())


def _ct(request: HttpRequest) -> str:
    return f"?ct={ct}" if (ct := asked_programme(request)) else ""


def _url(request: HttpRequest, found: Directive) -> str:
    return f"{reverse('chi-dao-chi-tiet', args=[found.pk])}{_ct(request)}"
