"""A text in a language that is spelled otherwise is stored, and nobody ever gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.logto import CONNECTORS, SMTP, TEMPLATES, smtp
from support.logto_site import text

if TYPE_CHECKING:
    from support.logto_site import Site


@pytest.mark.parametrize(
    ("tag", "body"), [("pt-br", "Your code is 000000"), ("pt_BR", "Your code is 000000"), ("pt-BR", "Ola")]
)
def test_unguarded_another_spelling_is_never_used(site: Site, tag: str, body: str) -> None:
    """A mail for pt-BR takes the text of that very tag, or else the connector's own."""
    entry = {"languageTag": tag, "templateType": "Generic", "details": {"subject": "Oi", "content": "Ola"}}
    assert site.raw.call("PUT", TEMPLATES, {"templates": [entry]}).status == 200
    config = smtp(port=2526, auth={"type": "login"})
    sent = {"email": "ada@customer.example", "config": config, "locale": "pt-BR"}
    assert site.raw.call("POST", f"{CONNECTORS}/{SMTP}/test", sent).status == 204
    (mail,) = site.sinks.mails()
    assert mail.seen()["body"] == body


def test_guarded_it_is_refused_at_preview(site: Site) -> None:
    """With the spelling that works, and without a call."""
    (told,) = site.template().problems(settings=text("pt-br"))
    assert told.startswith("settings.language: ")
    assert told.endswith("Write pt-BR.")
    assert site.calls() == []
