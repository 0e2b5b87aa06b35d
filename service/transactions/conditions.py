"""Conditions of edits: which state of a feature the asker has seen, from If-Match (RFC 9110). Pure.

The ETag of a feature is the batch that wrote it, a point, and what distinguishes its representations. A condition is
about the feature, so only the batch is compared: it holds whatever language, CRS or compression was read.
"""

import re

_TAG = re.compile(r'(?:W/)?"(\d{1,18})(?:\.[^"]*)?"')
"""Weak ones too: proxies that compress make strong tags weak."""


def tag(batch: int, representation: str) -> str:
    """Return the ETag of a feature's representation, without quotes.

    >>> tag(42, "0f3a")
    '42.0f3a'
    """
    return f"{batch}.{representation}"


def seen(if_match: str | None) -> frozenset[int] | None:
    """Return the batches of which one must have written the feature; None if any will do.

    A tag that is none of ours is of no state that there ever was.

    >>> sorted(seen('"42.0f3a", W/"43.11"') or ())
    [42, 43]
    """
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(match) for match in _TAG.findall(if_match))
