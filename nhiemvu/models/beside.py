"""What stands beside work: related work, deadlines that the signed text states, and numeric targets."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from chuongtrinh.models import Programme, Searchable, Section
from nhiemvu.models.task import CONTINUING, Decision, Task


class RelatedWork(models.Model):
    """Two pieces of work that touch each other; the pair reads the same from both sides."""

    first = models.ForeignKey(Task, models.CASCADE, related_name="related_forward", verbose_name="việc")
    second = models.ForeignKey(
        Task, models.CASCADE, related_name="related_backward", verbose_name="liên quan đến"
    )
    note = models.CharField("liên quan thế nào", max_length=300, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "việc liên quan"
        verbose_name_plural = "việc liên quan"
        constraints = [
            models.UniqueConstraint("first", "second", name="related_once"),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="related_to_another",
                violation_error_message="Một việc không liên quan đến chính nó.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.code} – {self.second.code}"

    def clean(self) -> None:
        if self.first_id and self.second_id and self.first.programme_id != self.second.programme_id:
            raise ValidationError("Hai việc phải thuộc cùng một chương trình.")


class DeadlineProposal(models.Model):
    """A deadline that the signed text states: it holds only after a person has confirmed it."""

    class State(models.TextChoices):
        PENDING = "pending", "Chờ xác nhận"
        ACCEPTED = "accepted", "Đã xác nhận"
        DECLINED = "declined", "Không dùng"

    task = models.ForeignKey(
        Task, models.CASCADE, related_name="deadline_proposals", verbose_name="nhiệm vụ, đề án"
    )
    as_written = models.CharField("văn bản nêu", max_length=300)
    due = models.DateField("hiểu là ngày", null=True, blank=True)
    continuing = models.BooleanField("thường xuyên", default=False)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người quyết định"
    )
    decided_at = models.DateTimeField("lúc", null=True, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "thời hạn do văn bản nêu"
        verbose_name_plural = "thời hạn do văn bản nêu"
        ordering = ["task__ordinal", "pk"]
        constraints = [
            models.UniqueConstraint("task", "as_written", name="deadline_proposal_once"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="deadline_proposal_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code}: {self.as_written}"

    @transaction.atomic
    def decide(self, user, *, accept: bool) -> None:
        """Take or leave the stated deadline, once. Raises ValidationError where it cannot be taken."""
        row = type(self).objects.select_for_update().get(pk=self.pk)
        if row.state != self.State.PENDING:
            raise ValidationError("Thời hạn này đã có người quyết định.")
        if accept:
            if not (self.due or self.continuing):
                raise ValidationError("Văn bản không nêu rõ ngày: hãy nhập thời hạn ở trang quản trị.")
            programme, task = self.task.programme, self.task.mirrors or self.task
            wanted = CONTINUING if self.continuing else self.due
            if wanted != (CONTINUING if task.continuing else task.due):
                task.decide(
                    user,
                    {Decision.Subject.DUE: wanted},
                    document=programme.number,
                    effective_on=programme.issued_on or timezone.localdate(),
                    reason=f"Văn bản nêu: {self.as_written}",
                )
        self.state = self.State.ACCEPTED if accept else self.State.DECLINED
        self.decided_by, self.decided_at = user, timezone.now()
        self.save()


class Indicator(Searchable):
    """A numeric target (chỉ tiêu). ``target_high`` is the upper end where the direction is "between"."""

    class Direction(models.TextChoices):
        AT_LEAST = "at_least", "từ … trở lên"
        AT_MOST = "at_most", "không quá …"
        EQUAL = "equal", "đúng …"
        BETWEEN = "between", "từ … đến …"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="indicators", verbose_name="chương trình"
    )
    code = models.CharField("mã", max_length=20)
    name = models.CharField("tên chỉ tiêu", max_length=300)
    unit = models.CharField("đơn vị tính", max_length=50)
    target = models.DecimalField("mục tiêu", max_digits=18, decimal_places=4)
    target_high = models.DecimalField(
        "mục tiêu, mức cao", max_digits=18, decimal_places=4, null=True, blank=True
    )
    direction = models.CharField("so với mục tiêu", max_length=10, choices=Direction)
    every_year = models.BooleanField("đạt hằng năm", default=False)
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name="nhiệm vụ, đề án"
    )
    section = models.ForeignKey(Section, models.PROTECT, related_name="indicators", verbose_name="mục")
    as_written = models.CharField("văn bản nêu", max_length=500, blank=True)
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["search_key"]
    )

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["programme", "code"]
        constraints = [
            models.UniqueConstraint("programme", "code", name="indicator_code_once"),
            models.CheckConstraint(
                condition=(
                    Q(direction="between", target_high__isnull=False, target_high__gte=F("target"))
                    | (~Q(direction="between") & Q(target_high=None))
                ),
                name="indicator_range",
                violation_error_message="Mức cao chỉ dùng với “từ … đến …” và không thấp hơn mục tiêu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def search_text(self) -> str:
        return f"{self.code} {self.name} {self.unit}"
