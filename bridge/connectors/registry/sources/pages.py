"""An answer that comes page by page, read to its end as one document."""

import json
import time
from collections.abc import Callable
from typing import Any

from bridge.connectors.registry.last_good import digest
from bridge.connectors.registry.sources.base import Fetched
from bridge.connectors.registry.sources.next_page import JOINED, SET_NEXT, Paging, next_address
from bridge.connectors.registry.sources.records import value_at
from bridge.connectors.registry.sources.table import SourceUnusable

MOST_PAGES = 1_000
MOST_BYTES = 256 * 1024 * 1024
MOST_SECONDS = 300.0


def all_pages(
    paging: Paging, fetch: Callable[[str], Fetched], *, monotonic: Callable[[], float] = time.monotonic
) -> bytes:
    """Return the answer as it came, or where there are several pages one document with the records of all.

    Raises SourceUnusable for pages that lead elsewhere, in a circle or too far, and whatever `fetch` raises.
    """
    page, url, started = fetch(paging.url), paging.url, monotonic()
    first = page.content
    document = data = None if paging.whole else _readable(first)
    found = value_at(data, paging.records)
    if not isinstance(found, list):
        return first  # What is wrong with it is told where the table is made of it.
    records = list(found)
    seen, contents, weight = {url}, {digest(first)}, len(first)
    while (url := next_address(paging, url, page.next_page, data) or "") != "":
        if url in seen:
            raise SourceUnusable("its pages lead in a circle", hint=SET_NEXT)
        _refuse_endless(len(seen), weight, monotonic() - started)
        page = fetch(url)
        seen.add(url)
        data, weight = _readable(page.content), weight + len(page.content)
        found = value_at(data, paging.records)
        if not isinstance(found, list):
            raise SourceUnusable(f"page {len(seen)} holds no list of records", hint=SET_NEXT)
        if found and digest(page.content) in contents:
            raise SourceUnusable(f"page {len(seen)} is the same as one before it", hint=SET_NEXT)
        contents.add(digest(page.content))
        records += found
    return first if len(seen) == 1 else _joined(document, paging.records, records, len(seen))


def _refuse_endless(pages: int, weight: int, seconds: float) -> None:
    if pages >= MOST_PAGES or weight > MOST_BYTES or seconds > MOST_SECONDS:
        raise SourceUnusable(
            f"its pages do not end: {pages:,} of them and {weight:,} bytes were read",
            hint="ask for larger pages in 'url', or for fewer records",
        )


def _readable(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _joined(document: Any, path: str, records: list[Any], pages: int) -> bytes:
    """Return the first page's document with the records of all pages in the place of its own."""
    if not path:
        return json.dumps(records, ensure_ascii=False).encode()
    *outer, last = path.split(".")
    document = {**document, JOINED: pages}
    inner = document
    for key in outer:
        inner[key] = dict(inner[key])
        inner = inner[key]
    inner[last] = records
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
