"""The guide to the screens is what the plugin draws, says every word of the panel, and needs nothing but itself."""

import json
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser

import pytest

from docs import generate, screens_guide
from docs.screens_guide import FOLDER, NAMES

WORDS = json.loads((screens_guide.ASSETS / "words.json").read_text(encoding="utf-8"))
drawn = pytest.mark.skipif(bool(screens_guide.missing()), reason="php or node is not installed")
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """A committed page: its elements with their attributes, and its visible text."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.source = (FOLDER / f"screens.{language}.html").read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"{tag} closes another element"

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self._open):
            self.texts.append((self._open[-1] if self._open else "", data))

    @property
    def text(self) -> str:
        return "".join(data for _, data in self.texts)

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]

    def sections(self) -> list[tuple[str, str]]:
        return [(tag, one["id"]) for tag, one in self.elements if tag in {"h2", "h3"} and "id" in one]


@cache
def page(language: str) -> Page:
    return Page(language)


each = pytest.mark.parametrize("language", sorted(NAMES))


@drawn
@each
def test_a_page_is_what_the_plugin_draws_today(language: str) -> None:
    assert page(language).source == screens_guide.page(language), (
        "run `make docs`: the guide to the screens is out of date"
    )


def test_without_php_the_pages_stay_and_that_is_said(monkeypatch, capsys) -> None:
    monkeypatch.setattr(screens_guide.shutil, "which", lambda name: None if name == "php" else f"/bin/{name}")
    assert not [path for path in generate.files() if path.parent == FOLDER]
    assert "left as it is, for it takes php to draw it" in capsys.readouterr().err


@drawn
def test_a_drawing_that_fails_is_told(monkeypatch) -> None:
    monkeypatch.setattr(screens_guide, "_KINDS", screens_guide._KINDS | {"line": "hologram"})
    with pytest.raises(RuntimeError, match=r"draw\.php: PHP Fatal error"):
        screens_guide.page("en")


@drawn
def test_with_php_and_node_make_docs_writes_them() -> None:
    assert {path.name for path in generate.files() if path.parent == FOLDER} == {"screens.ru.html", "screens.en.html"}


@each
def test_every_state_of_the_panel_is_drawn_and_named(language: str) -> None:
    one = page(language)
    for state, word in WORDS[language]["states"].items():
        assert state in one.values("data-state"), state
        assert ("span", word) in one.texts, state
        assert ("h3", word) in one.texts, f"what to do about {state}"


@each
def test_lines_that_count_down_say_how_much(language: str) -> None:
    left = re.compile(
        r'data-state="(running|at_risk|overdue|outside)"><svg(?:(?!sla-due).)*<span class="sla-amount">([^<]+)<'
    )
    told = left.findall(page(language).source)
    assert {state for state, _ in told} == {"running", "at_risk", "overdue", "outside"}
    assert all(re.search(r"\d", amount) for _, amount in told if "16:35" not in amount)


@each
def test_what_a_queue_shows_stands_there_for_every_stored_state(language: str) -> None:
    marks = {one["data-state"] for _, one in page(language).elements if "sla-mark" in one.get("class", "").split()}
    assert marks == set(WORDS[language]["states"]) - {"outside"}


@each
@pytest.mark.parametrize("group", ["verdicts", "none", "causes", "legend", "checks"])
def test_every_word_that_a_reader_may_meet_is_explained(language: str, group: str) -> None:
    told = page(language).text
    words = dict(WORDS[language][group])
    for name in {
        "none": ["merged_link"],
        "legend": ["zone"],
        "checks": ["none", "no_remarks", "as_of", "yes", "no"],
    }.get(group, []):
        del words[name]
    for name, word in words.items():
        if isinstance(word, str):
            assert re.sub(r"\{\w+\}", "…", word) in told, name


def test_both_pages_have_the_same_sections_and_drawings() -> None:
    ru, en = page("ru"), page("en")
    assert len(ru.sections()) > 30
    assert ru.sections() == en.sections()
    assert ru.values("data-state") == en.values("data-state")
    assert [tag for tag, _ in ru.elements if tag == "figure"] == [tag for tag, _ in en.elements if tag == "figure"]


@each
def test_a_page_names_nothing_outside_of_itself_and_its_sister(language: str) -> None:
    one = page(language)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "button", "input"} & {
        tag for tag, _ in one.elements
    }
    assert not one.values("src")
    ids = Counter(one.values("id"))
    assert max(ids.values()) == 1
    for target in one.values("href"):
        assert (FOLDER / target).is_file() if not target.startswith("#") else target[1:] in ids, target
    assert set(re.findall(r"url\(['\"]?(.)", one.source)) == {"#"}
    assert "@import" not in one.source
    assert "http" not in one.source.replace("http-equiv", "")


@each
def test_a_page_says_its_language_and_leads_to_the_other(language: str) -> None:
    one = page(language)
    assert dict(one.elements)["html"] == {"lang": language}
    (other,) = set(NAMES) - {language}
    assert ("a", {"href": f"screens.{other}.html", "hreflang": other, "lang": other}) in one.elements


@each
def test_every_section_stands_in_the_contents_and_every_drawing_has_a_caption(language: str) -> None:
    one = page(language)
    for tag, anchor in one.sections():
        assert tag == "h3" or anchor == "contents" or f"#{anchor}" in one.values("href")
    captions = [text for tag, text in one.texts if tag == "figcaption"]
    assert len(captions) == sum(tag == "figure" for tag, _ in one.elements)
    assert all(text.strip() for text in captions)


@each
def test_no_place_is_left_unfilled(language: str) -> None:
    assert "{" not in page(language).text
    assert "<!--" not in page(language).source.replace("<!-- Generated", "")


def test_each_page_speaks_its_own_language() -> None:
    assert "тикет" not in page("ru").text.lower()
    english = page("en").text.replace(NAMES["ru"], "")
    assert not re.findall(r"[а-яё]+", english, re.IGNORECASE)
