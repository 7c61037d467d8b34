"""Values of indicators (số liệu chỉ tiêu): reported by the leading unit, confirmed by the office."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from nhiemvu.models import Indicator
from phancong.models import Unit


class IndicatorValue(models.Model):
    """The value of an indicator on a day, in its unit of measure. A correction names what it ``replaces``."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Đã gửi"
        CONFIRMED = "confirmed", "Đã xác nhận"
        RETURNED = "returned", "Trả lại"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name="chỉ tiêu")
    on = models.DateField("tính đến ngày")
    value = models.DecimalField("giá trị", max_digits=18, decimal_places=4)
    source = models.CharField("nguồn số liệu", max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="figures", verbose_name="đơn vị báo cáo")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="figures", verbose_name="người gửi"
    )
    by_office = models.BooleanField("văn phòng nhập thay", default=False)
    recorded_at = models.DateTimeField("gửi lúc", auto_now_add=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="thay cho"
    )
    state = models.CharField("tình trạng", max_length=9, choices=State, default=State.SUBMITTED)
    settled_at = models.DateTimeField("giải quyết lúc", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures_settled",
        verbose_name="người giải quyết",
    )
    return_reason = models.CharField("lý do trả lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "số liệu chỉ tiêu"
        verbose_name_plural = "số liệu chỉ tiêu"
        ordering = ["indicator", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="figure_has_source"),
            models.CheckConstraint(
                condition=Q(state="submitted", settled_at=None, settled_by=None)
                | (~Q(state="submitted") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="figure_settled_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="figure_returned_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code}, {self.on:%d/%m/%Y}: {self.value}"
