"""Directives (ý kiến chỉ đạo, đôn đốc, kết luận cuộc họp) and the answers of those they address.

Appended, never edited: how a directive stands with a unit follows from its answers and what became of them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chuongtrinh.models import Programme
from nhiemvu.models import Task
from phancong.models import Unit


class Directive(models.Model):
    """What a leader instructs, or the office urges, with the day by which it wants an answer."""

    class Kind(models.TextChoices):
        INSTRUCTION = "instruction", "Ý kiến chỉ đạo"
        URGING = "urging", "Đôn đốc"
        CONCLUSION = "conclusion", "Kết luận cuộc họp"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="directives", verbose_name="chương trình"
    )
    kind = models.CharField("loại", max_length=11, choices=Kind)
    text = models.TextField("nội dung", max_length=5_000)
    document = models.CharField("theo văn bản (số, ký hiệu)", max_length=200, blank=True)
    given_on = models.DateField("ngày chỉ đạo")
    answer_by = models.DateField("hạn trả lời")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="directives", verbose_name="người chỉ đạo"
    )
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)
    withdrawn_at = models.DateTimeField("rút lúc", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directives_withdrawn",
        verbose_name="người rút",
    )
    withdrawn_because = models.CharField("lý do rút", max_length=500, blank=True)

    class Meta:
        verbose_name = "ý kiến chỉ đạo"
        verbose_name_plural = "ý kiến chỉ đạo"
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="directive_says_something"),
            models.CheckConstraint(
                condition=Q(answer_by__gte=F("given_on")),
                name="directive_dates_in_order",
                violation_error_message="Hạn trả lời phải từ ngày chỉ đạo trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="directive_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ngày {self.given_on:%d/%m/%Y}"


class Addressed(models.Model):
    """A unit that a directive addresses: on one row of work, or on the unit's work as a whole."""

    directive = models.ForeignKey(
        Directive, models.PROTECT, related_name="addressed", verbose_name="ý kiến chỉ đạo"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="addressed", verbose_name="đơn vị trả lời")
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="addressed", verbose_name="về việc"
    )

    class Meta:
        verbose_name = "nơi nhận ý kiến chỉ đạo"
        verbose_name_plural = "nơi nhận ý kiến chỉ đạo"
        ordering = ["directive", "pk"]
        constraints = [
            models.UniqueConstraint("directive", "unit", "task", name="addressed_once_on_work"),
            models.UniqueConstraint(
                "directive", "unit", condition=Q(task=None), name="addressed_once_as_a_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive}: {self.task.code if self.task else self.unit}"


class Answer(models.Model):
    """What an addressed unit answered: accepted, or asked again with a reason and a new day."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Đã trả lời"
        ACCEPTED = "accepted", "Đạt yêu cầu"
        ASKED_AGAIN = "asked_again", "Yêu cầu trả lời lại"

    addressed = models.ForeignKey(Addressed, models.PROTECT, related_name="answers", verbose_name="nơi nhận")
    text = models.TextField("trả lời", max_length=10_000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="answers", verbose_name="người trả lời"
    )
    by_office = models.BooleanField("văn phòng nhập thay", default=False)
    recorded_at = models.DateTimeField("trả lời lúc", auto_now_add=True)
    state = models.CharField("tình trạng", max_length=11, choices=State, default=State.SUBMITTED)
    settled_at = models.DateTimeField("giải quyết lúc", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers_settled",
        verbose_name="người giải quyết",
    )
    asked_again_because = models.CharField("yêu cầu thêm", max_length=1000, blank=True)
    answer_by = models.DateField("hạn trả lời lại", null=True, blank=True)

    class Meta:
        verbose_name = "trả lời ý kiến chỉ đạo"
        verbose_name_plural = "trả lời ý kiến chỉ đạo"
        ordering = ["addressed", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="answer_says_something"),
            models.UniqueConstraint(
                "addressed",
                condition=Q(state="submitted"),
                name="answer_one_waiting",
                violation_error_message="Đã có một trả lời đang chờ ý kiến.",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", settled_at=None, settled_by=None)
                | (~Q(state="submitted") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="answer_settled_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked_again") | (~Q(asked_again_because="") & Q(answer_by__isnull=False)),
                name="answer_asked_again_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressed}: {self.get_state_display()}"
