"""Auth0's templates against LiquidJS itself: what it refuses and what it prints, over a corpus of data.

Two renderers are held to it that share no code: the library's, which checks and shows templates, and the local
tenant's, which sends mail.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from support.liquid_oracle import judged
from tenant_email.checks.liquid.findings import render
from tenant_email.checks.liquid.parsing import parse
from tenant_email.checks.liquid_words import LiquidError
from tenant_email.platforms.auth0.liquid import LANGUAGE
from tenant_email_local.emulators.auth0 import liquid

if TYPE_CHECKING:
    Verdict = dict[str, str]

_FOLDER: Final = Path(__file__).with_name("liquid")
SHORT: Final[dict[str, list[str]]] = tomllib.loads((_FOLDER / "short.toml").read_text(encoding="utf-8"))
MAILS: Final = {each.stem: each.read_text(encoding="utf-8") for each in sorted((_FOLDER / "mails").glob("*.html"))}
VARIABLES: Final[dict[str, Any]] = json.loads((_FOLDER / "variables.json").read_text(encoding="utf-8"))


def _of_the_library(text: str) -> Verdict:
    try:
        parse(text, LANGUAGE.own_tags)
        return {"shown": render(text, LANGUAGE, VARIABLES)}
    except LiquidError as error:
        return {"failed" if error.rendering else "refused": ""}


def _of_the_tenant(text: str) -> Verdict:
    try:
        template = liquid.Template(text)
    except liquid.LiquidError as error:
        return {"refused": str(error)}
    try:
        return {"shown": template.render(VARIABLES)}
    except liquid.LiquidError as error:
        return {"failed": str(error)}


@cache
def _verdicts() -> tuple[tuple[str, Verdict], ...]:
    """Returns every template with what LiquidJS makes of it."""
    texts = [*(each for name in SHORT for each in SHORT[name]), *MAILS.values()]
    return tuple(zip(texts, map(_in_characters, judged(texts, VARIABLES)), strict=True))


def test_the_library_reads_and_shows_each_template_as_liquidjs_does() -> None:
    """The same is refused, the same fails when it is rendered, and all else prints the same.

    What loads another template fails in LiquidJS, which finds none; the library shows nothing in its place
    (docs/contracts/auth0.md#liquid).
    """
    judgments = [(text, _of_the_library(text), _without_words(verdict)) for text, verdict in _verdicts()]
    loading = {text for text, verdict in _verdicts() if "failed" in verdict and text in SHORT["loading"]}
    assert {text for text, ours, _ in judgments if "shown" in ours} >= loading
    assert [each for each in judgments if each[1] != each[2] and each[0] not in loading] == []


def test_the_tenant_reads_and_shows_each_template_as_liquidjs_does() -> None:
    """The same is refused or fails, in the same words, and all else prints the same."""
    judgments = [(text, _of_the_tenant(text), verdict) for text, verdict in _verdicts()]
    assert [each for each in judgments if each[1] != each[2]] == []


def test_the_corpus_holds_every_tag_and_filter() -> None:
    """Hundreds of templates, and no word of Auth0's language without one."""
    texts = [each for group in SHORT.values() for each in group]
    assert len(texts) >= 800
    assert len(MAILS) >= 10
    whole = " ".join(texts)
    assert {name for name in LANGUAGE.filters if f"| {name}" not in whole} == set()
    assert {name for name in LANGUAGE.tags if f"{{% {name}" not in whole} == set()


def _without_words(verdict: Verdict) -> Verdict:
    return {name: words if name == "shown" else "" for name, words in verdict.items()}


def _in_characters(verdict: Verdict) -> Verdict:
    """Returns a verdict with halves of characters as a mail shows them."""
    return {name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, text in verdict.items()}
