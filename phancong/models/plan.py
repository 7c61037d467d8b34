"""The units' yearly plans (IV.1): how the programme's work is given out, year by year.

A plan item itself is a row of the one work table (nhiemvu.Task, kind plan_item); here stand the plan that it
belongs to, what was done with the plan, and what became of last year's items.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from chuongtrinh.models import Programme
from nhiemvu.models import Task
from phancong.models.organisation import Unit


class Plan(models.Model):
    """One unit's plan for one year. Draft or returned it is the unit's to write; given, it is in force.

    ``last_number`` is the highest number that an item of this plan has had: a code is never used twice.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Nháp"
        SUBMITTED = "submitted", "Đã trình"
        RETURNED = "returned", "Trả lại"
        APPROVED = "approved", "Đã duyệt"
        GIVEN = "given", "Đã giao"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="plans", verbose_name="chương trình"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name="đơn vị")
    year = models.PositiveSmallIntegerField("năm")
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.DRAFT)
    last_number = models.PositiveIntegerField("số thứ tự đã dùng", default=0, editable=False)

    class Meta:
        verbose_name = "kế hoạch năm"
        verbose_name_plural = "kế hoạch năm"
        ordering = ["programme", "-year", "unit"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                "unit",
                "year",
                name="plan_once",
                violation_error_message="Đơn vị đã có kế hoạch của năm này.",
            )
        ]

    def __str__(self) -> str:
        return f"Kế hoạch năm {self.year} của {self.unit.name}"

    def get_absolute_url(self) -> str:
        return reverse("ke-hoach-don-vi", args=[self.year, self.unit.short_name])

    def clean(self) -> None:
        if self.programme_id and self.unit_id and self.programme.committee_id != self.unit.committee_id:
            raise ValidationError("Đơn vị phải thuộc cấp ủy ban hành chương trình.")
        first, last = self.programme.term_start, self.programme.term_end
        if first and last and not first <= self.year <= last:
            raise ValidationError(f"Năm {self.year} nằm ngoài nhiệm kỳ {first}-{last} của chương trình.")

    @property
    def is_open(self) -> bool:
        """Whether the unit may still write in it."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @transaction.atomic
    def record(
        self, act: str, user: Any, *, reason: str = "", document: str = "", effective_on: date | None = None
    ) -> PlanAct:
        """Take the plan one step on and write down who did it, when and why.

        ``effective_on`` is the day of the document (by default today). Raises ValidationError where the plan
        has meanwhile come to a state from which this step does not go, or where the reason is missing.
        """
        row = type(self).objects.select_for_update().get(pk=self.pk)
        step = PlanAct.Act(act)
        before, after = STEPS[step]
        if row.state not in before:
            raise ValidationError(
                f"Kế hoạch đang ở tình trạng “{row.get_state_display()}”, không thể {step.label.lower()}. "
                "Hãy tải lại trang."
            )
        if step == PlanAct.Act.RETURN and not reason.strip():
            raise ValidationError({"reason": "Ghi lý do trả lại để đơn vị biết cần sửa gì."})
        row.state = after
        row.save()
        done = PlanAct(
            plan=row,
            act=step,
            reason=reason.strip(),
            document=" ".join(document.split()),
            effective_on=effective_on or timezone.localdate(),
            by=user,
        )
        done.full_clean()
        done.save()
        self.refresh_from_db()
        return done


class PlanAct(models.Model):
    """One step of a plan: who took it, when, on which document, and why. Appended, never edited."""

    class Act(models.TextChoices):
        SUBMIT = "submit", "Trình"
        RECALL = "recall", "Rút lại"
        RETURN = "return", "Trả lại"
        APPROVE = "approve", "Duyệt"
        GIVE = "give", "Giao"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="acts", verbose_name="kế hoạch")
    act = models.CharField("việc đã làm", max_length=10, choices=Act)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    document = models.CharField("theo văn bản (số, ký hiệu)", max_length=200, blank=True)
    effective_on = models.DateField("ngày")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người làm")
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bước của kế hoạch"
        verbose_name_plural = "bước của kế hoạch"
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(act="return") | ~Q(reason=""),
                name="plan_returned_with_reason",
                violation_error_message="Trả lại phải ghi lý do.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.plan}"


_State, _Act = Plan.State, PlanAct.Act
STEPS: dict[PlanAct.Act, tuple[tuple[Plan.State, ...], Plan.State]] = {
    _Act.SUBMIT: ((_State.DRAFT, _State.RETURNED), _State.SUBMITTED),
    _Act.RECALL: ((_State.SUBMITTED,), _State.DRAFT),
    _Act.RETURN: ((_State.SUBMITTED, _State.APPROVED), _State.RETURNED),
    _Act.APPROVE: ((_State.SUBMITTED,), _State.APPROVED),
    _Act.GIVE: ((_State.APPROVED,), _State.GIVEN),
}
"""From which states each step goes, and where it leads."""


class PlanEntry(models.Model):
    """A plan item's place in its plan. Its position is the item's ``ordinal``.

    ``given_on`` and ``given_at`` are the day of giao and the moment it was recorded: from then on the item
    counts for its task, and changes only by decision.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries", verbose_name="kế hoạch")
    task = models.OneToOneField(Task, models.CASCADE, related_name="entry", verbose_name="việc cụ thể")
    by_office = models.BooleanField("văn phòng nhập thay", default=False)
    given_on = models.DateField("giao ngày", null=True, blank=True)
    given_at = models.DateTimeField("ghi nhận giao lúc", null=True, blank=True)

    class Meta:
        verbose_name = "việc trong kế hoạch"
        verbose_name_plural = "việc trong kế hoạch"
        constraints = [
            models.CheckConstraint(
                condition=Q(given_on=None, given_at=None) | Q(given_on__isnull=False, given_at__isnull=False),
                name="plan_entry_given_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.task)


class CarryOver(models.Model):
    """What a person made of last year's unfinished item: taken into the plan (``into``), or left out."""

    source = models.OneToOneField(
        Task, models.PROTECT, related_name="carried_over", verbose_name="việc năm trước"
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="carried", verbose_name="kế hoạch")
    into = models.OneToOneField(
        Task,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="carried_from",
        verbose_name="việc năm sau",
    )
    reason = models.CharField("lý do không đưa tiếp", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người chọn")
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "việc chuyển năm"
        verbose_name_plural = "việc chuyển năm"
        constraints = [
            models.CheckConstraint(
                condition=Q(into=None) | ~Q(into=models.F("source")), name="carry_over_to_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source.code} → {self.into.code if self.into else 'không đưa tiếp'}"
