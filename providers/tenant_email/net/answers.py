"""What a call promises, and whether an answer keeps it: the one place that decides that something succeeded.

Success is the promised status together with the promised shape, about the object that was asked for. Whatever else
comes with a status below 400 (a page, a redirect, an empty, cut, foreign or other body) is `Unusable`, and nothing is
concluded from it. Fields beyond the shape are welcome, because platforms add some.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Json, Props
    from tenant_email.net.transport import HttpReply

DEEPEST: Final = 20  # levels of nesting; what the platforms answer has eight at most, and state takes about thirty
_MOST_FAULTS: Final = 3  # that a message lists
_NOT_MODIFIED: Final = 304
# Followed, a redirect would carry the token, and with it the secret of a body, to another host.
_REDIRECTS: Final = range(300, 400)
_JSON_TYPE: Final = re.compile(r"application/(([\w.-]+\+)?json|x-amz-json-1\.[01])", re.IGNORECASE)


class Unusable(Exception):
    """What came in place of what a call promises; put after `got`."""


class Shape(BaseModel):
    """Base of the documents that platforms answer: exact about the types of the fields it names, open to others."""

    model_config = ConfigDict(
        extra="ignore", strict=True, frozen=True, hide_input_in_errors=True, defer_build=True, populate_by_name=False
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """What one call promises.

    statuses: those of its success, as documented.
    shape: the type of its document, for pydantic; None where it has none.
    same: the fields by which the document, or each document of a list, says what it is about.
    absent: the platform's word for "there is no such object" in a 404, for its dialect; empty where a 404 of this call
        never says that.
    """

    statuses: tuple[int, ...]
    shape: object = None
    same: Mapping[str, object] = field(default_factory=dict[str, object])
    absent: str = ""

    def about(self, **same: object) -> Promise:
        """Returns the promise for one object."""
        return replace(self, same=same)


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; `body` is its JSON, of the shape that was promised, or None where none was."""

    status: int
    body: Json = field(repr=False)  # a token, when it answers a login


def accept(promise: Promise, reply: HttpReply) -> Answer:
    """Returns the answer of a call that succeeded; raises Unusable for anything else than it promises."""
    if reply.status not in promise.statuses:
        raise Unusable(_other_status(reply))
    if promise.shape is None:
        if reply.flaw or reply.content.strip():
            raise Unusable(reply.flaw or ("a web page" if _is_page(reply) else "content where it promises none"))
        return Answer(reply.status, None)
    document = document_of(reply)
    if fault := _misshapen(promise.shape, document) or _about_another(promise.same, document):
        raise Unusable(fault)
    return Answer(reply.status, document)


def document_of(reply: HttpReply) -> Json:
    """Returns the JSON of a reply; raises Unusable for a page, for other text, and for JSON that is not plain.

    Not plain are names that come twice, Infinity and NaN, numbers that no float holds, half a surrogate pair, and more
    levels than DEEPEST: they mean different things to different readers, or harm who handles them.
    """
    if reply.flaw:
        raise Unusable(reply.flaw)
    if _is_page(reply):
        raise Unusable("a web page")
    if not reply.content.strip():
        raise Unusable("an empty answer")
    if reply.content_type and not _JSON_TYPE.fullmatch(reply.content_type):
        raise Unusable("an answer that is not JSON")
    try:
        document: Json = json.loads(
            reply.content.decode(), object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite
        )
    except RecursionError:
        raise Unusable(_too_deep()) from None
    except ValueError:
        raise Unusable("an answer that is not JSON, or only part of it") from None
    _require_plain(document)
    return document


def _other_status(reply: HttpReply) -> str:
    if reply.status == _NOT_MODIFIED:
        return "'not modified', which it did not ask for"
    if reply.status not in _REDIRECTS:
        return "a web page" if _is_page(reply) else "a success status other than the promised one"
    try:
        target = urlsplit(reply.headers.get("Location", "")).netloc.rpartition("@")[2]
    except ValueError:
        target = ""
    return f"a redirect to {target}, which is not followed" if target else "a redirect, which is not followed"


def _is_page(reply: HttpReply) -> bool:
    return "html" in reply.content_type or reply.content[:64].lstrip().lower().startswith((b"<!doctype", b"<html"))


def _once(pairs: list[tuple[str, object]]) -> Props:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a name comes twice"
        raise ValueError(msg)
    return found


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _too_deep() -> str:
    return f"an answer nested deeper than {DEEPEST} levels"


def _require_plain(document: object) -> None:
    """Raises Unusable for what the parser lets through; level by level, because a recursion could end too early."""
    level: list[object] = [document]
    for _ in range(DEEPEST):
        if not level:
            return
        below: list[object] = []
        for value in level:
            if is_object(value):
                below += [*value.keys(), *value.values()]
            elif is_list(value):
                below += value
            elif not _is_plain(value):
                raise Unusable("an answer that is not plain JSON")
        level = below
    raise Unusable(_too_deep())


def _is_plain(value: object) -> bool:
    try:
        if isinstance(value, str):
            value.encode()
        elif isinstance(value, int):
            float(value)
    except (UnicodeEncodeError, OverflowError):
        return False
    return True


@cache
def _adapter(shape: Any) -> TypeAdapter[object]:
    return TypeAdapter(shape)


def _misshapen(shape: object, document: object) -> str:
    """Returns where a document is not of the shape, without any value of it; empty when it is."""
    try:
        _adapter(shape).validate_python(document)
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        places = dict.fromkeys(".".join(map(str, detail["loc"])) or "the document" for detail in details)
        shown = ", ".join([*places][:_MOST_FAULTS])
        return f"an answer of an unexpected shape (wrong or missing: {shown})"
    return ""


def _about_another(same: Mapping[str, object], document: Json) -> str:
    """Returns what says that a document is about another object; empty when nothing does."""
    documents: list[Props] = document if is_list(document) else [document]
    odd = [name for name, value in same.items() if any(each.get(name) != value for each in documents)]
    return f"an answer about another object ({', '.join(odd)})" if odd else ""
