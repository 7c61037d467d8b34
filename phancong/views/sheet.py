"""A unit's plan as an Excel file: out for whoever may read it; in, after a preview, for whoever may plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from phancong.context import chosen_programme
from phancong.models import Plan
from phancong.permissions import can_plan, visible_plans, visible_units
from phancong.sheet import container
from phancong.sheet.comparing import Outcome, Preview, apply, compared, exported
from phancong.sheet.reading import read
from phancong.sheet.shape import MAX_ROWS, Sheet, SheetError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_FOR = 2 * 3600
"""Seconds from preview to confirmation."""
LONGEST_PACK = 2_000_000
SHOWN_FAULTS = 20
_SALT = "phancong.sheet"


@require_safe
def download(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """/ke-hoach/<year>/<UNIT>/tep.xlsx"""
    plan = _plan(request, year, unit)
    name = f"ke-hoach-{plan.year}-{plan.unit.short_name}.xlsx"
    return HttpResponse(
        exported(plan), content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """/ke-hoach/<year>/<UNIT>/nhap/: choose a file, see what it would change, confirm.

    Exempt only until the size that the request declares is known: the check of forms reads the whole body.
    """
    plan = _plan(request, year, unit)
    if not can_plan(request.user, plan.unit):
        raise PermissionDenied
    if request.method == "POST" and _declared(request) > container.MAX_BYTES + LONGEST_PACK:
        return _page(request, plan, refused="Tệp lớn hơn 5 MB, không nhận.", status=413)
    response: HttpResponse = _bring_in(request, plan)
    return response


@csrf_protect
def _bring_in(request: HttpRequest, plan: Plan) -> HttpResponse:
    if not plan.is_open:
        return _page(request, plan, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return _page(request, plan)
    if "ban" in request.POST:
        return _confirmed(request, plan)
    uploaded = request.FILES.get("tep")
    if not isinstance(uploaded, UploadedFile):
        return _page(request, plan, refused="Chưa chọn tệp.", status=400)
    try:
        if (uploaded.size or 0) > container.MAX_BYTES:
            raise SheetError("Tệp lớn hơn 5 MB, không nhận.")
        sheet = read(uploaded.read())
        return _previewed(request, plan, sheet, compared(plan, sheet))
    except SheetError as error:
        return _page(request, plan, refused=str(error), status=400)


def _confirmed(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Write what was shown, provided that it is still what the file would do."""
    try:
        packed = signing.loads(request.POST["ban"], salt=_SALT, max_age=KEPT_FOR)
        owner, seal, sheet = packed[0], packed[1], Sheet.unpacked(packed[2])
    except signing.SignatureExpired:
        return _page(request, plan, refused="Bản xem trước đã quá 2 giờ. Chọn lại tệp để xem.", status=400)
    except signing.BadSignature:
        return _page(request, plan, refused="Bản xem trước không đọc được. Chọn lại tệp.", status=400)
    if owner != _owner(request, plan):
        return _page(request, plan, refused="Bản xem trước là của kế hoạch khác. Chọn lại tệp.", status=400)
    try:
        with transaction.atomic():
            if plan.pk:
                plan = Plan.objects.select_for_update(of=("self",)).select_related(
                    "programme__committee", "unit"
                ).get(pk=plan.pk)  # fmt: skip
            preview = compared(plan, sheet)
            if not plan.is_open or seal != preview.seal or preview.faults:
                told = (
                    "Kế hoạch đã có người sửa sau khi bạn xem trước. Chưa ghi gì. Đây là bản xem trước mới: "
                    "xem lại, rồi ghi nếu vẫn đúng."
                )
                return _previewed(request, plan, sheet, preview, told=told, status=409)
            apply(plan, request.user, preview)
    except ValidationError as error:
        return _page(request, plan, refused=" ".join(error.messages), status=409)
    new, changed = len(preview.of(Outcome.NEW)), len(preview.of(Outcome.CHANGED))
    messages.success(request, f"Đã ghi vào kế hoạch: thêm {new} việc, sửa {changed} việc.")
    ct = request.GET.get("ct")
    return redirect(plan.get_absolute_url() + (f"?ct={ct}" if ct else ""))


# -- inside ------------------------------------------------------------------------------------------------


def _plan(request: HttpRequest, year: int, unit: str) -> Plan:
    """The plan that this person may read; not yet begun, a new one for those who may begin it."""
    programme = chosen_programme(request)
    owner = visible_units(request.user).filter(short_name=unit).first()
    if programme is None or owner is None:
        raise Http404("Không có kế hoạch này.")
    rows = visible_plans(request.user).filter(programme=programme, unit=owner, year=year)
    plan = rows.select_related("unit").first()
    if plan is None:
        plan = Plan(programme=programme, unit=owner, year=year)
        known = Plan.objects.filter(programme=programme, unit=owner, year=year).exists()
        try:
            plan.clean()
        except ValidationError as error:
            raise Http404(" ".join(error.messages)) from error
        if known or not can_plan(request.user, owner):
            raise Http404("Không có kế hoạch này.")
    plan.programme = programme
    return plan


def _declared(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _owner(request: HttpRequest, plan: Plan) -> list[Any]:
    """Whose preview of which plan: nobody can confirm another's."""
    return [request.user.pk, plan.programme_id, plan.unit_id, plan.year]


def _previewed(
    request: HttpRequest, plan: Plan, sheet: Sheet, preview: Preview, told: str = "", status: int = 200
) -> HttpResponse:
    pack = ""
    if preview.changes and not preview.faults:
        pack = signing.dumps([_owner(request, plan), preview.seal, sheet.packed()], salt=_SALT, compress=True)
        if len(pack) > LONGEST_PACK:
            raise SheetError("Tệp có quá nhiều chữ để ghi một lần. Chia thành hai tệp.")
    faults = preview.faults
    context: dict[str, Any] = {
        "preview": preview,
        "pack": pack,
        "told": told,
        "faults": faults[:SHOWN_FAULTS],
        "more_faults": max(len(faults) - SHOWN_FAULTS, 0),
        "new": preview.of(Outcome.NEW),
        "changed": preview.of(Outcome.CHANGED),
        "same": preview.of(Outcome.SAME),
        "wrong": preview.of(Outcome.ERROR),
    }
    return _page(request, plan, status=status, **context)


def _page(
    request: HttpRequest, plan: Plan, *, refused: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"plan": plan, "refused": refused, "max_rows": MAX_ROWS}
    return render(request, "phancong/sheet.html", context, status=status)
