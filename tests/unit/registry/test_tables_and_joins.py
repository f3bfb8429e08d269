"""Whole tables as exports and people leave them: which rows are used, which are named, and who is in doubt for it."""

import time

import pytest

from bridge.customers import Presence

ALFA = "K-1;Alfa;REG-1;a@alfa.example;;Бухгалтерия;31.12.2027"
BETA = "K-2;Beta;REG-2;b@beta.example;;Бухгалтерия;31.12.2027"
GAMMA = "K-3;Gamma;REG-3;c@gamma.example;;Бухгалтерия;31.12.2027"


def names(load) -> dict[str, str]:
    return {one.id: one.name for one in load.registry.customers()}


def codes(load) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in load.problems]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_open_quotation_mark_costs_no_other_row_wherever_it_stands(folder, place):
    rows = [ALFA, BETA, GAMMA]
    rows[place] = rows[place].replace(";", ';"', 1)
    folder.customers(*rows)
    load = folder.load()
    assert names(load) == {"K-1": "Alfa", "K-2": "Beta", "K-3": "Gamma"}
    assert codes(load) == [("open_quote", place + 2)]
    assert load.problems[0].column == 2


def test_two_open_quotation_marks_do_not_close_each_other(folder):
    folder.customers(ALFA.replace("Alfa", '"Alfa'), BETA, GAMMA.replace("Gamma", '"Gamma'))
    load = folder.load()
    assert codes(load) == [("open_quote", 2), ("open_quote", 4)]
    assert load.rows == 3


def test_a_mark_that_closes_in_a_later_row_swallows_none(folder):
    folder.customers(ALFA.replace("Alfa", '"Alfa'), BETA.replace("Beta", 'Beta"'), GAMMA)
    load = folder.load()
    assert codes(load) == [("open_quote", 2)]
    assert list(names(load)) == ["K-1", "K-2", "K-3"]


def test_a_mark_that_swallows_cells_of_its_own_row_is_named(folder):
    folder.customers('K-1;"Alfa;REG-1;a@alfa.example;;Бухгалтерия;31.12.2027"', BETA)
    load = folder.load()
    assert codes(load) == [("open_quote", 2)]
    assert load.registry.customer("K-1").certificates[0].valid_until.year == 2027


def test_an_open_mark_whose_row_cannot_be_read_makes_nobody_a_stranger(folder):
    folder.customers('K-1;"Alfa; South;REG-1;a@alfa.example;;;', BETA)
    load = folder.load()
    assert codes(load) == [("open_quote", 2)]
    assert list(names(load)) == ["K-2"]
    assert load.registry.lookup(folder.ticket(email="a@alfa.example")).presence is Presence.UNKNOWN


def test_an_open_mark_in_the_header_is_named_and_the_table_is_read(folder):
    folder.customers(ALFA, header='Код;"Название;Рег. номер;Почта;Домен;Продукт;Сертификат до')
    load = folder.load()
    assert codes(load) == [("open_quote", 1)]
    assert names(load) == {"K-1": "Alfa"}


def test_cells_of_several_lines_are_read_and_their_rows_keep_their_line(folder):
    folder.customers('K-1;"Alfa\nSouth; floor 2\r\nroom ""5""";REG-1;;;;', "K-2;Beta;REG-2;;;;soon")
    load = folder.load()
    assert names(load)["K-1"] == 'Alfa\nSouth; floor 2\r\nroom "5"'
    assert codes(load) == [("bad_value", 5)]


def test_rows_behind_thousands_of_lines_without_a_closing_mark_are_read(folder):
    folder.customers(
        ALFA.replace("Alfa", '"Alfa'), *[f"K-{one};N{one};R{one};n{one}@n.example;;;" for one in range(5, 5005)]
    )
    load = folder.load()
    assert load.rows == 5001
    assert codes(load) == [("open_quote", 2)]


@pytest.mark.parametrize("title", ["Код", " код ", "КОД", "«Код»"])
def test_a_doubled_heading_sets_the_source_aside_whatever_its_case_and_blanks(folder, title):
    folder.customers(f"{ALFA};K-9", header=f"Код;Название;Рег. номер;Почта;Домен;Продукт;Сертификат до;{title}")
    (problem,) = folder.load().problems
    assert problem.message == "customers.csv has the column 'Код' 2 times: columns 1 and 8"


def test_a_doubled_heading_that_nobody_asks_for_does_not_matter(folder):
    folder.customers(f"{ALFA};x;y", header="Код;Название;Рег. номер;Почта;Домен;Продукт;Сертификат до;Прим;Прим")
    assert folder.load().problems == ()


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
def test_the_line_that_tells_excel_the_delimiter_is_no_row(folder, first):
    folder.customers(ALFA)
    text = (folder.path / "customers.csv").read_text()
    folder.write("customers.csv", f"{first}\n{text}soon")
    load = folder.load()
    assert names(load) == {"K-1": "Alfa", "soon": ""}
    assert codes(load) == [("short_rows", 4)]


def test_a_stated_delimiter_may_differ_from_all_that_are_tried(folder):
    folder.customers(ALFA)
    folder.write("customers.csv", "sep=^\n" + (folder.path / "customers.csv").read_text().replace(";", "^"))
    assert names(folder.load()) == {"K-1": "Alfa"}


def test_the_header_is_found_below_a_title_and_blank_lines(folder):
    folder.customers(ALFA)
    text = (folder.path / "customers.csv").read_text()
    folder.write("customers.csv", f"Клиенты на 28 ноября;;\n\n;;;Контакты;;;\n{text}")
    load = folder.load()
    assert names(load) == {"K-1": "Alfa"}
    assert codes(load) == [("late_header", 4)]


def test_totals_footers_and_repeated_headers_are_no_customers(folder):
    header = "Код;Название;Рег. номер;Почта;Домен;Продукт;Сертификат до"
    folder.customers(
        *(ALFA, "Итого: 2;;;;;;", header, BETA, "Total;;2;;;;", "(2 rows affected)", "Стр. 1 из 2;;;;;;", "=====;;;;;;")
    )
    load = folder.load()
    assert names(load) == {"K-1": "Alfa", "K-2": "Beta"}
    assert [one for one in codes(load) if one[0] == "no_customer_row"] == [
        ("no_customer_row", line) for line in (3, 4, 6, 7, 8, 9)
    ]
    assert load.registry.lookup(folder.ticket()).presence is Presence.NOT_FOUND


def test_a_firm_called_total_is_a_customer(folder):
    folder.customers("Total;Total Energies;REG-9;t@total.example;;;", "Итого;ООО Итого;;i@itogo.example;;;")
    load = folder.load()
    assert (load.problems, load.rows) == ((), 2)


def test_what_ends_a_file_of_old_is_named_and_is_nobody(folder):
    folder.customers(ALFA)
    path = folder.path / "customers.csv"
    path.write_bytes(path.read_bytes() + b"\0\0\0\0\n\x1a")
    load = folder.load()
    assert names(load) == {"K-1": "Alfa"}
    assert codes(load) == [("no_customer_row", 3), ("no_customer_row", 4)]


@pytest.mark.parametrize(
    ("most", "one"), [("utf-8", "cp1251"), ("cp1251", "utf-8")], ids=["cp1251 in utf-8", "utf-8 in cp1251"]
)
def test_a_row_of_another_encoding_does_not_spoil_the_others(folder, most, one):
    rows = [*(f"K-{number};Имя {number};REG-{number};;;;" for number in range(5)), "K-9;Солнце;REG-9;;;;"]
    folder.customers()
    header = (folder.path / "customers.csv").read_text().strip()
    lines = [header.encode(most), *(row.encode(most) for row in rows[:5]), rows[5].encode(one)]
    (folder.path / "customers.csv").write_bytes(b"\n".join(lines))
    load = folder.load()
    found = names(load)
    assert {found[f"K-{number}"] for number in range(5)} == {f"Имя {number}" for number in range(5)}
    assert codes(load) == [("bad_value" if one == "cp1251" else "mended", 7)]
    assert "encoding" in load.problems[0].message
    assert found["K-9"] == ("" if one == "cp1251" else "Солнце")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_are_known_without_being_stated(folder, encoding):
    folder.customers(ALFA, "K-2;Имя;;;;;")
    folder.write("customers.csv", (folder.path / "customers.csv").read_text(), encoding=encoding)
    load = folder.load()
    assert (load.problems, names(load)) == ((), {"K-1": "Alfa", "K-2": "Имя"})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_ends_a_line(folder, end):
    folder.customers(ALFA, BETA)
    path = folder.path / "customers.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
    assert list(names(folder.load())) == ["K-1", "K-2"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04 cut", "an Excel workbook (write kind: excel)"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "packed with gzip (unpack it)"),
        (b"\xef\xbb\xbf <HTML><table>", "a web page"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "an XML spreadsheet"),
    ],
)
def test_a_csv_that_is_something_else_is_called_by_its_name(folder, content, what):
    folder.customers()
    (folder.path / "customers.csv").write_bytes(content)
    assert f"customers.csv is no CSV file: it is {what}" in folder.problems()[0]


def test_a_table_of_too_many_columns_is_refused_at_once(folder):
    folder.customers()
    folder.write("customers.csv", ";".join(f"c{one}" for one in range(20_000)))
    assert "customers.csv has 20,000 columns; at most 16,384 are read" in folder.problems()[0]


def test_messages_are_short_whatever_stands_in_the_file(folder):
    folder.customers(f"K-1;{'x' * 9000};{'9' * 9000};{'@' * 9000};{'*.' * 4500};P;{'y' * 9000}", ALFA)
    folder.customers(ALFA, header=";".join("z" * 5000 for _ in range(50)))
    for problem in folder.load().problems:
        assert len(str(problem)) < 4_000


def test_errors_are_listed_before_warnings_where_not_all_are(folder):
    warned = [f"K-{number}\u200b;A{number};R{number};;;;" for number in range(1500)]
    folder.customers(*warned, *(f"B-{number};B{number};;;;;soon" for number in range(20)))
    problems = folder.load().problems
    assert [one.code for one in problems].count("bad_value") == 20
    assert "and 520 more problems" in problems[-1].message


JOINED = """
sources:
  customers: {kind: csv, file: customers.csv, columns: {customer: Code, name: Name, email: Mail}}
  papers: {kind: csv, file: papers.csv, columns: {customer: Code, certificate: Cert, certificate_until: Until}}
"""


def joined(folder, *codes: str) -> None:
    folder.mapping(JOINED)
    folder.write("customers.csv", "Code;Name;Mail\n00123;Alfa;a@a.example\nK-001;Beta;b@b.example\n")
    folder.write("papers.csv", "Code;Cert;Until\n" + "".join(f"{code};C;31.12.2027\n" for code in codes))


@pytest.mark.parametrize("code", ["123", "k-001", "К-001", "K001", "K–001", "0123"])
def test_a_code_that_only_looks_like_another_joins_nobody_and_is_an_error(folder, code):
    joined(folder, code)
    (problem,) = folder.load().problems
    near = "00123" if "123" in code else "K-001"
    assert (problem.code, problem.severity, problem.line, problem.path) == ("joins_nobody", "error", 2, "Code")
    assert problem.hint == f"did you mean {near!r}?"


def test_a_code_of_somebody_else_is_a_warning(folder):
    joined(folder, "K-001", "Q-900")
    (problem,) = folder.load().problems
    assert (problem.severity, problem.line) == ("warning", 3)


def test_a_code_with_a_sign_that_nobody_sees_joins_and_is_named(folder):
    joined(folder, "K-001\u200b")
    load = folder.load()
    assert codes(load) == [("mended", 2)]
    assert load.registry.lookup(folder.ticket(email="b@b.example")).customer.certificates


def test_many_rows_that_join_nobody_are_counted_and_told_in_time(folder):
    joined(folder, *(f"Z-{number:06}" for number in range(20_000)))
    begun = time.process_time()
    problems = folder.load().problems
    assert time.process_time() - begun < 5
    assert len(problems) == 101
    assert "and 19,900 more rows from here on" in problems[-1].message


def test_nothing_is_said_of_joins_while_a_source_is_missing(folder):
    joined(folder, "123")
    (folder.path / "customers.csv").unlink()
    assert [problem.code for problem in folder.load(cache_dir=None).problems] == ["source_unusable"]


@pytest.mark.parametrize("column", ["name", "organization", "domain", "email", "registration_number"])
def test_customers_that_share_a_key_cost_linear_time(folder, column):
    columns = f"\n      customer: c\n      {column}: k\n"
    shared = {"email": "a@firm.example", "domain": "firm.example"}.get(column, "Firm")

    def seconds(count: int) -> float:
        folder.customers(*(f"K-{number};{shared}" for number in range(count)), columns=columns, header="c;k")
        begun = time.process_time()
        load = folder.load(cache_dir=None)
        assert load.rows == count
        return time.process_time() - begun

    seconds(1000)
    assert seconds(40_000) < 20 * max(seconds(4_000), 0.02)


def test_a_contract_of_very_many_rows_costs_linear_time(folder):
    columns = "\n      customer: c\n      contract: d\n      contacts: m\n      counter: n\n      counter_included: i\n"
    rows = (f"K;D;u{number}@firm.example;n{number};1" for number in range(20_000))
    folder.customers(*rows, columns=columns, header="c;d;m;n;i")
    begun = time.process_time()
    (contract,) = folder.load().registry.customer("K").contracts
    assert time.process_time() - begun < 10
    assert (len(contract.contacts), len(contract.counters)) == (20_000, 20_000)


DAMAGED = "K-9;Zeta;REG-9;#REF!;zeta.example;Бухгалтерия;31.12.2027"


@pytest.mark.parametrize(
    ("ticket", "presence"),
    [
        ({"email": "who@zeta.example"}, Presence.FOUND),
        ({"email": "who@other.example"}, Presence.NOT_FOUND),
        ({"email": "who@other.example", "registration_number": "REG-77"}, Presence.NOT_FOUND),
    ],
)
def test_a_damaged_address_leaves_those_in_doubt_who_may_be_he(folder, ticket, presence):
    folder.customers(ALFA, DAMAGED)
    assert folder.load().registry.lookup(folder.ticket(**ticket)).presence is presence


@pytest.mark.parametrize(
    ("ticket", "presence"),
    [
        ({"email": "who@other.example"}, Presence.UNKNOWN),
        ({"email": "a@alfa.example"}, Presence.FOUND),
        ({"email": "who@other.example", "registration_number": "REG-77"}, Presence.NOT_FOUND),
        ({"email": "who@other.example", "organization": "Eta"}, Presence.NOT_FOUND),
        ({"email": ""}, Presence.NOT_FOUND),
    ],
)
@pytest.mark.parametrize("damage", ["#REF!", "zeta(at)zeta.example", "\u0430lfa@zeta.example", "NULL"])
def test_without_a_domain_a_damaged_address_may_be_anybodys(folder, ticket, presence, damage):
    folder.customers(ALFA, DAMAGED.replace("zeta.example", "").replace("#REF!", damage))
    assert folder.load().registry.lookup(folder.ticket(**ticket)).presence is presence


def test_so_many_damaged_rows_are_not_compared_one_by_one(folder):
    folder.customers(*(f"K-{number};N{number};;#REF!;;;" for number in range(1200)))
    load = folder.load()
    assert load.registry.lookup(folder.ticket(organization="Eta")).presence is Presence.UNKNOWN


@pytest.mark.parametrize("damage", ["#REF!", "a(at)b", "NULL"])
def test_one_customer_with_very_many_damaged_rows_costs_linear_time(folder, damage):
    def seconds(count: int) -> float:
        folder.customers(*(f"K-1;Alfa;;{damage};alfa.example;;" for _ in range(count)))
        begun = time.process_time()
        assert folder.load(cache_dir=None).rows == count
        return time.process_time() - begun

    seconds(50)
    assert seconds(900) < 30 * max(seconds(90), 0.01)


def test_a_damaged_kind_of_a_certificate_is_kept_as_unreadable(folder):
    columns = "\n      customer: c\n      certificate: s\n      certificate_kind: k\n      certificate_until: u\n"
    folder.customers("K-1;S-1;#N/A;2027-12-31", "K-2;S-2;full;2027-12-31", columns=columns, header="c;s;k;u")
    load = folder.load()
    kept = [load.registry.customer(one).certificates[0] for one in ("K-1", "K-2")]
    assert [(one.kind, one.unreadable, one.valid_until.year) for one in kept] == [
        ("", True, 2027),
        ("full", False, 2027),
    ]


def test_papers_that_contradict_themselves_are_named_and_two_notations_are_not(folder):
    columns = "\n      customer: c\n      certificate: s\n      certificate_until: u\n      contract: d\n      contract_until: e\n"
    folder.customers(
        "K;S-1;2027-12-31;D-1;2027-06-30",
        "K;S-1;31.12.2027;D-1;30.06.2027",
        "K;S-1;2028-12-31;D-1;2028-06-30",
        columns=columns,
        header="c;s;u;d;e",
    )
    assert [one.message for one in folder.load().problems] == [
        "row 4, column 'u': 2028-12-31 contradicts an earlier row of S-1 (2027-12-31), both are kept",
        "row 4, column 'e': 2028-06-30 contradicts an earlier row of D-1 (2027-06-30), which stands",
    ]


def test_two_codes_that_the_eye_takes_for_one_are_told(folder):
    folder.customers("K-100;Alfa;;;;;", "К-100;Alfa South;;;;;", "К-200;Beta;;;;;", "КЛ-1;Клён;;;;;")
    (problem,) = folder.load().problems
    assert (problem.code, problem.line) == ("lookalike", 3)
    assert "looks like 'K-100'" in problem.message


def test_a_number_that_a_customer_pastes_with_signs_that_nobody_sees_is_found(folder):
    folder.customers(ALFA)
    asked = folder.ticket(registration_number="\u200bREG\u00a0-1\ufeff")
    assert folder.load().registry.lookup(asked).customer.id == "K-1"


def test_a_stated_encoding_that_one_row_does_not_have_costs_that_rows_cell(folder):
    folder.customers(ALFA, source="    encoding: utf-8\n")
    path = folder.path / "customers.csv"
    path.write_bytes(path.read_bytes() + "K-2;Бета;REG-2;;;;\n".encode("cp1251"))
    load = folder.load()
    assert names(load) == {"K-1": "Alfa", "K-2": ""}
    assert codes(load) == [("bad_value", 3)]
