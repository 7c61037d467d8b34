"""A unit's yearly plan: read, written, submitted, approved and given on one page and its item forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.middleware import HtmxDetails

from chuongtrinh.models import Programme
from phancong import planning
from phancong.context import chosen_programme
from phancong.forms import STEP_FORMS, StepForm
from phancong.models import Plan, PlanAct, Unit
from phancong.permissions import (
    can_approve_plans,
    can_give_plans,
    can_plan,
    can_return_plans,
    visible_plans,
    visible_units,
)
from phancong.plan_page import PlanPage

Act = PlanAct.Act
DONE = {
    Act.SUBMIT: "Đã trình kế hoạch: chờ duyệt.",
    Act.RECALL: "Đã rút kế hoạch về: sửa rồi trình lại.",
    Act.RETURN: "Đã trả lại kế hoạch cho đơn vị.",
    Act.APPROVE: "Đã duyệt cả kế hoạch.",
    Act.GIVE: "Đã giao kế hoạch: từ nay mọi thay đổi đều theo quyết định.",
}


# -- the page --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def unit_plan(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """/ke-hoach/<year>/<unit>/: the plan; POST begins it where the unit has none yet."""
    programme = programme_of(request, year)
    plan = plans_named(request, programme, year, unit).first()
    if plan is None:
        owner = visible_units(request.user).filter(short_name=unit).first()
        if owner is None or not can_plan(request.user, owner):
            raise Http404("Không có kế hoạch này.")
        return _without_plan(request, programme, year, owner)
    if request.method == "POST":
        if not can_plan(request.user, plan.unit):
            raise PermissionDenied
        return redirect(plan_url(request, plan))
    return render(request, "phancong/plan/plan.html", _context(request, plan))


def _without_plan(request: HttpRequest, programme: Programme, year: int, owner: Unit) -> HttpResponse:
    if request.method == "POST":
        try:
            plan = planning.open_plan(programme, owner, year)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"Đã lập kế hoạch năm {year} của {owner.name}: bản nháp, chưa có việc.")
            return redirect(plan_url(request, plan))
    return render(request, "phancong/plan/none.html", {"unit": owner, "year": year})


def _context(request: HttpRequest, plan: Plan, **more: Any) -> dict[str, Any]:
    page = PlanPage.read(plan, request.user, timezone.localdate())
    seen = {"seen": page.last_act.pk if page.last_act else 0}
    steps = {
        "return_form": STEP_FORMS[Act.RETURN](initial=seen),
        "give_form": STEP_FORMS[Act.GIVE](initial={**seen, "effective_on": timezone.localdate()}),
        "seen": seen["seen"],
    }
    return {"page": page, "plan": plan, "may": page.may, **steps, **more}


# -- steps of the whole plan -----------------------------------------------------------------------------


@require_POST
def step(request: HttpRequest, year: int, unit: str, act: str) -> HttpResponse:
    """…/buoc/<act>/: submit, recall, return, approve or give the whole plan."""
    if act not in Act.values:
        raise Http404("Không có bước này.")
    plan = plans_named(request, programme_of(request, year), year, unit).first()
    user = request.user
    if plan is None:
        return _taken_back(request, year, unit)
    rights = {
        Act.SUBMIT: can_plan(user, plan.unit),
        Act.RECALL: can_plan(user, plan.unit),
        Act.RETURN: can_return_plans(user),
        Act.APPROVE: can_approve_plans(user),
        Act.GIVE: can_give_plans(user),
    }
    if not rights[Act(act)]:
        raise PermissionDenied
    form = STEP_FORMS.get(act, StepForm)(request.POST)
    if not form.is_valid():
        return _step_refused(request, plan, act, form)
    last: PlanAct | None = None
    try:
        with transaction.atomic():
            plan = hold(plan)
            last = plan.acts.select_related("by").last()
            seen = form.cleaned_data["seen"]
            if seen is not None and seen != (last.pk if last else 0):
                raise ValidationError(_told_late(act, user, last))
            _take(plan, user, Act(act), form.cleaned_data)
    except ValidationError as error:
        if last and last.act == act:
            messages.info(request, _told_late(act, user, last))
            return back_to_plan(request, plan, "")
        if hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields):
            form.add_error(None, error)
            return _step_refused(request, plan, act, form)
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, DONE[Act(act)])
    return back_to_plan(request, plan, "")


def _taken_back(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """For one who judges plans: while the page was open, the unit took its plan back to mend it."""
    back = Plan.objects.filter(
        programme=programme_of(request, year), year=year, unit__short_name=unit, state=Plan.State.DRAFT
    )
    if not (can_return_plans(request.user) and back.filter(acts__act=Act.RECALL).exists()):
        raise Http404("Không có kế hoạch này.")
    reason = request.POST.get("reason", "").strip()
    kept = f" Lý do bạn vừa ghi: “{reason[:500]}”." if reason else ""
    messages.error(request, f"Đơn vị vừa rút kế hoạch năm {year} về để sửa: chưa ghi gì.{kept}")
    return redirect(reverse("ke-hoach-nam", args=[year]) + kept_query(request, "?"))


def _take(plan: Plan, user: Any, act: PlanAct.Act, data: dict[str, Any]) -> None:
    if act == Act.SUBMIT:
        planning.submit(plan, user)
    elif act == Act.RECALL:
        planning.recall(plan, user)
    elif act == Act.RETURN:
        planning.send_back(plan, user, data["reason"])
    elif act == Act.APPROVE:
        planning.approve(plan, user)
    else:
        planning.give(plan, user, document=data["document"], on=data["effective_on"])


def _told_late(act: str, user: Any, last: PlanAct | None) -> str:
    """What to say to one whose page is older than the plan."""
    if last is None:
        return "Kế hoạch đã thay đổi từ lúc mở trang. Hãy xem lại rồi quyết định."
    who = "Bạn" if last.by_id == user.pk else str(last.by)
    at = f"{timezone.localtime(last.recorded_at):%H:%M ngày %d/%m/%Y}"
    told = f"{who} đã {last.get_act_display().lower()} kế hoạch này lúc {at}."
    return told if last.act == act else f"{told} Hãy xem lại rồi quyết định."


def _step_refused(request: HttpRequest, plan: Plan, act: str, form: StepForm) -> HttpResponse:
    name = {Act.RETURN: "return_form", Act.GIVE: "give_form"}.get(Act(act), "step_form")
    # Shown at …/buoc/<act>/, the rows' own links start two steps up.
    shown = {name: form, "refused": form, "up": "../../"}
    return render(request, "phancong/plan/plan.html", _context(request, plan, **shown), status=422)


# -- inside ------------------------------------------------------------------------------------------------


def programme_of(request: HttpRequest, year: int) -> Programme:
    programme = chosen_programme(request)
    if programme is None:
        raise Http404("Chưa có chương trình.")
    first, last = programme.term_start or 2000, programme.term_end or 2100
    if not first <= year <= last:
        raise Http404(f"Năm {year} nằm ngoài nhiệm kỳ {first}-{last}.")
    return programme


def plans_named(request: HttpRequest, programme: Programme, year: int, unit: str) -> Any:
    rows = visible_plans(request.user).filter(programme=programme, year=year, unit__short_name=unit)
    return rows.select_related("unit", "programme__committee").defer("programme__source")


def plan_or_404(request: HttpRequest, year: int, unit: str) -> Plan:
    plan: Plan | None = plans_named(request, programme_of(request, year), year, unit).first()
    if plan is None:
        raise Http404("Không có kế hoạch này.")
    return plan


def hold(plan: Plan) -> Plan:
    """The plan as it is now, held until the transaction ends. Always taken before its items, so that two
    writers never wait for each other."""
    rows = Plan.objects.select_for_update(of=("self",)).select_related("unit", "programme__committee")
    return rows.get(pk=plan.pk)


def in_one_go(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever writes holds the plan from the first look on: what is checked is what is written."""

    @wraps(view)
    def held(request: HttpRequest, year: int, unit: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, year, unit, *args, **kwargs)
        with transaction.atomic():
            wanted = plans_named(request, programme_of(request, year), year, unit)
            list(wanted.select_for_update(of=("self",)).values_list("pk"))
            return view(request, year, unit, *args, **kwargs)

    return held


def back_to_plan(request: HttpRequest, plan: Plan, code: str) -> HttpResponse:
    """To the plan as it is now; to the year where this person may no longer read it."""
    rows = visible_plans(request.user).filter(pk=plan.pk)
    now = rows.select_related("unit", "programme__committee").first()
    if now is not None:
        return plan_region(request, now, code) if is_part(request) else redirect(plan_url(request, now, code))
    url = reverse("ke-hoach-nam", args=[plan.year]) + kept_query(request, "?")
    return HttpResponse(headers={"HX-Redirect": url}) if is_part(request) else redirect(url)


def closed(request: HttpRequest, plan: Plan, code: str = "") -> HttpResponse:
    """The plan as it is now, for one whose page still shows it open."""
    messages.error(request, closed_words(plan))
    if is_part(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect(plan_url(request, plan, code))


def plan_region(request: HttpRequest, plan: Plan, code: str, **more: Any) -> HttpResponse:
    """The plan for htmx, with the item whose row takes the focus."""
    response = render(request, "phancong/plan/_plan.html", {**_context(request, plan, **more), "part": True})
    response["HX-Retarget"], response["HX-Reswap"] = "#ke-hoach", "outerHTML show:none"
    if code:
        response["HX-Trigger-After-Settle"] = json.dumps({"plan:focus": {"id": f"viec-{code}"}})
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_part(request: HttpRequest) -> bool:
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def closed_words(plan: Plan) -> str:
    told = f"Kế hoạch đang ở tình trạng “{plan.get_state_display()}”, không sửa trực tiếp được."
    if plan.state == Plan.State.SUBMITTED:
        return f"{told} Rút lại rồi sửa."
    return f"{told} Thay đổi theo quyết định." if plan.state == Plan.State.GIVEN else told


def kept_query(request: HttpRequest, start: str) -> str:
    return f"{start}ct={request.GET['ct']}" if request.GET.get("ct", "").isdecimal() else ""


def plan_url(request: HttpRequest, plan: Plan, code: str = "") -> str:
    return f"{plan.get_absolute_url()}{kept_query(request, '?')}{f'#viec-{code}' if code else ''}"
