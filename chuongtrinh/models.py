"""The signed document as rows, and the accounts of those who may read it.

A programme holds sections, a section holds clauses. What was signed never changes: the transcription is kept
byte for byte, corrections lie over it as rows, and both readings can be shown.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuongtrinh.vietnamese import fold


class Searchable(models.Model):
    """A row that can be found without diacritics: ``search_key`` is refreshed at every save."""

    search_key = models.TextField(editable=False, default="", db_default="")

    class Meta:
        abstract = True

    def search_text(self) -> str:
        """The words by which people look for this row, as they are written."""
        raise NotImplementedError

    def refresh_search_key(self) -> None:
        self.search_key = fold(self.search_text())

    def save(self, *args, **kwargs) -> None:
        self.refresh_search_key()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_key"}
        super().save(*args, **kwargs)


class Signed(models.Model):
    """A row of the signed text: read once, then the same on every day, so that it needs no history."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise models.ProtectedError("Văn bản đã ký thì không sửa.", {self})
        super().save(*args, **kwargs)


class Committee(models.Model):
    """A Party committee (cấp ủy): the owner of programmes, units and accounts."""

    name = models.CharField("tên cấp ủy", max_length=200, unique=True)
    parent_name = models.CharField("đảng bộ cấp trên", max_length=200, blank=True)
    place = models.CharField("địa danh", max_length=100, blank=True)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "cấp ủy"
        verbose_name_plural = "cấp ủy"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """An account. What it may do follows from its role alone (phancong.permissions).

    An account belongs to one committee; a head's account names its unit, an overseeing member's its comrade.
    """

    class Role(models.TextChoices):
        ADMIN = "admin", "Quản trị"
        OFFICE = "office", "Văn phòng"
        SECRETARY = "secretary", "Bí thư"
        DEPUTY = "deputy", "Phó Bí thư"
        MEMBER = "member", "Ủy viên phụ trách"
        HEAD = "head", "Trưởng đơn vị"
        INSPECTION = "inspection", "Ủy ban Kiểm tra"
        VIEWER = "viewer", "Người xem"

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField("tên hiển thị", max_length=150, blank=True)
    role = models.CharField("vai trò", max_length=12, choices=Role, default=Role.VIEWER)
    committee = models.ForeignKey(
        Committee, models.PROTECT, verbose_name="cấp ủy", related_name="users", null=True, blank=True
    )
    unit = models.ForeignKey(
        "phancong.Unit", models.PROTECT, verbose_name="đơn vị", related_name="users", null=True, blank=True
    )
    comrade = models.ForeignKey(
        "phancong.Comrade",
        models.PROTECT,
        verbose_name="đồng chí",
        related_name="users",
        null=True,
        blank=True,
    )
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["password", "last_login"]
    )

    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "tài khoản"
        verbose_name_plural = "tài khoản"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args, **kwargs) -> None:
        """Signing in is no edit: the moment is kept, the history of the account stays as it is."""
        if {*(kwargs.get("update_fields") or ())} != {"last_login"}:
            return super().save(*args, **kwargs)
        self.skip_history_when_saving = True
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name or self.username


class Programme(models.Model):
    """A signed action programme (chương trình hành động) of one committee for one term."""

    committee = models.ForeignKey(Committee, models.PROTECT, verbose_name="cấp ủy", related_name="programmes")
    number = models.CharField("số, ký hiệu", max_length=60)
    kind = models.CharField("loại văn bản", max_length=100)
    title = models.CharField("tên chương trình", max_length=500)
    issued_on = models.DateField("ngày ký", null=True, blank=True)
    place = models.CharField("nơi ký", max_length=100, blank=True)
    term_start = models.PositiveSmallIntegerField("nhiệm kỳ từ năm", null=True, blank=True)
    term_end = models.PositiveSmallIntegerField("nhiệm kỳ đến năm", null=True, blank=True)
    letterhead_parent = models.CharField("tiêu đề: đảng bộ", max_length=200, blank=True)
    letterhead_issuer = models.CharField("tiêu đề: cơ quan ban hành", max_length=200, blank=True)
    signed_for = models.CharField("ký thay mặt", max_length=100, blank=True)
    signatory_post = models.CharField("chức vụ người ký", max_length=100, blank=True)
    signatory = models.CharField("người ký", max_length=100, blank=True)
    source = models.BinaryField("bản chép nguyên văn", editable=False)
    source_name = models.CharField("tên tệp", max_length=255, blank=True, editable=False)
    source_sha256 = models.CharField("SHA-256 của bản chép", max_length=64, editable=False)
    loaded_at = models.DateTimeField("nạp lúc", auto_now_add=True)
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["source"]
    )

    class Meta:
        verbose_name = "chương trình"
        verbose_name_plural = "chương trình"
        ordering = [F("issued_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                "committee",
                "number",
                "issued_on",
                name="programme_once",
                violation_error_message="Số này đã có.",
            ),
            models.UniqueConstraint(
                "committee",
                "number",
                condition=Q(issued_on=None),
                name="programme_once_undated",
                violation_error_message="Số này đã có.",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="programme_has_number"),
            models.CheckConstraint(
                condition=Q(term_end__gte=F("term_start")),
                name="programme_term_in_order",
                violation_error_message="Năm cuối nhiệm kỳ phải từ năm đầu trở đi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} số {self.number}" if self.kind else f"Số {self.number}"

    @property
    def kind_label(self) -> str:
        return self.kind[:1].upper() + self.kind[1:].lower()

    @property
    def subject(self) -> str:
        """The title without the kind of document it begins with."""
        return (
            self.title[len(self.kind) :].strip()
            if self.title.lower().startswith(self.kind.lower())
            else self.title
        )

    @property
    def term(self) -> str:
        return f"{self.term_start} – {self.term_end}" if self.term_start else ""

    def get_absolute_url(self) -> str:
        return reverse("van-ban-chi-tiet", args=[self.pk])

    def delete(self, *args, **kwargs):
        raise models.ProtectedError("Chương trình đã ký thì không xóa.", {self})


class Recipient(models.Model):
    """One line of Nơi nhận."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="recipients", verbose_name="chương trình"
    )
    ordinal = models.PositiveSmallIntegerField("thứ tự", validators=[MinValueValidator(1)])
    name = models.CharField("nơi nhận", max_length=300)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "nơi nhận"
        verbose_name_plural = "nơi nhận"
        ordering = ["programme", "ordinal"]
        constraints = [models.UniqueConstraint("programme", "ordinal", name="recipient_in_order")]

    def __str__(self) -> str:
        return self.name


class Section(Signed):
    """A part or numbered section: ``number`` carries its part ("II.3.2"), ``label`` is as printed."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="sections", verbose_name="chương trình"
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name="thuộc mục"
    )
    number = models.CharField("số mục", max_length=30)
    label = models.CharField("số như in", max_length=30, blank=True)
    title = models.TextField("tên mục", blank=True)
    title_as_signed = models.TextField("tên mục như bản chép", blank=True)
    ordinal = models.PositiveIntegerField("thứ tự")
    line = models.PositiveIntegerField("dòng trong bản chép", null=True)

    class Meta:
        verbose_name = "mục"
        verbose_name_plural = "mục"
        ordering = ["programme", "ordinal"]
        constraints = [
            models.UniqueConstraint("programme", "number", name="section_number_once"),
            models.UniqueConstraint("programme", "ordinal", name="section_in_order"),
        ]

    def __str__(self) -> str:
        """The part before the first numbered one carries the number 0 and no title."""
        return f"{self.number} {self.title}".strip() if self.number != "0" else "Phần mở đầu"

    @property
    def anchor(self) -> str:
        return f"muc-{self.number}"


class Clause(Signed):
    """One paragraph or bullet: ``as_signed`` never changes, ``text`` has the corrections applied."""

    class Kind(models.TextChoices):
        PREAMBLE = "preamble", "Căn cứ"
        PURPOSE = "purpose", "Mục đích"
        REQUIREMENT = "requirement", "Yêu cầu"
        TASK = "task", "Nhiệm vụ"
        ASSIGNMENT = "assignment", "Phân công"
        PROJECT = "project", "Đề án"
        ORGANISATION = "organisation", "Tổ chức thực hiện"
        OTHER = "other", "Khác"

    class Duty(models.TextChoices):
        """Standing duties that the organisation part lays down for all (IV.2, IV.3)."""

        HEADS = "heads", "Trách nhiệm của người đứng đầu"
        OVERSIGHT = "oversight", "Trách nhiệm của ủy viên phụ trách"

    section = models.ForeignKey(Section, models.CASCADE, related_name="clauses", verbose_name="mục")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="nested", verbose_name="thuộc đoạn"
    )
    ordinal = models.PositiveIntegerField("thứ tự")
    kind = models.CharField("loại đoạn", max_length=12, choices=Kind)
    duty = models.CharField("trách nhiệm chung", max_length=10, choices=Duty, blank=True)
    marker = models.CharField("dấu đầu dòng", max_length=10, blank=True)
    as_signed = models.TextField("như bản chép")
    text = models.TextField("đã đính chính")
    line_from = models.PositiveIntegerField("từ dòng")
    line_to = models.PositiveIntegerField("đến dòng")
    emphasis = models.JSONField(
        "chữ nghiêng, đậm", default=list
    )  # [[start, end, "em" | "strong"], …] in as_signed

    class Meta:
        verbose_name = "đoạn văn bản"
        verbose_name_plural = "đoạn văn bản"
        ordering = ["section__ordinal", "ordinal"]
        constraints = [
            models.UniqueConstraint("section", "ordinal", name="clause_in_order"),
            models.CheckConstraint(condition=Q(line_to__gte=F("line_from")), name="clause_lines_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.section.number}, đoạn {self.ordinal}"

    @property
    def anchor(self) -> str:
        return f"doan-{self.pk}"


class Correction(Signed):
    """A transcription error found by reading: an overlay with its reason; the signed text stays as it is."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="corrections", verbose_name="chương trình"
    )
    ordinal = models.PositiveIntegerField("thứ tự")
    line = models.PositiveIntegerField("dòng")
    original = models.TextField("bản chép")
    corrected = models.TextField("đính chính")
    reason = models.CharField("lý do", max_length=300)
    clause = models.ForeignKey(
        Clause, models.CASCADE, null=True, blank=True, related_name="corrections", verbose_name="đoạn"
    )
    start = models.PositiveIntegerField("từ ký tự", null=True)
    end = models.PositiveIntegerField("đến ký tự", null=True)

    class Meta:
        verbose_name = "đính chính"
        verbose_name_plural = "đính chính"
        ordering = ["programme", "ordinal"]
        constraints = [models.UniqueConstraint("programme", "ordinal", name="correction_in_order")]

    def __str__(self) -> str:
        return f"Dòng {self.line}: {self.original} → {self.corrected}"


class CitedDocument(models.Model):
    """A document that the programme refers to, known by kind, number and date."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="cited_documents", verbose_name="chương trình"
    )
    kind = models.CharField("loại văn bản", max_length=100)
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200, blank=True)
    clauses: models.ManyToManyField = models.ManyToManyField(
        Clause, through="Citation", related_name="cited_documents", verbose_name="nơi dẫn"
    )

    class Meta:
        verbose_name = "văn bản được dẫn"
        verbose_name_plural = "văn bản được dẫn"
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint("programme", "kind", "number", "issued_on", name="cited_document_once"),
            # Documents without a number are told apart by their issuer.
            models.UniqueConstraint(
                "programme",
                "kind",
                "number",
                condition=Q(issued_on=None) & ~Q(number=""),
                name="cited_document_once_undated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Citation(models.Model):
    """One place where a clause cites a document."""

    document = models.ForeignKey(
        CitedDocument, models.CASCADE, related_name="citations", verbose_name="văn bản"
    )
    clause = models.ForeignKey(Clause, models.CASCADE, related_name="citations", verbose_name="đoạn")
    as_written = models.TextField("như đã viết")

    class Meta:
        verbose_name = "chỗ dẫn"
        verbose_name_plural = "chỗ dẫn"
        constraints = [models.UniqueConstraint("document", "clause", "as_written", name="citation_once")]

    def __str__(self) -> str:
        return self.as_written


class UnplacedLine(models.Model):
    """What the reader could not place: kept with its line and reason until a person has looked at it."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="unplaced", verbose_name="chương trình"
    )
    line = models.PositiveIntegerField("dòng")
    text = models.TextField("nội dung")
    reason = models.CharField("vì sao chưa xếp được", max_length=300)
    settled = models.BooleanField("đã xem xét", default=False)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "dòng chưa xếp được"
        verbose_name_plural = "dòng chưa xếp được"
        ordering = ["programme", "line"]

    def __str__(self) -> str:
        return f"Dòng {self.line}"
