"""One message a person a day at most: written first, then sent; a second run adds and sends nothing.

What could not be sent is tried again the same day with the same words. From the next day on it was never
said: it is written anew, so that nobody gets two messages on a day or yesterday's count of days.
"""

from __future__ import annotations

import smtplib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from textwrap import shorten

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from baocao.models import Digest, Reminded
from baocao.periods import Rules, is_working_day
from baocao.reminders import things_of
from baocao.reminding import Thing, in_days, parted, step_to_say
from baocao.reporting import rules_of
from chuongtrinh.models import Committee, Programme, User

Lines = list[tuple[Thing, int]]
_LONGEST = 160
_OF_ONE_ADDRESS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
"""What is wrong with one message and says nothing of the next: ValueError is a malformed address."""


@dataclass(slots=True)
class Result:
    """What a run did: messages ``sent``, people told on their page alone, what waits for another run."""

    working: bool = False
    sent: int = 0
    without_address: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    trouble: str = ""


def remind(day: date) -> Result:
    """Write and send the day's digests of every committee that works on that day."""
    result = Result()
    for committee in Committee.objects.filter(programmes__isnull=False).distinct().order_by("pk"):
        programmes = list(committee.programmes.defer("source"))
        rules = rules_of(programmes[0])
        if is_working_day(day, rules):
            result.working = True
            write(committee, programmes, day, rules, result)
            deliver(committee, day, result)
    return result


def write(
    committee: Committee, programmes: Iterable[Programme], day: date, rules: Rules, result: Result
) -> None:
    """Write down what each person is to be told today, of all the committee's programmes together."""
    people = list(User.objects.filter(committee=committee, is_active=True).order_by("pk"))
    things: dict[int, list[Thing]] = defaultdict(list)
    for programme in programmes:
        for pk, found in things_of(programme, people, day).items():
            things[pk] += found
    _forget_unsent(committee, day)
    said = _said(people)
    written = set(Digest.objects.filter(user__in=people, day=day).values_list("user", flat=True))
    for user in people:
        if user.pk in written:
            continue
        lines = [
            (thing, step)
            for thing in things[user.pk]
            if (step := step_to_say(thing, day, rules, said.get((user.pk, thing.about)))) is not None
        ]
        if lines and _write(user, day, lines) and not user.email:
            result.without_address.append(user.get_username())


def _write(user: User, day: date, lines: Lines) -> bool:
    """The digest and what it says, in one piece; False where another run has been here meanwhile."""
    things = [thing for thing, _ in lines]
    try:
        with transaction.atomic():
            body = _body(user, things, day)
            digest = Digest.objects.create(
                user=user, day=day, address=user.email, subject=_subject(things), body=body
            )
            Reminded.objects.bulk_create(
                Reminded(digest=digest, user=user, about=thing.about, step=step) for thing, step in lines
            )
    except IntegrityError:
        return False
    return True


def _said(people: list[User]) -> dict[tuple[int, str], int]:
    """The newest step of each thing that each person has heard."""
    rows = Reminded.objects.filter(user__in=people).values_list("user", "about")
    return {(user, about): step for user, about, step in rows.annotate(newest=Max("step")).order_by()}


@transaction.atomic
def _forget_unsent(committee: Committee, day: date) -> None:
    """What never went out on earlier days was not said; who has no address was told on the page."""
    rows = Digest.objects.filter(user__committee=committee, day__lt=day, sent_at=None).exclude(address="")
    pks = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    Reminded.objects.filter(digest__in=pks).delete()
    Digest.objects.filter(pk__in=pks).delete()


# -- sending -----------------------------------------------------------------------------------------------


def deliver(committee: Committee, day: date, result: Result) -> None:
    """Send what is written and not sent. Each is claimed first: of two runs one sends it, and one that is
    killed in between sends it at most once."""
    waiting = Digest.objects.filter(user__committee=committee, user__is_active=True, day=day, sent_at=None)
    for digest in waiting.exclude(address="").select_related("user").order_by("pk"):
        if result.trouble:
            result.unsent.append(digest.user.get_username())
            continue
        if not Digest.objects.filter(pk=digest.pk, sent_at=None).update(sent_at=timezone.now()):
            continue
        try:
            _message(digest).send()
        except (OSError, ValueError, ImproperlyConfigured) as error:  # the last: no directory to write into
            Digest.objects.filter(pk=digest.pk).update(sent_at=None)
            result.unsent.append(digest.user.get_username())
            if not isinstance(error, _OF_ONE_ADDRESS):
                result.trouble = " ".join(str(error).split()) or type(error).__name__
        else:
            result.sent += 1


def _message(digest: Digest) -> EmailMessage:
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(digest.subject, digest.body, to=[digest.address], headers=headers)


def _subject(things: list[Thing]) -> str:
    return f"Nhắc việc: {len(things)} việc cần chú ý"


def _body(user: User, things: list[Thing], day: date) -> str:
    """Plain text, read in any mail program; the parts of the person's page in the same order."""
    text = [f"Kính gửi {user},", "", f"Nhắc việc ngày {day:%d/%m/%Y}."]
    for part, rows in parted(things, day):
        text += ["", f"{part.label.upper()} ({len(rows)})"]
        for thing in rows:
            detail = f" ({thing.detail})" if thing.detail else ""
            text.append(f"- {shorten(thing.title, _LONGEST, placeholder='…')}: {in_days(thing, day)}{detail}")
    page = f"{settings.SITE_URL}{reverse('nhac-viec')}" if settings.SITE_URL else "trang Nhắc việc"
    text += ["", f"Xem và xử lý: {page}", "", "Thư tự động, mỗi ngày làm việc không quá một thư."]
    return "\n".join(text) + "\n"
