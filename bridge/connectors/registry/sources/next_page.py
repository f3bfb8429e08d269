"""What an answer says of pages: where the next one is, and whether there must be more records than it holds.

Services tell it in many ways: by the header `Link`, by a member with an address, by a cursor or a number that goes into the
next query, or only by a flag or a total. What is told and cannot be followed stops the source: a part of the customers
would make strangers of all the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from bridge.connectors.registry.sources.records import value_at
from bridge.connectors.registry.sources.table import SourceUnusable

WHOLE = "none"
"""What `next` says of an answer that is whole."""

JOINED = "joined-pages"
"""The member of a document of several pages that says of how many."""

SET_NEXT = f"set 'next' to the keys that lead to the next page, or to '{WHOLE}' if the answer is whole"

# Names are read without case and signs: `next_page`, `nextPage` and `next-page` are one.
_AROUND = frozenset(
    {"links", "paging", "pagination", "pager", "pages", "page", "meta", "metadata", "pageinfo", "responsemetadata"}
    | {"additionaldata", "cursors", "cursor"}
)
"""Members that say something of the list, and not of a customer."""

_NEXT = frozenset(
    {"next", "nextpage", "nextpageurl", "nexturl", "nexturi", "nextlink", "nexthref", "odatanextlink", "nextcursor"}
    | {
        "cursornext",
        "nextpagetoken",
        "nexttoken",
        "nextoffset",
        "nextstart",
        "nextrecordsurl",
        "continuation",
        "continuationtoken",
    }
)
_MORE = frozenset({"hasmore", "hasnext", "hasnextpage", "more", "moreitemsincollection", "incomplete", "truncated"})
_LAST = frozenset({"last", "islast", "islastpage", "lastpage", "done", "complete"})
_TOTALS = frozenset(
    {"total", "totalcount", "totalresults", "totalitems", "totalrecords", "totalelements", "totalhits", "totalsize"}
    | {"recordstotal", "count", "odatacount"}
)
_PAGE_COUNTS = frozenset({"totalpages", "pagecount", "lastpage", "pages", "numpages"})
_ADDRESS = ("http://", "https://", "/", "?", "./")
_AS_ADDRESS = ("href", "url", "link", "after")
"""Where in a member of several parts the address or the cursor stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a source is read page by page: its address, the keys that lead to its records, and what its author says of pages.

    `next` are keys that lead to the next page's address or cursor, or WHOLE; left out, the usual places are looked at.
    `parameter` is the parameter of the query that carries a cursor.
    """

    url: str
    records: str
    next: str | None = None
    parameter: str | None = None

    @property
    def whole(self) -> bool:
        """Return whether the author says that an answer is whole."""
        return self.next == WHOLE


def next_address(paging: Paging, url: str, linked: str, data: object) -> str | None:
    """Return the address of the page after the one at `url`, None for the last one. Raises SourceUnusable.

    `linked` is the address from the header `Link`, `data` the page's JSON.
    """
    told = linked if paging.next is None and linked else _told(paging, data)
    if told is None:
        return None
    if isinstance(told, str) and told.startswith(_ADDRESS):
        return _same_origin(url, told)
    if paging.parameter is None:
        raise SourceUnusable(
            f"the answer is one page of several, and says of the next one only {told!r:.60}",
            hint="set 'next_parameter' to the parameter of the query that carries this, or ask for all at once in 'url'",
        )
    parts = urlsplit(url)
    query = [(name, one) for name, one in parse_qsl(parts.query, keep_blank_values=True) if name != paging.parameter]
    return urlunsplit(parts._replace(query=urlencode([*query, (paging.parameter, str(told))])))


def missing_records(paging: Paging, data: object) -> str:
    """Return what in a document lets fear for further records: totals above what it holds. Empty for nothing."""
    found = value_at(data, paging.records)
    count = len(found) if isinstance(found, list) else 0
    read = data.get(JOINED, 1) if isinstance(data, Mapping) else 1
    for name, value in () if paging.whole else _numbers(data, paging.records):
        if name in _TOTALS and value > count:
            return f"the answer speaks of {value:,} records and holds {count:,}"
        if name in _PAGE_COUNTS and value > read:
            return f"the answer speaks of {value:,} pages, and {read:,} was read"
    return ""


def _told(paging: Paging, data: object) -> str | int | None:
    """Return what the page says of the next one; None where it is the last."""
    if paging.next is not None:
        return _usable(value_at(data, paging.next))
    members = list(_members(data, paging.records))
    if _flagged(members, last=True):
        return None
    for name, value in members:
        if name in _NEXT and (usable := _usable(value)) is not None:
            return usable
    if _flagged(members, last=False):
        raise SourceUnusable(
            "the answer says that there are further pages, and not where",
            hint="ask for all at once in 'url', or set 'next' to the keys that lead to the next page",
        )
    return None


def _flagged(members: Sequence[tuple[str, object]], *, last: bool) -> bool:
    """Return whether a flag says that the page is the last one, or that it is not."""
    more = not last
    return any((name in _MORE and value is more) or (name in _LAST and value is last) for name, value in members)


def _usable(value: object) -> str | int | None:
    """Return an address or cursor, None for what says that there is none."""
    if isinstance(value, Mapping):
        return next((_usable(value[name]) for name in _AS_ADDRESS if value.get(name)), None)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return value or None


def _same_origin(url: str, told: str) -> str:
    """Return the next page's address, which must be at the same host. Raises SourceUnusable."""
    here, following = urlsplit(url), urlsplit(urljoin(url, told))
    if following.scheme == "http" and here.scheme == "https" and following.hostname == here.hostname:
        # Services behind a proxy often do not know that they are asked over TLS. The request stays where it was.
        following = following._replace(scheme="https", netloc=here.netloc)
    if (following.scheme, following.netloc.casefold()) != (here.scheme, here.netloc.casefold()):
        raise SourceUnusable(
            f"the next page would be at another address, {following.scheme}://{following.hostname}",
            hint="nothing is asked there, and the secret is not sent there; ask for all at once in 'url'",
        )
    return urlunsplit(following._replace(fragment=""))


def _members(data: object, records: str) -> Iterator[tuple[str, object]]:
    """Yield what stands beside the list and around it, by its names without case and signs."""
    keys = records.split(".")
    for depth in range(len(keys)):
        yield from _around(value_at(data, ".".join(keys[:depth])), 3)


def _numbers(data: object, records: str) -> Iterator[tuple[str, int]]:
    for name, value in _members(data, records):
        if isinstance(value, int) and not isinstance(value, bool):
            yield name, value


def _around(found: object, depth: int) -> Iterator[tuple[str, object]]:
    if not isinstance(found, Mapping):
        return
    for name, value in found.items():
        spelled = _spelled(str(name))
        yield spelled, value
        if spelled in _AROUND and depth:
            yield from _around(value, depth - 1)
        if spelled == "links" and isinstance(value, list):
            yield from (("next", one) for one in value if _leads_on(one))


def _spelled(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _leads_on(link: object) -> bool:
    return isinstance(link, Mapping) and link.get("rel") == "next"
