"""Tasks, projects and the units' plan items in one table, and what documents decide of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from simple_history.models import HistoricalRecords

from chuongtrinh.models import Clause, Programme, Searchable, Section
from nhiemvu.rules import FIRST_YEAR
from nhiemvu.status import DecisionKind


class TaskQuerySet(models.QuerySet):
    def of_document(self):
        """The rows of the signed document: tasks and projects. Lists and headlines count these."""
        return self.exclude(kind=Task.Kind.PLAN_ITEM)

    def plan_items(self):
        return self.filter(kind=Task.Kind.PLAN_ITEM)


class Task(Searchable):
    """A nhiệm vụ, a đề án or a việc cụ thể: one table, so that everything said of work has one target.

    ``code`` is what people cite, in ASCII, unique in its programme: "II.3.2-02", "DA-04", "2027-PKT-05".
    A task that ``mirrors`` another takes state, percent and updates from it: the work is entered once.
    Dates, product, authority and priority are what holds now; once work is given they change by ``decide``.
    """

    class Kind(models.TextChoices):
        TASK = "task", "Nhiệm vụ"
        PROJECT = "project", "Đề án"
        PLAN_ITEM = "plan_item", "Việc cụ thể"

    class Priority(models.IntegerChoices):
        HIGH = 1, "Cao"
        NORMAL = 2, "Bình thường"
        LOW = 3, "Thấp"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="tasks", verbose_name="chương trình"
    )
    kind = models.CharField("loại", max_length=10, choices=Kind)
    code = models.CharField("mã", max_length=40)
    ordinal = models.PositiveIntegerField("thứ tự")
    section = models.ForeignKey(Section, models.PROTECT, related_name="tasks", verbose_name="mục")
    clause = models.OneToOneField(
        Clause, models.PROTECT, null=True, blank=True, related_name="task", verbose_name="đoạn văn bản"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="thuộc nhiệm vụ, đề án",
    )
    mirrors = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="mirrored_by", verbose_name="tính cùng"
    )
    title = models.CharField("tên gọi ngắn", max_length=300)
    year = models.PositiveSmallIntegerField("năm kế hoạch", null=True, blank=True)
    start = models.DateField("bắt đầu", null=True, blank=True)
    due = models.DateField("thời hạn", null=True, blank=True)
    continuing = models.BooleanField("thường xuyên", default=False)
    product = models.CharField("sản phẩm", max_length=500, blank=True)
    authority = models.CharField("thẩm quyền ký, duyệt", max_length=300, blank=True)
    priority = models.PositiveSmallIntegerField("ưu tiên", choices=Priority, default=Priority.NORMAL)
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["search_key"]
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ, đề án"
        verbose_name_plural = "nhiệm vụ, đề án"
        ordering = ["programme", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                "code",
                name="task_code_once",
                violation_error_message="Mã này đã có trong chương trình.",
            ),
            models.CheckConstraint(
                condition=Q(continuing=False) | Q(due=None),
                name="task_due_or_continuing",
                violation_error_message="Việc thường xuyên thì không có thời hạn: bỏ một trong hai.",
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(due=None) | Q(due__gte=F("start")),
                name="task_dates_in_order",
                violation_error_message="Thời hạn phải từ ngày bắt đầu trở đi.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="plan_item", parent__isnull=False, year__isnull=False)
                    | (~Q(kind="plan_item") & Q(parent=None, year=None))
                ),
                name="task_kind_fits_parent",
                violation_error_message="Chỉ việc cụ thể mới có, và phải có, việc cấp trên và năm.",
            ),
            models.CheckConstraint(
                condition=Q(mirrors=None) | ~Q(mirrors=F("id")),
                name="task_mirrors_another",
                violation_error_message="Không tính cùng chính mình được.",
            ),
        ]
        indexes = [models.Index("programme", "ordinal", name="task_list")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def search_text(self) -> str:
        text = self.clause.text if self.clause else ""
        return f"{self.code} {self.title} {text} {self.product}"

    def get_absolute_url(self) -> str:
        return reverse("nhiem-vu-chi-tiet", args=[self.code])

    def clean(self) -> None:
        """One piece of work that stands in two rows is entered in one: the other has nothing of its own."""
        if not self.mirrors:
            return
        if Task.Kind.PLAN_ITEM in (self.kind, self.mirrors.kind) or self.mirrors.mirrors_id:
            raise ValidationError(
                {"mirrors": "Chọn một nhiệm vụ, đề án của chương trình, không tính cùng việc khác."}
            )
        if self.pk and (self.items.exists() or self.decisions.exists() or self.mirrored_by.exists()):
            raise ValidationError(
                {"mirrors": "Việc này đã có việc cụ thể hoặc quyết định riêng, phải tính riêng."}
            )

    @transaction.atomic
    def decide(
        self, user: Any, changes: dict[str, Any], *, document: str, effective_on: date, reason: str = ""
    ) -> list[Decision]:
        """Change what holds of the work, each change a row that says by which document, since when and why.

        ``changes`` maps subjects to new values: title, product, authority (str), start (date or None), due
        (a date, or ``CONTINUING``), priority (int), state (a status.DecisionKind). What stays as it was is
        left out. Raises ValidationError with messages by field where a rule is against it; nothing is kept.
        """
        row = type(self).objects.select_for_update().get(pk=self.pk)
        document, reason = " ".join(document.split()), reason.strip()
        errors: dict[str, str] = {}
        if row.mirrors:
            errors["__all__"] = f"Việc này tính cùng {row.mirrors.code}: ghi ở đó, một lần."
        if not document:
            errors["document"] = "Ghi số, ký hiệu của văn bản quyết định."
        if not reason and ("state" in changes or row.kind == self.Kind.PLAN_ITEM):
            errors["reason"] = "Ghi lý do thay đổi."
        if effective_on > timezone.localdate():
            errors["effective_on"] = "Ngày của văn bản không thể sau hôm nay."
        elif effective_on.year < (row.programme.term_start or FIRST_YEAR):
            errors["effective_on"] = "Ngày của văn bản trước nhiệm kỳ: kiểm tra lại năm."
        made = []
        for subject, value in changes.items():
            before, after = row._recorded(subject), Decision.recorded(value)
            if before == after:
                continue
            if subject == Decision.Subject.DUE and not after:
                errors["due"] = "Thời hạn đã ghi chỉ đổi sang ngày khác hoặc thường xuyên, không bỏ trống."
            if row.decisions.filter(subject=subject, effective_on__gt=effective_on).exists():
                errors["effective_on"] = (
                    f"{Decision.Subject(subject).label}: đã có quyết định đề ngày muộn hơn. "
                    "Kiểm tra lại ngày của văn bản này."
                )
            made.append(
                Decision(
                    task=row,
                    subject=subject,
                    before=before,
                    after=after,
                    document=document,
                    reason=reason,
                    effective_on=effective_on,
                    decided_by=user,
                )
            )
            if subject == Decision.Subject.DUE:
                row.due, row.continuing = (None, True) if value == CONTINUING else (value, False)
            elif subject != Decision.Subject.STATE:
                setattr(row, subject, value)
        if not made and not errors:
            errors["__all__"] = "Chưa có gì thay đổi: sửa ít nhất một mục."
        if errors:
            raise ValidationError(errors)
        row.full_clean()
        for decision in made:
            decision.full_clean()
        row._change_reason = f"{BY_DECISION}{document}"[:100]  # type: ignore[attr-defined]
        row.save()
        for decision in made:
            decision.save()
        self.refresh_from_db()
        return made

    def _recorded(self, subject: str) -> str:
        """What holds now of a subject, as a decision writes it down."""
        if subject == Decision.Subject.STATE:
            last = self.decisions.filter(subject=subject).order_by("effective_on", "pk").last()
            return last.after if last else ""
        if subject == Decision.Subject.DUE and self.continuing:
            return CONTINUING
        return Decision.recorded(getattr(self, subject))


CONTINUING = "continuing"
"""Thường xuyên, as the value of a deadline in decisions."""


BY_DECISION = "Theo quyết định: "
"""How the history of a task marks an edit that decisions made and tell: the audit shows it once, as these."""


class Decision(models.Model):
    """A change to given work, or what a document fixes of a task: appended, never edited.

    Values are written down as in the export: dates as YYYY-MM-DD, thường xuyên as "continuing", "" for none.
    ``effective_on`` is the day of the document, ``recorded_at`` the clock's.
    """

    class Subject(models.TextChoices):
        ADDED = "added", "Bổ sung việc"
        DIRECT = "direct", "Đồng chí chỉ đạo"
        COORDINATE = "coordinate", "Đơn vị phối hợp"
        TITLE = "title", "Nội dung việc"
        START = "start", "Bắt đầu"
        DUE = "due", "Thời hạn"
        PRODUCT = "product", "Sản phẩm"
        AUTHORITY = "authority", "Thẩm quyền"
        PRIORITY = "priority", "Ưu tiên"
        STATE = "state", "Thực hiện"

    task = models.ForeignKey(Task, models.PROTECT, related_name="decisions", verbose_name="việc")
    subject = models.CharField("về", max_length=10, choices=Subject)
    before = models.CharField("trước", max_length=500, blank=True)
    after = models.CharField("sau", max_length=500, blank=True)
    document = models.CharField("theo văn bản (số, ký hiệu)", max_length=200)
    reason = models.CharField("lý do", max_length=500, blank=True)
    effective_on = models.DateField("ngày văn bản")
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người ghi")

    class Meta:
        verbose_name = "quyết định thay đổi"
        verbose_name_plural = "quyết định thay đổi"
        ordering = ["task", "effective_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(document=""),
                name="decision_by_document",
                violation_error_message="Phải ghi văn bản quyết định.",
            ),
            models.CheckConstraint(
                condition=~Q(subject="state") | (Q(after__in=list(DecisionKind)) & ~Q(reason="")),
                name="decision_on_state_has_reason",
                violation_error_message="Tạm dừng, tiếp tục hay thôi thực hiện phải ghi lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code}: {self.get_subject_display()} ({self.document})"

    @staticmethod
    def recorded(value: Any) -> str:
        """A value as it is written down."""
        return value.isoformat() if isinstance(value, date) else "" if value is None else str(value).strip()

    @property
    def before_label(self) -> str:
        return self._label(self.before)

    @property
    def after_label(self) -> str:
        return self._label(self.after)

    def _label(self, value: str) -> str:
        """What people read: 30/06/2027, Thường xuyên, Cao, Tạm dừng; "chưa có" for none."""
        if not value:
            return "chưa có"
        if self.subject == self.Subject.STATE:
            return DecisionKind.of(value).label
        if self.subject == self.Subject.PRIORITY:
            return str(Task.Priority(int(value)).label)
        if self.subject in (self.Subject.START, self.Subject.DUE):
            if value == CONTINUING:
                return "Thường xuyên"
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        return value
