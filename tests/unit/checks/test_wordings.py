import re
from datetime import date
from pathlib import Path

import pytest

from bridge.files.types import Title
from bridge.policies.checks.check_kind import all_wordings, check_kinds
from bridge.policies.checks.completeness import FACTS
from bridge.policies.checks.deferral import Deferral
from bridge.policies.checks.wording import Sentence, aged, written

CHECKS = Path(__file__).parents[3] / "bridge/policies/checks"
RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
WORDINGS = all_wordings()


def reasons_in_code() -> set[str]:
    """Return every reason code that a check's source mentions where it answers."""
    found: set[str] = {f"deferred_{one.value}" for one in Deferral}
    for path in CHECKS.glob("*.py"):
        code = re.split("^WORDINGS", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[0]
        found |= set(re.findall(r'\b(?:passed|warned|failed|unknown)[(,]\s*"([a-z_]+)"', code))
        found |= {one for pair in re.findall(r'"([a-z_]+)" if [^\n]+ else "([a-z_]+)"', code) for one in pair}
    return found - {"en", "ru"} | {"registry_unavailable", "version_limited", "version_ended", "system_not_recommended"}


def test_every_reason_a_check_can_give_has_its_sentences():
    missing = reasons_in_code() - set(WORDINGS)
    assert missing == set()
    assert len(reasons_in_code()) > 60


@pytest.mark.parametrize("reason", sorted(WORDINGS))
def test_every_reason_speaks_russian_and_english_and_names_the_same_values(reason):
    wording = WORDINGS[reason]
    for title in (wording.message, wording.remedy):
        if title is None:
            continue
        assert RUSSIAN.search(title.ru)
        assert not RUSSIAN.search(title.en)
        assert set(re.findall(r"{(\w+)}", title.ru)) == set(re.findall(r"{(\w+)}", title.en))
    assert not wording.message.ru.endswith(".")
    if wording.remedy is not None:
        assert wording.remedy.ru.endswith(".")
        assert wording.remedy.en.endswith(".")


def test_every_fact_has_a_title_in_both_languages():
    for title in FACTS.values():
        assert RUSSIAN.search(title.ru)
        assert not RUSSIAN.search(title.en)


def test_every_kind_of_check_has_options_whose_every_entry_is_described():
    for kind in check_kinds().values():
        for field in kind.options.model_fields.values():
            assert field.description


def test_values_are_written_as_people_write_them():
    assert written(date(2026, 11, 5), "ru") == "05.11.2026"
    assert written(date(2026, 11, 5), "en") == "2026-11-05"
    assert written(1.5, "ru") == "1,5"
    assert written(("a", date(2026, 1, 2)), "ru") == "a, 02.01.2026"
    assert written(Title(ru="да", en="yes"), "en") == "yes"


def test_a_customers_own_braces_stay_as_they_are():
    title = Title(ru="Версия {version}", en="Version {version}")
    assert Sentence(title).filled({"version": "{product}", "product": "x"}, "en") == "Version {product}"


def test_the_age_of_unknown_data_is_told_as_such():
    assert aged("Да", None, "ru") == "Да (по последним известным данным реестра)"
