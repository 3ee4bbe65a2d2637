"""Auth0's templates against LiquidJS itself: what it refuses and what it prints, over a corpus of data."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from support.liquid_oracle import judged
from tenant_email.checks.liquid.findings import render
from tenant_email.checks.liquid.parsing import parse
from tenant_email.checks.liquid_words import LiquidError
from tenant_email.platforms.auth0.liquid import LANGUAGE

_FOLDER: Final = Path(__file__).with_name("liquid")
SHORT: Final[dict[str, list[str]]] = tomllib.loads((_FOLDER / "short.toml").read_text(encoding="utf-8"))
MAILS: Final = {each.stem: each.read_text(encoding="utf-8") for each in sorted((_FOLDER / "mails").glob("*.html"))}
VARIABLES: Final[dict[str, Any]] = json.loads((_FOLDER / "variables.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("loads", [False, True], ids=["rendered", "parsed"])
def test_each_template_is_read_and_shown_as_liquidjs_does(*, loads: bool) -> None:
    """The same is refused, the same fails when it is rendered, and all else prints the same."""
    texts = SHORT["loading"] if loads else [each for name in SHORT if name != "loading" for each in SHORT[name]]
    texts = texts if loads else [*texts, *MAILS.values()]
    verdicts = [_fused(each) for each in judged(texts, VARIABLES, loads=loads)]
    ours = [_ours(text, loads=loads) for text in texts]
    assert len(ours) == len(verdicts)
    differing = [case for case in zip(texts, ours, verdicts, strict=True) if case[1] != case[2]]
    assert differing == []


def test_the_corpus_holds_every_tag_and_filter() -> None:
    """Hundreds of templates, and no word of Auth0's language without one."""
    texts = [each for group in SHORT.values() for each in group]
    assert len(texts) >= 800
    assert len(MAILS) >= 10
    whole = " ".join(texts)
    assert {name for name in LANGUAGE.filters if f"| {name}" not in whole} == set()
    assert {name for name in LANGUAGE.tags if f"{{% {name}" not in whole} == set()


def _ours(text: str, *, loads: bool) -> dict[str, str]:
    try:
        parse(text, LANGUAGE.own_tags)
        return {} if loads else {"shown": render(text, LANGUAGE, VARIABLES)}
    except LiquidError as error:
        return {"failed" if error.rendering else "refused": ""}


def _fused(verdict: dict[str, str]) -> dict[str, str]:
    """Returns a verdict without LiquidJS's own words, and with halves of characters as a mail shows them."""
    shown = {name: text if name == "shown" else "" for name, text in verdict.items()}
    return {name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, text in shown.items()}
