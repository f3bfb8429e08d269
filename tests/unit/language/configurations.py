"""Small configurations for the tests of the language."""

from textwrap import dedent

CALENDAR = b"""\
id: week
zone: Europe/Moscow
week:
  mon-fri: 09:00-18:00
"""

HEAD = """\
policy: sample
title: {ru: Пример, en: Sample}
defaults: {calendar: week}
"""

LEVELS = """\
levels:
  silver:
    title: Silver
    targets: {first_response: 8h}
"""


def files(text: str, **others: str) -> dict[str, bytes]:
    """Return the files of a configuration whose policy is `text`; further ones by name, `__` standing for `/`."""
    found = {"calendars/week.yaml": CALENDAR, "policies/p.yaml": dedent(text).encode()}
    found.update({name.replace("__", "/") + ".yaml": dedent(content).encode() for name, content in others.items()})
    return found


def with_rules(rules: str, *, levels: str = LEVELS, head: str = HEAD, more: str = "") -> dict[str, bytes]:
    """Return the files of a policy with these rules."""
    return files(head + levels + "rules:\n" + dedent(rules) + dedent(more))
