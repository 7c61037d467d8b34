"""The entry pages as a browser has them: sign in, open a form, send it back as it stands."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse


def signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def url(label: str, page: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def words(response: Any) -> str:
    page = BeautifulSoup(response.content, "html.parser")
    for element in page(["script", "style", "option"]):
        element.decompose()
    return page.get_text(" ")


def shown(response: Any) -> dict[str, Any]:
    """What the page's form would send if nothing more were typed; the row that scripts copy left out."""
    form = BeautifulSoup(response.content, "html.parser").select_one("#content-main form[method=post]")
    assert form is not None
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        kind = field.get("type")
        if "__prefix__" in name or kind in ("submit", "button"):
            continue
        if field.name == "select":
            chosen = [str(option.get("value", "")) for option in field.select("option[selected]")]
            if field.has_attr("multiple"):
                data[name] = chosen
            else:
                data[name] = chosen[0] if chosen else ""
        elif field.name == "textarea":
            data[name] = field.get_text().removeprefix("\n").replace("\n", "\r\n")
        elif kind not in ("checkbox", "radio") or field.has_attr("checked"):
            data[name] = str(field.get("value", "on" if kind == "checkbox" else ""))
    return data


def resend(client: Client, page: str, **typed: Any) -> Any:
    """Open the page and send its form with what is typed; a field set to None is left out."""
    data = {**shown(client.get(page)), **typed}
    return client.post(page, {name: value for name, value in data.items() if value is not None})
