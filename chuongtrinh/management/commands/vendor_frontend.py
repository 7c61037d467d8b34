"""For developers: refresh the stylesheet and fonts in static/vendor. The product itself downloads nothing."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SOURCE_MAP = re.compile(rb"\s*/\*# sourceMappingURL=[^*]*\*/\s*$|\s*//# sourceMappingURL=\S+\s*$")

SLIM = ("--unicodes=*", "--layout-features=*", "--name-IDs=*", "--no-hinting", "--flavor=woff2")


def _font(family: str, faces: list[str]) -> dict[str, str]:
    return {
        f"files/{family}-{subset}-{face}.woff2": f"{family}/{subset}-{face}.woff2"
        for subset in ("latin", "vietnamese")
        for face in faces
    }


# package → (the version asked for, {file in the package: file under static/vendor}), each with its licence.
# Three weights of the screen font, three faces of the document's: only what pages use, phones pay for each.
PACKAGES: dict[str, tuple[str, dict[str, str]]] = {
    "bootstrap": (
        "5.3",
        {"dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css", "LICENSE": "bootstrap/LICENSE"},
    ),
    "@fontsource/be-vietnam-pro": (
        "5",
        _font("be-vietnam-pro", ["400-normal", "500-normal", "600-normal"])
        | {"LICENSE": "be-vietnam-pro/LICENSE"},
    ),
    "@fontsource/tinos": (
        "5",
        _font("tinos", ["400-normal", "400-italic", "700-normal"]) | {"LICENSE": "tinos/LICENSE"},
    ),
    # Not for the browser: what PDF reports are set in (baocao.sealed.fonts).
    "@expo-google-fonts/tinos": (
        "0.4",
        {
            f"{face}/Tinos_{face}.ttf": f"tinos-ttf/Tinos_{face}.ttf"
            for face in ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
        }
        | {"LICENSE_FONT": "tinos-ttf/LICENSE"},
    ),
}


class Command(BaseCommand):
    requires_system_checks = ()
    help = (
        "Lấy lại Bootstrap và phông chữ vào static/vendor (cần npm, pyftsubset; dành cho người phát triển)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise CommandError("Không thấy npm: chỉ cần khi thay phiên bản; phần mềm chạy không cần npm.")
        if shutil.which("pyftsubset") is None:
            raise CommandError("Không thấy pyftsubset: pip install fonttools brotli (ngoài .venv của dự án).")
        target = Path(settings.BASE_DIR) / "static" / "vendor"
        with tempfile.TemporaryDirectory() as scratch:
            fresh = Path(scratch) / "vendor"
            manifest: list[dict[str, str]] = []
            for package, (version, files) in PACKAGES.items():
                manifest += self._take(npm, Path(scratch), fresh, package, version, files)
            (fresh / "manifest.json").write_text(
                json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
            )
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(fresh, target)
        self.stdout.write(f"Đã ghi {len(manifest)} tệp vào static/vendor.")

    def _take(
        self, npm: str, scratch: Path, fresh: Path, package: str, version: str, files: dict[str, str]
    ) -> list[dict[str, str]]:
        """Copy one package's files below `fresh`; returns their manifest rows, which name no address."""
        packed = subprocess.run(  # noqa: S603 - fixed words, no shell
            [npm, "pack", "--silent", f"{package}@{version}"],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        if packed.returncode:
            raise CommandError(f"npm không lấy được {package}: {packed.stderr.strip()}")
        rows = []
        with tarfile.open(scratch / packed.stdout.split()[-1]) as archive:

            def read(name: str) -> bytes:
                try:
                    member = archive.extractfile(f"package/{name}")
                except KeyError:
                    member = None
                if member is None:
                    raise CommandError(f"{package} không có tệp {name}: xem lại danh sách PACKAGES.")
                return member.read()

            about = json.loads(read("package.json"))
            for name, kept_as in files.items():
                published = read(name)
                is_font = name.endswith(".woff2")
                content = _slim(published) if is_font else SOURCE_MAP.sub(b"\n", published)
                path = fresh / kept_as
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                rows.append(
                    {
                        "name": package,
                        "version": about["version"],
                        "licence": about["license"],
                        "file": kept_as,
                        "sha256": hashlib.sha256(content).hexdigest(),
                    }
                    | ({"published_sha256": hashlib.sha256(published).hexdigest()} if is_font else {})
                )
        return rows


def _slim(font: bytes) -> bytes:
    """The font with all its letters but without its hints for coarse screens, which are nearly half of it."""
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "a.woff2", Path(scratch) / "b.woff2"
        source.write_bytes(font)
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["pyftsubset", str(source), *SLIM, f"--output-file={target}"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandError(f"pyftsubset không đọc được phông: {done.stderr.strip()}")
        return target.read_bytes()
