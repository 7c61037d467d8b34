"""What comes with a form of /viec-cua-toi/: kept card by card, and what cannot be kept is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone

from baocao import drafting
from baocao.forms import CardForm, shown_of
from baocao.mine import Card, Mine
from baocao.models import Draft, Evidence, Update
from baocao.report_data import ReportData
from baocao.reporting import row_of
from phancong.permissions import visible_drafts


@dataclass(slots=True)
class Told:
    """What is wrong: of the whole page, and by card; each with its card's anchor."""

    page: list[str] = field(default_factory=list)
    cards: list[tuple[str, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.page or self.cards)

    def add(self, card: Card, words: Iterable[str]) -> None:
        self.cards += [(f"#v{card.pk}", f"{card.task.code} {card.task.title}", one) for one in words]


def form_of(card: Card, request: HttpRequest | None = None) -> CardForm:
    shown = {
        **shown_of(card.written, card.before),
        "version": card.draft.version if card.draft else None,
        "seen": card.newest.pk if card.newest else None,
    }
    bound = {"data": request.POST, "files": request.FILES} if request else {}
    return CardForm(f"v{card.pk}", shown, card.before, **bound)


def _posted(request: HttpRequest, page: Mine) -> list[Card]:
    return [card for card in page.cards if f"v{card.pk}-version" in request.POST]


def keep_all(request: HttpRequest, page: Mine) -> Told:
    """Keep every card that says something new; what cannot be kept stays in its fields, and is told."""
    told = Told()
    for card in _posted(request, page):
        form = card.form = form_of(card, request)
        if not form.is_valid():
            told.add(card, [str(word) for words in form.errors.values() for word in words])
        elif card.draft or form.is_touched():
            told.add(card, _keep(request, card, form, told))
    return told


def _keep(request: HttpRequest, card: Card, form: CardForm, told: Told) -> list[str]:
    data = form.cleaned_data
    try:
        kept = drafting.keep(
            card.asked, request.user, form.report(), version=data["version"], seen=data["seen"]
        )
    except ValidationError as error:
        if error.code in ("changed_meanwhile", "sent_meanwhile"):
            _take_as_told(request, card, form)
            return error.messages
        if error.code == "units_own":
            form.add_error(None, error)
            return error.messages
        if error.messages[0] not in told.page:
            told.page.append(f"{error.messages[0]} Những gì bạn nhập vẫn còn ở đây.")
        return []
    if isinstance(kept, Update):
        card.form = None
        return []
    card.draft = kept
    return _attach(request, card, kept, form)


def _take_as_told(request: HttpRequest, card: Card, form: CardForm) -> None:
    """Shown again, the card holds what was typed, shows the other text, and knows that it has been told."""
    card.draft = visible_drafts(request.user).filter(**row_of(card.asked)).first()
    updates = Update.objects.filter(
        task=card.task, unit=card.asked.unit_id, share=card.asked.share
    ).select_related("author", "period")
    card.updates = list(updates.order_by("period__end", "pk"))
    data = cast(QueryDict, form.data).copy()
    data[f"{form.prefix}-version"] = str(card.draft.version) if card.draft else ""
    data[f"{form.prefix}-seen"] = str(card.newest.pk) if card.newest else ""
    form.data, form.other = data, card.draft or card.newest


def _attach(request: HttpRequest, card: Card, draft: Draft, form: CardForm) -> list[str]:
    data: dict[str, Any] = form.cleaned_data
    refused: list[str] = []
    for upload in form.uploads:
        try:
            drafting.attach_file(draft, request.user, upload)
        except ValidationError as error:
            refused += error.messages
    try:
        if data["number"]:
            drafting.attach_document(
                draft, request.user, data["number"], issued_on=data["issued_on"], issuer=data["issuer"]
            )
        unwanted = request.POST.get("bo", "")
        if unwanted.isdecimal() and len(unwanted) < 18:
            Evidence.objects.filter(pk=unwanted, draft=draft).delete()
    except ValidationError as error:
        refused += error.messages
    if form.uploads or data["number"] or unwanted:
        card.proofs = list(draft.evidence.all())
    return refused


def single_act(request: HttpRequest, page: Mine) -> Told:
    """Report once more in the same period (``mo``), or leave that unsent after all (``bo-nhap``)."""
    told = Told()
    again, drop = request.POST.get("mo", ""), request.POST.get("bo-nhap", "")
    named = frozenset(int(one) for one in (again, drop) if one.isdecimal() and len(one) < 18)
    acted = Mine(page.programme, page.unit, page.period, page.user, show=named) if named else None
    for card in acted.cards if acted else []:
        try:
            if str(card.pk) == again and card.sent and not card.draft:
                drafting.begin_again(card.sent, card.asked, request.user)
            elif str(card.pk) == drop and card.draft:
                drafting.drop(card.draft)
        except ValidationError as error:
            told.add(card, error.messages)
    return told


def take_over(request: HttpRequest, page: Mine) -> tuple[Told, int]:
    """Begin drafts with what was sent for other periods (``lay``), and how many."""
    fresh = Mine(page.programme, page.unit, page.period, page.user)
    try:
        return Told(), drafting.take_over(page.period, fresh.to_take_over, request.user)
    except ValidationError as error:
        return Told(page=error.messages), 0


def answer(page: Mine, told: Told) -> JsonResponse:
    """What a save while typing needs to know."""
    card = page.cards[0] if page.cards else None
    if card is None or card.form is None:
        return JsonResponse({"gone": True, "told": told.page}, status=409)
    draft, other = card.draft, card.form.other
    body: dict[str, Any] = {
        "version": draft.version if draft else None,
        "seen": card.newest.pk if card.newest else None,
        "told": [*told.page, *(words for _, _, words in told.cards)],
        "proofs": [{"pk": row.pk, "name": str(row)} for row in card.proofs],
    }
    if draft:
        body["saved"] = f"{timezone.localtime(draft.saved_at):%H:%M}"
    if other is not None:
        shown = shown_of(ReportData.of(other), card.before)
        body["other"] = {name: "" if value is None else value for name, value in shown.items()}
        body["who"] = str(other.author)
    return JsonResponse(body, status=409 if other is not None or told.page else 422 if told else 200)
