"""The rules of the house that no single room can keep: floors, locks, templates, audit trail, documents."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import models

from chuongtrinh.models import Signed
from tests.commands import manage
from tests.factories.people import UnitFactory
from tests.markup import inline_faults

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("chuongtrinh", "nhiemvu", "phancong", "baocao")  # from the ground up
SOURCES = [
    path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PROSE = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def own_models() -> list[type[models.Model]]:
    """Every model of our rooms, without the history tables that follow their model."""
    return [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if not model.__name__.startswith("Historical") and not model._meta.auto_created
    ]


# --- floors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_foreign_keys_point_down(model: type[models.Model]) -> None:
    """String foreign keys escape import-linter. The user model is exempt, both ways."""
    user = apps.get_model("chuongtrinh.User")
    if model is user:
        return
    floor = ROOMS.index(model._meta.app_label)
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model._meta.label}"
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.is_relation
        and field.related_model is not user
        and field.related_model._meta.app_label in ROOMS
        and ROOMS.index(field.related_model._meta.app_label) > floor
    ]
    assert upward == []


# What Django looks up by name or starts with: nothing in the rooms imports it, and it imports no room.
NO_FLOOR = {"apps", "asgi", "wsgi", "settings", "migrations", "data", "formats", "locale"}


def modules() -> set[str]:
    """The modules and packages directly in each room."""
    return {
        f"{room}.{path.stem}"
        for room in ROOMS
        for path in (ROOT / room).iterdir()
        if path.stem not in NO_FLOOR
        and not path.name.startswith("_")
        and (path.is_dir() or path.suffix == ".py")
    }


def floors() -> list[list[str]]:
    """The floors of the import contract, top to bottom."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return [re.findall(r"[\w.]+", layer) for layer in layers]


def test_every_module_stands_on_one_floor() -> None:
    """A module that the contract does not name might import anything, and be imported by anything."""
    named = Counter(name for floor in floors() for name in floor)
    assert [name for name, times in named.items() if times > 1] == []
    assert sorted(modules() - set(named)) == []


@pytest.mark.parametrize("name", ["utils", "helpers", "services", "signals"])
def test_a_thing_that_has_a_name_has_a_home(name: str) -> None:
    assert [path for path in SOURCES if path.stem == name] == []


# --- locks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_are_hashed_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    pinned = [line for line in text.splitlines() if re.match(r"[a-zA-Z0-9]", line)]
    assert pinned
    assert all("==" in line for line in pinned)
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_development_lock_contains_the_running_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==[^\s;]+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


# --- templates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    assert inline_faults(path.read_text()) == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_the_template_guard_sees_inline_code(html: str) -> None:
    assert inline_faults(html)


# --- the trail of edits ---------------------------------------------------------------------------------

UNTRACKED = {
    model.__name__
    for model in own_models()
    if not hasattr(model, "history") and not issubclass(model, Signed)
}


def silent_updates(source: str) -> list[str]:
    """Calls of QuerySet.update or bulk_update: they leave no history, so tracked models must not use them,
    and what was signed is never written again.

    A chain that starts at the class of an untracked model (``UnplacedLine.objects…``) is allowed.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        chain = ast.unparse(node.func.value)
        queryset = re.search(r"\bobjects\b|\.(?:filter|exclude|all|select_for_update)\(", chain)
        # A queryset kept under a name: update(field=…) alone, which no dict or set in the rooms is asked for.
        queryset = queryset or (node.keywords and not node.args and node.keywords[0].arg)
        if node.func.attr not in ("update", "bulk_update", "bulk_create", "aupdate") or not queryset:
            continue
        if node.func.attr == "bulk_create" or chain.split(".")[0] in UNTRACKED:
            continue
        found.append(f"line {node.lineno}: {chain}.{node.func.attr}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_tracked_rows_are_never_changed_without_a_trace(path: Path) -> None:
    assert silent_updates(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "Task.objects.filter(pk=1).update(due=None)",
        "programme.tasks.all().update(due=None)",
        "Unit.objects.bulk_update(rows, ['name'])",
        "Correction.objects.filter(pk=1).update(corrected='x')",
        "rows = Task.objects.filter(pk=1)\nrows.update(due=None)",
    ],
)
def test_the_trail_guard_sees_silent_updates(source: str) -> None:
    assert silent_updates(source)


# --- settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "SECRET_KEY và ALLOWED_HOSTS"),
        ({"SECRET_KEY": "x"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "van-phong.example"}, "SECRET_KEY"),
    ],
    ids=["neither", "no hosts", "no key"],
)
def test_nothing_starts_without_a_key_and_hosts(environment: dict, missing: str, tmp_path: Path) -> None:
    done = manage("check", VAR_DIR=str(tmp_path), **environment)
    assert done.returncode != 0
    assert f"thiếu biến môi trường {missing}." in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_real_office_is_strict_by_default(tmp_path: Path) -> None:
    """Without LOCAL_HTTP: HTTPS only, secure cookies, manifest files; check --deploy has nothing to say."""
    done = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        VAR_DIR=str(tmp_path),
        SECRET_KEY="k3y" * 30 + "0123456789abcdef",
        ALLOWED_HOSTS="van-phong.example",
    )
    assert done.returncode == 0, done.stderr


def test_settings_come_from_the_data_folder_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=from-the-file\nALLOWED_HOSTS=van-phong.example\n")
    done = manage(
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings; print(settings.SECRET_KEY)",
        VAR_DIR=str(tmp_path),
    )
    assert done.stdout.strip() == "from-the-file", done.stderr


def test_the_example_environment_names_what_settings_read() -> None:
    read = set(re.findall(r'env\.\w+\("(\w+)"', (ROOT / "chuongtrinh/settings.py").read_text()))
    shown = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    local_only = {"VAR_DIR", "DEBUG", "LOCAL_HTTP"}
    assert shown == read - local_only


# --- documents ------------------------------------------------------------------------------------------


def test_documents_promise_only_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in PROSE:
        named = set(re.findall(r"\bmake ([a-z]+)\b", path.read_text()))
        assert named <= targets, path.name


def test_documents_promise_only_commands_that_exist() -> None:
    for path in PROSE:
        named = set(re.findall(r"manage\.py ([a-z_]+)", path.read_text()))
        assert named <= set(get_commands()), path.name


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_in_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_readme_shows_the_two_commands_and_fits_one_screen() -> None:
    text = (ROOT / "README.md").read_text()
    block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert block
    assert len(block[1].strip().splitlines()) == 2
    assert "make run" in block[1]
    assert len(text.splitlines()) <= 60


def test_documents_name_only_rooms_and_files_that_exist() -> None:
    """docs/architecture.md stays true to the tree: every path it names in code marks is there."""
    text = (ROOT / "docs/architecture.md").read_text()
    paths = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|md))`", text)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_every_model_is_in_the_glossary_with_its_vietnamese_name(model: type[models.Model]) -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    assert dict(rows).get(model.__name__, "").strip() == str(model._meta.verbose_name)


def test_the_glossary_names_no_model_that_is_gone() -> None:
    text = (ROOT / "docs/glossary.md").read_text().split("## ")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == {
        model.__name__ for model in own_models()
    }


def test_no_template_comment_runs_over_its_line_where_people_would_read_it() -> None:
    open_ended = [
        str(path)
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text().splitlines()
        if line.count("{#") != line.count("#}")
    ]
    assert open_ended == []


def test_every_make_target_is_listed_by_help() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())  # type: ignore[index]
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in listed.splitlines()} == phony


@pytest.mark.parametrize("turn", [1, 2])
def test_factories_count_from_the_start_in_every_test(turn: int) -> None:
    """Two tests with the same rows have the same names, in whichever order they run."""
    assert UnitFactory.build(committee=None).short_name == "PM0"
    assert UnitFactory.build(committee=None).short_name == "PM1"
