"""What cannot be read is refused with one clear Vietnamese line that says what it is and what to do."""

import pytest

from chuongtrinh.reader import MAX_BYTES, UnreadableDocument, read_corrections, read_document

GOOD = "I. NHIỆM VỤ\n- Tổ chức thực hiện đầy đủ.\n"
TCVN3 = b"I. NHI\xd6M V\xf4\n" + (
    b"- T\xe6 ch\xf8c th\xf9c hi\xd6n \xae\xb5o t\xb9o, \xae\xcay \xae\xf1, ph\xb8t tri\xd3n.\n"
)
VNI = b"I. NHIE\xc4M VUI\n- To\xe5 chu\xf9c thu\xf8c hie\xe4n \xf1a\xf8o ta\xefo, \xf1a\xe0y \xf1u\xfb.\n"
CP1258 = b"I. NHI\xca\xf2M VU\xf2\n- T\xf4\xd2 ch\xfd\xecc \xf0a\xcco ta\xf2o, \xf0\xe2\xccy \xf0u\xd2.\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Tệp rỗng"),
        (b" \n\t\r\n", "Tệp rỗng"),
        (b"\xef\xbb\xbf", "Tệp rỗng"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04....word/document.xml....", "Word (.docx)"),
        (b"PK\x03\x04....xl/workbook.xml....", "Excel (.xlsx)"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"I. A\x00\x00\x00\x00\x01\x02\x03\x00\x00", "nhị phân"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (GOOD.encode("utf-16-le"), "UTF-16"),
        (GOOD.encode("utf-32"), "UTF-32"),
        (TCVN3, "TCVN3"),
        (VNI, "VNI"),
        (CP1258, "Windows-1258"),
        (b"x" * (MAX_BYTES + 1), "vượt giới hạn 5 MB"),
        (b"a\n" * 100_002, "100.000 dòng"),
        ("Chỉ là một đoạn văn, không có mục nào.".encode(), "Không tìm thấy đề mục"),
        ("I. MỘT\n- a\nII. HAI\n- b\n\nII. BA\n".encode(), "số II: dòng 3 và dòng 6"),
        ("I. MỘT\n1. A\n- a\n2. B\n- b\n1. C\n- c".encode(), "số I.1: dòng 2 và dòng 6"),
    ],
)
def test_refused_with_one_line(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read_document(data)
    message = str(refusal.value)
    assert words in message
    assert "\n" not in message
    assert "Hãy" in message


def test_five_megabytes_are_still_read() -> None:
    line = "- " + "Nâng cao chất lượng phục vụ người dân. " * 60 + "\n"
    data = ("I. NHIỆM VỤ\n" + line * 2000).encode()[: MAX_BYTES - 10].decode(errors="ignore").encode()
    assert sum(1 for _ in read_document(data).tasks()) > 900


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Tệp rỗng"),
        (b"a\tb\tc\n", "dòng đầu"),
        (b"line\toriginal\tcorrected\tnote\nx\ta\tb\tc\n", "dòng 2"),
        (b"line\toriginal\tcorrected\tnote\n0\ta\tb\tc\n", "số dòng"),
        (b"line\toriginal\tcorrected\tnote\n3\ta\n", "2 cột"),
        (b"line\toriginal\tcorrected\tnote\n3\t\tb\tc\n", "original"),
        (b"\xff\xfea\x00", "UTF-16"),
    ],
)
def test_bad_corrections_are_refused_with_one_line(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words) as refusal:
        read_corrections(data)
    assert "\n" not in str(refusal.value)


def test_corrections_table(correction_bytes: bytes) -> None:
    rows = read_corrections(correction_bytes.replace(b"\n", b"\r\n"))
    assert len(rows) == 26
    assert (rows[2].line, rows[2].original, rows[2].corrected, rows[2].note) == (
        13,
        "15-Ctr/ĐU",
        "15-CTr/ĐU",
        "ký hiệu văn bản",
    )
