"""Values of indicators: sent by the leading unit, confirmed or returned by the office, never edited.

A correction is a new value that names what it replaces. Whoever sends holds the indicator's row first, so
that two never report the same day. Errors are ValidationError with a message for people.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from baocao.models import IndicatorValue
from chuongtrinh.vietnamese import format_number
from nhiemvu.models import Indicator
from nhiemvu.rules import year_fault
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import can_enter_facts, plans_for_another

State = IndicatorValue.State


def leading_unit(indicator: Indicator, on: date) -> Unit | None:
    """The unit that reports the indicator: the one that leads its task, or else its section."""
    tasks = [indicator.task] if indicator.task else []
    who = Answerability(indicator.programme, on=on, tasks=tasks, overseers=False)
    return led_by(who, indicator)


def led_by(who: Answerability, indicator: Any) -> Unit | None:
    """The same where the programme's assignments are at hand."""
    if indicator.task:
        return who.leading_unit(indicator.task)
    return who.unit_leading_section(indicator.section_id)


def standing(rows: QuerySet[IndicatorValue]) -> QuerySet[IndicatorValue]:
    """Those that hold or wait: not returned, and not replaced by one that holds or waits."""
    later = IndicatorValue.objects.filter(replaces=OuterRef("pk")).exclude(state=State.RETURNED)
    return rows.exclude(state=State.RETURNED).filter(~Exists(later))


@transaction.atomic
def send(
    indicator: Indicator,
    user: Any,
    *,
    on: date,
    value: Decimal,
    source: str,
    replaces: IndicatorValue | None = None,
    unit: Unit | None = None,
) -> IndicatorValue:
    """Report the value as of a day; ``replaces`` names the one that it corrects, ``unit`` who reports where
    no unit leads. A correction of what still waits takes its place, one of what was confirmed waits beside
    it. The same value of the same day sent once more is the one that waits already."""
    Indicator.objects.select_for_update().only("pk").get(pk=indicator.pk)
    lead = leading_unit(indicator, timezone.localdate())
    if not can_enter_facts(user, lead):
        raise ValidationError("Chỉ đơn vị chủ trì, hoặc văn phòng thay đơn vị, gửi số liệu chỉ tiêu này.")
    source, reporter = " ".join(source.split()), lead or unit
    if errors := _faults(indicator, on, source, reporter):
        raise ValidationError(errors)
    same_day = standing(IndicatorValue.objects.filter(indicator=indicator, on=on)).first()
    if same_day and (same_day.state, same_day.value, same_day.source) == (State.SUBMITTED, value, source):
        return same_day
    if replaces:
        _check_correction(replaces, on, value, source)
    if clash := _others(indicator, on, replaces).order_by("-pk").first():
        raise ValidationError(
            {
                "on": f"Ngày {on:%d/%m/%Y} đã có số liệu {format_number(clash.value)} "
                f"({clash.get_state_display().lower()}): bấm “Sửa số này” ở dòng ấy để gửi số thay."
            }
        )
    if replaces and replaces.state == State.SUBMITTED:
        _settle(replaces, user, State.RETURNED, f"Đã gửi số khác thay: {format_number(value)}.")
        replaces = replaces.replaces
    row = IndicatorValue(
        indicator=indicator,
        on=on,
        value=value,
        source=source,
        unit=reporter,
        author=user,
        by_office=plans_for_another(user),
        replaces=replaces,
    )
    row.full_clean(exclude=["indicator", "unit", "author"])
    row.save()
    return row


@transaction.atomic
def confirm(row: IndicatorValue, user: Any) -> None:
    _settle(row, user, State.CONFIRMED)


@transaction.atomic
def send_back(row: IndicatorValue, user: Any, reason: str) -> None:
    """Return it to the unit, which sends another."""
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do trả lại để đơn vị biết cần sửa gì."})
    _settle(row, user, State.RETURNED, reason.strip())


def _faults(indicator: Indicator, on: date, source: str, reporter: Unit | None) -> dict[str, str]:
    """What is wrong with what was typed, by field."""
    found = {}
    if on > timezone.localdate():
        found["on"] = "Ngày này chưa đến: ghi ngày mà số liệu được tính."
    elif fault := year_fault(on, indicator.programme):
        found["on"] = fault
    if not source:
        found["source"] = "Ghi nguồn số liệu: báo cáo, thống kê, văn bản nào."
    if reporter is None:
        found["unit"] = "Chọn đơn vị báo cáo: chỉ tiêu này chưa có đơn vị chủ trì."
    return found


def _others(indicator: Indicator, on: date, replaces: IndicatorValue | None) -> QuerySet[IndicatorValue]:
    """What holds or waits on the day beside what is corrected; also what holds again where its waiting
    correction, by which it would move to another day, is returned."""
    gone = IndicatorValue.objects.filter(replaces=OuterRef("pk"), state=State.CONFIRMED)
    rows = IndicatorValue.objects.filter(indicator=indicator, on=on).exclude(state=State.RETURNED)
    mine = [replaces.pk, replaces.replaces_id] if replaces else []
    return rows.filter(~Exists(gone)).exclude(pk__in=[pk for pk in mine if pk])


def _check_correction(row: IndicatorValue, on: date, value: Decimal, source: str) -> None:
    if not standing(IndicatorValue.objects.filter(pk=row.pk)).exists():
        raise ValidationError("Số liệu này vừa có số khác thay: tải lại trang rồi sửa số mới nhất.")
    if (row.on, row.value, row.source) == (on, value, source):
        raise ValidationError("Chưa có gì thay đổi so với số liệu đã gửi.")


def _settle(row: IndicatorValue, user: Any, state: str, reason: str = "") -> None:
    held = IndicatorValue.objects.select_for_update(of=("self",)).select_related("settled_by").get(pk=row.pk)
    if (held.state, held.settled_by, held.return_reason) == (state, user, reason):
        return row.refresh_from_db()  # a form that comes twice has one effect
    if held.state != State.SUBMITTED:
        raise ValidationError(
            f"{held.settled_by} đã giải quyết số liệu này: {held.get_state_display().lower()}. Tải lại trang."
        )
    held.state, held.settled_at, held.settled_by, held.return_reason = state, timezone.now(), user, reason
    held.full_clean(exclude=["indicator", "unit", "author", "settled_by", "replaces"])
    held.save(update_fields=["state", "settled_at", "settled_by", "return_reason"])
    row.refresh_from_db()
