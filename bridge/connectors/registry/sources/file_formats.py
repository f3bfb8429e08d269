"""What a file really is, whatever its name says: exports are renamed, and "Excel" is what people call any table."""

import zipfile
from io import BytesIO

from bridge.connectors.registry.sources.table import SourceUnusable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the old format begin, and workbooks with a password, which are packed into one."""

_BEGINNINGS = (
    (b"%PDF", "a PDF", "export the table itself, as .xlsx or CSV"),
    (b"\x1f\x8b", "packed with gzip", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"{\\rtf", "an RTF document", "export the table itself, as .xlsx or CSV"),
    (b"SQLite format 3", "a database of SQLite", "export the table itself, as CSV"),
)
_MARKUP = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "an XML spreadsheet of 2003"),
    (b"<html", "a web page"),
    (b"<!doctype html", "a web page"),
    (b"<table", "a web page"),
)
_PACKED = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)", "save it as .xlsx"),
    ("content.xml", "an OpenDocument file (.ods)", "save it as .xlsx"),
    ("Index/Document.iwa", "a document of Numbers", "export it as .xlsx or CSV"),
    ("word/document.xml", "a document of Word", "export the table itself, as .xlsx or CSV"),
    ("[Content_Types].xml", "an Excel workbook", "write kind: excel"),
)
"""A member by which a packed file is known, what it is then, and what to do."""

_LOOKED_AT = 4096


def refuse_other_formats(content: bytes, name: str, kind: str) -> None:
    """Raise SourceUnusable for a file that is of another kind than its source says, with what to do about it."""
    found, hint = _format(content)
    if not found or (kind == "excel" and found == "an Excel workbook"):
        if kind == "excel" and not found:
            hint = "if it is a CSV file under another name, write kind: csv"
            raise SourceUnusable(f"{name} is no Excel workbook: it is not packed as one", hint=hint)
        return
    wanted = {"excel": "Excel workbook", "csv": "CSV file"}[kind]
    raise SourceUnusable(f"{name} is no {wanted}: it is {found}", hint=hint)


def _format(content: bytes) -> tuple[str, str]:
    """Return what the file is and what to do, empty for text."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "a workbook locked with a password", "save it as .xlsx without a password"
        return "of the old format .xls, or locked with a password", "save it as .xlsx without a password"
    if content.startswith(b"PK"):
        return _packed(content)
    for beginning, found, hint in _BEGINNINGS:
        if content.startswith(beginning):
            return found, hint
    start = content[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, found in _MARKUP if start.startswith(b"<") else ():
        if sign in start:
            return found, "open it in the spreadsheet and save it as .xlsx or CSV"
    return "", ""


def _packed(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "an Excel workbook", "write kind: excel"  # What is wrong with it, its own reader tells.
    for sign, found, hint in _PACKED:
        if sign in names:
            return found, hint
    if any(one.startswith("xl/") for one in names):
        return "an Excel workbook", "write kind: excel"
    return "a zip archive", "unpack it"
