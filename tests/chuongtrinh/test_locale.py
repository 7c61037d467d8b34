"""Whatever Django and the installed add-ons can show resolves to Vietnamese."""

import ast
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import django.conf
import polib
import pytest
from django.apps import apps
from django.conf import global_settings, settings
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation.template import templatize
from django.views.i18n import JSONCatalog

LOCALE = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
# Nobody sees them: LANGUAGES offers Vietnamese alone.
LANGUAGE_NAMES = {name for _, name in global_settings.LANGUAGES}
# Punctuation, names and units that Vietnamese writes the same way.
SAME_IN_VIETNAMESE = {
    "…", ":?.!", ":", ", ", "IPv4", "IPv6", "%(truncated_text)s…", "%(class_name)s %(instance)s",
    "%(size)d byte", "%s KB", "%s MB", "%s GB", "%s TB", "%s PB",
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}|</?[a-z]+[^>]*>")
GETTEXT = (
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
)


class Message(NamedTuple):
    context: str
    text: str
    plural: str


def messages_of_catalogue(path: Path) -> Iterator[Message]:
    for entry in polib.pofile(str(path)):
        yield Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def messages_of_sources(folder: Path) -> Iterator[Message]:
    """For add-ons that ship no English catalogue: read their Python and templates as makemessages would."""
    calls: list[tuple[str, list[str]]] = []
    for path in folder.rglob("*.py"):
        if "tests" in path.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
                strings = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                calls.append((node.func.id, [text for text in strings if isinstance(text, str)]))
    literal = r"""\s*u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    call = re.compile(rf"\b(n?gettext|pgettext|_)\(({literal}(?:,{literal})*)")
    for path in folder.rglob("*.html"):
        for name, arguments in call.findall(templatize(path.read_text(encoding="utf-8"))):
            calls.append((name, list(ast.literal_eval(f"({arguments},)"))))
    for name, strings in calls:
        if name.startswith("pgettext") and len(strings) == 2:
            yield Message(strings[0], strings[1], "")
        elif name.startswith("ngettext") and len(strings) == 2:
            yield Message("", strings[0], strings[1])
        elif strings:
            yield Message("", strings[0], "")


def packages() -> dict[str, Path]:
    found = {"django": Path(django.conf.__file__).parent}
    for app in apps.get_app_configs():
        if Path(app.path).parent != Path(settings.BASE_DIR):
            found[app.name] = Path(app.path)
    return found


def messages(package: str, domain: str) -> set[Message]:
    folder = packages()[package]
    catalogue = folder / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
    if catalogue.exists():
        found = set(messages_of_catalogue(catalogue))
    elif domain == "django" and not package.startswith("django."):
        found = set(messages_of_sources(folder))
    else:
        found = set()
    return {message for message in found if message.text not in LANGUAGE_NAMES}


def in_vietnamese(message: Message) -> str:
    with translation.override("vi"):
        if message.context and message.plural:
            return translation.npgettext(message.context, message.text, message.plural, 1)
        if message.context:
            return translation.pgettext(message.context, message.text)
        if message.plural:
            return translation.ngettext(message.text, message.plural, 1)
        return translation.gettext(message.text)


def is_missing(message: Message, shown: str) -> bool:
    return shown in (message.text, message.plural) and shown not in SAME_IN_VIETNAMESE


def fills_the_same_places(message: Message, shown: str) -> bool:
    wanted = PLACEHOLDER.findall(message.plural or message.text)
    return sorted(PLACEHOLDER.findall(shown)) == sorted(wanted)


def javascript_catalogue() -> dict[str, str | list[str]]:
    view = JSONCatalog.as_view(packages=["django.contrib.admin"])  # as AdminSite.i18n_javascript does
    return json.loads(view(RequestFactory().get("/")).content)["catalog"]


def test_sources_are_read_where_an_addon_has_no_english_catalogue():
    found = messages("simple_history", "django")
    assert Message("", "entry", "entries") in found
    assert Message("", "Created", "") in found
    assert (
        Message("", "Press the 'Revert' button below to revert to this version of the object.", "") in found
    )


@pytest.mark.parametrize("package", packages())
def test_every_message_of_an_installed_package_has_a_vietnamese_text(package):
    assert [m for m in messages(package, "django") if is_missing(m, in_vietnamese(m))] == []


@pytest.mark.parametrize("package", packages())
def test_every_vietnamese_text_fills_the_same_places(package):
    shown = {message: in_vietnamese(message) for message in messages(package, "django")}
    assert {m: text for m, text in shown.items() if not fills_the_same_places(m, text)} == {}


def test_the_admins_javascript_speaks_vietnamese():
    catalogue = javascript_catalogue()
    for message in messages("django.contrib.admin", "djangojs"):
        shown = catalogue.get(f"{message.context}\x04{message.text}" if message.context else message.text)
        assert shown is not None, message
        if message.plural:
            assert isinstance(shown, list), message
            assert len(shown) == 1, message
            shown = shown[0]
        assert isinstance(shown, str)
        assert not is_missing(message, shown), message
        assert fills_the_same_places(message, shown), message


def test_wrong_stock_translations_are_put_right():
    with translation.override("vi"):
        # Django's own says that the reset succeeded, and that "log entry" means to log in.
        assert translation.gettext("Password reset unsuccessful") == "Đặt lại mật khẩu không thành công"
        assert translation.gettext("log entry") == "mục nhật ký"
        assert translation.gettext("Enter a whole number.") == "Nhập một số nguyên."
    assert javascript_catalogue()["January"] == "Tháng 1"


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_is_complete_and_composed(domain):
    catalogue = polib.pofile(str(LOCALE / f"{domain}.po"), check_for_duplicates=True)
    assert catalogue.percent_translated() == 100
    assert catalogue.fuzzy_entries() == catalogue.obsolete_entries() == []
    for entry in catalogue:
        text = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
        assert unicodedata.is_normalized("NFC", text), entry.msgid
        edges = [(part[:1].isspace(), part[-1:].isspace()) for part in (entry.msgid, text)]
        assert edges[0] == edges[1], entry.msgid


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_holds_nothing_that_no_package_says(domain):
    said = set().union(*(messages(package, domain) for package in packages()))
    assert set(messages_of_catalogue(LOCALE / f"{domain}.po")) - said == set()


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_in_step(domain):
    """How to compile stands at the head of the .po file."""
    compiled = polib.pofile(str(LOCALE / f"{domain}.po")).to_binary()
    assert (LOCALE / f"{domain}.mo").read_bytes() == compiled
