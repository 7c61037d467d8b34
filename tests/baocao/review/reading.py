"""The draft of September's report as its readers open it, and what a page says to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

from baocao.models import Period, Review, ReviewPart
from baocao.review import drafting, sealing
from chuongtrinh.models import User
from nhiemvu.status import HANOI
from tests.baocao.review.issuing import TODAY, Issuing, on


class Reading(Issuing):
    """``bare``: nobody has begun the draft."""

    review: Review

    def __init__(self, *, bare: bool = False) -> None:
        super().__init__()
        if not bare:
            with on(TODAY):
                self.review = self.drafted()

    def period_of(self, key: str, label: str, start: date, end: date, kind: str = "month") -> Period:
        last = datetime(end.year, end.month, end.day, 17, tzinfo=HANOI)
        return Period.objects.create(
            programme=self.programme, kind=kind, key=key, label=label, start=start, end=end, submit_by=last
        )

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    @property
    def url(self) -> str:
        return f"/bao-cao/{self.review.pk}/"

    def part(self, key: str = "I") -> ReviewPart:
        return self.review.parts.get(key=key)

    def submit(self) -> Review:
        drafting.submit(self.review, self.office)
        self.review.refresh_from_db()
        return self.review

    def issue(self, number: int = 1) -> Review:
        self.submit()
        self.review = sealing.issue(self.review, self.secretary, number=number, issued_on=TODAY)
        return self.review


def soup(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def text(response: Any, status: int = 200) -> str:
    return " ".join(soup(response, status).get_text(" ").split())


def filled(page: BeautifulSoup, button: str) -> dict[str, str]:
    """The form that this button sends, as it stands."""
    found = next(one for one in page.select("main button") if button in one.text)
    sent = {found["name"]: found["value"]} if found.get("name") else {}
    for field in found.find_parent("form").select("input[name], textarea[name]"):
        if field["name"] != "csrfmiddlewaretoken":
            sent[field["name"]] = field.get("value", "") if field.name == "input" else field.text.lstrip("\n")
    for field in found.find_parent("form").select("select[name]"):
        sent[field["name"]] = field.select_one("option[selected]")["value"]
    return sent
