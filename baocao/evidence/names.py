"""The name of an upload: what it may contain, and the name under which it is kept. Pure."""

from __future__ import annotations

import re
import unicodedata

from baocao.evidence.allowed import ALLOWED, ALLOWED_IN_WORDS, HEIC, JPG, Kind, Refused

LONGEST = 120
"""Letters of the kept name before its ending."""
_ALIASES = {"jpeg": JPG.extension, "jpe": JPG.extension, "jfif": JPG.extension, "heif": HEIC.extension}
_BIDI = re.compile("[\u061c\u202a-\u202e\u2066-\u2069]")
# Endings that say what a file is. Any other last part ("Công văn 12.TB-ĐU") belongs to the name.
_FOREIGN = re.compile(
    r"7z|apk|app|asp|aspx|avi|avif|bat|bin|bmp|cab|chm|class|cmd|com|cpl|csv|dll|dmg|doc|docm|dot|"
    r"dotm|dotx|dwg|eml|exe|gif|gz|hta|htm|html|ics|img|inf|iso|jar|js|jse|jsp|lnk|mht|mhtml|mov|mp3|"
    r"mp4|msg|msi|msix|odg|odp|ods|ott|php|pif|ppam|ppt|pptm|pptx|ps|ps1|psd|py|rar|reg|rtf|scr|sh|"
    r"shtml|svg|svgz|swf|tar|tif|tiff|txt|url|vb|vbe|vbs|wav|webp|wsf|xht|xhtml|xla|xlam|xls|xlsb|"
    r"xlsm|xlt|xltm|xltx|xml|xps|xz|zip"
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_RENAME = "đổi tên tệp rồi chọn lại"


def check(name: str) -> None:
    """Browsers send a bare name; paths, control and direction characters come from tools that mean harm."""
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
        raise Refused(f"Tên tệp có ký tự điều khiển không nhìn thấy được; {_RENAME}.")
    if _BIDI.search(name):
        raise Refused(f"Tên tệp có ký tự đảo chiều chữ làm người đọc nhầm loại tệp; {_RENAME}.")
    if "/" in name or "\\" in name:
        raise Refused(f"Tên tệp có dấu / hoặc \\; {_RENAME}.")
    if not _plain(name):
        raise Refused("Tệp không có tên; đặt tên cho tệp rồi chọn lại.")


def check_ending(name: str, kind: Kind) -> None:
    """The content has decided; a name that says otherwise is refused unless both are pictures."""
    ending = _ending(_plain(name))
    if _FOREIGN.fullmatch(ending):
        raise Refused(
            f"Tên tệp có đuôi .{ending} nhưng bên trong là {kind.label}; "
            f"đổi đuôi tên tệp thành .{kind.extension} rồi chọn lại."
        )
    claimed = _claimed(ending)
    if claimed and claimed.family != kind.family:
        raise Refused(
            f"Tên tệp ghi là {claimed.label} nhưng bên trong là {kind.label}; "
            f"đổi đuôi tên tệp thành .{kind.extension} rồi chọn lại."
        )


def kept_name(name: str, kind: Kind) -> str:
    """A name that every system can save, ending as the content demands."""
    plain = _plain(name)
    ending = _ending(plain)
    base = plain.rpartition(".")[0] if _claimed(ending) or _FOREIGN.fullmatch(ending) else plain
    base = re.sub(r'[<>:"|?*/\\]', "-", base).strip(" .") or "tep"
    if _RESERVED.match(base):
        base = f"tep-{base}"
    base = base[:LONGEST].strip(" .")
    return f"{base}.{kind.extension}"


def unknown_content(name: str) -> Refused:
    claimed = _claimed(_ending(_plain(name)))
    if claimed:
        return Refused(
            f"Tên tệp ghi là {claimed.label} nhưng nội dung không phải, hoặc tệp đã hỏng; "
            "mở tệp gốc, lưu lại đúng loại rồi chọn lại."
        )
    return Refused(f"Không nhận loại tệp này; hãy chọn tệp {ALLOWED_IN_WORDS}.")


def _plain(name: str) -> str:
    """One spelling of each letter (Macs send two), no invisible characters, no dots or blanks at the ends."""
    unseen = ("Cc", "Cf", "Cs", "Zl", "Zp")
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in unseen)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", seen)).strip().rstrip(" .")


def _ending(plain: str) -> str:
    return plain.rpartition(".")[2].strip().lower() if "." in plain else ""


def _claimed(ending: str) -> Kind | None:
    extension = _ALIASES.get(ending, ending)
    return next((kind for kind in ALLOWED if kind.extension == extension), None)
