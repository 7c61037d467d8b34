"""Review reports (báo cáo kết quả thực hiện) of a committee: drafted, submitted, issued for good.

Every edition is a row of its own. Until it is issued its text may change; on issue all of it is frozen as
canonical JSON (``sealed``), and from then on only ``state`` moves, once, when a newer edition replaces it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from baocao.models.period import Period
from chuongtrinh.models import Committee, Programme

BY_STEP = "Theo bước của báo cáo"
"""Why a history has a line that an act tells already."""


class Letterhead(models.Model):
    """What a committee's documents carry at their head and foot; a new draft takes its words from here."""

    class Spelling(models.TextChoices):
        UY_TONE_ON_U = "ủy", "ủy (Đảng ủy, ĐẢNG ỦY)"
        UY_TONE_ON_Y = "uỷ", "uỷ (Đảng uỷ, ĐẢNG UỶ)"

    committee = models.OneToOneField(
        Committee, models.PROTECT, related_name="letterhead", verbose_name="cấp ủy"
    )
    parent = models.CharField("cấp ủy cấp trên (dòng đầu, bên trái)", max_length=100)
    issuer = models.CharField("cơ quan ban hành (dòng thứ hai, bên trái)", max_length=100)
    symbol = models.CharField("ký hiệu", max_length=30, help_text="Ví dụ BC/ĐUUB, đứng sau số báo cáo.")
    next_number = models.PositiveIntegerField(
        "số tiếp theo trong sổ, ít nhất là",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="Khi sổ văn bản đã có báo cáo ghi ngoài phần mềm.",
    )
    spelling = models.CharField("cách viết", max_length=2, choices=Spelling, default=Spelling.UY_TONE_ON_U)
    place = models.CharField("địa danh", max_length=100)
    signed_for = models.CharField("ký thay mặt", max_length=100)
    signatory_post = models.CharField("chức vụ người ký", max_length=100)
    signatory = models.CharField("họ và tên người ký", max_length=100, blank=True)
    recipients = models.TextField("nơi nhận, mỗi dòng một nơi", max_length=5_000)
    history = HistoricalRecords(verbose_name="lịch sử", verbose_name_plural="lịch sử")

    class Meta:
        verbose_name = "thể thức văn bản"
        verbose_name_plural = "thể thức văn bản"

    def __str__(self) -> str:
        return f"Thể thức văn bản của {self.committee}"


class Review(models.Model):
    """One edition of a committee's report on a period.

    ``as_of`` is the day that it speaks of; ``known_at`` the moment at which the record was read for it:
    what is recorded later is not in it. ``rules`` is the version of the rules that wrote its sentences.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        SUBMITTED = "submitted", "Trình duyệt"
        ISSUED = "issued", "Đã ban hành"
        SUPERSEDED = "superseded", "Đã được thay thế"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="reviews", verbose_name="chương trình"
    )
    period = models.ForeignKey(Period, models.PROTECT, related_name="reviews", verbose_name="kỳ")
    edition = models.PositiveSmallIntegerField("bản phát hành lần", default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="thay cho"
    )
    because = models.CharField("lý do ban hành bản mới", max_length=500, blank=True)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.DRAFT)
    draft_number = models.PositiveSmallIntegerField("dự thảo lần", default=1)
    as_of = models.DateField("số liệu tính đến ngày")
    known_at = models.DateTimeField("đọc số liệu lúc")
    rules = models.CharField("phiên bản quy tắc", max_length=20)
    subject = models.CharField("trích yếu", max_length=500)
    signed_for = models.CharField("ký thay mặt", max_length=100)
    signatory_post = models.CharField("chức vụ người ký", max_length=100)
    signatory = models.CharField("họ và tên người ký", max_length=100, blank=True)
    recipients = models.TextField("nơi nhận, mỗi dòng một nơi", max_length=5_000)
    annexes = models.JSONField("phụ lục", default=list, editable=False)
    figures = models.JSONField("số liệu", default=dict, editable=False)
    missing = models.JSONField("đơn vị chưa nộp", default=list, editable=False)
    committee = models.ForeignKey(
        Committee, models.PROTECT, related_name="reviews", verbose_name="cấp ủy", editable=False
    )
    term_start = models.PositiveSmallIntegerField("nhiệm kỳ từ năm", default=0, editable=False)
    number = models.PositiveIntegerField("số", null=True, blank=True, validators=[MinValueValidator(1)])
    symbol = models.CharField("ký hiệu", max_length=30, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issued_at = models.DateTimeField("ban hành lúc", null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews_issued",
        verbose_name="người ban hành",
        editable=False,
    )
    sealed = models.TextField("nội dung đã niêm phong", blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("lập lúc", auto_now_add=True)
    history = HistoricalRecords(
        verbose_name="lịch sử",
        verbose_name_plural="lịch sử",
        excluded_fields=["annexes", "figures", "missing", "sealed"],
    )

    class Meta:
        verbose_name = "báo cáo của cấp ủy"
        verbose_name_plural = "báo cáo của cấp ủy"
        ordering = ["-period__end", "-edition", "-pk"]
        constraints = [
            models.UniqueConstraint("programme", "period", "edition", name="review_edition_once"),
            models.UniqueConstraint(
                "programme",
                "period",
                condition=Q(state__in=("draft", "submitted")),
                name="review_one_draft",
                violation_error_message="Kỳ này đã có một dự thảo.",
            ),
            models.UniqueConstraint(
                "programme", "period", condition=Q(state="issued"), name="review_one_in_force"
            ),
            models.UniqueConstraint(
                "committee",
                "term_start",
                "symbol",
                "number",
                condition=Q(number__isnull=False),
                name="review_number_once_a_term",
                violation_error_message="Số này đã dùng trong nhiệm kỳ.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=("draft", "submitted"), number=None, issued_on=None, issued_at=None)
                    & Q(issued_by=None, sealed="", sha256="")
                )
                | (
                    Q(state__in=("issued", "superseded"), number__gte=1, issued_on__isnull=False)
                    & Q(issued_at__isnull=False, issued_by__isnull=False)
                    & ~Q(sealed="")
                    & ~Q(sha256="")
                    & ~Q(symbol="")
                ),
                name="review_sealed_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, replaces=None)
                | (Q(edition__gt=1, replaces__isnull=False) & ~Q(because="")),
                name="review_edition_names_what_it_replaces",
            ),
        ]

    def __str__(self) -> str:
        return f"Báo cáo {self.period.label}" + (f", bản {self.edition}" if self.edition > 1 else "")

    def get_absolute_url(self) -> str:
        return reverse("bao-cao-chi-tiet", args=[self.pk])

    @property
    def is_sealed(self) -> bool:
        return self.state in (self.State.ISSUED, self.State.SUPERSEDED)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is sealed stays: of an issued edition only the state moves, to superseded."""
        if self.pk and not kwargs.get("force_insert"):
            then = type(self)._base_manager.filter(pk=self.pk).first()
            if then is not None and then.is_sealed:
                names = [f.attname for f in self._meta.concrete_fields if f.name != "state"]
                same = all(getattr(then, name) == getattr(self, name) for name in names)
                if not same or (then.state, self.state) not in _MOVES:
                    raise ValidationError("Báo cáo đã ban hành thì không sửa. Hãy lập bản thay thế.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any):
        if self.is_sealed:
            raise models.ProtectedError("Báo cáo đã ban hành thì không xóa.", {self})
        return super().delete(*args, **kwargs)


_MOVES = {
    (Review.State.ISSUED, Review.State.ISSUED),
    (Review.State.ISSUED, Review.State.SUPERSEDED),
    (Review.State.SUPERSEDED, Review.State.SUPERSEDED),
}


class ReviewPart(models.Model):
    """One part of a draft: what the rules wrote from the record, and the staff's own text where there is one.

    ``composed`` is a list of blocks (baocao.sealed.shape). ``own`` stands instead of it when it is not empty:
    one paragraph a line. ``basis`` is what was composed when ``own`` was last saved: what the record says
    otherwise since then is pointed out.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="parts", verbose_name="báo cáo")
    key = models.CharField("mã phần", max_length=40)
    ordinal = models.PositiveSmallIntegerField("thứ tự")
    level = models.PositiveSmallIntegerField("cấp đề mục")
    heading = models.CharField("đề mục", max_length=500, blank=True)
    composed = models.JSONField("câu lập từ số liệu", default=list)
    own = models.TextField("lời của văn phòng", blank=True, max_length=60_000)
    basis = models.JSONField("câu lập từ số liệu khi sửa", default=list)
    history = HistoricalRecords(
        verbose_name="lịch sử", verbose_name_plural="lịch sử", excluded_fields=["composed", "basis"]
    )

    class Meta:
        verbose_name = "phần của báo cáo"
        verbose_name_plural = "phần của báo cáo"
        ordering = ["review", "ordinal"]
        constraints = [models.UniqueConstraint("review", "key", name="review_part_once")]

    def __str__(self) -> str:
        return self.heading or self.key


class ReviewAct(models.Model):
    """What was done with an edition: who, when, why. Appended; ``by`` is empty where the clock did it."""

    class Act(models.TextChoices):
        DRAFT = "draft", "Lập dự thảo"
        REFRESH = "refresh", "Lấy lại số liệu"
        SUBMIT = "submit", "Trình duyệt"
        RECALL = "recall", "Rút về sửa"
        RETURN = "return", "Trả lại"
        ISSUE = "issue", "Duyệt và ban hành"
        CORRECT = "correct", "Lập bản thay thế"

    review = models.ForeignKey(Review, models.PROTECT, related_name="acts", verbose_name="báo cáo")
    act = models.CharField("việc đã làm", max_length=8, choices=Act)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người làm"
    )
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bước của báo cáo"
        verbose_name_plural = "bước của báo cáo"
        ordering = ["review", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(act="return") | ~Q(reason=""), name="review_returned_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.review}"


class SealedFile(models.Model):
    """A rendered file of an issued edition, kept under its content hash; ``made_with`` names the renderer."""

    class Format(models.TextChoices):
        DOCX = "docx", "Word (DOCX)"
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "Excel (XLSX)"

    review = models.ForeignKey(Review, models.PROTECT, related_name="files", verbose_name="báo cáo")
    format = models.CharField("định dạng", max_length=4, choices=Format)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("dung lượng (byte)")
    made_with = models.CharField("phần mềm kết xuất", max_length=200)

    class Meta:
        verbose_name = "tệp của báo cáo"
        verbose_name_plural = "tệp của báo cáo"
        ordering = ["review", "format"]
        constraints = [models.UniqueConstraint("review", "format", name="sealed_file_once")]

    def __str__(self) -> str:
        return f"{self.review}.{self.format}"
