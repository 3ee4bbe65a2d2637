"""The languages of Logto's sign-in pages, asked of its published package."""

from __future__ import annotations

from support.logto_oracle import languages
from tenant_email.platforms.logto.languages import LANGUAGES


def test_the_languages_are_those_of_the_package() -> None:
    """Letter by letter."""
    assert set(languages()) == LANGUAGES
