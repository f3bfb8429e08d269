"""The page of `report` in a browser: held to axe-core, in the light and in the dark, in narrow windows, and asking nobody."""

from pathlib import Path
from typing import Any

import pytest

from bridge.policies.figures.model import Dimension, Spent
from tests.e2e.watched import WIDTHS, Watched
from tests.unit.reports.figures_sample import WEEK, figures, missed, page, row

LONG = "Общество с ограниченной ответственностью «Сельскохозяйственное предприятие имени " + "длинного" * 8 + "»"
PAGES = {
    "report": lambda language: page(figures(), language),
    "report-busy": lambda language: page(
        figures(
            hostile=LONG,
            missed=tuple(missed(number, name=LONG, number=f"{number}0000000000") for number in range(1, 300)),
            arrivals=tuple(tuple(range(900, 924)) for _ in range(7)),
            breaches=tuple(tuple(range(90, 114)) for _ in range(7)),
            rows={
                **figures().rows,
                Dimension.CUSTOMER: tuple(row(f"K-{one}", one, 300 - one, name=LONG) for one in range(300)),
            },
        ),
        language,
    ),
    "report-empty": lambda language: page(
        figures(rows=dict.fromkeys(Dimension, ()), total=(), missed=(), arrivals=WEEK, breaches=WEEK, spent=Spent()),
        language,
    ),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_is_for_everybody_and_in_every_window(
    browser_alone: Any, tmp_path: Path, language: str, name: str
) -> None:
    (tmp_path / "report.html").write_text(PAGES[name](language), encoding="utf-8")
    with Watched(browser_alone, f"file://{tmp_path}", language) as window:
        window.go("/report.html")
        window.shoot(name)
        window.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for scheme in ("light", "dark"):
            window.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                window.page.set_viewport_size({"width": width, "height": 1000})
                assert window.page.evaluate("document.documentElement.scrollWidth") <= width
                assert window.violations("html") == []
        assert window.errors == []
        assert window.requests == [f"GET {tmp_path}/report.html"]


def test_tiles_lead_by_keyboard_to_what_is_behind_them(browser_alone: Any, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(language="en"), encoding="utf-8")
    with Watched(browser_alone, f"file://{tmp_path}") as window:
        window.go("/report.html")
        window.page.keyboard.press("Tab")
        window.page.keyboard.press("Tab")
        window.page.keyboard.press("Enter")
        assert window.page.url.endswith("#coming")
