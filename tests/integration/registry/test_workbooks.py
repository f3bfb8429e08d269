"""Workbooks as exporters really write them, and as nobody should: read whole, within bounds, damage told apart."""

import io
import subprocess
import sys
import time
import zipfile
from xml.sax.saxutils import escape

import pytest

from bridge.connectors.registry.sources import excel
from bridge.customers import Presence

pytest.importorskip("openpyxl")

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = f"""<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">
<sheets><sheet name="Клиенты" sheetId="1" r:id="r1"/></sheets></workbook>"""
SHEETS = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
TITLES = ("Code", "Mail", "Number", "Product", "Certificate", "Until")
COLUMNS = "{customer: Code, email: Mail, registration_number: Number, product: Product, certificate: Certificate, certificate_until: Until}"
ALFA = ("K1", "a@alfa.example", "1001", "P", "C1", "2027-12-31")
BETA = ("K2", "b@beta.example", "1002", "P", "C2", "2027-12-31")


def text(value: str, place: str = "") -> str:
    place = f' r="{place}"' if place else ""
    return f'<c{place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def row(number: int, *cells: str) -> str:
    """Return a row; a cell that is no XML yet is a text."""
    written = "".join(
        one.replace("<c", f'<c r="{letter}{number}"', 1) if one.startswith("<c") else text(one, f"{letter}{number}")
        for letter, one in zip("ABCDEFGH", cells, strict=False)
    )
    return f'<row r="{number}">{written}</row>'


def sheet(*rows: str, dimension: str = "", before: str = "") -> str:
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}">{size}<sheetData>{"".join(rows)}</sheetData></worksheet>'


def book(xml: str, **more: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", SHEETS)
        archive.writestr("xl/worksheets/sheet1.xml", xml)
        for name, data in more.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def load(folder):
    """Return a function that loads a workbook as the only source."""
    folder.mapping(f"sources: {{a: {{kind: excel, file: a.xlsx, columns: {COLUMNS}}}}}\n")

    def loaded(content: bytes):
        (folder.path / "a.xlsx").write_bytes(content)
        return folder.load(cache_dir=None)

    return loaded


@pytest.mark.parametrize("dimension", ["", "A1", "A1:B2", "A1:F3", "A1:XFD1048576", "C2:D2"])
def test_a_stated_size_that_is_wrong_costs_no_row_and_no_column(load, dimension):
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA), row(3, *BETA), dimension=dimension)))
    assert (found.problems, found.rows) == ((), 2)
    assert found.registry.customer("K2").certificates[0].valid_until.isoformat() == "2027-12-31"


def test_rows_that_are_left_out_leave_the_numbers_of_the_others(load):
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA), row(9, *BETA[:5], "soon"))))
    assert [problem.line for problem in found.problems] == [9]
    assert found.rows == 2


def test_one_cell_at_the_far_end_of_the_sheet_costs_neither_time_nor_rows(load):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    content = book(sheet(row(1, *TITLES), row(2, *ALFA), far))
    assert len(content) < 5_000
    begun = time.process_time()
    found = load(content)
    assert time.process_time() - begun < 20
    assert (found.problems, found.rows) == ((), 1)


def test_a_sheet_longer_than_sheets_are_is_refused(load):
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA), row(999_999_999_999, *BETA))))
    assert str(found.problems[0]) == "a.xlsx: a.xlsx: the sheet 'Клиенты' has more than 1,048,576 rows"
    assert found.sources[0].missing is True


def test_a_million_empty_cells_with_a_style_are_no_customers(load):
    empty = '<c s="0"/>' * 500
    rows = (f'<row r="{number}">{empty}</row>' for number in range(3, 2_003))
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA), *rows, dimension="A1:SF2002")))
    assert (found.problems, found.rows) == ((), 1)


def test_what_unpacks_to_more_than_is_read_is_refused_before_it_is_unpacked(load, monkeypatch):
    monkeypatch.setattr(excel, "_LARGEST_UNPACKED", 1_000_000)
    content = book(sheet(row(1, *TITLES), row(2, *ALFA)), **{"xl/media/picture.png": bytes(2_000_000)})
    assert len(content) < 10_000
    (problem,) = load(content).problems
    assert "a.xlsx unpacks to 2,00" in problem.message
    assert problem.message.endswith(" bytes; at most 1,000,000 are read")


def test_a_size_that_the_packing_lies_about_is_not_exceeded(load):
    xml = sheet(row(1, *TITLES), row(2, *ALFA)).encode()
    content = book(xml.decode())
    lie = content.replace(len(xml).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != content
    (problem,) = load(lie).problems
    assert "a.xlsx is no Excel workbook" in problem.message


def test_entities_that_multiply_are_refused(load):
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    before = f'<!DOCTYPE worksheet [<!ENTITY l0 "{"ha" * 50}">{laughs}]>'
    (problem,) = load(book(sheet(row(1, *TITLES), row(2, "&l9;").replace("&amp;", "&"), before=before))).problems
    assert "a.xlsx is no Excel workbook" in problem.message


def test_an_old_or_locked_workbook_is_named_as_such(load):
    (problem,) = load(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000)).problems
    assert problem.message == "a.xlsx is no Excel workbook: it is of the old format .xls, or locked with a password"
    assert problem.hint == "save it as .xlsx without a password"


def test_a_workbook_that_breaks_off_is_no_shorter_one(load):
    broken = sheet(row(1, *TITLES), row(2, *ALFA), row(3, *BETA)).partition("</sheetData>")[0]
    assert "a.xlsx is no Excel workbook" in load(book(broken)).problems[0].message


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
def test_an_error_of_the_spreadsheet_is_neither_a_text_nor_nothing(load, folder, error):
    lost = f'<c t="e"><v>{error}</v></c>'
    found = load(book(sheet(row(1, *TITLES), row(2, "K1", "a@alfa.example", lost, lost, lost, lost))))
    assert [(problem.line, problem.column, problem.code) for problem in found.problems] == [
        (2, column, "bad_value") for column in (3, 4, 5, 6)
    ]
    assert found.problems[0].message == (
        f"row 2, column 'Number': cell C2 of the sheet 'Клиенты': {error} is an error of the spreadsheet, not a value"
    )
    customer = found.registry.customer("K1")
    assert [(one.product, one.number, one.unreadable) for one in customer.licences] == [("", "", True)]
    assert [(one.number, one.valid_until) for one in customer.certificates] == [("", None)]
    asked = folder.ticket(registration_number=error)
    assert found.registry.lookup(asked).presence is Presence.NOT_FOUND


def test_an_error_that_we_do_not_know_by_name_is_one_all_the_same(load):
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA[:4], '<c t="e"><v>#NEW!</v></c>', ALFA[5]))))
    assert "#UNKNOWN! is an error of the spreadsheet" in found.problems[0].message


def test_formulas_give_what_was_calculated_last(load):
    number = '<c t="str"><f>"10"&amp;"01"</f><v>1001</v></c>'
    empty = '<c t="str"><f>""</f><v></v></c>'
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA[:2], number, "P", empty, ""))))
    assert found.problems == ()
    customer = found.registry.customer("K1")
    assert (customer.licences[0].number, customer.certificates) == ("1001", ())


@pytest.mark.parametrize("open_value", ["", "<v/>", "<v></v>"])
def test_a_formula_that_nobody_calculated_is_not_nothing(load, open_value):
    formula = f"<c><f>VLOOKUP(A2,B:C,2)</f>{open_value}</c>"
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA[:4], formula, formula))))
    assert [problem.column for problem in found.problems] == [5, 6]
    assert [one.valid_until for one in found.registry.customer("K1").certificates] == [None]


def test_numbers_that_a_workbook_cannot_hold_belong_to_nobody(load):
    kept, lost = "<c><v>123456789012345</v></c>", "<c><v>1.2345678901234501E+18</v></c>"
    found = load(book(sheet(row(1, *TITLES), row(2, "K1", "", kept, "P"), row(3, "K2", "", lost, "P"))))
    assert found.registry.customer("K1").licences[0].number == "123456789012345"
    assert found.registry.customer("K2").licences[0].number == ""
    (problem,) = found.problems
    assert "1.23456789012345e+18 is a number that a spreadsheet has rounded" in problem.message


def test_a_day_beyond_all_calendars_is_damage(load, folder):
    import openpyxl

    workbook = openpyxl.Workbook()
    for one in (TITLES, ("K1", "", "1001", "P", "C1", 99_999_999)):
        workbook.active.append(one)
    workbook.active["F2"].number_format = "yyyy-mm-dd"
    content = io.BytesIO()
    workbook.save(content)
    found = load(content.getvalue())
    assert "cell F2 of the sheet 'Sheet': #VALUE! is an error of the spreadsheet" in found.problems[0].message
    assert [one.valid_until for one in found.registry.customer("K1").certificates] == [None]


def test_columns_right_of_the_table_are_nobodys_business(load):
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA, "a note", "another"))))
    assert (found.problems, found.rows) == ((), 1)


def with_parts(xml: str, strings: str = "", styles: str = "", sheets: str = "") -> bytes:
    """Return a workbook with texts and styles that its cells share, and with more sheets."""
    types = TYPES.replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", BOOK.replace("</sheets>", f"{sheets}</sheets>"))
        archive.writestr("xl/_rels/workbook.xml.rels", SHEETS.replace("</Relationships>", OTHER + "</Relationships>"))
        archive.writestr("xl/worksheets/sheet1.xml", xml)
        archive.writestr("xl/worksheets/sheet2.xml", sheet(row(1, *TITLES), row(2, *ALFA)))
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
    return content.getvalue()


OTHER = f'<Relationship Id="r2" Type="{RELATIONS}/worksheet" Target="worksheets/sheet2.xml"/>'
SECOND = '<sheet name="Other" sheetId="2" r:id="r2"/>'


def test_shared_texts_are_read_without_readings_and_with_their_escapes(load):
    strings = (
        "<si><r><t>K</t></r><r><t>1</t></r></si><si><t>a@alfa.example</t><rPh><t>never</t></rPh></si>"
        "<si><t>A_x0041_1</t></si>"
    )
    cells = [f'<c t="s"><v>{one}</v></c>' for one in (0, 1, 2)]
    found = load(with_parts(sheet(row(1, *TITLES), row(2, *cells, "P", "C", "2027-12-31")), strings))
    assert found.problems == ()
    customer = found.registry.customer("K1")
    assert (customer.emails, customer.licences[0].number) == (("a@alfa.example",), "AA1")


def test_a_text_that_no_table_has_is_damage_of_its_cell_alone(load):
    lost = '<c t="s"><v>7</v></c>'
    found = load(with_parts(sheet(row(1, *TITLES), row(2, *ALFA[:4], lost, ALFA[5]), row(3, *BETA))))
    assert [(one.code, one.line, one.column) for one in found.problems] == [("bad_value", 2, 5)]
    assert found.rows == 2


@pytest.mark.parametrize("value", ["12x", "1e999", "nan", "--1"])
def test_a_number_that_is_none_is_damage_of_its_cell_alone(load, value):
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA[:4], f"<c><v>{value}</v></c>", ALFA[5]))))
    assert [(one.line, one.column) for one in found.problems] == [(2, 5)]


def test_zeros_that_only_a_format_shows_are_read_as_the_eye_reads_them(load):
    styles = (
        '<numFmts><numFmt numFmtId="200" formatCode="000000"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="14"/></cellXfs>'
    )
    cells = ('<c s="1"><v>124</v></c>', "P", "C-1", '<c s="2"><v>46752</v></c>')
    found = load(with_parts(sheet(row(1, *TITLES), row(2, "K1", "", *cells)), styles=styles))
    assert found.problems == ()
    customer = found.registry.customer("K1")
    assert customer.licences[0].number == "000124"
    assert customer.certificates[0].valid_until.isoformat() == "2027-12-31"


def test_cells_merged_downwards_say_what_the_eye_sees_in_each_row(load):
    xml = sheet(row(1, *TITLES), row(2, *ALFA), row(3, "", "", "1009", "Q", "", ""), row(4, *BETA))
    merged = '</sheetData><mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="E2:E3"/><mergeCell ref="F2:F3"/></mergeCells>'
    found = load(book(xml.replace("</sheetData>", merged)))
    assert [(one.code, one.line) for one in found.problems] == [("merged", 3)]
    assert [one.number for one in found.registry.customer("K1").licences] == ["1001", "1009"]
    assert [one.number for one in found.registry.customer("K1").certificates] == ["C1"]


def test_hidden_rows_are_read_and_told(load):
    hidden = row(3, *BETA).replace("<row", '<row hidden="1"')
    found = load(book(sheet(row(1, *TITLES), row(2, *ALFA), hidden)))
    assert [(one.code, one.line, str(one.severity)) for one in found.problems] == [("hidden", 3, "warning")]
    assert found.rows == 2


def test_rows_numbered_backwards_or_twice_are_read_and_told(load):
    found = load(book(sheet(row(1, *TITLES), row(3, *ALFA), row(2, *BETA), row(2, "K3", "c@c.example"))))
    assert {one.id for one in found.registry.customers()} == {"K1", "K2", "K3"}
    assert [(one.code, one.line) for one in found.problems] == [("backwards", 2)]


def test_rows_and_cells_without_numbers_stand_where_they_are_written(load):
    bare = "".join(f"<row>{''.join(text(one) for one in cells)}</row>" for cells in (TITLES, ALFA, BETA))
    found = load(book(sheet(bare)))
    assert (found.problems, found.rows) == ((), 2)


def test_a_hidden_first_sheet_is_told(load):
    content = with_parts(sheet(row(1, *TITLES), row(2, *ALFA)), sheets=SECOND)
    hidden = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(hidden, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'sheetId="1"', b'sheetId="1" state="hidden"'))
    found = load(hidden.getvalue())
    assert [one.code for one in found.problems] == ["hidden"]
    assert "write the name of the right one: sheet: …" in found.problems[0].hint


def test_a_table_on_another_sheet_is_pointed_to(load):
    (problem,) = load(with_parts(sheet(row(1, "Notes"), row(2, "x")), sheets=SECOND)).problems
    assert problem.hint == "the sheet 'Other' has the columns; write sheet: Other"


def test_a_doubled_heading_and_a_late_header_get_the_same_answers_as_in_csv(load):
    (problem,) = load(book(sheet(row(1, *TITLES, "until "), row(2, *ALFA, "x")))).problems
    assert problem.message == "a.xlsx has the column 'Until' 2 times: columns 6 and 7"
    found = load(book(sheet(row(1, "Customers of today"), row(4, *TITLES), row(5, *ALFA))))
    assert [(one.code, one.line) for one in found.problems] == [("late_header", 4)]
    assert found.rows == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"Code;Mail\n1;2\n", "it is not packed as one"),
        (b"<html><table></table></html>", "it is a web page"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "a workbook locked with a password",
        ),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(load, content, what):
    assert what in load(content).problems[0].message


@pytest.mark.parametrize(
    ("member", "what"), [("content.xml", "(.ods)"), ("xl/workbook.bin", "(.xlsb)"), ("x", "a zip archive")]
)
def test_other_packed_files_are_called_by_their_names(load, member, what):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(member, "x")
    assert what in load(content.getvalue()).problems[0].message


PLAIN = sheet(row(1, *TITLES), row(2, *ALFA))
BOMBS = {
    "texts": lambda: with_parts(PLAIN, strings="<si><t>ab</t></si>" * 1_500_000),
    "styles": lambda: with_parts(PLAIN, styles="<cellXfs>" + "<xf/>" * 4_000_000 + "</cellXfs>"),
    "formats": lambda: with_parts(PLAIN, styles="<cellXfs>" + "<xf/>" * 100_000 + "</cellXfs>"),
    "cells": lambda: book(sheet(row(1, *TITLES), '<row r="2">' + "<c/>" * 3_000_000 + "</row>")),
    "merges": lambda: book(PLAIN.replace("</sheetData>", "</sheetData>" + '<mergeCell ref="A2:A9"/>' * 500_000)),
    "parts": lambda: book(PLAIN, **{f"x{one}": b"" for one in range(12_000)}),
}


@pytest.mark.parametrize("bomb", sorted(BOMBS))
def test_a_small_file_that_unpacks_to_much_costs_neither_memory_nor_time(folder, bomb):
    folder.mapping(f"sources: {{a: {{kind: excel, file: a.xlsx, columns: {COLUMNS}}}}}\n")
    (folder.path / "a.xlsx").write_bytes(BOMBS[bomb]())
    script = (
        "import re, sys, pathlib\n"
        "from bridge.connectors.registry.load import load_registry\n"
        "load = load_registry(pathlib.Path(sys.argv[1]), now=0)\n"
        "peak = int(re.search('VmHWM:\\\\s+(\\\\d+)', open('/proc/self/status').read())[1]) // 1024\n"
        "print(peak, load.rows, *load.problems)\n"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", script, str(folder.path)], capture_output=True, text=True, check=True)
    megabytes, rows, *problems = done.stdout.split(maxsplit=2)
    assert int(megabytes) < 256
    assert time.monotonic() - begun < 20
    assert rows == "1" or "a.xlsx" in problems[0]
