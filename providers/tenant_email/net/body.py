"""How a request's JSON body is written: one function for what is sent and for what a size limit is held against."""

from __future__ import annotations

import json


def encode_body(document: object) -> bytes:
    """Returns the body of a request: compact JSON in UTF-8 (RFC 8259 section 8.1), non-ASCII characters as they are.

    Escaped, a letter would count several times against a platform's size limit. Only half a surrogate pair, which UTF-8
    cannot hold, stays escaped. Raises ValueError for Infinity and NaN, which JSON has no word for.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
