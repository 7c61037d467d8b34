"""Units, comrades and their posts, and standing groups.

Whatever a person says holds from a day to a day: every row here that can end has ``valid_from`` and
``valid_to`` (both included; empty means open).
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuongtrinh.models import Committee, Searchable
from chuongtrinh.vietnamese import fold, person_sort_key


def on_the_day(path: str, day: date) -> Q:
    """Rows that hold on ``day``: the only place that says so in SQL. ``path`` leads to a joined row."""
    start, end = (f"{path}__{name}" if path else name for name in ("valid_from", "valid_to"))
    begun = Q(**{start: None}) | Q(**{f"{start}__lte": day})
    return begun & (Q(**{end: None}) | Q(**{f"{end}__gte": day}))


class DatedQuerySet(models.QuerySet):
    def on(self, day: date):
        """The rows that hold on ``day``."""
        return self.filter(on_the_day("", day))


class Dated(models.Model):
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến ngày", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
        name=name,
        violation_error_message="Ngày kết thúc phải từ ngày bắt đầu trở đi.",
    )


is_short_name = RegexValidator(
    r"\A[A-Z0-9]+(?:-[A-Z0-9]+)*\Z",
    "Tên tắt chỉ gồm chữ hoa không dấu, chữ số và gạch nối ở giữa, viết liền: PKT, CB-PKT.",
)


class Unit(Searchable, Dated):
    """A unit (đơn vị). ``short_name`` is ASCII capitals, used in codes: PKT, VHXH, CB-PKT, UBKT."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "Cấp ủy"
        INSPECTION = "inspection", "Ủy ban Kiểm tra"
        PARTY_CELL = "party_cell", "Chi bộ"
        DEPARTMENT = "department", "Phòng"
        OFFICE = "office", "Văn phòng"
        CENTRE = "centre", "Trung tâm"
        OTHER = "other", "Đơn vị khác"

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="units", verbose_name="cấp ủy")
    name = models.CharField("tên đơn vị", max_length=200)
    short_name = models.CharField("tên tắt", max_length=20, validators=[is_short_name])
    kind = models.CharField("loại", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="trực thuộc"
    )
    cell_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="cells", verbose_name="là chi bộ của"
    )
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["search_key"]
    )

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["committee", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                "committee", "name", name="unit_name_once", violation_error_message="Đơn vị này đã có."
            ),
            models.UniqueConstraint(
                "committee",
                "short_name",
                name="unit_short_name_once",
                violation_error_message="Tên tắt này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(cell_of=None) | Q(kind="party_cell"),
                name="unit_cell_of_department",
                violation_error_message="Chỉ chi bộ mới ghi “là chi bộ của”.",
            ),
            dates_in_order("unit_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    def search_text(self) -> str:
        return f"{self.name} {self.short_name}"

    def clean(self) -> None:
        """Two spellings that a reader takes for one name are one unit, as when a document is read."""
        if not self.committee_id or not self.name:
            return
        known = type(self).objects.filter(pk=self.pk).values_list("short_name", flat=True).first()
        if known and known != self.short_name and self.plans.exists():
            raise ValidationError(
                {"short_name": f"Tên tắt “{known}” đã nằm trong mã việc của kế hoạch: giữ nguyên."}
            )
        others = Unit.objects.filter(committee=self.committee_id).exclude(pk=self.pk)
        for name in others.values_list("name", flat=True):
            if fold(name) == fold(self.name):
                raise ValidationError({"name": f"Đơn vị này đã có, ghi là “{name}”."})

    def get_absolute_url(self) -> str:
        return reverse("don-vi-chi-tiet", args=[self.pk])


class Comrade(Searchable):
    """A person (đồng chí): name and work contact only. People sort by tên, then họ, then đệm."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="comrades", verbose_name="cấp ủy")
    name = models.CharField("họ và tên", max_length=100)
    contact = models.CharField("liên hệ công tác", max_length=200, blank=True)
    sort_key = models.TextField(editable=False, default="", db_default="")
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["search_key", "sort_key"]
    )

    class Meta:
        verbose_name = "đồng chí"
        verbose_name_plural = "đồng chí"
        ordering = ["committee", "sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def search_text(self) -> str:
        return self.name

    def refresh_search_key(self) -> None:
        super().refresh_search_key()
        self.sort_key = person_sort_key(self.name)

    def get_absolute_url(self) -> str:
        return reverse("dong-chi-chi-tiet", args=[self.pk])


class Post(Dated):
    """A post (chức vụ) that a comrade holds in a unit."""

    comrade = models.ForeignKey(Comrade, models.PROTECT, related_name="posts", verbose_name="đồng chí")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name="đơn vị")
    title = models.CharField("chức vụ", max_length=100)
    is_head = models.BooleanField("là người đứng đầu", default=False)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "chức vụ"
        verbose_name_plural = "chức vụ"
        ordering = ["comrade", "-is_head", "pk"]
        constraints = [
            dates_in_order("post_dates_in_order"),
            models.UniqueConstraint(
                "comrade",
                "unit",
                "title",
                "valid_from",
                name="post_once",
                violation_error_message="Chức vụ này đã có.",
            ),
            models.UniqueConstraint(
                "comrade",
                "unit",
                "title",
                condition=Q(valid_from=None),
                name="post_once_undated",
                violation_error_message="Chức vụ này đã có.",
            ),
            models.UniqueConstraint(
                "unit",
                condition=Q(is_head=True, valid_to=None),
                name="post_one_head",
                violation_error_message=(
                    "Đơn vị này đã có người đứng đầu: ghi “đến ngày” cho người trước, "
                    "hoặc bỏ dấu “là người đứng đầu”."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.unit.name}"

    def clean(self) -> None:
        if self.comrade_id and self.unit_id and self.comrade.committee_id != self.unit.committee_id:
            raise ValidationError("Đồng chí và đơn vị phải thuộc cùng một cấp ủy.")


class Group(models.Model):
    """A standing group: its rule gives, for a day, the units and comrades whom it means."""

    class Rule(models.TextChoices):
        CELL_SECRETARIES = "cell_secretaries", "Bí thư các chi bộ"
        UNIT_HEADS = "unit_heads", "Người đứng đầu các phòng, đơn vị"
        COMMITTEE_MEMBERS = "committee_members", "Các đồng chí ủy viên cấp ủy"
        PARTY_CELLS = "party_cells", "Các chi bộ"
        UNITS = "units", "Các phòng, đơn vị"
        LISTED = "listed", "Theo danh sách"

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="groups", verbose_name="cấp ủy")
    name = models.CharField("tên nhóm", max_length=200)
    rule = models.CharField("gồm những ai", max_length=20, choices=Rule)
    comrades: models.ManyToManyField = models.ManyToManyField(
        Comrade,
        blank=True,
        verbose_name="danh sách đồng chí",
        help_text="Chỉ dùng khi chọn “Theo danh sách”.",
    )
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử", m2m_fields=[comrades])

    class Meta:
        verbose_name = "nhóm"
        verbose_name_plural = "nhóm"
        ordering = ["committee", "name"]
        constraints = [
            models.UniqueConstraint(
                "committee", "name", name="group_once", violation_error_message="Nhóm này đã có."
            )
        ]

    def __str__(self) -> str:
        return self.name
