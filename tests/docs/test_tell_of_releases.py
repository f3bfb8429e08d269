"""The how-to on releases names every word that the commands say, and its example is a catalogue."""

import re
from pathlib import Path

from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.telling.news import NoNews
from bridge.policies.telling.running import Unread, VersionSupport

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "tell-of-releases.md").read_text(encoding="utf-8")
WORDS = {word for row in re.findall(r"^\| `(.*?)\|", PAGE, re.MULTILINE) for word in re.findall(r"\w+", row)}


def test_every_word_on_support_and_every_reason_stands_in_a_table() -> None:
    of_lines_alone = {Unread.NO_PRODUCT, Unread.PRODUCT_UNREADABLE}
    assert {*VersionSupport, *NoNews, *Unread} - of_lines_alone == WORDS


def test_the_example_is_a_catalogue_with_a_release() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (product,) = read_catalogue(example.encode(), file="catalogue.yaml").products.values()
    assert [release.version.text for release in product.releases] == ["3.0.53.1"]
