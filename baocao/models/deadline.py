"""Requests to move a deadline: asked with a reason, decided by a person, and then a decision on record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from nhiemvu.models import Decision, Task
from phancong.models import Unit


class ExtensionRequest(models.Model):
    """A unit asks for a later deadline. Granted, it names the decision that moved it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ quyết định"
        GRANTED = "granted", "Đồng ý"
        REFUSED = "refused", "Không đồng ý"
        WITHDRAWN = "withdrawn", "Đã rút"

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions", verbose_name="việc")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extensions", verbose_name="đơn vị")
    due_before = models.DateField("thời hạn hiện nay")
    due_asked = models.DateField("xin gia hạn đến")
    reason = models.CharField("lý do", max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="extensions_asked", verbose_name="người xin"
    )
    asked_at = models.DateTimeField("xin lúc", auto_now_add=True)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.WAITING)
    answer = models.CharField("ý kiến", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="extensions_decided",
        verbose_name="người quyết định",
    )
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    decision = models.OneToOneField(
        Decision, models.PROTECT, null=True, blank=True, related_name="extension", verbose_name="quyết định"
    )

    class Meta:
        verbose_name = "đề nghị gia hạn"
        verbose_name_plural = "đề nghị gia hạn"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            models.CheckConstraint(
                condition=Q(state="granted", decision__isnull=False)
                | (~Q(state="granted") & Q(decision=None)),
                name="extension_granted_by_decision",
            ),
            models.UniqueConstraint(
                "task",
                condition=Q(state="waiting"),
                name="extension_one_waiting",
                violation_error_message="Việc này đã có một đề nghị gia hạn đang chờ.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code}: xin đến {self.due_asked:%d/%m/%Y}"
