"""The faults, as data: what goes wrong between a lifecycle and its tenant, each with a name and a sentence.

A fault plays at one call. Where the call is a write, it comes in place of the effect or after it: whoever asks cannot
tell which.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from support.campaign import acts
from support.campaign.acts import HTML, JSON, bare, body, breaks, literal, own, page, redirect, says, status_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.campaign.acts import Act
    from support.campaign.trial import Call
    from support.campaign.words import Words


@dataclass(frozen=True)
class Fault:
    """One fault; `act` plays it, or the connection is refused.

    in_place, after: whether it can come in place of a write's effect, and after it. slow: the client has to give up.
    believed: the platform itself says that the object is not there, which has to be believed.
    """

    name: str
    sentence: str
    act: Act | None
    in_place: bool = True
    after: bool = True
    slow: bool = False
    believed: bool = False

    @property
    def says_nothing(self) -> bool:
        """Returns whether the answer says nothing of the effect; a 4xx may pass for a refusal."""
        return not self.name.startswith("4")

    def plays_at(self, call: Call, words: Words) -> bool:
        """Returns whether the fault has a meaning at a call: what is promised there is no fault."""
        if self.name == "204":
            return call.usual.status != HTTPStatus.NO_CONTENT
        if self.name == "empty":
            return bool(call.usual.body) or call.usual.status == HTTPStatus.NO_CONTENT
        absence = words.absence(call.method, call.path)
        if self.name == "array":
            return absence is None or absence[1] != []
        return not self.believed or absence is not None


_NOON: Final = {"Date": "Wed, 25 Nov 2026 12:00:00 GMT"}
_NOON_SECONDS: Final = 1_795_608_000


def _bucket(size: int, left: int, reset: int) -> dict[str, str]:
    return {
        **_NOON,
        "x-ratelimit-limit": str(size),
        "x-ratelimit-remaining": str(left),
        "x-ratelimit-reset": str(reset),
    }


def _limited(name: str, sentence: str, headers: Mapping[str, str]) -> Fault:
    return Fault(f"429 {name}", f"429 with {sentence}", own(429, headers), after=False)


def _odd(name: str, sentence: str, headers: Mapping[str, str]) -> Fault:
    return Fault(name, f"the right answer, {sentence}", acts.with_headers(headers), in_place=False)


CONNECTION: Final = (
    Fault("refused", "the connection is refused", None, after=False),
    Fault("reset", "the connection is reset without an answer", breaks(acts.reset)),
    Fault("closed", "the connection is closed without an answer", breaks(acts.close)),
    Fault("silence", "no answer ever comes", breaks(acts.stay_silent), slow=True),
    Fault("drip, status line", "an answer a byte at a time from its first", acts.drip_from("status"), slow=True),
    Fault("drip, headers", "a header a byte at a time", acts.drip_from("headers"), slow=True),
    Fault("drip, body", "a body a byte at a time", acts.drip_from("body"), slow=True),
    Fault("half a head", "the connection is reset within the headers", breaks(acts.half_head)),
    Fault("cut body", "the connection is closed within the body", breaks(acts.cut_body)),
    Fault("cut chunks", "the connection is closed between two chunks", breaks(acts.cut_chunks)),
    Fault("no HTTP", "something that is no HTTP answers", says(acts.no_http)),
    Fault("endless headers", "headers without end", breaks(acts.endless_headers)),
)
STATUS: Final = (
    Fault("103", "103 and nothing after it", bare(103)),
    Fault("204", "204 where a document is promised", bare(204)),
    Fault("206", "206 with the document", acts.as_usual(206)),
    Fault("301 elsewhere", "301 to another host", redirect(301)),
    Fault("302 elsewhere", "302 to another host", redirect(302)),
    Fault("302", "302 without Location", bare(302)),
    Fault("303 elsewhere", "303 to another host", redirect(303)),
    Fault("307 elsewhere", "307 to another host, which asks for the body again", redirect(307)),
    Fault("308 elsewhere", "308 to another host, which asks for the body again", redirect(308)),
    Fault("304", "304 without a body", bare(304)),
    Fault("400", "400 in the platform's words", own(400), after=False),
    Fault("400 page", "a page with 400", page(400)),
    Fault("400 empty", "400 without a body", bare(400)),
    Fault("400 array", "400 with an array", status_with(400, '[{"error": ["x"]}]')),
    Fault("400 nested", "400 whose texts are objects", status_with(400, acts.NESTED)),
    Fault("400 echo", "400 that repeats the request", acts.echo(400, JSON)),
    Fault("401", "401 in the platform's words", own(401), after=False),
    Fault("401 page", "a page with 401", page(401)),
    Fault("403", "403 in the platform's words", own(403), after=False),
    Fault("403 page", "a page with 403", page(403)),
    Fault("absent", "the platform's own word that this object is not there", says(acts.absence), believed=True),
    Fault("404 page", "a page with 404", page(404)),
    Fault("404 empty", "404 without a body", bare(404)),
    Fault("404 JSON", "404 with JSON of someone else", status_with(404, '{"detail": "Not Found"}')),
    Fault("404 another's", "404 in the platform's words, for another object", says(acts.absence_of_another)),
    Fault("407 page", "a page with 407", page(407)),
    Fault("409", "409 in the platform's words", own(409), after=False),
    Fault("409 page", "a page with 409", page(409)),
    Fault("413 page", "a page with 413", page(413)),
    Fault("500", "500 in the platform's words", own(500)),
    Fault("500 empty", "500 without a body", bare(500)),
    Fault("500 echo", "a page with 500 that repeats the request", acts.echo(500, HTML)),
    Fault("502 page", "a page with 502", page(502)),
    Fault("503", "503 with Retry-After", page(503, {"Retry-After": "5"})),
    Fault("504 page", "a page with 504", page(504)),
)
LIMITS: Final = (
    Fault("429", "429 without a header", own(429), after=False),
    Fault("429 page", "a page with 429", page(429), after=False),
    _limited("seconds", "Retry-After in seconds", {"Retry-After": "2"}),
    _limited("forever", "Retry-After of thirty years", {"Retry-After": "1e9"}),
    _limited("infinite", "Retry-After: inf", {"Retry-After": "inf"}),
    _limited("NaN", "Retry-After: nan", {"Retry-After": "nan"}),
    _limited("negative", "a negative Retry-After", {"Retry-After": "-5"}),
    _limited("word", "a Retry-After that is no time", {"Retry-After": "soon"}),
    _limited("date", "a Retry-After that is a date", {**_NOON, "Retry-After": "Wed, 25 Nov 2026 12:00:04 GMT"}),
    _limited("far date", "a Retry-After that is a date far away", {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    _limited("reset", "a reset in seconds", _bucket(5, 0, _NOON_SECONDS + 3)),
    _limited("reset in ms", "a reset in milliseconds", _bucket(5, 0, (_NOON_SECONDS + 3) * 1000)),
    _odd("odd bucket", "from a bucket of unknown size that is empty for a day", _bucket(7, 0, _NOON_SECONDS + 90_000)),
    _odd("overdrawn bucket", "and less than nothing left", _bucket(5, -1_000_000, _NOON_SECONDS + 1)),
    _odd("bucket in ms", "and a reset in milliseconds", _bucket(5, 0, (_NOON_SECONDS + 1) * 1000)),
)
ANSWERS: Final = (
    Fault("empty", "an empty body", body(lambda _: b"")),
    Fault("null", "null", literal("null")),
    Fault("array", "an empty array", literal("[]")),
    Fault("array of null", "an array of null", literal("[null]")),
    Fault("text", "a text", literal('"ok"')),
    Fault("number", "a number", literal("42")),
    Fault("true", "true", literal("true")),
    Fault("empty object", "an empty object", literal("{}")),
    Fault("null values", "the right names, and null for every value", body(acts.null_values)),
    Fault("wrong types", "the right names, and values of other types", body(acts.texts_for_objects)),
    Fault("half a document", "JSON that ends early", body(acts.half)),
    Fault("page", "a page with the promised status", acts.page_as_promised()),
    Fault("page as JSON", "a page that says it is JSON", literal(acts.PAGE)),
    Fault("huge", "a body of 100 MB", acts.huge),
    Fault("gzip bomb", "100 MB in 100 kB of gzip", acts.gzip_bomb),
    Fault("no gzip", "a body that is not the gzip that it says it is", acts.no_gzip()),
    Fault("deep", "100,000 brackets", literal("[" * 100_000)),
    Fault("deep object", "a document 5,000 objects deep", literal('{"a":' * 5_000 + "1" + "}" * 5_000)),
    Fault("invalid UTF-8", "bytes that are no UTF-8", body(acts.invalid_utf8)),
    Fault("duplicate keys", "names that come twice, with two values", body(acts.duplicate_keys)),
    Fault("NaN", "NaN for a number", body(acts.nan)),
    Fault("another kind", "a plausible object of another kind", says(acts.other_kind)),
)
GROUPS: Final = {
    "The connection": CONNECTION,
    "Another status": STATUS,
    "Rate limits": LIMITS,
    "The promised status with a different answer": ANSWERS,
}
FAULTS: Final = (*CONNECTION, *STATUS, *LIMITS, *ANSWERS)
