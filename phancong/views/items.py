"""The items of a unit's yearly plan: added, changed, copied, moved and removed."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from chuongtrinh.models import Programme
from nhiemvu.models import Task
from phancong import planning
from phancong.answerable import Answerability
from phancong.forms import ItemForm, SupplementForm
from phancong.models import Assignment, Plan
from phancong.permissions import can_decide_work, can_plan, visible_plans
from phancong.plan_page import FIELDS, Rights, leads
from phancong.views.plans import (
    back_to_plan,
    closed,
    in_one_go,
    is_part,
    kept_query,
    plan_or_404,
    plan_region,
    plan_url,
    plans_named,
    programme_of,
)

GONE = "Việc {code} không còn trong kế hoạch: đã có người xóa."


@require_http_methods(["GET", "HEAD", "POST"])
@in_one_go
def add(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """…/them/: write an item into an open plan, or add one to a given plan by document."""
    plan = plan_or_404(request, year, unit)
    may = Rights.of(request.user, plan)
    by_document = can_decide_work(request.user) and plan.state == Plan.State.GIVEN
    if not (can_plan(request.user, plan.unit) or by_document):
        raise PermissionDenied
    if request.method != "POST" and not (may.write or may.supplement):
        return closed(request, plan)
    kind = SupplementForm if by_document else ItemForm
    brief = is_part(request) and not by_document
    asked = request.GET.get("viec", "")
    if request.method == "POST":
        form = kind(plan, request.POST, brief=brief, **_naming(brief, "moi"))
        if (task := _write(request, form)) is not None:
            return _written(request, plan, task)
    else:
        asked, note = _parent_asked(plan, asked, look=not brief)
        form = kind(plan, brief=brief, initial={"parent": asked}, **_naming(brief, "moi"))
        if note:
            messages.info(request, note)
    return _form(request, plan, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@in_one_go
def item(request: HttpRequest, year: int, unit: str, code: str) -> HttpResponse:
    """…/<code>/: change an item of an open plan."""
    programme = programme_of(request, year)
    task = _items(request, programme, year, unit).filter(code=code).first()
    if task is None:
        return _item_gone(request, programme, year, unit, code)
    plan = task.entry.plan
    plan.programme = task.programme = programme
    if not can_plan(request.user, plan.unit):
        raise PermissionDenied
    if request.method != "POST" and not plan.is_open:
        return closed(request, plan, task.code)
    brief = is_part(request)
    form = ItemForm(
        plan,
        request.POST if request.method == "POST" else None,
        instance=task,
        brief=brief,
        version=str(cast(Any, task).version or ""),
        **_naming(brief, code),
    )
    if request.method == "POST" and _write(request, form) is not None:
        return _written(request, plan, task)
    return _form(request, plan, form, task)


@require_POST
@in_one_go
def act_on_item(request: HttpRequest, year: int, unit: str, code: str, act: str) -> HttpResponse:
    """…/<code>/<act>/: copy, move up or down, remove (asked once more, by name)."""
    if act not in ("copy", "up", "down", "remove"):
        raise Http404("Không có thao tác này.")
    programme = programme_of(request, year)
    task = _items(request, programme, year, unit).filter(code=code).first()
    if task is None:
        return _item_gone(request, programme, year, unit, code)
    plan = task.entry.plan
    plan.programme = task.programme = programme
    if not can_plan(request.user, plan.unit):
        raise PermissionDenied
    if not plan.is_open:
        return closed(request, plan, code)
    if act == "remove" and "xac-nhan" not in request.POST:
        part = is_part(request)
        name = "phancong/plan/_remove.html" if part else "phancong/plan/remove.html"
        response = render(request, name, {"plan": plan, "task": task, "back": plan_url(request, plan, code)})
        if part:
            response["HX-Retarget"], response["HX-Reswap"] = f"#viec-{code}", "outerHTML"
        return response
    shown = code
    try:
        if act == "copy":
            shown = _copy(request, plan, task)
        elif act == "remove":
            planning.remove_item(task, request.user)
            messages.success(request, f"Đã xóa {code} “{task.title}”.")
            shown = ""
        else:
            _move(request, plan, task, up=act == "up")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return back_to_plan(request, plan, shown)


def _copy(request: HttpRequest, plan: Plan, task: Task) -> str:
    """``so`` is the plan's last number as the page showed it: a button pressed twice copies once."""
    if request.POST.get("so", str(plan.last_number)) != str(plan.last_number):
        raise ValidationError(
            "Kế hoạch đã có việc mới từ lúc mở trang: chưa nhân bản. Bấm “Nhân bản” lần nữa nếu vẫn cần."
        )
    copy = planning.copy_item(task, request.user)
    dates = "" if copy.continuing else ": còn phải ghi thời hạn"
    messages.success(request, f"Đã nhân bản {task.code} thành {copy.code}{dates}.")
    return copy.code


def _move(request: HttpRequest, plan: Plan, task: Task, *, up: bool) -> None:
    """One place up or down among the items of the same task. ``cho`` is the place that the page showed."""
    if request.POST.get("cho", str(task.ordinal)) != str(task.ordinal):
        return
    rows = list(planning.items_of(plan))
    beside = [row for row in rows if row.parent_id == task.parent_id]
    at = next(place for place, row in enumerate(beside) if row.pk == task.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(beside):
        return
    after: Task | None = beside[to]
    if up:
        place = rows.index(beside[to])
        after = rows[place - 1] if place else None
    planning.place_item(task, request.user, after=after)


def _items(request: HttpRequest, programme: Programme, year: int, unit: str) -> Any:
    """The items of the plans that this person may read, with the version of each."""
    entries = Task.history.filter(id=OuterRef("pk")).order_by("-history_id")
    return (
        Task.objects.filter(
            programme=programme,
            entry__plan__in=visible_plans(request.user).filter(programme=programme, year=year),
            entry__plan__unit__short_name=unit,
        )
        .select_related("entry__plan__unit", "parent__section")
        .annotate(version=Subquery(entries.values("history_id")[:1]))
    )


def _item_gone(request: HttpRequest, programme: Programme, year: int, unit: str, code: str) -> HttpResponse:
    """An item removed meanwhile: whoever may plan is told so, and what was typed can become a new item."""
    plan = plans_named(request, programme, year, unit).first()
    if plan is None or not can_plan(request.user, plan.unit):
        raise Http404(f"Không có việc mang mã {code}.")
    if request.method != "POST":
        raise Http404(f"Không có việc mang mã {code}.")
    if "title" in request.POST and plan.is_open:
        brief = is_part(request)
        form = ItemForm(plan, request.POST, brief=brief, **_naming(brief, "moi"))
        form.is_valid()
        form.add_error(
            None,
            GONE.format(code=code) + " Những gì bạn nhập vẫn còn ở đây: bấm “Lưu” để ghi thành việc mới.",
        )
        return _form(request, plan, form, None)
    messages.info(request, GONE.format(code=code))
    return back_to_plan(request, plan, "")


def _write(request: HttpRequest, form: ItemForm) -> Task | None:
    """The item as written; None where the form has to be shown again."""
    if not form.is_valid():
        return None
    if not form.instance.pk and (there := form.already_there()):
        messages.info(request, f"Việc này đã có trong kế hoạch, mã {there.code}: không ghi lần nữa.")
        return there
    try:
        task = form.write(request.user)
    except ValidationError as error:
        form.tell(error)
        return None
    messages.success(request, f"Đã lưu {task.code} “{task.title}”.")
    return task


def _written(request: HttpRequest, plan: Plan, task: Task) -> HttpResponse:
    """Back to the plan at the item, or on to the next one under the same task."""
    if "tiep" in request.POST:
        code = cast(Task, task.parent).code
        if not is_part(request):
            return redirect(f"{_add_url(plan)}?viec={code}{kept_query(request, '&')}")
        form = ItemForm(plan, brief=True, initial={"parent": code}, **_naming(True, "moi"))
        plan.refresh_from_db(fields=["last_number", "state"])
        back = plan_url(request, plan, task.code)
        return plan_region(request, plan, "", adding=form, adding_to=code, adding_back=back)
    return back_to_plan(request, plan, task.code)


def _form(request: HttpRequest, plan: Plan, form: ItemForm, task: Task | None) -> HttpResponse:
    context: dict[str, Any] = {"plan": plan, "form": form, "task": task, "back": plan_url(request, plan)}
    if task:
        context |= {"back": plan_url(request, plan, task.code), "action": _item_url(plan, task.code)}
    else:
        context |= {"action": _add_url(plan)}
    if form.brief:
        response = render(request, "phancong/plan/_form_row.html", context)
    else:
        context |= _answering(plan, form, task)
        response = render(request, "phancong/plan/form.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _answering(plan: Plan, form: ItemForm, task: Task | None) -> dict[str, Any]:
    """For the full page: tasks to choose from, those that the unit leads first, and who answers above."""
    tasks = list(form.fields["parent"].queryset.filter(mirrors=None))  # type: ignore[attr-defined]
    who = Answerability(plan.programme, on=timezone.localdate(), tasks=[*tasks, *([task] if task else [])])
    own = [row for row in tasks if leads(plan.unit, who, row)]
    codes = {row.pk for row in own}
    groups = [
        ("Đơn vị chủ trì", [(row.code, _label(row)) for row in own]),
        ("Nhiệm vụ, đề án khác", [(row.code, _label(row)) for row in tasks if row.pk not in codes]),
    ]
    cast(Any, form.fields["parent"]).choices = [("", "Chọn nhiệm vụ, đề án"), *(g for g in groups if g[1])]
    above = next((row for row in tasks if row.code == form["parent"].value()), None)
    duties = who.duties(above) if above else []
    six = who.six_clear(task) if task else None
    lacks = [(part, FIELDS.get(part, "")) for part in six.missing] if six else []
    return {
        "direct_above": [duty for duty in duties if duty.role == Assignment.Role.DIRECT],
        "coordinate_above": [duty for duty in duties if duty.role == Assignment.Role.COORDINATE],
        "head": who.head_of(plan.unit_id),
        "six": six,
        "lacks": lacks,
        "above": above,
    }


def _label(task: Task) -> str:
    return f"{task.code} {task.title if len(task.title) <= 90 else task.title[:89] + '…'}"


def _parent_asked(plan: Plan, code: str, *, look: bool) -> tuple[str, str]:
    """The task that ?viec= names, and what to say of it where it is another one's row."""
    if not code or not look:
        return code, ""
    task = (
        Task.objects.of_document()
        .filter(programme=plan.programme, code=code)
        .select_related("mirrors")
        .first()
    )
    if task is None:
        return "", f"Không có nhiệm vụ, đề án mang mã {code}: chọn trong danh sách."
    if task.mirrors:
        return task.mirrors.code, f"{code} là cùng một việc với {task.mirrors.code}: nhập ở đó, một lần."
    return code, ""


def _naming(brief: bool, name: str) -> dict[str, str]:
    """Ids of a form within the table, so that they are not those of another open form."""
    return {"auto_id": f"id_{name}_%s"} if brief else {}


def _item_url(plan: Plan, code: str) -> str:
    return reverse("ke-hoach-viec", args=[plan.year, plan.unit.short_name, code])


def _add_url(plan: Plan) -> str:
    return reverse("ke-hoach-them", args=[plan.year, plan.unit.short_name])
