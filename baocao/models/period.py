"""Reporting periods as rows: opened, asking, locked, and a committee's rules for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from baocao import periods
from chuongtrinh.models import Committee, Programme
from nhiemvu.models import Task
from nhiemvu.status import SOON_DAYS
from phancong.models import Unit


def usual_kinds() -> list[str]:
    """What a committee reports unless it says otherwise: everything but the two of the term."""
    return ["month", "quarter", "half_year", "nine_months", "year"]


class ReportingRules(models.Model):
    """When a committee asks for reports; the defaults are those of NĐ 09/2019."""

    committee = models.OneToOneField(
        Committee, models.PROTECT, related_name="reporting_rules", verbose_name="cấp ủy"
    )
    kinds = models.JSONField("các kỳ báo cáo", default=usual_kinds)
    cutoff_day = models.PositiveSmallIntegerField(
        "ngày chốt số liệu",
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(periods.LAST_CUTOFF_DAY)],
    )
    cutoff_hour = models.PositiveSmallIntegerField("giờ chốt", default=17, validators=[MaxValueValidator(23)])
    submit_working_days = models.PositiveSmallIntegerField(
        "số ngày làm việc để gửi, sau ngày chốt", default=0, validators=[MaxValueValidator(20)]
    )
    soon_days = models.PositiveSmallIntegerField(
        "báo sắp đến hạn trước (ngày)", default=SOON_DAYS, validators=[MaxValueValidator(60)]
    )
    office_extends = models.BooleanField("văn phòng được quyết định gia hạn", default=False)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "quy định kỳ báo cáo"
        verbose_name_plural = "quy định kỳ báo cáo"

    def __str__(self) -> str:
        return f"Quy định kỳ báo cáo của {self.committee}"

    def clean(self) -> None:
        known = {str(kind) for kind in periods.Kind}
        if not isinstance(self.kinds, list) or not self.kinds or not set(self.kinds) <= known:
            raise ValidationError({"kinds": "Chọn ít nhất một kỳ báo cáo."})


class DayOff(models.Model):
    """A day that is not worked, or a weekend day worked in exchange, beside the public holidays."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="days_off", verbose_name="cấp ủy")
    day = models.DateField("ngày")
    name = models.CharField("lý do", max_length=100)
    worked = models.BooleanField("là ngày làm bù", default=False)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ["committee", "-day"]
        constraints = [
            models.UniqueConstraint(
                "committee", "day", name="day_off_once", violation_error_message="Ngày này đã có."
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class Period(models.Model):
    """One reporting period of a programme, with the dates that it was opened with."""

    class State(models.TextChoices):
        OPEN = "open", "Đang mở"
        LOCKED = "locked", "Đã khóa"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="periods", verbose_name="chương trình"
    )
    kind = models.CharField("loại kỳ", max_length=12, choices=[(str(k), k.label) for k in periods.Kind])
    key = models.CharField("mã kỳ", max_length=20)
    label = models.CharField("kỳ báo cáo", max_length=60)
    start = models.DateField("từ ngày")
    end = models.DateField("đến ngày")
    submit_by = models.DateTimeField("hạn gửi")
    state = models.CharField("tình trạng", max_length=6, choices=State, default=State.OPEN)

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ["programme", "-end", "start"]
        constraints = [
            models.UniqueConstraint(
                "programme", "key", name="period_once", violation_error_message="Kỳ này đã mở."
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="period_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @transaction.atomic
    def record(self, act: str, user: Any, *, reason: str = "") -> PeriodAct:
        """Lock or reopen, once, on record. ValidationError where the state does not allow it."""
        row = type(self).objects.select_for_update().get(pk=self.pk)
        step = PeriodAct.Act(act)
        before, after = {
            PeriodAct.Act.LOCK: (self.State.OPEN, self.State.LOCKED),
            PeriodAct.Act.REOPEN: (self.State.LOCKED, self.State.OPEN),
        }[step]
        if row.state != before:
            raise ValidationError(f"Kỳ {row.label} {row.get_state_display().lower()}. Hãy tải lại trang.")
        if step == PeriodAct.Act.REOPEN and not reason.strip():
            raise ValidationError({"reason": "Ghi lý do mở lại kỳ."})
        row.state = after
        row.save()
        done = PeriodAct.objects.create(period=row, act=step, by=user, reason=reason.strip())
        self.refresh_from_db()
        return done


class PeriodAct(models.Model):
    """Opened, locked or reopened: who, when and why. Appended; ``by`` is empty where the clock did it."""

    class Act(models.TextChoices):
        OPEN = "open", "Mở kỳ"
        LOCK = "lock", "Khóa kỳ"
        REOPEN = "reopen", "Mở lại kỳ"

    period = models.ForeignKey(Period, models.PROTECT, related_name="acts", verbose_name="kỳ")
    act = models.CharField("việc đã làm", max_length=6, choices=Act)
    reason = models.CharField("lý do", max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người làm"
    )
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bước của kỳ báo cáo"
        verbose_name_plural = "bước của kỳ báo cáo"
        ordering = ["period", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(act="reopen") | ~Q(reason=""), name="period_reopened_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.period}"


class Asked(models.Model):
    """A period asks a unit for one row of the work table, from a day on.

    Work that a group leads is asked of each member unit for its ``share``; the row's own figure is the
    office's, which nobody asks."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="asked", verbose_name="kỳ")
    task = models.ForeignKey(Task, models.PROTECT, related_name="asked", verbose_name="việc")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="asked", verbose_name="đơn vị")
    asked_on = models.DateField("yêu cầu từ ngày")
    share = models.BooleanField("phần của một đơn vị trong nhóm", default=False)

    class Meta:
        verbose_name = "việc phải cập nhật"
        verbose_name_plural = "việc phải cập nhật"
        constraints = [models.UniqueConstraint("period", "task", "unit", "share", name="asked_once")]

    def __str__(self) -> str:
        return f"{self.period}: {self.task}"
