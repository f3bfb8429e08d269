"""The page about letters writes letters that are taken, and what it promises of them holds."""

import re
from pathlib import Path

import yaml

from bridge.policies.actions.letters import parse_letter, parse_subject
from bridge.policies.actions.variables import VARIABLES, examples
from docs.letters_page import LETTER

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "write-letters.md").read_text(encoding="utf-8")


def test_the_letter_of_the_page_is_one() -> None:
    (sample,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    reply = yaml.safe_load(sample)["events"][0]["actions"]["reply"]
    for language, greeting in (("ru", "Мария Лебедева, здравствуйте!"), ("en", "Dear Maria Lebedeva,")):
        assert parse_letter(reply["text"][language]).plain(examples(language)).startswith(greeting)
        assert "{" not in parse_subject(reply["subject"][language]).subject(examples(language))


def test_the_page_names_no_variable_that_does_not_exist() -> None:
    named = set(re.findall(r"(?<!%)\{(\w+)\}", PAGE)) - {"ru", "en"}
    assert named <= set(VARIABLES)
    assert {"missing_facts", "closing_at", "greeting"} <= named


def test_what_is_left_out_without_a_name_is_left_out() -> None:
    letter = parse_letter("Dear {requester},\n\nHello\n\n- Curator: {curator}")
    assert letter.plain({"requester": "", "curator": ""}) == "Hello"


def test_the_example_of_the_reference_is_told_by_the_code() -> None:
    told = parse_letter(LETTER).plain(examples("en")).replace("\N{NO-BREAK SPACE}", " ")
    page = (ROOT / "docs" / "reference" / "letters.md").read_text(encoding="utf-8")
    assert told.split("Answer in the ticket")[0] in page
