from datetime import date

import pytest

from bridge.customers import Category

ROW = "K-1;ООО «Рассвет»;REG-1;buh@rassvet.example;rassvet.example;Бухгалтерия;31.12.2027"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_csv_is_read_in_any_of_the_usual_encodings_and_delimiters(folder, encoding, delimiter):
    folder.customers(ROW)
    text = (folder.path / "customers.csv").read_text(encoding="utf-8").replace(";", delimiter)
    folder.write("customers.csv", text, encoding=encoding)
    load = folder.load()
    assert (load.problems, load.rows) == ((), 1)
    assert load.registry.customer("K-1").name == "ООО «Рассвет»"


def test_a_declared_encoding_and_delimiter_are_obeyed(folder):
    folder.customers(ROW, source="    encoding: cp1251\n    delimiter: tab\n")
    folder.write("customers.csv", (folder.path / "customers.csv").read_text().replace(";", "\t"), encoding="cp1251")
    assert folder.load().rows == 1
    folder.write("customers.csv", "Код\tНазвание\n", encoding="utf-8")
    assert folder.load().sources[0].missing is False


def test_an_encoding_that_does_not_fit_is_named(folder):
    folder.customers(ROW, source="    encoding: utf-8\n")
    folder.write("customers.csv", ROW, encoding="cp1251")
    assert folder.problems() == ["customers.csv: customers.csv is not utf-8 (write the encoding it has, or auto)"]
    folder.customers(ROW, source="    encoding: klingon\n")
    assert "Python knows no encoding 'klingon'" in folder.problems()[0]


def test_quoted_values_may_hold_delimiters_and_line_breaks(folder):
    folder.customers('K-1;"ООО ""Рассвет; филиал\nюг""";REG-1;;;;', "K-2;Два;REG-2;;;;31.02.2026")
    load = folder.load()
    assert load.registry.customer("K-1").name == 'ООО "Рассвет; филиал\nюг"'
    assert load.problems[0].line == 4


def test_a_missing_column_stops_the_source_because_it_would_look_like_lost_certificates(folder):
    folder.customers(ROW, header="Код;Название;Рег. номер;Почта;Домен;Продукт;Сертифкат до")
    (problem,) = folder.load().problems
    assert problem.code == "source_unusable"
    assert "customers.csv has no column 'Сертификат до'" in problem.message
    assert "did you mean 'Сертифкат до'?" in problem.hint


def test_a_bad_date_is_named_by_row_and_column_and_the_row_is_used(folder):
    folder.customers(ROW, "K-2;Колос;REG-2;;;Бухгалтерия;31.02.2027", "K-3;Нива;REG-3;;;Бухгалтерия;01.02.2027")
    load = folder.load()
    (problem,) = load.problems
    assert (problem.file, problem.line, problem.column, problem.path) == ("customers.csv", 3, 7, "Сертификат до")
    assert str(problem).startswith("customers.csv:3:7: row 3, column 'Сертификат до': ")
    damaged = load.registry.customer("K-2").certificates
    assert [one.valid_until for one in damaged] == [None]
    assert load.registry.customer("K-3").certificates[0].valid_until == date(2027, 2, 1)
    assert load.rows == 3


def test_an_unknown_category_is_named_and_does_not_lower_the_customer(folder):
    columns = "\n      customer: Код\n      category: Кат\n"
    folder.customers(
        "K-1;VIP",
        "K-2;партнёр",
        "K-3;",
        columns=columns,
        header="Код;Кат",
        source="    values: {category: {партнер: partner}}\n",
    )
    load = folder.load()
    assert [problem.message for problem in load.problems] == [
        "row 2, column 'Кат': 'VIP' is no category; there are partner, commercial, noncommercial, unregistered"
    ]
    assert [one.category for one in load.registry.customers()] == [
        Category.COMMERCIAL,
        Category.PARTNER,
        Category.COMMERCIAL,
    ]


def test_rows_of_one_customer_are_joined_and_contradictions_are_named(folder):
    folder.customers(
        "K-1;Рассвет;REG-1;a@r.example;;Бухгалтерия;31.12.2026",
        "K-1;Рассвет;REG-2;b@r.example;;Мониторинг;31.12.2027",
        "K-1;Закат;REG-2;b@r.example;;Мониторинг;",
    )
    load = folder.load()
    customer = load.registry.customer("K-1")
    assert customer.name == "Рассвет"
    assert [one.number for one in customer.licences] == ["REG-1", "REG-2"]
    assert [one.valid_until.year for one in customer.certificates] == [2026, 2027]
    assert customer.emails == ("a@r.example", "b@r.example")
    assert [str(one) for one in load.problems] == [
        "customers.csv:4:2: row 4, column 'Название': Закат contradicts an earlier row of the same customer (Рассвет), which stands"
    ]


def test_a_registration_number_of_two_customers_is_named(folder):
    folder.customers("K-1;A;REG-1;;;;", "K-2;B;reg -1;;;;")
    (problem,) = folder.load().problems
    assert (problem.code, problem.line, problem.path) == ("duplicate_key", 3, "Рег. номер")


def test_a_row_without_an_owner_or_with_cells_too_many_is_not_used(folder):
    folder.customers(";Без кода;REG-1;;;;", "K-2;a;b;c;d;e;f;g", ";;;;;;", "K-3;Три;REG-3;;;;;;")
    load = folder.load()
    assert [problem.code for problem in load.problems] == ["no_customer", "row_width"]
    assert [one.id for one in load.registry.customers()] == ["K-3"]


def test_a_short_row_has_empty_cells(folder):
    folder.customers("K-1;Рассвет")
    assert folder.load().registry.customer("K-1").certificates == ()


def test_without_a_customer_column_the_registration_number_is_the_id(folder):
    columns = "\n      registration_number: Номер\n      name: Имя\n"
    folder.customers("R-1;A", ";B", columns=columns, header="Номер;Имя")
    assert [one.id for one in folder.load().registry.customers()] == ["R-1", "B"]


def test_dates_in_the_wrong_order_are_named(folder):
    columns = "\n      customer: К\n      certificate_from: С\n      certificate_until: По\n"
    folder.customers("K-1;01.02.2027;01.01.2027", "K-2;;01.01.2027", columns=columns, header="К;С;По")
    assert folder.problems() == [
        "customers.csv:2:3: row 2, column 'По': ends on 01.01.2027, before it begins (01.02.2027)"
    ]


def test_everything_a_row_can_say_arrives(folder):
    columns = """
      customer: c
      tier: t
      category: cat
      product: p
      registration_number: r
      version: v
      licence_from: lf
      licence_until: lu
      licence_blocked: lb
      seats: s
      seats_used: su
      certificate: ce
      certificate_kind: ck
      certificate_product: cp
      certificate_from: cf
      certificate_until: cu
      contract: co
      contract_from: cof
      contract_until: cou
      services: sv
      contacts: cn
      channels: ch
      counter: n
      counter_unit: nu
      counter_included: ni
      counter_used: ud
      counter_period: np
      curator: k
"""
    header = "c;t;cat;p;r;v;lf;lu;lb;s;su;ce;ck;cp;cf;cu;co;cof;cou;sv;cn;ch;n;nu;ni;ud;np;k;reg"
    folder.customers(
        "K;gold;partner;P;R;3.0;2026-01-01;2026-12-31;нет;5;4;S;full;P;2026-02-01;2027-01-31;D;2026-03-01;2027-02-28;"
        "a, b;x@y.example;Email, web;tickets;tickets;24;7,5;2026;Иванова;Юг",
        "K;;;;;;;;;;;;;;;;D;;;c;;;hours;hours;10;;;;",
        columns=columns,
        header=header,
        source="    attributes: {region: reg}\n",
    )
    load = folder.load()
    assert load.problems == ()
    customer = load.registry.customer("K")
    assert (customer.tier, customer.category, customer.curator, customer.attributes) == (
        "gold",
        "partner",
        "Иванова",
        {"region": "Юг"},
    )
    (licence,) = customer.licences
    assert (licence.version, licence.seats, licence.seats_used, licence.blocked, licence.unreadable) == (
        "3.0",
        5,
        4,
        False,
        False,
    )
    assert (licence.valid_from, licence.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    (certificate,) = customer.certificates
    assert (certificate.number, certificate.kind, certificate.product, certificate.valid_from) == (
        "S",
        "full",
        "P",
        date(2026, 2, 1),
    )
    (contract,) = customer.contracts
    assert (contract.services, contract.contacts, contract.channels) == (
        ("a", "b", "c"),
        ("x@y.example",),
        ("email", "web"),
    )
    assert [(one.id, one.unit, one.included, one.used, one.period) for one in contract.counters] == [
        ("tickets", "tickets", 24.0, 7.5, "2026"),
        ("hours", "hours", 10.0, None, ""),
    ]
    assert (contract.valid_from, contract.valid_until) == (date(2026, 3, 1), date(2027, 2, 28))


def test_damage_in_a_licence_is_kept_with_it(folder):
    columns = (
        "\n      customer: c\n      product: p\n      licence_until: u\n      licence_blocked: b\n      seats: s\n"
    )
    folder.customers("K-1;P;soon;;", "K-2;P;;perhaps;", "K-3;P;;;many", columns=columns, header="c;p;u;b;s")
    load = folder.load()
    assert [one.licences[0].unreadable for one in load.registry.customers()] == [True, True, False]
    assert [problem.code for problem in load.problems] == ["bad_value"] * 3


def test_what_a_spreadsheet_could_not_find_is_never_taken_for_nothing(folder):
    folder.customers(
        "K-1;Рассвет;#N/A;#Н/Д;;#REF!;#ИМЯ?", "#N/A;;;;;;", "K-3;#N/A;REG-3;c@three.example;;Бухгалтерия;31.12.2027"
    )
    load = folder.load()
    assert [(problem.line, problem.column, problem.code) for problem in load.problems] == [
        *((2, column, "bad_value") for column in (3, 4, 6, 7)),
        (3, 1, "bad_value"),
        (3, 1, "no_customer"),
        (4, 2, "bad_value"),
    ]
    customer = load.registry.customer("K-1")
    assert [(one.product, one.number, one.unreadable) for one in customer.licences] == [("", "", True)]
    assert [one.valid_until for one in customer.certificates] == [None]
    assert customer.emails == ()
    for key in ("#N/A", "#Н/Д"):
        assert load.registry.lookup(folder.ticket(registration_number=key, email=key)).customer is None
    assert load.registry.lookup(folder.ticket(email="c@three.example")).customer.name == ""


def test_a_contract_whose_number_is_lost_is_a_contract_all_the_same(folder):
    columns = "\n      customer: c\n      contract: d\n      contract_until: u\n      services: s\n"
    folder.customers("K-1;#N/A;2027-12-31;a,b", columns=columns, header="c;d;u;s")
    (contract,) = folder.load().registry.customer("K-1").contracts
    assert (contract.number, contract.valid_until, contract.services) == ("", date(2027, 12, 31), ("a", "b"))


def test_a_certificate_whose_product_is_lost_neither_covers_everything_nor_is_over(folder):
    columns = "\n      customer: c\n      certificate: s\n      certificate_product: p\n      certificate_until: u\n"
    folder.customers("K-1;S-1;#N/A;2027-12-31", columns=columns, header="c;s;p;u")
    (certificate,) = folder.load().registry.customer("K-1").certificates
    assert (certificate.number, certificate.product, certificate.valid_until) == ("S-1", "", None)


def test_an_error_of_the_spreadsheet_may_be_given_a_meaning(folder):
    folder.customers("K-1;A;;;;P;#N/A", source="    values: {certificate_until: {'#N/A': 2099-12-31}}\n")
    load = folder.load()
    assert load.problems == ()
    assert load.registry.customer("K-1").certificates[0].valid_until == date(2099, 12, 31)


def test_a_counter_without_units_is_named(folder):
    columns = "\n      customer: c\n      contract: d\n      counter: n\n      counter_included: i\n"
    folder.customers("K-1;D;tickets;", columns=columns, header="c;d;n;i")
    load = folder.load()
    assert load.problems[0].code == "no_units"
    assert load.registry.customer("K-1").contracts[0].counters == ()


COUNTED = """
      customer: c
      contract: d
      certificate: s
      counter: n
      counter_unit: m
      counter_included: i
      counter_used: u
      counter_as_of: a
      counter_period: p
"""
COUNTED_HEADER = "c;d;s;n;m;i;u;a;p"


def test_a_counter_belongs_to_the_contract_of_its_row_and_without_one_to_its_certificate(folder):
    folder.customers(
        "K-1;D-1;S-1;calls;tickets;10;;;month",
        "K-1;;S-1;hours;hours;5;2;2026-11-15;quarter",
        "K-1;;S-1;visits;visits;1;;;",
        "K-1;;S-2;;;;;;",
        columns=COUNTED,
        header=COUNTED_HEADER,
    )
    load = folder.load()
    customer = load.registry.customer("K-1")
    assert load.problems == ()
    assert [(one.id, one.period) for one in customer.contracts[0].counters] == [("calls", "month")]
    held = [(one.number, [(two.id, two.used, two.as_of) for two in one.counters]) for one in customer.certificates]
    assert held == [("S-1", [("hours", 2.0, date(2026, 11, 15)), ("visits", None, None)]), ("S-2", [])]


CONTACTS = """
      customer: c
      contract: d
      certificate: s
      certificate_product: p
      certificate_until: u
      contacts: w
      counter: n
      counter_included: i
"""
CONTACTS_HEADER = "c;d;s;p;u;w;n;i"


def test_contacts_stand_on_the_contract_of_their_row_and_without_one_on_its_certificate(folder):
    folder.customers(
        "K-1;D-1;S-1;A;2027-12-31;a@x.example;;",
        "K-1;;S-1;A;2027-12-31;b@x.example, c@x.example;;",
        "K-1;;S-1;A;2027-12-31;b@x.example|d@x.example;;",
        columns=CONTACTS,
        header=CONTACTS_HEADER,
    )
    load = folder.load()
    customer = load.registry.customer("K-1")
    assert load.problems == ()
    assert customer.contracts[0].contacts == ("a@x.example",)
    assert [one.contacts for one in customer.certificates] == [("b@x.example", "c@x.example", "d@x.example")]


def test_a_row_with_the_number_of_a_certificate_alone_adds_to_that_certificate(folder):
    folder.customers(
        "K-1;;S-1;;;b@x.example;calls;10",
        "K-1;;S-1;A;2027-12-31;;;",
        "K-1;;S-1;;;;hours;5",
        "K-1;;S-9;;;z@x.example;;",
        columns=CONTACTS,
        header=CONTACTS_HEADER,
    )
    first, other = folder.load().registry.customer("K-1").certificates
    assert (first.product, first.contacts, [one.id for one in first.counters]) == (
        "A",
        ("b@x.example",),
        ["calls", "hours"],
    )
    assert (other.number, other.valid_until, other.contacts) == ("S-9", None, ("z@x.example",))


def test_what_stands_on_no_paper_is_told(folder):
    folder.customers(
        "K-1;;;;;;calls;10",
        "K-2;;;;;b@x.example;;",
        "K-3;;;;2027-12-31;c@x.example;;",
        "K-4;#N/A;;;;d@x.example;;",
        columns=CONTACTS,
        header=CONTACTS_HEADER,
    )
    load = folder.load()
    told = [(one.line, one.path, one.code) for one in load.problems if one.code != "bad_value"]
    assert told == [(2, "n", "no_paper"), (3, "w", "no_paper")]
    assert load.registry.customer("K-3").certificates[0].contacts == ("c@x.example",)


def test_a_count_whose_day_cannot_be_read_is_no_count(folder):
    folder.customers("K-1;D-1;;calls;tickets;10;4;lately;", columns=COUNTED, header=COUNTED_HEADER)
    load = folder.load()
    (counter,) = load.registry.customer("K-1").contracts[0].counters
    assert (counter.used, counter.as_of) == (None, None)
    assert [problem.code for problem in load.problems] == ["bad_value"]


def test_a_flood_of_problems_is_counted_and_not_all_listed(folder):
    folder.customers(*[f"K-{number};A{number};R{number};;;;вчера" for number in range(1500)])
    problems = folder.load().problems
    assert len(problems) == 1001
    assert "and 500 more problems" in problems[-1].message


def test_separators_inside_a_cell_cannot_shift_its_neighbours(folder):
    folder.customers("K-1;Рас\x1fсвет;REG-1;;;;31.12.2027")
    customer = folder.load().registry.customer("K-1")
    assert (customer.name, customer.certificates[0].valid_until) == ("Рас свет", date(2027, 12, 31))


def test_no_csv_at_all_is_said_so(folder):
    folder.customers(ROW)
    folder.write("customers.csv", "")
    assert "has no column" in folder.problems()[0]
    folder.customers(ROW)
    folder.write("customers.csv", folder.path.joinpath("customers.csv").read_text() + 'K-2;"' + "x" * 1_000_100)
    assert "a cell has more than 1,000,000 characters; the row is not used" in folder.problems()[0]
