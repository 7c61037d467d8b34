"""What is taken as evidence and what is not: good files, the table of hostile ones, and bytes at random."""

import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from baocao.evidence import archive, package, pdf, pictures
from baocao.evidence.kinds import ALLOWED, DEFAULT_LIMIT, Kind, Refused, kept_name, kind_of
from tests import evidence_files as files

MB = 1024 * 1024


def judged(data: bytes, name: str, **more) -> Kind:
    return kind_of(io.BytesIO(data), name, **more)


# --- what is taken --------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", files.GOOD)
def test_each_kind_is_known_by_its_content(extension: str) -> None:
    file = io.BytesIO(files.GOOD[extension])
    file.seek(5)
    kind = kind_of(file, f"Báo cáo quý III.{extension}")
    assert kind.extension == extension
    assert file.tell() == 0
    assert kept_name(f"Báo cáo quý III.{extension.upper()}", kind) == f"Báo cáo quý III.{extension}"


def test_every_kind_has_a_good_file_and_is_sent_as_no_page() -> None:
    assert {kind.extension for kind in ALLOWED} == set(files.GOOD)
    assert not [kind for kind in ALLOWED if re.search("html|xml$|svg|text/", kind.mime)]


CAMERA = b"\x00\x00\x00\x18ftypmp42" + b"a film" * 100
CHART = "word/embeddings/Microsoft_Excel_Sheet1.xlsx"
NORMAL = files.relations(("attachedTemplate", r"file:///C:\Users\Vu\AppData\Normal.dotm", "External"))
TAKEN = {
    "jpg with a film after its end, as phones write": (files.jpeg() + CAMERA, "a.jpg", "jpg"),
    "jpg with filling between segments": (files.jpeg(more=b"\xff\xff\xff"), "a.jpg", "jpg"),
    "the largest camera": (files.jpeg(16320, 12240), "a.jpg", "jpg"),
    "png called jpeg": (files.png(), "anh.jpeg", "png"),
    "heic called jpg, as phones send": (files.heic(), "IMG_0001.JPG", "heic"),
    "jpg called jfif": (files.jpeg(), "a.jfif", "jpg"),
    "heic of brand heix": (files.heic(b"heix"), "a.heic", "heic"),
    "heic of brand mif1": (files.heic(b"mif1"), "a.heif", "heic"),
    "heic of brand msf1": (files.heic(b"msf1"), "a.heic", "heic"),
    "heic of brand hevc": (files.heic(b"hevc"), "a.heic", "heic"),
    "no ending": (files.pdf(), "Công văn số 12", "pdf"),
    "a dot that is no ending": (files.pdf(), "Công văn 12.TB-ĐU", "pdf"),
    "docx written without going back": (files.streamed(files.docx_parts()), "a.docx", "docx"),
    "docx with a chart's table": (files.docx(**{CHART: files.xlsx()}), "a.docx", "docx"),
    "docx that remembers its own template": (
        files.docx(**{"word/_rels/settings.xml.rels": NORMAL}),
        "a.docx",
        "docx",
    ),
    "docx with a link": (
        files.docx(
            **{"word/_rels/document.xml.rels": files.relations(("hyperlink", "https://a.vn", "External"))}
        ),
        "a.docx",
        "docx",
    ),
    "docx with folders": (files.docx(**{"word/": b""}), "a.docx", "docx"),
    "xlsx of many like rows": (files.docx(**{"word/a.xml": b"<a>" + b"<b/>" * 2_000_000}), "a.docx", "docx"),
    "pdf with ordinary object streams": (files.pdf(more=files.object_stream(b"1 0 << >>")), "a.pdf", "pdf"),
    "pdf that opens at a page": (files.pdf(b"/OpenAction [2 0 R /Fit]"), "a.pdf", "pdf"),
    "pdf with blank lines at its end": (files.pdf() + b"\r\n\0\0", "a.pdf", "pdf"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_people_really_send_is_taken(case: str) -> None:
    data, name, extension = TAKEN[case]
    assert judged(data, name).extension == extension


# --- what is refused ------------------------------------------------------------------------------------


def bomb(times: int = 25) -> bytes:
    """A .docx of some MB that says that it unpacks to as much as it does: 25 times 20 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.docx_parts().items():
            target.writestr(name, content)
        for number in range(times):
            target.writestr(f"word/media/{number}.png", bytes(20 * MB))
    return out.getvalue()


def lying_bomb() -> bytes:
    """The directory and the part's own header both say 1,000 bytes; there are 50 MB."""
    data = files.docx(**{"word/big.xml": b"<" + bytes(50 * MB)})
    return data.replace(struct.pack("<L", 50 * MB + 1), struct.pack("<L", 1000))


def overlapping_bomb() -> bytes:
    """Two entries of the directory share one part's bytes."""
    data = bytearray(files.zipped(files.docx_parts(**{"word/a.xml": b"<a/>", "word/b.xml": b"<a/>"})))
    places = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    data[places[-1] + 42 : places[-1] + 46] = data[places[-2] + 42 : places[-2] + 46]
    return bytes(data)


def crowd() -> bytes:
    return files.zipped(
        files.docx_parts() | {f"word/{number}.xml": b"" for number in range(archive.MAX_ENTRIES)}
    )


def wide_directory() -> bytes:
    return files.zipped(files.docx_parts() | {f"word/{number:0240}.xml": b"" for number in range(4000)})


def nested(depth: int = 3) -> bytes:
    data = files.docx()
    for _ in range(depth):
        data = files.docx(**{"word/embeddings/inner.docx": data})
    return data


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data and len(old) == len(new)
    return data.replace(old, new)


def locked(data: bytes) -> bytes:
    """Marked as encrypted, in the directory and in each part's header."""
    marked = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(sign, data):
            marked[match.start() + at] |= 1
    return bytes(marked)


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in files.docx_parts().items():
            target.writestr(name, content)
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        target.writestr(link, "/etc/passwd")
    return out.getvalue()


def part(name: str, content: bytes = b"<a/>") -> bytes:
    return files.docx(**{name: content})


def typed(main: str, target: str = "word/document.xml") -> bytes:
    return files.docx(**{"[Content_Types].xml": files.content_types(main, f"/{target}")})


def without(parts: files.Parts, *names: str) -> bytes:
    return files.zipped({name: content for name, content in parts.items() if name not in names})


def remote(kind: str, target: str) -> bytes:
    return part("word/_rels/settings.xml.rels", files.relations((kind, target, "External")))


def prepended(text: bytes, data: bytes) -> bytes:
    """A zip that still opens with other content before it: its places are moved along."""
    out = io.BytesIO(text)
    out.seek(0, 2)
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "a") as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    return out.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument."
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
EXE = b"MZ\x90\x00" + bytes(56) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(200)
OLE = package.OLD_OFFICE + bytes(504)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SCRIPT_DIRECTORY = "Basic/Standard/Module1.xml"

Hostile = tuple[bytes | Callable[[], bytes], str, str]

HOSTILE: dict[str, Hostile] = {
    # what it claims to be is a lie
    "program called pdf": (EXE, "bao-cao.pdf", "chương trình"),
    "program called jpg": (EXE, "anh.jpg", "chương trình"),
    "linux program": (b"\x7fELF" + bytes(100), "a.pdf", "chương trình"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "a.pdf", "chương trình"),
    "windows shortcut": (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(100), "a.pdf", "chương trình"),
    "batch file": (b"@echo off\r\ndel *.*", "a.pdf", "ghi là tài liệu PDF nhưng nội dung không phải"),
    "html called pdf": (HTML, "a.pdf", "trang web"),
    "html called jpg": (b"\xef\xbb\xbf \r\n" + HTML, "a.jpg", "trang web"),
    "html in utf-16": (b"\xff\xfe" + "<html>".encode("utf-16-le"), "a.pdf", "trang web"),
    "svg called png": (SVG, "a.png", "SVG"),
    "svg as itself": (SVG, "a.svg", "SVG"),
    "text called docx": (b"van ban thuong", "a.docx", "ghi là văn bản Word"),
    "text": (b"van ban thuong", "a.txt", "Không nhận loại tệp này"),
    "gif": (b"GIF89a" + bytes(50), "a.gif", "GIF"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(30), "a.jpg", "WebP"),
    "tiff": (b"II*\0" + bytes(50), "a.tif", "TIFF"),
    "film called heic": (files.heic(b"isom", (b"mp42",)), "a.heic", "phim"),
    "avif called heic": (files.heic(b"avif", (b"mif1",)), "a.heic", "AVIF"),
    "avif under mif1": (files.heic(b"mif1", (b"avif",)), "a.heic", "AVIF"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(50), "a.docx", "tệp nén"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a.pdf", "tệp nén"),
    "zip called docx": (files.zipped({"a.txt": b"a"}), "a.docx", "tệp nén"),
    "java program": (files.zipped({"META-INF/MANIFEST.MF": b"", "A.class": b""}), "a.docx", "tệp nén"),
    "old word": (OLE, "a.doc", "kiểu cũ"),
    "old excel called xlsx": (OLE, "a.xlsx", "kiểu cũ"),
    "rtf called doc": (b"{\\rtf1 a}", "a.doc", "RTF"),
    "pdf called docx": (files.pdf(), "a.docx", "đổi đuôi tên tệp thành .pdf"),
    "png called pdf": (files.png(), "a.pdf", "đổi đuôi tên tệp thành .png"),
    "docx called xlsx": (files.docx(), "a.xlsx", "đổi đuôi tên tệp thành .docx"),
    "pdf called exe": (files.pdf(), "bao-cao.pdf.exe", "đuôi .exe"),
    "jpg called html": (files.jpeg(), "a.html", "đuôi .html"),
    "ending hidden by dots and blanks": (files.pdf(), "bao-cao.exe. .", "đuôi .exe"),
    # names
    "name with a NUL": (files.pdf(), "a.exe\0.pdf", "ký tự điều khiển"),
    "name with a line break": (files.pdf(), "a\r\nSet-Cookie: b.pdf", "ký tự điều khiển"),
    "name with an escape": (files.pdf(), "\x1b[2Ja.pdf", "ký tự điều khiển"),
    "name with half a letter": (files.pdf(), "a\ud800.pdf", "ký tự điều khiển"),
    "name that reads backwards": (files.pdf(), "bao-cao-\u202efdp.exe", "đảo chiều"),
    "name with an isolate": (files.pdf(), "a\u2067b.pdf", "đảo chiều"),
    "name that climbs": (files.pdf(), "../../etc/passwd.pdf", "dấu /"),
    "name that climbs on windows": (files.pdf(), "..\\..\\a.pdf", "dấu /"),
    "name from the root": (files.pdf(), "/etc/cron.d/a.pdf", "dấu /"),
    "name of dots": (files.pdf(), "..", "không có tên"),
    "no name": (files.pdf(), "", "không có tên"),
    "name of nothing visible": (files.pdf(), "\u200b\ufeff ", "không có tên"),
    # size
    "empty": (b"", "a.pdf", "trống"),
    "over the limit": (lambda: b"%PDF-1.7\n" + bytes(DEFAULT_LIMIT), "a.pdf", "lớn hơn 20 MB"),
    # pdf
    "pdf cut off": (files.pdf()[:-20], "a.pdf", "hỏng hoặc tải lên chưa trọn"),
    "pdf header alone": (b"%PDF-1.7\n", "a.pdf", "hỏng"),
    "pdf that points beyond its end": (
        patched(files.pdf(), b"startxref\n1", b"startxref\n9"),
        "a.pdf",
        "hỏng",
    ),
    "pdf after html": (HTML + files.pdf(), "a.pdf", "đứng trước nội dung PDF"),
    "pdf after a picture's start": (files.jpeg(more=files.segment(0xFE, files.pdf())), "a.jpg", "đứng trước"),
    "pdf with html in its header": (files.pdf(header=b"%PDF-1.7\n" + HTML + b"\n"), "a.pdf", "lẫn nội dung"),
    "pdf that is a zip too": (files.pdf() + files.zipped({"a.js": b"a"}), "a.pdf", "lẫn nội dung"),
    "pdf with a script": (files.pdf(b"/OpenAction << /S /JavaScript /JS (a) >>"), "a.pdf", "mã lệnh"),
    "pdf with a script spelt out": (files.pdf(b"/AA << /S /J#61va#53cript /JS (a) >>"), "a.pdf", "mã lệnh"),
    "pdf that starts a program": (files.pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "a.pdf", "mã lệnh"),
    "pdf with a film player": (files.pdf(b"/Annots [<< /Subtype /RichMedia >>]"), "a.pdf", "mã lệnh"),
    "pdf with a packed script": (
        files.pdf(more=files.object_stream(b"4 0 << /S /JavaScript /JS (a) >>")),
        "a.pdf",
        "mã lệnh",
    ),
    "pdf with a far packed script": (
        files.pdf(more=files.object_stream(b" " * MB + b"<< /S /Launch >>")),
        "a.pdf",
        "mã lệnh",
    ),
    "pdf whose object stream is a bomb": (
        lambda: files.pdf(more=files.object_stream(bytes(60 * MB))),
        "a.pdf",
        "phức tạp",
    ),
    "pdf of many bombs": (
        lambda: files.pdf(more=files.object_stream(bytes(3 * MB)) * 200),
        "a.pdf",
        "phức tạp",
    ),
    "pdf of too many object streams": (
        lambda: files.pdf(more=files.object_stream(b"") * (pdf.MAX_OBJECT_STREAMS + 1)),
        "a.pdf",
        "phức tạp",
    ),
    # pictures
    "png cut off": (files.png()[:-8], "a.png", "hỏng"),
    "png without pixels": (files.png(data=b""), "a.png", "hỏng"),
    "png damaged": (patched(files.png(), b"IDATx", b"IDATy"), "a.png", "hỏng"),
    "png of a length beyond its end": (
        files.png(more=b"\xff\xff\xff\xfftEXt") + bytes(20),
        "a.png",
        "hỏng",
    ),
    "png without size": (files.png(0, 0), "a.png", "hỏng"),
    "png bomb": (files.png(50_000, 50_000), "a.png", "200 triệu"),
    "png with html after": (files.png() + HTML, "a.png", "lẫn nội dung"),
    "png with a script in a remark": (
        files.png(more=files.chunk(b"tEXt", b"Comment\0" + SVG)),
        "a.png",
        "lẫn nội dung",
    ),
    "png with a zip after": (files.png() + files.zipped({"a.js": b"a"}), "a.png", "lẫn nội dung"),
    "jpg cut off": (files.jpeg(end=b""), "a.jpg", "hỏng"),
    "jpg header alone": (b"\xff\xd8\xff\xe0", "a.jpg", "hỏng"),
    "jpg of filling": (b"\xff\xd8" + b"\xff" * MB, "a.jpg", "hỏng"),
    "jpg without size": (files.jpeg(0, 0), "a.jpg", "hỏng"),
    "jpg bomb": (files.jpeg(65_535, 65_535), "a.jpg", "200 triệu"),
    "jpg with php in a remark": (
        files.jpeg(more=files.segment(0xFE, b"<?php system($_GET[0]);")),
        "a.jpg",
        "lẫn nội dung",
    ),
    "jpg with html after": (files.jpeg() + HTML, "a.jpg", "lẫn nội dung"),
    "jpg that is a zip too": (files.jpeg() + files.zipped({"a.class": b"a"}), "a.jpg", "lẫn nội dung"),
    "heic cut off": (files.heic()[:-8], "a.heic", "hỏng"),
    "heic header alone": (files.box(b"ftyp", b"heic\0\0\0\0mif1heic"), "a.heic", "hỏng"),
    "heic bomb": (files.heic(size=(100_000, 100_000)), "a.heic", "200 triệu"),
    "heic of endless small boxes": (
        lambda: files.heic(more=files.box(b"free", b"") * 60_000),
        "a.heic",
        "hỏng",
    ),
    "heic with html": (files.heic(more=files.box(b"free", HTML)), "a.heic", "lẫn nội dung"),
    # office files: macros and what they carry
    "docm": (typed(MACRO_WORD), "a.docm", "macro"),
    "docm called docx": (typed(MACRO_WORD), "a.docx", "macro"),
    "docx with vba": (part("word/vbaProject.bin", OLE), "a.docx", "macro"),
    "xlsx with old macros": (part("xl/macrosheets/sheet1.xml"), "a.xlsx", "macro"),
    "docx with activex": (part("word/activeX/activeX1.xml"), "a.docx", "macro"),
    "odt with macros": (files.odt(files.odt_parts() | {SCRIPT_DIRECTORY: b"<a/>"}), "a.odt", "macro"),
    "docx with an embedded object": (part("word/embeddings/oleObject1.bin", OLE), "a.docx", "nhúng"),
    "docx with a program inside": (part("word/media/image1.png", EXE), "a.docx", "nhúng"),
    "docx with a zip inside": (part("word/media/a.png", files.zipped({"a": b"a"})), "a.docx", "nhúng"),
    "docx in docx in docx": (nested(), "a.docx", "nhúng"),
    "docx with a macro in a chart's table": (
        part(CHART, part("xl/vbaProject.bin", OLE)),
        "a.docx",
        "macro",
    ),
    "odt with an embedded object": (files.odt(files.odt_parts() | {"Object 1": OLE}), "a.odt", "nhúng"),
    "docx with a template from the net": (
        remote("attachedTemplate", "https://a.example/b.dotm"),
        "a.docx",
        "máy khác",
    ),
    "docx with a template from a share": (
        remote("attachedTemplate", r"file://10.0.0.9/b.dotm"),
        "a.docx",
        "máy khác",
    ),
    "docx with an object from the net": (remote("oleObject", "http://a.example/b"), "a.docx", "máy khác"),
    "docx with a frame from the net": (remote("frame", r"\\a.example\b"), "a.docx", "máy khác"),
    # office files: what they are
    "docx without its content types": (
        without(files.docx_parts(), "[Content_Types].xml"),
        "a.docx",
        "thiếu phần khai báo",
    ),
    "docx without its document": (without(files.docx_parts(), "word/document.xml"), "a.docx", "hỏng"),
    "docx without its relations": (without(files.docx_parts(), "_rels/.rels"), "a.docx", "hỏng"),
    "word template": (typed(f"{OFFICE}wordprocessingml.template.main+xml"), "a.docx", "tệp mẫu"),
    "slides": (typed(f"{OFFICE}presentationml.presentation.main+xml"), "a.pptx", "trình chiếu"),
    "xlsb": (typed("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "a.xlsx", "nhị phân"),
    "ods": (
        files.odt(files.odt_parts("application/vnd.oasis.opendocument.spreadsheet")),
        "a.odt",
        "OpenDocument",
    ),
    "odt without content": (without(files.odt_parts(), "content.xml"), "a.odt", "hỏng"),
    "odt that is a docx too": (files.zipped(files.odt_parts() | files.docx_parts()), "a.odt", "lẫn nội dung"),
    "epub called odt": (files.zipped({"mimetype": b"application/epub+zip"}), "a.odt", "tệp nén"),
    # office files: the zip
    "docx cut off": (files.docx()[:-100], "a.docx", "hỏng"),
    "docx cut in half": (files.docx()[: len(files.docx()) // 2], "a.docx", "hỏng"),
    "docx damaged": (patched(files.zipped(files.docx_parts(), method=0), b"<w>B", b"<v>B"), "a.docx", "hỏng"),
    "zip bomb": (bomb, "a.docx", "phình ra"),
    "zip bomb that lies": (lying_bomb, "a.docx", "phình ra"),
    "zip bomb of shared parts": (overlapping_bomb, "a.docx", "hỏng|phình ra"),
    "zip bomb in a chart's table": (part(CHART, bomb(1)), "a.docx", "phình ra"),
    "zip of too many parts": (crowd, "a.docx", "quá nhiều phần"),
    "zip of long names": (wide_directory, "a.docx", "quá nhiều phần"),
    "zip with a password": (locked(files.docx()), "a.docx", "mật khẩu"),
    "office file with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "mật khẩu"),
    "odt with a password": (files.odt(files.odt_parts(inner="<m:encryption-data/>")), "a.odt", "mật khẩu"),
    "part that climbs": (part("word/../../../etc/passwd"), "a.docx", "tên phần không hợp lệ"),
    "part from the root": (part("/etc/passwd"), "a.docx", "tên phần không hợp lệ"),
    "part on a drive": (part("C:/windows/a.dll"), "a.docx", "tên phần không hợp lệ"),
    "part with a backslash": (part("word\\..\\a.xml"), "a.docx", "tên phần không hợp lệ"),
    "part with a NUL": (
        patched(part("word/a#.xml"), b"a#.xml", b"a\0.xml"),
        "a.docx",
        "tên phần không hợp lệ",
    ),
    "part with a direction mark": (part("word/\u202elmx.exe"), "a.docx", "tên phần không hợp lệ"),
    "part that is a link": (linked, "a.docx", "tên phần không hợp lệ"),
    "two parts of one name": (files.docx(**{"Word/Document.xml": b"<a/>"}), "a.docx", "hỏng"),
    "part packed in an unusual way": (files.zipped(files.docx_parts(), method=14), "a.docx", "hỏng"),
    "part named otherwise in its header": (
        part("word/abc.xml").replace(b"word/abc.xml", b"word/abd.xml", 1),
        "a.docx",
        "hỏng",
    ),
    "html before a docx": (prepended(HTML, files.docx()), "a.docx", "trang web"),
    "a docx behind another zip": (
        prepended(files.zipped({"a": b"a"})[:40], files.docx()),
        "a.docx",
        "lẫn|hỏng",
    ),
    "content after a docx": (files.docx() + HTML, "a.docx", "hỏng"),
    # XML tricks
    "docx with entities": (part("word/comments.xml", LAUGHS), "a.docx", "khai báo lạ"),
    "docx that reads a file": (files.docx(**{"[Content_Types].xml": EXTERNAL}), "a.docx", "khai báo lạ"),
    "docx with entities in utf-16": (
        part("word/a.xml", LAUGHS.decode().encode("utf-16")),
        "a.docx",
        "khai báo lạ",
    ),
    "docx with entities under another ending": (part("word/a.bin", LAUGHS), "a.docx", "khai báo lạ"),
    "docx in an old computer's letters": (
        part("word/a.xml", LAUGHS.decode().encode("cp037")),
        "a.docx",
        "hỏng",
    ),
    "docx with endless types": (
        files.docx(**{"[Content_Types].xml": b"<a>" + b"<b/>" * 200_000 + b"</a>"}),
        "a.docx",
        "phình ra",
    ),
    "docx whose types are no XML": (files.docx(**{"[Content_Types].xml": b"<a"}), "a.docx", "hỏng"),
    "odt with entities": (
        files.odt(files.odt_parts() | {"META-INF/manifest.xml": EXTERNAL}),
        "a.odt",
        "khai báo lạ",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(case: str) -> None:
    data, name, reason = HOSTILE[case]
    with pytest.raises(Refused, match=reason) as refused:
        judged(data() if callable(data) else data, name)
    said = str(refused.value)
    assert said[0].isupper() and re.fullmatch(r".+; .+[^.;]\.", said), "what is wrong; what to do"
    assert ". " not in said


def test_the_table_is_as_long_as_promised() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("extension", files.GOOD)
def test_a_file_cut_short_anywhere_is_refused(extension: str) -> None:
    data = files.GOOD[extension]
    whole = len(data.rstrip())
    for length in range(0, whole - 1, max(1, whole // 60)):
        with pytest.raises(Refused):
            judged(data[:length], f"a.{extension}")


def test_the_limit_is_the_callers() -> None:
    data = files.pdf(more=b"%" + b"a" * 3 * MB + b"\n")
    assert judged(data, "a.pdf", limit=4 * MB).extension == "pdf"
    with pytest.raises(Refused, match="lớn hơn 1,5 MB"):
        judged(data, "a.pdf", limit=3 * MB // 2)


# --- bounds ---------------------------------------------------------------------------------------------

HEAVY = [
    "zip bomb",
    "zip bomb that lies",
    "zip bomb in a chart's table",
    "zip of too many parts",
    "zip of long names",
    "pdf whose object stream is a bomb",
    "pdf of many bombs",
    "docx with endless types",
    "heic of endless small boxes",
    "jpg of filling",
    "over the limit",
]


@pytest.mark.parametrize("case", HEAVY)
def test_no_hostile_file_takes_much_memory(case: str) -> None:
    data, name, _ = HOSTILE[case]
    assert peak(data() if callable(data) else data, name) < 40 * MB


def test_a_good_file_of_full_size_takes_little_memory() -> None:
    noise = zlib.compress(bytes(range(256)) * 100, 0) * 700
    picture = files.jpeg(more=files.segment(0xE1, noise[:60_000]) * 300)
    assert peak(picture, "a.jpg") < 20 * MB
    assert peak(files.docx(**{"word/media/image1.jpeg": picture}), "a.docx") < 20 * MB
    assert peak(files.pdf(more=b"stream\n" + picture + b"\nendstream\n"), "a.pdf") < 20 * MB


def peak(data: bytes, name: str) -> int:
    """The most memory in use at once while a file is judged, its own bytes not counted."""
    file = io.BytesIO(data)
    tracemalloc.start()
    try:
        kind_of(file, name, limit=DEFAULT_LIMIT)
    except Refused:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


# --- names under which files are kept -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Báo cáo.PDF", "Báo cáo.pdf"),
        ("Công văn 12.TB-ĐU", "Công văn 12.TB-ĐU.pdf"),
        ("a.jpeg", "a.pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("  nhiều   khoảng  trắng .pdf", "nhiều khoảng trắng.pdf"),
        ("\ufeffẩn\u200b.pdf", "ẩn.pdf"),
        ('a<b>c:d"e|f?g*h.pdf', "a-b-c-d-e-f-g-h.pdf"),
        ("CON.pdf", "tep-CON.pdf"),
        ("com1.2027.pdf", "tep-com1.2027.pdf"),
        ("conference.pdf", "conference.pdf"),
        (".pdf", "tep.pdf"),
        ("ế" * 300 + ".pdf", "ế" * 120 + ".pdf"),
    ],
)
def test_the_kept_name_can_be_saved_anywhere(name: str, kept: str) -> None:
    assert kept_name(name, ALLOWED[0]) == kept


@given(st.text(max_size=200), st.sampled_from(ALLOWED))
def test_any_name_becomes_a_plain_one(name: str, kind: Kind) -> None:
    kept = kept_name(name, kind)
    assert kept.endswith(f".{kind.extension}")
    assert len(kept) <= 120 + 1 + len(kind.extension)
    assert not re.search(r'[\x00-\x1f\x7f<>:"|?*/\\\u202a-\u202e\u2066-\u2069]', kept)
    assert kept == kept_name(kept, kind)


# --- bytes at random ------------------------------------------------------------------------------------

NAMES = st.one_of(st.text(max_size=30), st.sampled_from([f"a.{kind.extension}" for kind in ALLOWED]))
STARTS = [
    b"",
    b"%PDF-1.7\n",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"\0\0\0\x18ftypheic",
    b"PK\x03\x04",
    b"<",
    b"PK",
]
FUZZ = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def refused_or_known(data: bytes, name: str) -> None:
    try:
        assert judged(data, name) in ALLOWED
    except Refused as refused:
        assert str(refused)


@FUZZ
@given(st.sampled_from(STARTS), st.binary(max_size=400), NAMES)
@example(b"\0\0\0\x01ftypheic", b"", "a.heic")
@example(b"\0\0\0\0ftypheic", b"", "a.heic")
def test_no_bytes_do_anything_but_be_refused(start: bytes, rest: bytes, name: str) -> None:
    refused_or_known(start + rest, name)


@FUZZ
@given(st.sampled_from(sorted(files.GOOD)), st.data())
def test_no_change_to_a_good_file_does_anything_but_refuse_it(extension: str, draw: st.DataObject) -> None:
    data = bytearray(files.GOOD[extension])
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data) - 1))
        if draw.draw(st.booleans()):
            data[at] = draw.draw(st.integers(0, 255))
        else:
            data[at : at + draw.draw(st.integers(0, 8))] = draw.draw(st.binary(max_size=8))
    refused_or_known(bytes(data), f"a.{extension}")


def test_boxes_within_boxes_are_not_followed_down() -> None:
    inner = b""
    for _ in range(5_000):
        inner = files.box(b"iprp", inner)
    data = files.box(b"ftyp", b"heic\0\0\0\0mif1heic") + files.box(b"meta", b"\0" * 4 + inner)
    with pytest.raises(Refused):
        judged(data + files.box(b"mdat", b"a"), "a.heic")
    assert pictures.MAX_PIXELS == 200_000_000
