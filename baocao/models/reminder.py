"""Reminders: what was sent to whom on which day, and the private calendar feed of a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Digest(models.Model):
    """One person's reminders of one day in one message: written before it is sent, and never made twice."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests", verbose_name="người nhận"
    )
    day = models.DateField("ngày")
    address = models.CharField("địa chỉ thư", max_length=254, blank=True)
    subject = models.CharField("tiêu đề", max_length=200)
    body = models.TextField("nội dung")
    made_at = models.DateTimeField("lập lúc", auto_now_add=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)

    class Meta:
        verbose_name = "thư nhắc việc"
        verbose_name_plural = "thư nhắc việc"
        ordering = ["-day", "user"]
        constraints = [models.UniqueConstraint("user", "day", name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user}, {self.day:%d/%m/%Y}"


class Reminded(models.Model):
    """A step of a thing that a person has been reminded of: no run says it again.

    ``about`` names the thing and its deadline ("due:12:2026-09-30"), ``step`` the days from the deadline
    (-7, -3, -1, 1, 7, 14, 44 …)."""

    digest = models.ForeignKey(Digest, models.PROTECT, related_name="lines", verbose_name="thư")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminded", verbose_name="người nhận"
    )
    about = models.CharField("việc được nhắc", max_length=100)
    step = models.SmallIntegerField("bước (ngày so với hạn)")

    class Meta:
        verbose_name = "lần nhắc"
        verbose_name_plural = "lần nhắc"
        constraints = [models.UniqueConstraint("user", "about", "step", name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.about} ({self.step:+d})"


class CalendarFeed(models.Model):
    """A person's private calendar address. The secret itself is not kept, only its SHA-256."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds", verbose_name="người dùng"
    )
    secret_sha256 = models.CharField("SHA-256 của mã", max_length=64, unique=True)
    made_at = models.DateTimeField("lập lúc", auto_now_add=True)
    read_at = models.DateTimeField("đọc lần cuối", null=True, blank=True)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lịch riêng"
        verbose_name_plural = "lịch riêng"
        constraints = [
            models.UniqueConstraint("user", condition=Q(revoked_at=None), name="calendar_feed_one_live")
        ]

    def __str__(self) -> str:
        return f"Lịch của {self.user}"
