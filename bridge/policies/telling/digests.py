"""Digests of what is published: equal for what reads the same."""

import hashlib
import json


def digest_of(value: object) -> str:
    """Return the digest of what can be JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
