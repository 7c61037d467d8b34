"""Who does what: assignments of sections and tasks, and oversight by decision (IV.3)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from chuongtrinh.models import Clause, Programme, Section
from chuongtrinh.vietnamese import fold
from nhiemvu.models import Task
from phancong.models.organisation import Comrade, Dated, Group, Unit, dates_in_order

ONE_PRINCIPAL = (
    "Mỗi mục, mỗi nhiệm vụ chỉ có một nơi chịu trách nhiệm chính: "
    "bỏ dấu này ở một dòng, hoặc ghi “đến ngày” cho nơi trước."
)


def _or_none(field: str) -> Coalesce:
    """A foreign key in a unique constraint, where two rows without it count as equal."""
    return Coalesce(F(field), 0, output_field=models.BigIntegerField())


class Assignment(Dated):
    """Who does what for a section or one task; a section's assignments hold for its tasks, uncopied."""

    class Role(models.TextChoices):
        DIRECT = "direct", "Chỉ đạo"
        LEAD = "lead", "Chủ trì, tham mưu"
        COORDINATE = "coordinate", "Phối hợp"
        AS_DECIDED = "as_decided", "Theo quyết định phân công"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="assignments", verbose_name="chương trình"
    )
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="mục"
    )
    task = models.ForeignKey(
        Task,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="nhiệm vụ, đề án",
    )
    role = models.CharField("vai trò", max_length=10, choices=Role)
    comrade = models.ForeignKey(
        Comrade, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="đồng chí"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="đơn vị"
    )
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="nhóm"
    )
    text = models.CharField("như đã viết (chưa rõ là ai)", max_length=300, blank=True)
    principal = models.BooleanField("chịu trách nhiệm chính", default=False)
    ordinal = models.PositiveIntegerField("thứ tự", default=0)
    clause = models.ForeignKey(
        Clause,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="dòng phân công",
    )
    decided_by = models.CharField("theo văn bản (số, ngày)", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        ordering = ["programme", "ordinal", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=False, task=None) | Q(section=None, task__isnull=False),
                name="assignment_on_section_or_task",
                violation_error_message="Chọn đúng một: mục, hoặc nhiệm vụ, đề án.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(comrade__isnull=False, unit=None, group=None, text="")
                    | Q(comrade=None, unit__isnull=False, group=None, text="")
                    | Q(comrade=None, unit=None, group__isnull=False, text="")
                    | (Q(comrade=None, unit=None, group=None) & ~Q(text=""))
                ),
                name="assignment_one_assignee",
                violation_error_message="Chọn đúng một: đồng chí, đơn vị, nhóm, hoặc chữ như đã viết.",
            ),
            models.CheckConstraint(
                condition=Q(principal=False)
                | (Q(role="lead") & (Q(unit__isnull=False) | Q(comrade__isnull=False))),
                name="assignment_principal_leads",
                violation_error_message="Chịu trách nhiệm chính phải là đơn vị hoặc đồng chí chủ trì.",
            ),
            dates_in_order("assignment_dates_in_order"),
            models.UniqueConstraint(
                _or_none("section"),
                _or_none("task"),
                "role",
                _or_none("comrade"),
                _or_none("unit"),
                _or_none("group"),
                condition=Q(text="", valid_to=None),
                name="assignment_once",
                violation_error_message="Phân công này đã có.",
            ),
            models.UniqueConstraint(
                "section",
                condition=Q(principal=True, valid_to=None),
                name="assignment_one_principal_of_section",
                violation_error_message=ONE_PRINCIPAL,
            ),
            models.UniqueConstraint(
                "task",
                condition=Q(principal=True, valid_to=None),
                name="assignment_one_principal_of_task",
                violation_error_message=ONE_PRINCIPAL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.assignee_name}"

    @property
    def is_signed(self) -> bool:
        """A line of the signed text, or named in the heading of its section, as in III.1: it may end on a
        day, but it was."""
        if self.clause_id is not None or self.section is None or self.role != self.Role.LEAD:
            return self.clause_id is not None
        name = fold(self.assignee_name)
        return bool(name) and name in fold(self.section.title)

    @property
    def assignee_kind(self) -> str:
        return next((kind for kind in ("comrade", "unit", "group") if getattr(self, f"{kind}_id")), "text")

    @property
    def assignee(self) -> Comrade | Unit | Group | None:
        return self.comrade or self.unit or self.group

    @property
    def assignee_name(self) -> str:
        return str(self.assignee or self.text)

    def clean(self) -> None:
        target = self.section or self.task
        if target and self.programme_id and target.programme_id != self.programme_id:
            raise ValidationError("Mục hoặc nhiệm vụ phải thuộc chương trình đã chọn.")
        if self.assignee and self.programme_id and self.assignee.committee_id != self.programme.committee_id:
            raise ValidationError("Người được giao phải thuộc cấp ủy ban hành chương trình.")


class Oversight(Dated):
    """IV.3: a committee member oversees a unit or a field by a decision: entered, never assumed."""

    comrade = models.ForeignKey(Comrade, models.PROTECT, related_name="oversights", verbose_name="đồng chí")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="oversights", verbose_name="đơn vị"
    )
    field = models.CharField("lĩnh vực", max_length=200, blank=True)
    decision_number = models.CharField("số quyết định", max_length=60)
    decided_on = models.DateField("ngày quyết định")
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "phân công phụ trách (IV.3)"
        verbose_name_plural = "phân công phụ trách (IV.3)"
        ordering = ["comrade", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, field="") | (Q(unit=None) & ~Q(field="")),
                name="oversight_unit_or_field",
                violation_error_message="Chọn đúng một: đơn vị, hoặc lĩnh vực.",
            ),
            models.CheckConstraint(condition=~Q(decision_number=""), name="oversight_by_decision"),
            dates_in_order("oversight_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.comrade}: {self.unit or self.field}"

    def clean(self) -> None:
        if self.comrade_id and self.unit and self.comrade.committee_id != self.unit.committee_id:
            raise ValidationError("Đồng chí và đơn vị phải thuộc cùng một cấp ủy.")
