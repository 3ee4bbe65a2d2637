"""Liquid texts of Auth0's kind, as data, and what LiquidJS was seen to make of the short ones.

`python -m support.liquid_corpus`, with `tests` on the path and Node at hand, records that anew.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

from support.liquid_oracle import judged

_FOLDER: Final = Path(__file__).parents[1] / "fidelity" / "auth0" / "liquid"
_VERDICTS: Final = _FOLDER / "verdicts.json"

SHORT: Final[dict[str, list[str]]] = tomllib.loads((_FOLDER / "short.toml").read_text(encoding="utf-8"))
MAILS: Final = {each.stem: each.read_text(encoding="utf-8") for each in sorted((_FOLDER / "mails").glob("*.html"))}
WHOLE: Final[dict[str, Any]] = tomllib.loads((_FOLDER / "whole.toml").read_text(encoding="utf-8"))
VARIABLES: Final[dict[str, Any]] = json.loads((_FOLDER / "variables.json").read_text(encoding="utf-8"))
TEXTS: Final = tuple(dict.fromkeys([*(text for group in SHORT.values() for text in group), *MAILS.values()]))


def seen() -> dict[str, dict[str, str]]:
    """Returns what LiquidJS was seen to make of each text, with halves of characters as a mail shows them."""
    verdicts: dict[str, dict[str, str]] = json.loads(_VERDICTS.read_text(encoding="utf-8"))
    return verdicts


def asked() -> dict[str, dict[str, str]]:
    """Returns what LiquidJS makes of each text now."""
    return dict(zip(TEXTS, map(in_characters, judged(TEXTS, VARIABLES)), strict=True))


def in_characters(verdict: dict[str, str]) -> dict[str, str]:
    """Returns a verdict with halves of characters as a mail shows them."""
    return {name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, text in verdict.items()}


if __name__ == "__main__":
    _VERDICTS.write_text(json.dumps(asked(), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
