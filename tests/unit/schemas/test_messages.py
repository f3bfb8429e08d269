"""What is said of mistakes in registry.yaml and bridge.yaml: the place, what is allowed, the next step, and no secret."""

import pytest

from tests.unit.schemas.editor import refusals
from tests.unit.schemas.mistakes import GOOD, MISTAKES, Mistake

OF_SETTINGS = [one for one in MISTAKES if one.kind in {"registry", "bridge"}]


@pytest.mark.parametrize("mistake", OF_SETTINGS, ids=lambda one: f"{one.kind}-{one.bad[:40].strip()}")
def test_a_mistake_is_told_once_with_its_place_and_a_next_step(mistake: Mistake) -> None:
    found = refusals(mistake.kind, GOOD[mistake.kind].replace(mistake.good, mistake.bad))
    # A key that is missing beside one that nobody knows may be two mistakes, or one.
    told = [one for one in found if one.code != "unknown_key"] or found
    assert len(told) == 1, told
    assert all(one.line and one.column for one in found)
    assert told[0].hint or "expected, found" in told[0].message or "before it begins" in told[0].message


@pytest.mark.parametrize(
    ("kind", "good", "bad", "said"),
    [
        ("bridge", "request_seconds: 30", "request_seconds: 30s", "write 30 alone"),
        ("bridge", "level_change_percent: 30", "level_change_percent: 30%", "write 30 alone"),
        ("bridge", "outputs: {sla_level", "outputs: {sla_lewel", "did you mean 'sla_level'?"),
        ("bridge", "helpdesk: {", "help_desk: {", "did you mean 'helpdesk'?"),
        ("registry", "hours: 09:00-18:00", "hours: с 9 до 18", "write 09:00-18:00"),
        ("registry", "days: [mon, tue]", "days: [mon, вторник]", "did you mean 'tue'?"),
        ("registry", "    file: customers.csv\n", "", "relative to the folder of registry.yaml"),
        ("registry", "match: [email, domain]", "match: [еmail, domain]", "'е' here is a Cyrillic letter"),
        ("registry", "match: [email, domain]", "match: []", "add at least one item"),
    ],
)
def test_the_hint_says_what_to_write(kind: str, good: str, bad: str, said: str) -> None:
    (problem,) = refusals(kind, GOOD[kind].replace(good, bad))
    assert said in problem.hint


@pytest.mark.parametrize(
    "secret", ["hunter2", "[hunter2]", "{value: hunter2}", "{env: A, file: hunter2}", "{key: {word: hunter2}}"]
)
@pytest.mark.parametrize(("kind", "good"), [("registry", "secret: {env: CRM_TOKEN}"), ("bridge", "key: {env: KEY}")])
def test_what_may_be_the_secret_itself_is_never_shown(kind: str, good: str, secret: str) -> None:
    found = refusals(kind, GOOD[kind].replace(good, f"{good.partition(':')[0]}: {secret}"))
    assert found
    assert "hunter2" not in repr(found)
