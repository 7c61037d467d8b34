"""What the browser is given: vendored files as the manifest says, nothing from elsewhere, and little."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

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


def weight(page) -> int:
    """What a browser fetches for its first page, compressed: with every font that the page's styles name."""
    found = [page.content]
    for name in re.findall(r'<(?:link|script)[^>]+(?:href|src)="/static/([^"]+)"', page.content.decode()):
        path = Path(finders.find(name))
        found.append(path.read_bytes())
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8")):
            if path.suffix == ".css" and not address.startswith("data:"):
                found.append((path.parent / address).read_bytes())
    return sum(len(gzip.compress(part)) for part in found)


@pytest.mark.parametrize(
    "name", ["dang-nhap", "trang-chu", "nhiem-vu", "de-an", "don-vi", "van-ban-chi-tiet"]
)
def test_a_first_visit_weighs_little(client, programme, personas, name):
    """Whichever page it is: the document brings a second family of fonts."""
    if name != "dang-nhap":
        client.force_login(personas.vanphong)
    url = reverse(name, args=[programme.pk] if name == "van-ban-chi-tiet" else [])
    page = client.get(url)
    assert page.status_code == 200
    assert weight(page) <= FIRST_VISIT_BYTES
