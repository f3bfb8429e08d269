"""The pages for managers and agents: the screens explained, with drawings that the plugin's own classes and script make.

What is explained stands in docs/guide/screens.LANGUAGE.md; what is drawn comes from docs/guide/draw.php, and the words of the
countdown from the panel's script in node.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "guide"
ASSETS = ROOT / "plugin" / "sla-bridge" / "assets"
ANSWERS = ROOT / "tests" / "panel" / "answers.mjs"
NAMES = {"ru": "Русский", "en": "English"}
"""Languages, each by its own name."""

_CONTENTS = {"ru": "Содержание", "en": "Contents"}
_KINDS = {"line": "panel", "panel": "panel", "part": "panel", "portal": "portal", "note": "note", "report": "report"}
_PLACE = re.compile(r"\{\{(?:badge: ([^}]+)|([a-z_.]+))\}\}")
_HEADING = re.compile(r"<h([23])>(.*?) \{#([a-z-]+)\}</h\1>")
_BADGE_STYLE = re.compile(r"<style>(.*?)</style>")
_DATA = re.compile(r'<script type="application/json" class="sla-data">(.*?)</script>', re.DOTALL)
_SPRITE = re.compile(r'<svg class="sla-sprite".*?</svg>', re.DOTALL)
_OPENED = frozenset({"earlier", "receipt"})
_BODY = '<div class="sla-body"'
_FOOT = '<div class="sla-foot">'
# What acts needs the helpdesk around it, and thirty regions of one page would lead nobody anywhere.
_ACTING: Mapping[str, str] = {
    r'<button type="button" class="sla-toggle"[^>]*>.*?(<svg.*?</svg>)</button>': r'<span class="sla-toggle">\1</span>',
    r'<button type="button" class="sla-reply"[^>]*>(.*?)</button>': r'<span class="sla-reply">\1</span>',
    r'<p class="[^"]*sla-replies-told[^>]*></p>': "",
    r'<a class="([^"]*)" href="[^"]*"[^>]*>(.*?)</a>': r'<span class="\1">\2</span>',
    r'<a href="[^"]*">(.*?)</a>': r"<span>\1</span>",
    r'<h2 (id="sla-r-[^"]*")>(.*?)</h2>': r"<h3 \1>\2</h3>",
    r'<p class="sla-status[^>]*></p>': "",
    r'( class="sla-panel") role="region" aria-label="[^"]*"': r"\1",
}


class Drawing(NamedTuple):
    """One thing that the plugin draws: a panel, a block of the portal, a queue's cell, the note above it, part of the report."""

    kind: str
    name: str


def missing() -> list[str]:
    """Return the programs that the pages need and this machine does not have."""
    absent = [name for name in ("php", "node") if shutil.which(name) is None]
    ask = ["php", "-r", "exit((int) !extension_loaded('mbstring'));"]
    if "php" not in absent and subprocess.run(ask, check=False).returncode:
        absent.append("php-mbstring")
    return absent


def pages() -> dict[Path, Callable[[], str]]:
    """Return what renders each page, by its file."""
    return {FOLDER / f"screens.{language}.html": partial(page, language) for language in NAMES}


def page(language: str) -> str:
    """Return the whole page in a language, as HTML that needs nothing else."""
    html = _rendered(language)
    headings = _HEADING.findall(html)
    html = _HEADING.sub(r'<h\1 id="\3">\2</h\1>', html)
    wanted = [Drawing("badge", name) for name, _ in _PLACE.findall(html) if name]
    badges = dict(zip(wanted, _drawn(wanted, language), strict=True))
    style = next(found[1] for one in badges.values() if (found := _BADGE_STYLE.search(one)))
    words = _words(language)

    def filled(place: re.Match[str]) -> str:
        if place[1]:
            return _BADGE_STYLE.sub("", badges[Drawing("badge", place[1])])
        return escape(_word(words, place[2]), quote=False)

    contents = "\n".join(_contents(headings))
    parts = {
        "language": language,
        "title": re.sub(r"<[^>]+>", "", html[html.index("<h1>") : html.index("</h1>")]),
        "others": " · ".join(
            f'<a href="screens.{other}.html" hreflang="{other}" lang="{other}">{name}</a>'
            for other, name in NAMES.items()
            if other != language
        ),
        "style": _styles(style),
        "sprite": _sprite(),
        "contents": f'<nav aria-labelledby="contents">\n<h2 id="contents">{_CONTENTS[language]}</h2>\n{contents}\n</nav>',
        "text": html,
    }
    # The contents stand where the introduction ends.
    parts["text"] = html.replace("<h2", f"{parts.pop('contents')}\n<h2", 1)
    whole = (FOLDER / "page.html").read_text("utf-8")
    for name, value in parts.items():
        whole = whole.replace(f"<!--{name}-->", value)
    return _PLACE.sub(filled, whole)


def _rendered(language: str) -> str:
    """Return the text of a language as HTML, its drawings drawn."""
    source = (FOLDER / f"screens.{language}.md").read_text("utf-8")
    markdown = MarkdownIt("commonmark", {"typographer": True}).enable(["table", "smartquotes"])
    fences = [token for token in markdown.parse(source) if token.type == "fence"]
    asked = [one for token in fences for one in _asked(token.info, token.content)]
    drawn = iter(_drawn([Drawing(_KINDS[how], name) for how, name, _ in asked], language))
    told = iter(_told([(how, name, part, next(drawn)) for how, name, part in asked], language))
    figures = iter([_figure(token.info, [next(told) for _ in _asked(token.info, token.content)]) for token in fences])
    markdown.add_render_rule("fence", lambda *_: next(figures))
    html: str = markdown.render(source)
    # A queue is drawn in a frame of its own, for narrow windows and for its style.
    return re.sub(
        r"<table>(?:(?!</table>).)*\{\{badge: .*?</table>",
        lambda found: f'<div class="queue" role="region" aria-labelledby="queues" tabindex="0">{found[0]}</div>',
        html,
        flags=re.DOTALL,
    )


def _asked(info: str, content: str) -> list[tuple[str, str, str]]:
    """Return how a fence draws, and for each of its lines the name of the ticket and which part of the panel."""
    how = info.split(maxsplit=1)[0]
    lines = (line.partition(" | ") for line in content.splitlines())
    return [(how, name.strip(), part.strip()) for name, _, part in lines]


def _figure(info: str, drawings: Sequence[str]) -> str:
    _, _, caption = info.partition(" ")
    inner = "\n".join(drawings)
    return f"<figure>\n<figcaption>{escape(caption, quote=False)}</figcaption>\n{inner}\n</figure>\n"


def _told(drawings: Sequence[tuple[str, str, str, str]], language: str) -> list[str]:
    """Return each drawing as it stands on the page: the countdown counted, and nothing in it that acts."""
    counting = {index: data for index, one in enumerate(drawings) if (data := _countdown(one[0], one[3]))}
    lines = dict(zip(counting, _answers([_question(data) for data in counting.values()]), strict=True))
    return [
        _still(_part(how, part, _counted(html, lines.get(index)), language))
        for index, (how, _, part, html) in enumerate(drawings)
    ]


def _countdown(how: str, html: str) -> Any:
    """Return what the script would count with; None where there is no clock or its data are out of date."""
    found = _DATA.search(html) if how in {"line", "panel"} else None
    data = json.loads(found[1]) if found else None
    is_stale = data and data["stale_from"] is not None and data["now"] >= data["stale_from"]
    return None if not data or is_stale or data["line"] is None else data


def _question(data: Any) -> list[object]:
    clock = data["clocks"][data["line"]]
    return ["line", clock, data["calendars"].get(clock["calendar"]), data["now"], data["words"], data["zone"]]


def _counted(html: str, told: Any) -> str:
    """Return the panel as the script leaves it; what the script cannot tell stays as the server wrote it."""
    if told is None:
        return html
    badge = (
        r'(<span class="sla-badge" data-state=")[a-z_]+("><svg [^>]*><use href="#sla-icon-)[a-z_]+'
        r'("></use></svg><span class="sla-badge-word">)[^<]*'
    )
    html = _put(html, badge, rf"\g<1>{told['state']}\g<2>{told['state']}\g<3>{told['word']}")
    for name, pattern in (
        ("amount", r'(<span class="sla-amount">)[^<]*'),
        ("words", r'(<span class="sla-words">)[^<]*'),
        ("due", r'(<time class="sla-due"[^>]*>)[^<]*'),
    ):
        if told[name] is not None:
            html = _put(html, pattern, rf"\g<1>{escape(told[name], quote=False)}")
    return html


def _put(html: str, pattern: str, text: str) -> str:
    html, times = re.subn(pattern, text, html, count=1)
    if not times:
        raise LookupError(f"the panel has no {pattern}")
    return html


def _part(how: str, part: str, html: str, language: str) -> str:
    """Return the line alone, the whole panel, or one of its sections in a frame."""
    if how == "line":
        return html[: html.index(_BODY)] + "</div>"
    if how == "part":
        words = _words(language)
        marks = {
            "level": 'class="sla-part sla-three"',
            "foot": _FOOT,
            "receipt": _FOOT,
            **{name: f">{words[name]['title']}</h3>" for name in ("earlier", "checks", "exceptions")},
        }
        mark = marks.get(part, f'data-clock="{part.removeprefix("clock ")}"')
        sections = [*re.findall(r"<section.*?</section>", html[html.index(_BODY) :], re.DOTALL), _foot(html)]
        (found,) = [one for one in sections if mark in one]
        if part in _OPENED:
            found = found.replace("<details", "<details open")
        return f'<div class="sla-panel" lang="{language}">{found}</div>'
    if how == "note":
        return f'<p class="queue-note">{html}</p>'
    return html


def _foot(html: str) -> str:
    """Return the foot of a panel with all that stands in it."""
    begin, depth = html.index(_FOOT), 0
    for tag in re.finditer(r"<(/?)div\b", html[begin:]):
        depth += -1 if tag[1] else 1
        if not depth:
            return html[begin : begin + tag.end()] + ">"
    raise LookupError("the panel's foot does not end")


def _still(html: str) -> str:
    """Return a drawing without its data, its icons (they stand once on the page), and what only acts."""
    html = _SPRITE.sub("", _DATA.sub("", html))
    for pattern, instead in _ACTING.items():
        html = re.sub(pattern, instead, html, flags=re.DOTALL)
    return re.sub(r'(<div class="sla-body" id="[^"]*") hidden', r"\1", html)


def _styles(badge: str) -> str:
    """Return the page's style, the badge's for queues alone (the panel has cells of the same name), the panel's, the report's."""
    own, panel, report = (
        (folder / name).read_text("utf-8")
        for folder, name in ((FOLDER, "page.css"), (ASSETS, "panel.css"), (ASSETS, "report.css"))
    )
    return f"{own}\n.queue {{\n{badge}\n}}\n{panel}\n{report}"


def _contents(headings: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    yield "<ol>"
    for level, title, anchor in headings:
        if level == "2":
            yield f'<li><a href="#{anchor}">{title}</a></li>'
    yield "</ol>"


def _sprite() -> str:
    (panel,) = _drawn([Drawing("panel", "running")], "en")
    found = _SPRITE.search(panel)
    if found is None:
        raise LookupError("the panel has no icons")
    return f'<div class="sla-panel icons" aria-hidden="true">{found[0]}</div>'


@cache
def _words(language: str) -> dict[str, Any]:
    """Return the words of the panel, and under `texts` those of setup."""
    words: dict[str, Any] = json.loads((ASSETS / "words.json").read_text("utf-8"))[language]
    texts = json.loads((ASSETS.parent / "blueprint.json").read_text("utf-8"))["texts"]
    return words | {"texts": {name: titles[language] for name, titles in texts.items()}}


def _word(words: dict[str, Any], path: str) -> str:
    found: Any = words
    for key in path.split("."):
        found = found[key]
    return re.sub(r"\{\w+\}", "…", str(found))


def _drawn(drawings: Sequence[Drawing], language: str) -> list[str]:
    requests = [{**one._asdict(), "language": language} for one in drawings]
    drawn: list[str] = json.loads(_run(["php", str(FOLDER / "draw.php")], json.dumps(requests)))
    return drawn


def _answers(questions: Sequence[Sequence[object]]) -> list[Any]:
    asked = "".join(json.dumps(one) + "\n" for one in questions)
    return [json.loads(line) for line in _run(["node", str(ANSWERS)], asked).splitlines()]


def _run(command: Sequence[str], given: str) -> str:
    done = subprocess.run(command, check=False, input=given, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return done.stdout
