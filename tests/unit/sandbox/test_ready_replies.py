"""What the ready replies say: in both languages, kindly, and with nothing in them that could go wrong on the way."""

import hashlib
import json
import re
from typing import Any

import pytest

from bridge.connectors.sandbox.ready_replies import ready_replies
from bridge.connectors.shipped import shipped
from bridge.policies.outcome.fields import OUTPUT_FIELDS

FILE: list[dict[str, Any]] = json.loads((shipped("plugin/sla-bridge") / "replies.json").read_text(encoding="utf-8"))[
    "replies"
]
each = pytest.mark.parametrize("reply", FILE, ids=[one["key"] for one in FILE])
LANGUAGES = ("ru", "en")
EXPECTED = {"facts", "regret", "colleague", "error_thanks", "head_called", "reminder", "outside_contract", "close"}
VARIABLE = re.compile(r"%\{([^}]*)\}")
DISCOURAGED = {
    # Curt, evasive, blaming: none of these is said to a customer.
    "ru": (
        "тикет", "невозможно", "ничем не можем помочь", "не наша", "не к нам", "обратитесь", "ожидайте", "ждите",
        "как только сможем", "по мере возможности", "как уже было сказано", "как мы уже писали", "вы не указали", "вы не ответили",
        "вы неправильно", "вы должны", "вы обязаны", "сами виноваты", "ваша ошибка", "читайте", "срочно пришлите", "закроем без",
        "в ближайшее время", "постараемся", "не положено", "отказ", "но ",
    ),
    "en": (
        "impossible", "cannot help", "not our", "not possible", "wait until", "as soon as we can", "as already", "as we wrote",
        "you did not", "you have not", "you failed", "you should have", "you must", "your fault", "your mistake", "read the manual",
        "asap", "shortly", "we will try", "refuse", "calm down", "however", "unfortunately", "but ",
    ),
}  # fmt: skip
VERSIONS = {
    "facts": (1, "276a42dc5134"),
    "regret": (1, "202e128d61cf"),
    "colleague": (1, "c35d17d9a4e7"),
    "error_thanks": (1, "c36b39d6705f"),
    "head_called": (1, "83ce7a8538f3"),
    "reminder": (1, "8ec0f3cfc9b0"),
    "outside_contract": (1, "9a236c57bff7"),
    "close": (1, "2e5282a3eae6"),
}
"""key: version, and the digest of its titles and texts. Whoever changes a text raises its version, and writes both here."""


def written(reply: dict[str, Any]) -> str:
    texts = [reply[part][language] for part in ("title", "text") for language in LANGUAGES]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def test_each_occasion_has_its_reply_once() -> None:
    assert [one["key"] for one in FILE] == list(dict.fromkeys(one["key"] for one in FILE))
    assert {one["key"] for one in FILE} == EXPECTED
    assert [reply.name for reply in ready_replies()] == [f"{one['key']}:{to}" for one in FILE for to in LANGUAGES]


@each
def test_changed_text_has_a_new_version(reply: dict[str, Any]) -> None:
    assert (reply["version"], written(reply)) == VERSIONS[reply["key"]]


@each
def test_title_and_text_stand_in_both_languages(reply: dict[str, Any]) -> None:
    assert set(reply["title"]) == set(reply["text"]) == set(LANGUAGES)
    for part in ("title", "text"):
        assert re.search(r"[а-яё]{3}", reply[part]["ru"], re.IGNORECASE)
        assert not re.search(r"[а-яё]", reply[part]["en"], re.IGNORECASE)
    latin = VARIABLE.sub("", re.sub(r"<[^>]+>", "", reply["text"]["ru"]))
    assert not re.search(r"[a-z]", latin, re.IGNORECASE)
    assert reply["title"]["ru"].endswith(" (рус.)")
    assert reply["title"]["en"].endswith(" (Eng.)")


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_is_curt_evasive_or_blaming(reply: dict[str, Any], language: str) -> None:
    told = re.sub(r"<[^>]+>", " ", f"{reply['title'][language]} {reply['text'][language]}").lower()
    words = " ".join(told.split())
    assert [one for one in DISCOURAGED[language] if re.search(rf"(?<!\w){re.escape(one)}", words)] == []
    assert "!!" not in words
    assert not re.search(r"\b[A-ZА-ЯЁ]{4,}\b", reply["text"][language]), "no shouting"


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_reply_greets_is_whole_and_names_the_ticket(reply: dict[str, Any], language: str) -> None:
    text = reply["text"][language]
    assert text.startswith({"ru": "<p>Здравствуйте!</p>", "en": "<p>Hello,</p>"}[language])
    assert "%{ticket.number}" in text
    assert not re.search(r"[\[\]_<>]{2,}|\.\.\.|…|XXX", re.sub(r"<[^>]+>", " ", text)), "nothing is left to fill in"
    if language == "ru":
        assert not re.search("№(?!\u00a0)", text)


@each
def test_only_variables_that_osticket_expands_and_no_customer_writes(reply: dict[str, Any]) -> None:
    dates = {f"ticket.{field.name}" for field in OUTPUT_FIELDS if field.type == "datetime"}
    named = [set(VARIABLE.findall(reply["text"][language])) for language in LANGUAGES]
    # A name, a subject and the like come from outside, and osTicket puts them into the editor as HTML.
    assert named[0] == named[1] <= {"ticket.number", *dates}
    assert not VARIABLE.search("".join(reply["title"].values()))
    assert "%" not in VARIABLE.sub("", "".join(reply["text"].values()))


@each
def test_deadline_is_named_only_while_one_stands_ahead(reply: dict[str, Any]) -> None:
    assert set(reply["states"]) <= {"running", "at_risk", "overdue", "paused"}
    assert reply["states"]
    if "sla_" in reply["text"]["ru"]:
        assert set(reply["states"]) <= {"running", "at_risk"}


@each
def test_markup_is_what_osticket_and_its_editor_leave_alone(reply: dict[str, Any]) -> None:
    for text in reply["text"].values():
        assert set(re.findall(r"<(/?\w+)([^>]*)>", text)) <= {
            (tag, "") for one in ("p", "ul", "li") for tag in (one, f"/{one}")
        }
        assert "&" not in text
        assert re.sub(r"(<p>[^<]+</p>|<ul>(<li>[^<]+</li>)+</ul>)+", "", text) == ""


def test_regret_names_a_time_and_a_next_step() -> None:
    regret = next(one for one in FILE if one["key"] == "regret")["text"]
    assert "Не позднее следующего рабочего дня" in regret["ru"]
    assert "end of the next working day" in regret["en"]
    assert "извинения" in regret["ru"]
    assert "apologise" in regret["en"]
