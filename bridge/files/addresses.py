"""E-mail addresses as policies, bridge.yaml and registries write them: one address alone, and nothing beside it."""

_BESIDE = frozenset(' ,;:<>"()[]\\')
"""What stands between addresses, or around them, and in none."""

_LONGEST = 254


def is_address(text: str) -> bool:
    """Return whether the text is one e-mail address of ASCII characters, without a name beside it."""
    name, at, host = text.rpartition("@")
    return (
        bool(name and at and host.strip("."))
        and "@" not in name
        and "." in host.strip(".")
        and len(text) <= _LONGEST
        and text.isascii()
        and text.isprintable()
        and _BESIDE.isdisjoint(text)
    )
