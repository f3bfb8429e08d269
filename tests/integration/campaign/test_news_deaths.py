"""`registry news --letters` dies behind its effects: the next run tells whom nobody has told yet, and all letters are whole."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.crash_points import KINDS, Case, CrashPoints, Kind
from tests.integration.sync.mortal import Mortals

pytestmark = pytest.mark.timeout(600)

NEWS = ("registry", "news", "--letters", "FOLDER/told")
CUSTOMERS = 3
FILES = {
    "catalogue.yaml": 'products: {farm: {title: Farm, latest: "2.0", releases: {version: "2.0", date: 2020-01-01, tell: everybody}}}\n',
    "registry/registry.yaml": """zone: Europe/Moscow
match: [email, domain]
sources:
  main:
    kind: csv
    file: rows.csv
    columns: {customer: Code, name: Name, email: Mail, domain: Domain, product: Product, version: Version, curator: Curator}
""",
    "registry/rows.csv": "Code;Name;Mail;Domain;Product;Version;Curator\n"
    + "".join(
        f"K-{one};Kolos;user{one}@k{one}.example;k{one}.example;Farm;1.{one};c{one}\n" for one in range(CUSTOMERS)
    ),
}


def released(case: Case) -> None:
    """A version has come out, and each customer has a curator of his own."""
    case.ok("sync")
    case.now += 3600
    for name, text in FILES.items():
        (case.bridge.folder / name).write_text(text, encoding="utf-8")
    (case.bridge.folder / "told").mkdir()
    case.ok("sync")


def told(case: Case) -> Iterator[str]:
    """Each customer stands in a whole letter, and is remembered."""
    folder = case.bridge.folder / "told"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    pages = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))]
    for one in range(CUSTOMERS):
        if sum(f"(K-{one})" in text for text in texts) != 1 or sum(f"(K-{one})" in page for page in pages) != 1:
            yield f"K-{one} stands in no letter, or in several"
    if any(not page.endswith("</html>\n") for page in pages):
        yield "a page is not whole"
    marks = json.loads(case.bridge.state_path.with_name("state.sqlite3.told").read_text())["told"]
    if len(marks) != CUSTOMERS:
        yield f"{len(marks)} are remembered"


@pytest.mark.parametrize("most", [4])
def test_whoever_dies_among_letters_is_followed_by_one_who_forgets_nobody(
    tmp_path: Path, monkeypatch, most: int
) -> None:
    monkeypatch.setitem(KINDS, "news", Kind(before=released, words=NEWS, behind=(NEWS, ("sync",)), holds=told))
    with Mortals("campaign.effects:command") as mortals, Case.begun(tmp_path, mortals) as case:
        outcome = CrashPoints(case, "news").play(most)
    assert outcome.findings == []
    assert outcome.counts["kills"] == most
