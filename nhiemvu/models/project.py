"""What a project (đề án) has beside its work: milestones, where the money comes from, risks, its profile.

The programme names projects and gives them no dates: everything here is entered, nothing assumed. Days and
sums are what holds now; what held before is in the history of each row.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from nhiemvu.models.task import Task
from nhiemvu.rules import year_fault
from nhiemvu.status import SOON_DAYS, Mark


class OfProject(models.Model):
    """A row that belongs to a project, and to nothing else. ``happened`` are days that cannot lie ahead."""

    happened: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        task = getattr(self, "task", None)
        if task and task.kind != Task.Kind.PROJECT:
            raise ValidationError({"task": "Chỉ đề án mới có mốc, vốn, rủi ro."})
        if task and (faults := self.faults(task)):
            raise ValidationError(faults)

    def faults(self, task: Task) -> dict[str, str]:
        """What is wrong with the row, by field."""
        found = {}
        for field in self._meta.fields:
            day = getattr(self, field.attname)
            if not isinstance(field, models.DateField) or not isinstance(day, date):
                continue
            if field.name in self.happened and day > timezone.localdate():
                found[field.name] = "Ngày này chưa đến: chỉ ghi việc đã xảy ra."
            elif fault := year_fault(day, task.programme):
                found[field.name] = fault
        return found

    def _was(self, *names: str) -> dict[str, Any] | None:
        """What the stored row says; None where it is new."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        return rows.values(*names).first() if self.pk else None


class ProjectProfile(OfProject):
    """The phase that a project is in and where it is carried out, in words."""

    class Phase(models.TextChoices):
        PREPARING = "preparing", "Chuẩn bị"
        APPROVING = "approving", "Xây dựng, trình duyệt"
        CARRYING_OUT = "carrying_out", "Triển khai"
        ACCEPTING = "accepting", "Nghiệm thu, bàn giao"
        FINISHED = "finished", "Kết thúc"

    task = models.OneToOneField(Task, models.PROTECT, related_name="project_profile", verbose_name="đề án")
    phase = models.CharField("giai đoạn", max_length=12, choices=Phase, blank=True)
    location = models.CharField("địa điểm", max_length=300, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "hồ sơ đề án"
        verbose_name_plural = "hồ sơ đề án"

    def __str__(self) -> str:
        return f"Hồ sơ {self.task.code}"


class Milestone(OfProject):
    """A mốc of a project: the day first planned stays, the present one may move, the actual one closes it."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="milestones", verbose_name="đề án")
    title = models.CharField("mốc", max_length=300)
    planned_on = models.DateField("ngày dự kiến ban đầu")
    due = models.DateField("ngày dự kiến hiện nay")
    done_on = models.DateField("ngày thực tế", null=True, blank=True)
    moved_because = models.CharField("lý do đổi ngày", max_length=500, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "mốc của đề án"
        verbose_name_plural = "mốc của đề án"
        ordering = ["task", "due", "pk"]
        constraints = [
            models.UniqueConstraint(
                "task", "title", name="milestone_once", violation_error_message="Đề án đã có mốc này."
            ),
            models.CheckConstraint(
                condition=Q(due=models.F("planned_on")) | ~Q(moved_because=""),
                name="milestone_moved_with_reason",
                violation_error_message="Ngày hiện nay khác ngày ban đầu thì ghi lý do.",
            ),
        ]

    happened = ("done_on",)

    def __str__(self) -> str:
        return f"{self.task.code}: {self.title}"

    def clean(self) -> None:
        """A new mốc is first planned for its present day."""
        if self._state.adding and self.planned_on is None:
            self.planned_on = self.due
        super().clean()

    def faults(self, task: Task) -> dict[str, str]:
        """Each move tells its own reason: what was said of the one before does not do."""
        found = super().faults(task)
        was = self._was("due", "moved_because")
        moved = was is not None and was["due"] != self.due
        if self.planned_on == self.due:
            found.pop("planned_on", None)  # said once, of the day that is typed
        elif self.due and self.planned_on:
            if not self.moved_because.strip():
                found["moved_because"] = "Ghi vì sao đổi ngày."
            elif was and moved and was["moved_because"] == self.moved_because:
                found["moved_because"] = "Ghi lý do của lần đổi ngày này, không dùng lại lý do trước."
        return found

    def mark(self, day: date) -> Mark:
        """How the mốc stands on a day."""
        if self.done_on and self.done_on <= day:
            return Mark.COMPLETED
        if self.due < day:
            return Mark.OVERDUE
        return Mark.WARNING if (self.due - day).days <= SOON_DAYS else Mark.ON_TIME

    @property
    def done_late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due


class Funding(OfProject):
    """One source of a project's capital: what is planned of it and what was disbursed, in million đồng."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="funding", verbose_name="đề án")
    source = models.CharField("nguồn vốn", max_length=200)
    planned = models.DecimalField(
        "kế hoạch vốn (triệu đồng)", max_digits=15, decimal_places=3, validators=[MinValueValidator(0)]
    )
    disbursed = models.DecimalField(
        "đã giải ngân (triệu đồng)",
        max_digits=15,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0)],
    )
    disbursed_on = models.DateField("giải ngân tính đến ngày", null=True, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "nguồn vốn của đề án"
        verbose_name_plural = "nguồn vốn của đề án"
        ordering = ["task", "pk"]
        constraints = [
            models.UniqueConstraint(
                "task", "source", name="funding_once", violation_error_message="Đề án đã có nguồn vốn này."
            ),
            models.CheckConstraint(
                condition=Q(planned__gte=0, disbursed__gte=0), name="funding_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(disbursed=0) | Q(disbursed_on__isnull=False),
                name="funding_disbursed_as_of",
                violation_error_message="Ghi số giải ngân tính đến ngày nào.",
            ),
        ]

    happened = ("disbursed_on",)

    def __str__(self) -> str:
        return f"{self.task.code}: {self.source}"

    def faults(self, task: Task) -> dict[str, str]:
        found = super().faults(task)
        if self.disbursed and not self.disbursed_on:
            found.setdefault("disbursed_on", "Ghi số giải ngân tính đến ngày nào.")
        if None not in (self.planned, self.disbursed) and 0 <= self.planned < self.disbursed:
            found["disbursed"] = "Giải ngân lớn hơn kế hoạch vốn: kiểm tra lại, hoặc sửa kế hoạch trước."
        return found

    @property
    def percent(self) -> Decimal | None:
        """How much of the plan was disbursed, to a tenth and rounded down: 99,99 % is not all."""
        if not self.planned:
            return None
        return (Decimal(self.disbursed) * 100 / self.planned).quantize(Decimal("0.1"), ROUND_DOWN)


class Risk(OfProject):
    """What may keep a project from its aim, and what is done about it; closed when it is over."""

    class Level(models.TextChoices):
        HIGH = "high", "Cao"
        MEDIUM = "medium", "Trung bình"
        LOW = "low", "Thấp"

    task = models.ForeignKey(Task, models.PROTECT, related_name="risks", verbose_name="đề án")
    text = models.CharField("rủi ro", max_length=500)
    level = models.CharField("mức độ", max_length=6, choices=Level, default=Level.MEDIUM)
    response = models.CharField("cách xử lý", max_length=500, blank=True)
    raised_on = models.DateField("nêu ngày")
    closed_on = models.DateField("hết rủi ro từ ngày", null=True, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "rủi ro của đề án"
        verbose_name_plural = "rủi ro của đề án"
        ordering = ["task", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("raised_on")),
                name="risk_dates_in_order",
                violation_error_message="Ngày hết rủi ro phải từ ngày nêu trở đi.",
            )
        ]

    happened = ("raised_on", "closed_on")

    def __str__(self) -> str:
        return f"{self.task.code}: {self.text[:60]}"

    def faults(self, task: Task) -> dict[str, str]:
        found = super().faults(task)
        if self.closed_on and self.raised_on and self.closed_on < self.raised_on:
            found.setdefault("closed_on", "Ngày hết rủi ro phải từ ngày nêu trở đi.")
        same = Risk.objects.filter(task=task, text=self.text, closed_on=None)
        if self._state.adding and same.exists():
            found["text"] = "Rủi ro này đã ghi và chưa hết: sửa dòng ấy."
        return found
