"""The language of the starters."""

from __future__ import annotations

from tenant_email.errors import InvalidSettings, Problem


def require_english(who: str, path: str, language: object) -> None:
    """Raises InvalidSettings for a language that the words of the starters are not in."""
    if not isinstance(language, str) or language.partition("-")[0] != "en":
        remedy = "Use en, en-GB or the like, and write the texts of other languages yourself."
        raise InvalidSettings(who, (Problem(path, f"is {language}, but starters are in English", remedy),))
