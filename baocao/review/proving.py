"""Prove that an issued report is what was issued: everything that is kept of it is hashed and compared."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst

from baocao.evidence import store
from baocao.models import Letterhead, Review, ReviewAct, SealedFile
from baocao.review.drafting import ASKED, number_label
from baocao.review.freezing import (
    RENDERERS,
    annexes_of,
    figures_of,
    issuings,
    parts_of,
    ready_recipients,
    register,
    seal_of,
    speller,
)
from baocao.review.wording import small
from baocao.sealed.container import unpacked
from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Part

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is as it was issued, and what was found, for people."""

    what: str
    ok: bool
    said: str


def verify(review: Review) -> list[Finding]:
    """Look at everything anew, whatever the caller holds of it; nothing is changed."""
    rows = Review.objects.select_related("programme", "period", "replaces", "issued_by")
    row = rows.get(pk=review.pk)
    files = list(row.files.all())
    seal = seal_of(row.sha256, files, row.acts.exclude(act=ReviewAct.Act.ISSUE))
    frozen, found = _content(row)
    found.append(_act(row))
    found.append(_seal(row, seal))
    found.append(_history(row))
    if frozen is not None:
        found.append(_columns(row, frozen))
        found.append(_words(row, frozen))
        found.append(_editions(row, frozen))
        found.append(_chain(row, frozen, seal))
    return found + _files(files, frozen)


def _content(row: Review) -> tuple[Frozen | None, list[Finding]]:
    what = "Nội dung niêm phong"
    raw = row.sealed.encode()
    digest = hashlib.sha256(raw).hexdigest()
    try:
        frozen = Frozen.from_bytes(raw)
    except ValueError as error:
        return None, [Finding(what, False, str(error))]
    if digest != row.sha256:
        said = f"SHA-256 tính lại là {digest}, khác với mã đã ghi {row.sha256}."
        return frozen, [Finding(what, False, said)]
    return frozen, [Finding(what, True, f"SHA-256 tính lại khớp: {digest}.")]


def _act(row: Review) -> Finding:
    """Who issued, when and what: said by the row and by the log of its steps alike."""
    what, acts = "Bước ban hành", list(row.acts.order_by("pk"))
    issued = [act for act in acts if act.act == ReviewAct.Act.ISSUE]
    first = ReviewAct.Act.DRAFT if row.edition == 1 else ReviewAct.Act.CORRECT
    steps = [act.act for act in acts]
    if len(issued) != 1 or steps[0] != first or steps[-2:] != [ReviewAct.Act.SUBMIT, ReviewAct.Act.ISSUE]:
        return Finding(what, False, "Các bước lập, trình, ban hành không còn đủ hoặc không theo thứ tự.")
    told = {
        "người ban hành": issued[0].by_id == row.issued_by_id,
        "thời điểm ban hành": issued[0].recorded_at == row.issued_at,
        "lý do": not issued[0].reason,
    }
    if wrong := _wrong(told):
        return Finding(what, False, f"Nhật ký ban hành và báo cáo ghi khác nhau: {wrong}.")
    at = timezone.localtime(row.issued_at)
    return Finding(what, True, f"{row.issued_by} ban hành lúc {at:%H:%M ngày %d/%m/%Y}.")


def _seal(row: Review, seal: str) -> Finding:
    """Content, files and steps as the act of issuing has them: none was put in the place of another."""
    what = "Dấu niêm phong"
    if {seal} != {*row.acts.filter(act=ReviewAct.Act.ISSUE).values_list("sha256", flat=True)}:
        return Finding(what, False, "Nội dung, tệp hoặc các bước không còn đúng như bước ban hành đã ghi.")
    return Finding(what, True, "Nội dung, tệp và các bước đúng như bước ban hành đã ghi.")


def _history(row: Review) -> Finding:
    """Every change that went through the site is in the row's history."""
    what = "Lịch sử sửa đổi"
    last = Review.history.filter(id=row.pk).order_by("-history_id").first()
    if last is None:
        return Finding(what, False, "Không còn lịch sử của báo cáo này.")
    fields = [field for field in row._meta.concrete_fields if hasattr(last, field.attname)]
    wrong = _wrong(
        {
            str(field.verbose_name): getattr(row, field.attname) == getattr(last, field.attname)
            for field in fields
        }
    )
    if wrong:
        return Finding(what, False, f"Có sửa đổi không qua phần mềm: {wrong}.")
    return Finding(what, True, "Khớp với lần ghi cuối cùng qua phần mềm.")


def _columns(row: Review, frozen: Frozen) -> Finding:
    """What lists and searches read beside the frozen form says the same. The committee's spelling and the
    programme's number may have been mended since."""
    what = "Số, ký hiệu, ngày, kỳ, người ký"
    numbers = {row.programme.number, *row.programme.history.values_list("number", flat=True)}
    signs = [_plain(said) for said in (row.signed_for, row.signatory_post, row.signatory)]
    told = {
        "số": row.number == frozen.number,
        "ký hiệu": row.symbol == frozen.symbol,
        "số trên văn bản": frozen.head["number"] == f"Số {number_label(row.number, row.symbol)}",
        "ngày ban hành": _iso(row.issued_on) == frozen.issued_on,
        "bản phát hành": row.edition == frozen.edition,
        "lý do thay thế": _plain(row.because) == _plain(frozen.because),
        "ngày của số liệu": _iso(row.as_of) == frozen.as_of,
        "lúc đọc số liệu": timezone.localtime(row.known_at).isoformat() == frozen.known_at,
        "phiên bản quy tắc": row.rules == frozen.rules,
        "chương trình": frozen.programme["number"] in numbers,
        "cấp ủy": row.committee_id == row.programme.committee_id,
        "kỳ": (row.period.key, row.period.kind) == (frozen.period["key"], frozen.kind),
        "trích yếu": _plain(row.subject) == _plain(frozen.subject),
        "người ký": signs == [_plain(frozen.signature[name]) for name in ("for", "post", "name")],
        "nơi nhận": ready_recipients(_plain(row.recipients))
        == tuple(_plain(name) for name in frozen.recipients),
        "tình trạng": row.is_sealed and frozen.draft is None,
    }
    if wrong := _wrong(told):
        return Finding(what, False, f"Khác với nội dung niêm phong: {wrong}.")
    return Finding(what, True, f"Khớp với nội dung niêm phong: {frozen.head['number']}.")


def _words(row: Review, frozen: Frozen) -> Finding:
    """The rows that it was frozen from, of which a new edition begins."""
    what = "Các phần và phụ lục"
    try:
        wrong = _words_fault(row, frozen)
    except (KeyError, TypeError, ValueError, AttributeError):
        wrong = "có dòng không còn đọc được"
    if wrong:
        return Finding(what, False, f"Khác với nội dung niêm phong: {wrong}.")
    return Finding(what, True, "Khớp với nội dung niêm phong.")


def _words_fault(row: Review, frozen: Frozen) -> str:
    parts = [replace(part, heading=_plain(part.heading)) for part in frozen.parts]
    told = {
        "các phần": _as_text(parts_of(row, _plain)) == _as_text(frozen.parts),
        "đề mục": [(part.key, part.level, part.heading) for part in parts_of(row, _plain)]
        == [(part.key, part.level, part.heading) for part in parts],
        "phụ lục": _plain_json([one.as_json() for one in annexes_of(row, _plain)])
        == _plain_json([one.as_json() for one in frozen.annexes]),
        "số liệu": figures_of(row) == frozen.figures and row.figures.get(ASKED, 0) == frozen.asked,
        "đơn vị chưa nộp": [_plain(name) for name in row.missing]
        == [_plain(name) for name in frozen.missing],
    }
    return _wrong(told)


def _editions(row: Review, frozen: Frozen) -> Finding:
    what, old = "Bản thay và bản được thay", row.replaces
    told = None
    if old is not None:
        told = {
            "number": f"Số {number_label(old.number, old.symbol)}",
            "issued_on": _iso(old.issued_on),
            "edition": old.edition,
            "sha256": old.sha256,
        }
    newer = Review.objects.filter(replaces=row, number__isnull=False).first()
    wanted = Review.State.SUPERSEDED if newer else Review.State.ISSUED
    wrong = _wrong(
        {
            "bản mà nó thay": told == frozen.replaces,
            "tình trạng của bản mà nó thay": old is None or old.state == Review.State.SUPERSEDED,
            "tình trạng": row.state == wanted,
        }
    )
    if wrong:
        return Finding(what, False, f"Không khớp: {wrong}.")
    said = [f"thay Báo cáo {small(frozen.replaces['number'])}"] if frozen.replaces else []
    said += [f"được thay bằng Báo cáo số {number_label(newer.number, newer.symbol)}"] if newer else []
    return Finding(what, True, capfirst("; ".join(said)) + "." if said else "Đang có hiệu lực.")


def _chain(row: Review, frozen: Frozen, seal: str) -> Finding:
    """Each report of the register holds the seal of the one before: none was changed, added or taken out
    between two others."""
    what = "Chuỗi báo cáo trong sổ"
    chain = list(issuings(register(row, row.symbol)).values_list("review", "sha256"))
    keys = [key for key, _ in chain]
    if row.pk not in keys:
        return Finding(what, False, "Báo cáo không còn trong sổ của cấp ủy.")
    at = keys.index(row.pk)
    before = chain[at - 1][1] if at else None
    if frozen.previous != before:
        return Finding(what, False, "Báo cáo trước nó trong sổ không còn là báo cáo lúc ban hành.")
    if at + 1 < len(chain) and _previous_of(keys[at + 1]) != seal:
        return Finding(what, False, "Báo cáo sau nó trong sổ ghi một dấu niêm phong khác.")
    return Finding(
        what, True, f"Thứ {at + 1} trong {len(chain)} báo cáo của sổ, khớp với báo cáo trước và sau."
    )


def _previous_of(pk: int) -> Any:
    sealed = Review.objects.values_list("sealed", flat=True).get(pk=pk)
    try:
        return Frozen.from_bytes(sealed.encode()).previous
    except ValueError:
        return ""


def _files(files: list[SealedFile], frozen: Frozen | None) -> list[Finding]:
    kept = {file.format: file for file in files}
    found = [_file(name, kept.pop(name, None), frozen) for name in RENDERERS]
    return found + [Finding(f"Tệp {name}", False, "Tệp này không có lúc ban hành.") for name in kept]


def _file(name: str, row: SealedFile | None, frozen: Frozen | None) -> Finding:
    what, renderer = f"Tệp {name.upper()}", RENDERERS[name]
    if row is None:
        return Finding(what, False, "Không còn dòng ghi tệp này.")
    try:
        with store.open_kept(row.sha256, settings.EVIDENCE_DIR) as file:
            raw = file.read()
    except store.NotKept:
        return Finding(what, False, "Không còn tệp: phục hồi từ bản sao lưu.")
    if (hashlib.sha256(raw).hexdigest(), len(raw)) != (row.sha256, row.size):
        return Finding(what, False, "Tệp không còn là tệp lúc ban hành: phục hồi từ bản sao lưu.")
    if frozen is None:
        return Finding(what, True, "Nguyên vẹn; không kết xuất lại được để so.")
    try:
        again = renderer.render(frozen)
    except Exception:
        log.exception("review %s: its %s cannot be rendered again", row.review_id, name)
        return Finding(what, False, "Tệp đúng mã đã ghi, nhưng không kết xuất lại được để so.")
    if again == raw:
        return Finding(what, True, "Nguyên vẹn; kết xuất lại giống từng byte.")
    # The members of an archive are what counts: another machine may compress them otherwise.
    inside = unpacked(raw)
    if inside and inside == unpacked(again):
        return Finding(what, True, "Nguyên vẹn; kết xuất lại cùng nội dung, chỉ khác cách nén của máy này.")
    if row.made_with != renderer.MADE_WITH:
        made = f"kết xuất bằng phiên bản khác ({row.made_with}; nay là {renderer.MADE_WITH})"
        return Finding(what, True, f"Nguyên vẹn; {made}, không so từng byte.")
    return Finding(what, False, "Kết xuất lại từ nội dung niêm phong cho một tệp khác.")


# -- inside ------------------------------------------------------------------------------------------------

_plain = speller(Letterhead.Spelling.UY_TONE_ON_U)
"""The committee may have changed its spelling since."""


def _as_text(parts: Iterable[Part]) -> str:
    return _plain_json([[block.as_json() for block in part.blocks] for part in parts])


def _plain_json(said: Any) -> str:
    return _plain(json.dumps(said, ensure_ascii=False, sort_keys=True))


def _wrong(told: dict[str, bool]) -> str:
    return ", ".join(name for name, same in told.items() if not same)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
