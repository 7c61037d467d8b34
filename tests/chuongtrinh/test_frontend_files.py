"""What the browser is given: vendored files as the manifest says, nothing from elsewhere, and little."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
VENDOR = STATIC / "vendor"
ROWS = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
FIRST_VISIT_BYTES = 200 * 1024


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_vendored_file_is_the_one_in_the_manifest(row):
    content = (VENDOR / row["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert b"sourceMappingURL" not in content
    assert row["version"] and row["licence"]


def test_nothing_is_vendored_that_the_manifest_does_not_name():
    kept = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert kept - {"manifest.json"} == {row["file"] for row in ROWS}


def test_the_manifest_names_no_address():
    assert "://" not in (VENDOR / "manifest.json").read_text(encoding="utf-8")


def test_stylesheets_load_nothing_from_elsewhere():
    for path in STATIC.rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8")):
            local = address.startswith("data:") or (path.parent / address).resolve().is_file()
            assert local, f"{path.name}: {address}"


@pytest.mark.django_db
def test_a_first_visit_weighs_little(client):
    page = client.get("/dang-nhap/")
    bundle = [page.content]
    html = page.content.decode()
    for name in re.findall(r'<(?:link|script)[^>]+(?:href|src)="/static/([^"]+)"', html):
        path = STATIC / name
        bundle.append(path.read_bytes())
        if path.suffix == ".css" and path.parent.name == "css":
            for font in re.findall(r'url\("([^"]+\.woff2)"\)', path.read_text(encoding="utf-8")):
                bundle.append((path.parent / font).resolve().read_bytes())
    import django_htmx

    script = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    bundle.append(script.read_bytes())
    assert sum(len(gzip.compress(part)) for part in bundle) <= FIRST_VISIT_BYTES
