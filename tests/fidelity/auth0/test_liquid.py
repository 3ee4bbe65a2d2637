"""Auth0's templates against LiquidJS itself: what it refuses and what it prints, over a corpus of data.

Two renderers are held to it that share no code: the library's, which checks and shows templates, and the local
tenant's, which sends mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from support.liquid_corpus import SHORT, TEXTS, VARIABLES, WHOLE, asked, in_characters, seen
from support.liquid_oracle import judged_each
from tenant_email.checks.liquid.filters import FILTERS
from tenant_email.checks.liquid.findings import render
from tenant_email.checks.liquid.parsing import parse
from tenant_email.checks.liquid.searching import FILTERS as SEARCHING
from tenant_email.checks.liquid_words import LiquidError
from tenant_email.platforms.auth0.liquid import LANGUAGE
from tenant_email_local.emulators.auth0 import liquid
from tenant_email_local.emulators.auth0.liquid import filters as liquid_filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    Verdict = dict[str, str]


def _of_the_library(text: str, variables: Mapping[str, Any] = VARIABLES) -> Verdict:
    try:
        parse(text, LANGUAGE.own_tags)
        return {"shown": render(text, LANGUAGE, variables)}
    except LiquidError as error:
        return {"failed" if error.rendering else "refused": ""}


def _of_the_tenant(text: str, variables: Mapping[str, Any] = VARIABLES) -> Verdict:
    try:
        template = liquid.Template(text)
    except liquid.LiquidError as error:
        return {"refused": str(error)}
    try:
        return {"shown": template.render(variables)}
    except liquid.LiquidError as error:
        return {"failed": str(error)}


_SEEN: Final = seen()


def test_liquidjs_says_what_it_was_seen_to_say() -> None:
    """Asked itself, where Node is, it makes the same of every text as when it was asked last."""
    assert asked() == _SEEN


def test_the_library_reads_and_shows_each_template_as_liquidjs_does() -> None:
    """The same is refused, the same fails when it is rendered, and all else prints the same.

    What loads another template fails in LiquidJS, which finds none; the library shows nothing in its place
    (docs/contracts/auth0.md#liquid).
    """
    judgments = [(text, _of_the_library(text), _without_words(verdict)) for text, verdict in _SEEN.items()]
    loading = {text for text, verdict in _SEEN.items() if "failed" in verdict and text in SHORT["loading"]}
    assert {text for text, ours, _ in judgments if "shown" in ours} >= loading
    assert [each for each in judgments if each[1] != each[2] and each[0] not in loading] == []


def test_the_tenant_reads_and_shows_each_template_as_liquidjs_does() -> None:
    """The same is refused or fails, in the same words, and all else prints the same."""
    judgments = [(text, _of_the_tenant(text), verdict) for text, verdict in _SEEN.items()]
    assert [each for each in judgments if each[1] != each[2]] == []


def test_whole_mails_are_shown_to_everyone_as_liquidjs_does() -> None:
    """Sender, subject and body, with what each of several people has and lacks."""
    variables = [_of_a_person(each) for each in WHOLE["person"]]
    texts = [mail[name] for mail in WHOLE["mail"] for name in ("from", "subject", "body") if name in mail]
    cases = [(text, each) for text in texts for each in variables]
    verdicts = [in_characters(each) for each in judged_each(cases)]
    assert sum("shown" in verdict for verdict in verdicts) >= 300
    judgments = [(text, of, verdict) for (text, of), verdict in zip(cases, verdicts, strict=True)]
    assert [each for each in judgments if _of_the_library(*each[:2]) != _without_words(each[2])] == []
    assert [each for each in judgments if _of_the_tenant(*each[:2]) != each[2]] == []


def test_the_corpus_holds_every_tag_and_filter() -> None:
    """Hundreds of templates, and no word of Auth0's language, nor a filter of LiquidJS's own, without one."""
    assert len(TEXTS) >= 980
    assert {*TEXTS} == {*_SEEN}
    assert len(WHOLE["mail"]) >= 40
    whole = " ".join(TEXTS)
    assert {*FILTERS, *SEARCHING} == {*liquid_filters.FILTERS} > LANGUAGE.filters
    assert {name for name in liquid_filters.FILTERS if f"| {name}" not in whole} == set()
    assert {name for name in LANGUAGE.tags if f"{{% {name}" not in whole} == set()


def _of_a_person(person: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the variables of a mail to a person."""
    own = {name: person[name] for name in ("request_language", "user") if name in person}
    return {name: value for name, value in {**VARIABLES, **own}.items() if name not in person["without"]}


def _without_words(verdict: Verdict) -> Verdict:
    return {name: words if name == "shown" else "" for name, words in verdict.items()}
