"""The texts by which tickets find a customer: how they are compared, and which of them can match nobody."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.connectors.registry.damage import shown, without_hidden
from bridge.policies.checks.catalogue import folded

SEPARATORS = re.compile(r"[;,|\n]+")
_LONGEST = 2_000
_PLAIN = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_PLAIN_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_ADDRESS = re.compile(r"[^\s@<>()\[\]:;,\"]+@[^\s@<>()\[\]:;,\"/?=&]+")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*)(?:\.[\w-]+)+")
_ANGLED = re.compile(r"<\s*([^<>]*?)\s*>")
_QUOTED = re.compile(r'"[^"]*"|\([^()]*\)')
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#\s]+).*|([^/@\s]+\.[^/@\s]+)/\S*")
_AROUND = "<>()[]\"'`«»„“”.,:;"


@dataclass(frozen=True, slots=True)
class Found:
    """What a cell says: `keys` are good ones as they were written, `bad` is why the others can match nobody."""

    keys: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


_NOTHING = Found()


def number_key(text: str) -> str:
    """Return a registration number as numbers are compared: without case, blanks and signs that nobody sees."""
    if not text.isascii():
        text = without_hidden(text)
    return "".join(text.split()).casefold()


def name_key(text: str) -> str:
    """Return an organisation's name as names are compared."""
    return folded(text)


def email_key(text: str) -> str:
    """Return an e-mail address as addresses are compared; its domain in letters, not in punycode."""
    local, at, domain = text.strip().casefold().rpartition("@")
    return local + at + domain_key(domain)


def domain_key(text: str) -> str:
    """Return a mail domain as domains are compared: `@Example.ru` is `example.ru`."""
    domain = text.strip().casefold().lstrip("@").rstrip(".")
    if "xn--" in domain:
        try:
            return domain.encode("ascii").decode("idna").casefold()
        except UnicodeError:
            return domain
    return domain


def plain_address(text: str) -> str:
    """Return the key of an ordinary address, as nearly all are; empty for any other text."""
    address = text.casefold()
    return address if _PLAIN.fullmatch(address) and "xn--" not in address else ""


def plain_domain(text: str) -> str:
    """Return the key of an ordinary domain, as nearly all are; empty for any other text."""
    domain = text.casefold()
    ordinary = _PLAIN_DOMAIN.fullmatch(domain) and "xn--" not in domain and not domain.startswith("www.")
    return domain if ordinary else ""


def addresses(text: str) -> Found:
    """Return the e-mail addresses of a cell: one or several, with names in front or as links, as people paste them."""
    if not text:
        return _NOTHING
    if plain_address(text):
        return Found((text,))
    if len(text) > _LONGEST:
        return _many(text, addresses)
    if "@" not in text:
        return Found() if not text.strip(_AROUND + " ") else Found(bad=(f"{shown(text)} is no e-mail address",))
    keys: dict[str, None] = {}
    bad: list[str] = []
    for word in _pasted(text):
        bare = re.sub(r"^mailto:", "", word.strip(_AROUND), flags=re.IGNORECASE).partition("?")[0].strip(_AROUND)
        why = _no_address(bare)
        if why:
            bad.append(why)
        elif bare:
            keys[bare] = None
    return Found(tuple(keys), tuple(bad))


def _pasted(text: str) -> Sequence[str]:
    """Return the words of a cell that may be addresses."""
    # In «Ivan, Ltd <ivan@a.example>» everything outside the brackets is a name.
    angled = [one for one in _ANGLED.findall(text) if "@" in one]
    rest = _ANGLED.sub(" ", text) if angled else text
    rest = _QUOTED.sub(" ", rest) if angled or "@" in _QUOTED.sub(" ", rest) else rest
    return [*angled, *(word for word in re.split(r"[;,|\s]+", rest) if "@" in word or not angled)]


def contacts(text: str) -> tuple[str, ...]:
    """Return the contacts of a cell: addresses, and what is none as it stands there, for nobody may get lost."""
    found = addresses(text)
    if not found.bad:
        return found.keys
    parts = (part.strip() for part in SEPARATORS.split(text) if part.strip())
    return tuple(dict.fromkeys(one for part in parts for one in addresses(part).keys or (part,)))


def _no_address(text: str) -> str:
    if not text:
        return ""
    if not _ADDRESS.fullmatch(text):
        return f"{shown(text)} is no e-mail address"
    local, _, domain = text.partition("@")
    if not _DOMAIN.fullmatch(domain.rstrip(".")) or local.startswith("."):
        return f"{shown(text)} is no e-mail address"
    return _mixed(text)


def domains(text: str) -> Found:
    """Return the mail domains of a cell; of a web address its host."""
    if plain_domain(text):
        return Found((text,))
    if len(text) > _LONGEST:
        return _many(text, domains)
    keys: dict[str, None] = {}
    bad: list[str] = []
    for word in re.split(r"[;,|\s]+", text.strip()):
        bare = word.strip(_AROUND.replace("@", "")).casefold()
        url = _URL.fullmatch(bare)
        host = (url[1] or url[2]).rpartition("@")[2].partition(":")[0] if url else bare.lstrip("@").rstrip(".")
        host = host.removeprefix("www.")
        why = _no_domain(host)
        if why:
            bad.append(why)
        elif host:
            keys[host] = None
    return Found(tuple(keys), tuple(bad))


def _no_domain(host: str) -> str:
    if not host:
        return ""
    if host.startswith("*."):
        return f"{shown(host)} stands for many domains; write each of them"
    if "@" in host:
        return f"{shown(host)} is an address, not a domain"
    if not _DOMAIN.fullmatch(host) or host.rpartition(".")[2].isdigit():
        return f"{shown(host)} is no mail domain"
    return _mixed(host)


def strange_number(text: str) -> str:
    """Return why a registration number may match nobody; empty where nothing speaks against it."""
    return "" if text.isascii() else _mixed(text)


def _mixed(text: str) -> str:
    """Return which letter is of another alphabet than its neighbours; to the eye they are the same."""
    if text.isascii():
        return ""
    for word in re.split(r"[^\w]+", text):
        alphabets = {unicodedata.name(sign, "?").split()[0]: sign for sign in word if sign.isalpha()}
        if len(alphabets.keys() & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            other = alphabets.get("CYRILLIC") or alphabets["GREEK"]
            return f"{shown(text)} mixes alphabets: {other!r} is no Latin letter, though it may look like one"
    return ""


def _many(text: str, read: Callable[[str], Found]) -> Found:
    """Return what a long cell says, read part by part."""
    found = [read(part[:_LONGEST]) for part in re.split(r"[;,|\s]+", text) if part]
    keys = dict.fromkeys(key for one in found for key in one.keys)
    return Found(tuple(keys), tuple(why for one in found for why in one.bad)[:10])
