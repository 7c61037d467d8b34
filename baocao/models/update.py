"""What units report of a row of work: drafts that may change, and updates that may not."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from baocao.models.directive import Answer
from baocao.models.period import Period
from nhiemvu.models import Task
from nhiemvu.status import Verdict
from phancong.models import Unit


class Report(models.Model):
    """The words and figures of a report on one row."""

    content = models.TextField("kết quả thực hiện", blank=True, max_length=30_000)
    percent = models.PositiveSmallIntegerField(
        "tiến độ (%)", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    verdict = models.CharField(
        "đánh giá", max_length=10, blank=True, choices=[(str(word), word.label) for word in Verdict]
    )
    reason = models.TextField("lý do (khi có nguy cơ hoặc chậm)", blank=True, max_length=5_000)
    product = models.TextField("sản phẩm đã có", blank=True, max_length=5_000)
    difficulties = models.TextField("khó khăn, vướng mắc", blank=True, max_length=10_000)
    requests = models.TextField("đề xuất, kiến nghị", blank=True, max_length=10_000)
    no_change = models.BooleanField("không phát sinh", default=False)
    claims_completion = models.BooleanField("báo hoàn thành", default=False)
    effective_on = models.DateField("tính đến ngày")

    class Meta:
        abstract = True


WRITTEN = tuple(field.name for field in Report._meta.fields)
"""What a person writes of a row, by field."""


class Draft(Report):
    """What a unit is writing of one row for one period; its own alone. ``version`` grows at every save."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="drafts", verbose_name="việc")
    period = models.ForeignKey(Period, models.PROTECT, related_name="drafts", verbose_name="kỳ")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="drafts", verbose_name="đơn vị")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người viết")
    share = models.BooleanField("phần của một đơn vị trong nhóm", default=False)
    version = models.PositiveIntegerField("lần lưu", default=1)
    saved_at = models.DateTimeField("lưu lúc", auto_now=True)

    class Meta:
        verbose_name = "bản nháp cập nhật"
        verbose_name_plural = "bản nháp cập nhật"
        constraints = [models.UniqueConstraint("task", "period", "unit", "share", name="draft_once")]

    def __str__(self) -> str:
        return f"{self.task.code}, {self.period}"


class Update(Report):
    """A unit's report on one row as submitted: never edited. What became of it is written beside it, once.

    ``effective_on`` is the day that it speaks of, ``recorded_at`` the clock's moment of submitting. A
    correction is a new row that names what it ``replaces``. Of work that a group leads, a member unit reports
    its ``share``: it tells what the unit did and gives the row no figure; that is the office's to record.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Đã gửi"
        CONFIRMED = "confirmed", "Đã xác nhận"
        RETURNED = "returned", "Trả lại"
        RECALLED = "recalled", "Đã thu hồi"

    task = models.ForeignKey(Task, models.PROTECT, related_name="updates", verbose_name="việc")
    period = models.ForeignKey(Period, models.PROTECT, related_name="updates", verbose_name="kỳ")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="updates", verbose_name="đơn vị")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="updates", verbose_name="người gửi"
    )
    by_office = models.BooleanField("văn phòng nhập thay", default=False)
    share = models.BooleanField("phần của một đơn vị trong nhóm", default=False)
    recorded_at = models.DateTimeField("gửi lúc", auto_now_add=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="thay cho"
    )
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.SUBMITTED)
    settled_at = models.DateTimeField("giải quyết lúc", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="settled_updates",
        verbose_name="người giải quyết",
    )
    return_reason = models.CharField("lý do trả lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "cập nhật"
        verbose_name_plural = "cập nhật"
        ordering = ["task", "effective_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__lte=100), name="update_percent_to_100"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=("", "on_track")) | ~Q(reason=""), name="update_verdict_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", settled_at=None, settled_by=None)
                | (~Q(state="submitted") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="update_settled_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="update_returned_with_reason"
            ),
        ]
        indexes = [models.Index("task", "effective_on", name="update_of_task")]

    def __str__(self) -> str:
        return f"{self.task.code}, {self.period}: {self.get_state_display()}"

    @property
    def is_figure(self) -> bool:
        """The office's one figure of what groups lead: the committee's word, not a unit's."""
        return self.by_office and not self.share and self.unit.kind == Unit.Kind.COMMITTEE


class Evidence(models.Model):
    """What proves a report or an answer: a file, kept under its content hash, or a document that is cited.

    It lies with a draft until that is sent, and with the update from then on.
    """

    draft = models.ForeignKey(
        Draft, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name="bản nháp"
    )
    update = models.ForeignKey(
        Update, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name="cập nhật"
    )
    answer = models.ForeignKey(
        Answer, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name="trả lời"
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    name = models.CharField("tên tệp", max_length=150, blank=True)
    media_type = models.CharField("loại tệp", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("dung lượng (byte)", default=0)
    number = models.CharField("số, ký hiệu văn bản", max_length=100, blank=True)
    issued_on = models.DateField("ngày văn bản", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người thêm")
    added_at = models.DateTimeField("thêm lúc", auto_now_add=True)

    class Meta:
        verbose_name = "minh chứng"
        verbose_name_plural = "minh chứng"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, update=None, answer=None)
                | Q(draft=None, update__isnull=False, answer=None)
                | Q(draft=None, update=None, answer__isnull=False),
                name="evidence_of_one_thing",
            ),
            models.CheckConstraint(
                condition=(~Q(sha256="") & ~Q(name="") & Q(number="")) | (Q(sha256="") & ~Q(number="")),
                name="evidence_file_or_document",
                violation_error_message="Chọn tệp, hoặc ghi số, ký hiệu của văn bản.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.number


class UnitReport(models.Model):
    """A unit's own words for a period; written until the period is locked, with the office's answer."""

    class State(models.TextChoices):
        DRAFT = "draft", "Nháp"
        SUBMITTED = "submitted", "Đã gửi"
        CONFIRMED = "confirmed", "Đã xác nhận"
        RETURNED = "returned", "Trả lại"

    period = models.ForeignKey(Period, models.PROTECT, related_name="unit_reports", verbose_name="kỳ")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name="đơn vị")
    results = models.TextField("kết quả nổi bật", blank=True, max_length=30_000)
    shortcomings = models.TextField("tồn tại, hạn chế", blank=True, max_length=10_000)
    causes = models.TextField("nguyên nhân", blank=True, max_length=10_000)
    next_period = models.TextField("nhiệm vụ kỳ tới", blank=True, max_length=10_000)
    requests = models.TextField("đề xuất, kiến nghị", blank=True, max_length=10_000)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    return_reason = models.CharField("lý do trả lại", max_length=1000, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "báo cáo của đơn vị"
        verbose_name_plural = "báo cáo của đơn vị"
        constraints = [
            models.UniqueConstraint("period", "unit", name="unit_report_once"),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="unit_report_returned_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}, {self.period}"
