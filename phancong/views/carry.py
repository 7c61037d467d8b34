"""From one year to the next: each of last year's unfinished items is taken or left by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Progress, Status, status
from phancong.context import chosen_programme
from phancong.models import CarryOver, Plan, Unit
from phancong.permissions import can_plan, plans_for_another, visible_plans, visible_tasks
from phancong.planning import carry_over, choose_again

TAKE, LEAVE = "dua", "khong"
LONGEST_REASON = 500


@dataclass(slots=True)
class Offered:
    """One of last year's items: what a person made of it, or what was just typed and not yet kept."""

    item: Task
    status: Status
    decided: CarryOver | None = None
    choice: str = ""
    reason: str = ""

    @property
    def unit(self) -> Unit:
        return self.item.entry.plan.unit

    @property
    def name(self) -> str:
        return f"viec-{self.item.pk}"

    @property
    def reason_name(self) -> str:
        return f"ly-do-{self.item.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """/ke-hoach/<year>/<UNIT>/chuyen-nam/: take or leave last year's work, several at once."""
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    plan = (
        visible_plans(request.user)
        .filter(programme=programme, year=year, unit__short_name=unit)
        .select_related("programme", "unit")
        .first()
    )
    if plan is None:
        raise Http404(f"Không có kế hoạch năm {year} của {unit}.")
    if not can_plan(request.user, plan.unit):
        raise PermissionDenied
    offered, finished = _offered(plan, request.user)
    ct = f"?ct={programme.pk}" if request.GET.get("ct") else ""
    errors: list[str] = []
    if request.method == "POST" and "chon-lai" in request.POST:
        return _again(request, plan, offered, ct)
    if request.method == "POST":
        errors = _decide(request, plan, offered)
        if not errors:
            return redirect(f"{plan.get_absolute_url()}{ct}")
    context = {
        "plan": plan,
        "last_year": year - 1,
        "open": [row for row in offered if not row.decided],
        "decided": [row for row in offered if row.decided],
        "finished": finished,
        "errors": errors,
        "take": TAKE,
        "leave": LEAVE,
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "phancong/carry.html", context, status=422 if errors else 200)


def _again(request: HttpRequest, plan: Plan, offered: list[Offered], ct: str) -> HttpResponse:
    """What was left out is open to be chosen once more."""
    row = next((row for row in offered if str(row.item.pk) == request.POST["chon-lai"]), None)
    try:
        if row and row.decided and not row.decided.into:
            choose_again(plan, row.item)
            messages.success(request, f"{row.item.code}: chọn lại được.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('ke-hoach-chuyen-nam', args=[plan.year, plan.unit.short_name])}{ct}")


def _offered(plan: Plan, user: Any) -> tuple[list[Offered], int]:
    """Last year's given items that go on or were decided upon, and how many others there are."""
    whose = Q(entry__plan__unit=plan.unit_id)
    if plans_for_another(user):  # the work of a unit that is no more, until some unit has it
        here = Q(carried_over=None) | Q(carried_over__plan=plan)
        whose |= Q(entry__plan__unit__valid_to__lt=timezone.localdate()) & here
    items = list(
        visible_tasks(user)
        .plan_items()
        .filter(
            whose,
            entry__given_on__isnull=False,
            programme=plan.programme_id,
            year=plan.year - 1,
        )
        .select_related(
            "parent",
            "mirrors",
            "entry__plan__unit",
            "carried_over__into",
            "carried_over__by",
            "carried_over__plan",
        )
        .order_by("entry__plan__unit__name", "ordinal", "pk")
    )
    facts, today = facts_of(items), timezone.localdate()
    found = []
    for item in items:
        row = Offered(item, status(facts[item.pk], today), getattr(item, "carried_over", None))
        if row.decided or _goes_on(row):
            found.append(row)
    return found, len(items) - len(found)


def _goes_on(row: Offered) -> bool:
    """What was dropped by decision is not proposed anew, nor what is finished unless it is thường xuyên."""
    if row.status.progress == Progress.DROPPED:
        return False
    return row.item.continuing or row.status.progress != Progress.COMPLETED


def _decide(request: HttpRequest, plan: Plan, offered: list[Offered]) -> list[str]:
    """Keep what was chosen, all or nothing; what was left unchosen stays open. Returns what is against it."""
    for row in offered:
        row.choice = request.POST.get(row.name, "")
        row.reason = " ".join(request.POST.get(row.reason_name, "").split())
    chosen = [row for row in offered if row.choice in (TAKE, LEAVE)]
    if not chosen:
        return ["Chưa chọn việc nào: chọn “Đưa vào” hoặc “Không đưa” ở ít nhất một việc."]
    long = [row.item.code for row in chosen if len(row.reason) > LONGEST_REASON]
    if long:
        return [f"{', '.join(long)}: lý do dài quá {LONGEST_REASON} ký tự, hãy viết gọn lại."]
    rows = [(row.item, row.choice == TAKE, row.reason if row.choice == LEAVE else "") for row in chosen]
    try:
        taken = carry_over(plan, request.user, rows)
    except ValidationError as error:
        return list(error.messages)
    left = len(chosen) - taken
    said = [f"đưa vào {taken} việc" if taken else "", f"không đưa {left} việc" if left else ""]
    what = ", ".join(text for text in said if text)
    hint = " Ghi lại thời hạn cho từng việc mới đưa vào." if taken else ""
    messages.success(request, f"Đã {what} từ năm {plan.year - 1}.{hint}")
    return []
