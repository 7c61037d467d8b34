"""A report as it is frozen: one form with all that its files show, drawn from a draft's rows.

An issued report has one seal, over its frozen form, its files and its steps. Reports of a committee's
register (one symbol through one term) are a chain: each frozen form holds the seal of the one before it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date
from types import ModuleType

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from baocao.models import Letterhead, Review, ReviewAct, ReviewPart, SealedFile
from baocao.review import wording
from baocao.review.drafting import ASKED, letterhead_of, number_label
from baocao.sealed import docx, pdf, xlsx
from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Annex, Block, Line, Part, Sentence, blocks_of, own_blocks
from chuongtrinh.vietnamese import long_date, sentence_case

RENDERERS: dict[str, ModuleType] = {"docx": docx, "pdf": pdf, "xlsx": xlsx}
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
TITLE = "BÁO CÁO"


def freeze(review: Review, *, number: int | None = None, issued_on: date | None = None) -> Frozen:
    """What the report is, once issued; of a draft what it would be, marked as one until it has a number."""
    if review.is_sealed:
        return Frozen.from_bytes(review.sealed.encode())
    return frozen_of(review, letterhead_of(review.programme), number, issued_on)


def frozen_of(review: Review, head: Letterhead, number: int | None, issued_on: date | None) -> Frozen:
    said = speller(head.spelling)
    programme, period, old = review.programme, review.period, review.replaces
    label = number_label(number, head.symbol)
    issuer = sentence_case(head.issuer, names=[head.place])
    on = wording.day(issued_on) if issued_on else _blank_day(review, "    /{month}/{year}")
    return Frozen(
        rules=review.rules,
        sample=settings.SAMPLE_DATA,
        programme={
            "number": programme.number,
            "title": programme.title,
            "issued_on": programme.issued_on.isoformat() if programme.issued_on else None,
        },
        kind=period.kind,
        period={
            "key": period.key,
            "label": period.label,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        },
        edition=review.edition,
        draft=review.draft_number if number is None else None,
        replaces={
            "number": f"Số {number_label(old.number, old.symbol)}",
            "issued_on": old.issued_on.isoformat(),
            "edition": old.edition,
            "sha256": old.sha256,
        }
        if old and old.issued_on
        else None,
        because=said(review.because),
        previous=None if number is None else newest_seal(register(review, head.symbol)),
        head={
            "parent": said(head.parent),
            "issuer": said(head.issuer),
            "number": f"Số {label}",
            "party": PARTY,
            "place_date": f"{head.place}, "
            + (
                long_date(issued_on) if issued_on else _blank_day(review, "ngày     tháng {month} năm {year}")
            ),
        },
        title=TITLE,
        subject=said(review.subject),
        parts=parts_of(review, said),
        signature={
            "for": said(review.signed_for),
            "post": said(review.signatory_post),
            "name": review.signatory,
        },
        recipients=ready_recipients(said(review.recipients)),
        annexes=annexes_of(review, said),
        annex_reference=f"(Kèm theo Báo cáo số {label} ngày {on} của {said(issuer)})",
        figures=figures_of(review),
        missing=tuple(said(name) for name in review.missing),
        asked=review.figures.get(ASKED, 0),
        as_of=review.as_of.isoformat(),
        known_at=timezone.localtime(review.known_at).isoformat(),
        number=number,
        symbol=head.symbol,
        issued_on=issued_on.isoformat() if issued_on else None,
    )


Said = Callable[[str], str]
_UY = re.compile(r"(?<!\w)([ủu])([yỷ])(?!\w)", re.IGNORECASE)
_SPELT = {Letterhead.Spelling.UY_TONE_ON_U: "ủy", Letterhead.Spelling.UY_TONE_ON_Y: "uỷ"}


def speller(spelling: str) -> Said:
    """Writes the word ủy/uỷ in the one way that the committee has chosen, whoever wrote it first."""
    letters = _SPELT[Letterhead.Spelling(spelling)]

    def said(text: str) -> str:
        return _UY.sub(lambda found: _as(found[0]), text)

    def _as(word: str) -> str:
        if word.lower() not in _SPELT.values():
            return word  # uy, "uy tín"
        return "".join(new.upper() if old.isupper() else new for old, new in zip(word, letters, strict=True))

    return said


def parts_of(review: Review, said: Said) -> tuple[Part, ...]:
    return tuple(_part(row, said) for row in review.parts.order_by("ordinal"))


def _part(row: ReviewPart, said: Said) -> Part:
    """The office's own words stand as they were written."""
    blocks = own_blocks(row.own) if row.own else tuple(_block(one, said) for one in blocks_of(row.composed))
    return Part(row.key, row.level, said(row.heading), blocks)


def _block(block: Block, said: Said) -> Block:
    return Block(tuple(Sentence(said(one.text), one.sources) for one in block.sentences), block.kind)


def annexes_of(review: Review, said: Said) -> tuple[Annex, ...]:
    return tuple(_annex(Annex.read(one), said) for one in review.annexes)


def _annex(annex: Annex, said: Said) -> Annex:
    return Annex(
        annex.number,
        said(annex.title),
        tuple(said(column) for column in annex.columns),
        annex.widths,
        tuple(
            Line(tuple(said(cell) for cell in line.cells), line.band, line.sources) for line in annex.lines
        ),
        said(annex.note),
    )


def figures_of(review: Review) -> dict[str, int]:
    return {name: count for name, count in review.figures.items() if name != ASKED}


def ready_recipients(text: str) -> tuple[str, ...]:
    """One a line, each with its dash; ";" after each and "." after the last."""
    names = [line.strip().lstrip("-–+• ").rstrip(" ;,.") for line in text.splitlines()]
    names = [name for name in names if name]
    return tuple(f"- {name}{'.' if at == len(names) else ';'}" for at, name in enumerate(names, start=1))


def _blank_day(review: Review, form: str) -> str:
    """The month in which the draft was last read from the record, with room for a day."""
    month = timezone.localdate(review.known_at)
    return form.format(month=f"{month:%m}" if month.month < 3 else month.month, year=month.year)


# -- the register ------------------------------------------------------------------------------------------


def register(review: Review, symbol: str) -> QuerySet[Review]:
    """The issued reports among which numbers run and hashes are chained."""
    return Review.objects.filter(
        committee=review.committee_id,
        term_start=review.term_start if review.is_sealed else review.programme.term_start or 0,
        symbol=symbol,
        number__isnull=False,
    )


def issuings(reports: QuerySet[Review]) -> QuerySet[ReviewAct]:
    """The acts of issuing, in the order in which they were done: acts are numbered on."""
    return ReviewAct.objects.filter(act=ReviewAct.Act.ISSUE, review__in=reports).order_by("pk")


def newest_seal(reports: QuerySet[Review]) -> str | None:
    return issuings(reports).values_list("sha256", flat=True).last()


def seal_of(sha256: str, files: Iterable[SealedFile], steps: Iterable[ReviewAct]) -> str:
    """One SHA-256 for all that was issued: the frozen form's own, what is kept of the files, and the steps
    before the issue. The act of issuing holds it, and the next report of the register."""
    kept = sorted([one.format, one.sha256, one.size, one.made_with] for one in files)
    taken = sorted(
        [one.pk, one.act, one.reason, one.sha256, one.by_id, one.recorded_at.astimezone(UTC).isoformat()]
        for one in steps
    )
    said = json.dumps([sha256, kept, taken], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
