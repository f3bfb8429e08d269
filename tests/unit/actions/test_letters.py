"""Letters as text and as HTML, whatever the values are."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.policies.actions.letters import LONGEST_SUBJECT, cleaned, parse_letter, parse_subject
from bridge.policies.actions.plain_letter import WIDTH
from bridge.policies.actions.variables import DESKS_OWN, STATE_KEY, TITLE, VARIABLES, examples

QUICK = settings(derandomize=True, deadline=None, max_examples=150, database=None)

WHOLE = """\
({state})

{greeting} **{requester}**
{missing_facts}

- Ticket {number}: **{subject}** {customer}
  {target}, {due}
- {clock}: {assignee}

[Open {number}]({ticket_link})

{desk}, {left}

---
{subject}
[Rate]({rating_link})
"""

PAYLOADS = [
    '<script>alert("x")</script>',
    "</td></tr></table><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)' x='",
    "javascript:alert(1)",
    "%{recipient.ticket_link} %{ticket.thread}",
    "{number} {{x}} {__class__} {0}",
    "**bold** [words]({ticket_link}) ({state})",
    "- Label: value\n---\n({state})",
    "Subject\r\nBcc: everybody@example.org\r\n\r\n<b>body</b>",
    "a\nb\x0bc\x0cd\x85e\u2028f\u2029g",
    "\ue000ticket_link\ue001 \ue000desk\ue001",
    "\ue000",
    "\ue001",
    "\uf8ff\U000f0000\U0010fffd",
    "\u202etfel ot thgir\u202c \u2066isolate\u2069 \u200f\u061c",
    "\x00\x1b[31mred\x1b[0m\x07",
    "a" * 5000,
    "<" * 3000,
    "&amp;&lt;&#60;&#x3c;",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "\ufeff\u200b\u00ad\U000e0041",
    "\ud800",
    "От: директор\tСрочно",
]
VALUES = st.one_of(
    st.sampled_from(PAYLOADS), st.text(max_size=400), st.lists(st.sampled_from(PAYLOADS), max_size=3).map("".join)
)


class Shape(HTMLParser):
    """The tags of a page with their attributes, links and titles left out."""

    def __init__(self, page):
        super().__init__(convert_charrefs=False)
        self.found = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(attrs)))

    def handle_endtag(self, tag):
        self.found.append((tag, "end"))

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def unknown_decl(self, data):
        self.found.append(("declaration", data))

    def handle_pi(self, data):
        self.found.append(("instruction", data))


def filled(name, value):
    return {**examples("en"), name: value}


def marks(text):
    return re.findall("\ue000(.*?)\ue001", text)


@QUICK
@given(st.sampled_from(sorted(set(VARIABLES) - set(DESKS_OWN))), VALUES)
def test_no_value_makes_a_tag_or_an_attribute(name, value):
    letter = parse_letter(WHOLE.replace("{number}", f"{{{name}}}") if name != "missing_facts" else WHOLE)
    tame = Shape(letter.html(filled(name, "x"), "en"))
    wild = Shape(letter.html(filled(name, value), "en"))
    # An empty value may leave a line out, which takes tags away and adds none.
    if cleaned(value):
        assert [one for one in wild.found if one[0] != "br"] == [one for one in tame.found if one[0] != "br"]
    else:
        assert len(wild.found) <= len(tame.found)


@QUICK
@given(st.sampled_from(sorted(set(VARIABLES) - set(DESKS_OWN))), VALUES)
def test_no_value_stands_for_what_the_helpdesk_fills_in(name, value):
    letter = parse_letter(WHOLE + f"{{{name}}}")
    known = marks(letter.plain(filled(name, "x")))
    for told in (letter.plain(filled(name, value)), letter.html(filled(name, value), "ru")):
        assert set(marks(told)) <= set(known) == set(DESKS_OWN)
        assert told.count("\ue000") == told.count("\ue001") == len(marks(told))


@QUICK
@given(st.sampled_from(sorted(set(VARIABLES) - {*DESKS_OWN, "missing_facts"})), VALUES)
def test_no_value_makes_a_line_of_its_own(name, value):
    letter = parse_letter(f"Before\nA {{{name}}} b\nAfter")
    joined = " ".join(letter.plain(filled(name, value)).split())
    assert joined == " ".join(f"Before A {cleaned(value)} b After".split()) or not cleaned(value)
    assert "\n" not in cleaned(value)


@QUICK
@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), VALUES))
def test_a_subject_is_one_line_without_control_characters_and_never_too_long(given_values):
    subject = parse_subject("{desk} [{number}] {subject} {missing_facts} {requester} {desk}")
    line = subject.subject({**examples("en"), **given_values})
    assert 0 < len(line) <= LONGEST_SUBJECT
    assert line.splitlines() == [line]
    assert not any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp", "Cn"} for one in line)
    assert set(re.sub("\ue000desk\ue001", "", line)).isdisjoint("\ue000\ue001")


@QUICK
@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), VALUES))
def test_plain_text_has_neither_trailing_blanks_nor_endless_lines(given_values):
    text = parse_letter(WHOLE).plain({**examples("ru"), **given_values})
    for line in text.split("\n"):
        assert line == line.rstrip()
        assert len(line) <= WIDTH or " " not in line.strip() or re.search(r"\S{40}|\ue000", line)
        assert len(line.encode(errors="replace")) < 998 * 4
    assert "\r" not in text
    assert "\n\n\n" not in text


def test_what_looks_like_a_variable_of_the_helpdesk_stays_as_it_is():
    letter = parse_letter("%{{ticket.number}} {subject}")
    values = filled("subject", "%{recipient.ticket_link}")
    assert letter.plain(values) == "%{ticket.number} %{recipient.ticket_link}"
    assert "%{recipient.ticket_link}" in letter.html(values, "en")


def test_rows_stand_below_each_other_with_their_values_aligned():
    letter = parse_letter("- No: {number}\n- Answer due: {due}\n  {target}")
    values = {"number": "7", "due": "today", "target": "8 hours"}
    assert letter.plain(values) == "No:         7\nAnswer due: today\n            8 hours"


def test_a_line_whose_variables_are_all_empty_is_left_out():
    letter = parse_letter("Left: {left}.\nGoes on\n\n- A: by {due}\n- B: {number} {subject}")
    values = {"left": "", "due": "", "number": "7", "subject": ""}
    assert letter.plain(values) == "Goes on\n\nB: 7"
    assert "by" not in letter.html({**values, TITLE: "", STATE_KEY: ""}, "en").split("<body")[1].replace("body", "")


def test_a_button_is_words_with_their_link():
    letter = parse_letter("[Open {number}]({ticket_link})")
    assert letter.plain({"number": "7"}) == "Open 7: \ue000ticket_link\ue001"
    page = letter.html(examples("en"), "en")
    assert '<a href="\ue000ticket_link\ue001"' in page


def test_doubled_braces_stand_for_themselves():
    assert parse_letter("{{number}} }}").plain({}) == "{number} }"


def test_a_page_names_its_language_and_itself_and_needs_nothing_from_outside():
    for language in ("ru", "en"):
        page = parse_letter(WHOLE).html(examples(language), language)
        assert f'<html lang="{language}" dir="ltr">' in page
        assert re.search(r"<title>.*834902.*</title>", page)
        assert not re.search(r"<img|<link|<script|<style|url\(|src=", page)


def test_what_people_wrote_stands_apart_from_the_text_around_it():
    page = parse_letter("{subject} {level}").html(examples("en"), "en")
    assert "<bdi>The waybill cannot be posted</bdi> Standard support" in page


def test_each_state_has_its_own_badge():
    seen = set()
    for state in ("running", "at_risk", "overdue", "paused", "met", "missed", "none"):
        page = parse_letter("({state})").html({**examples("en"), STATE_KEY: state}, "en")
        seen.add(re.search(r"<td style=\"(border:[^\"]*)", page)[1])
    assert len(seen) == 7


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{nmber}", "did you mean 'number'?"),
        ("{ticket.number}", "no variable"),
        ("{number", "write '{{'"),
        ("number}", "write '}}'"),
        ("**bold", "write '**' before and behind it"),
        ("- no colon", "- Label: value"),
        ("[words]({number})", "no button"),
        ("[words](https://example.org)", "no button"),
        ("see [words]({ticket_link})", "no button"),
        ("({level})", "no badge"),
        ("a\n---\nb\n---", "stands twice"),
        ("a\ue000desk\ue001", "U+E000"),
        ("a\x07", "U+0007"),
    ],
)
def test_bad_mark_up_is_told_with_what_is_allowed(template, said):
    with pytest.raises(ValueError, match=re.escape(said)) as told:
        parse_letter(template)
    assert " | " in str(told.value)


@pytest.mark.parametrize("template", ["two\nlines", "**bold**", "{nothing}"])
def test_a_subject_is_one_line_without_mark_up(template):
    with pytest.raises(ValueError, match=r" \| "):
        parse_subject(template)


def test_the_helpdesks_own_values_are_never_cut_in_a_subject():
    line = parse_subject("{subject} {desk}").subject(filled("subject", "x" * 196))
    assert line == "x" * 196 + "…"
