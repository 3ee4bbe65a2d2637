"""Logto's size limit is reported at preview, or at the latest before a request that would get a misleading 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.logto import SMTP
from support.logto_site import smtp, text, texts
from tenant_email.errors import InvalidSettings
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.net.body import encode_body
from tenant_email.platforms.logto import checks
from tenant_email.platforms.logto.limits import LARGEST

if TYPE_CHECKING:
    from support.logto_site import Site

TEMPLATES = "/api/email-templates"


def sized(size: int) -> dict[str, Any]:
    """Returns a template whose request has so many bytes, most of them in letters of two."""
    bare = len(encode_body({"templates": [entry("")]}))
    letters, odd = divmod(size - bare, 2)
    return text(content="é" * letters + "x" * odd)


def entry(content: str) -> dict[str, Any]:
    """Returns the document of a template."""
    details = {"subject": "Hello", "content": content, "contentType": "text/html"}
    return {"languageTag": "en", "templateType": "SignIn", "details": details}


def test_the_largest_template_goes_through(site: Site) -> None:
    """Its letters count as in UTF-8, and the tenant takes exactly as many bytes as we allow."""
    site.template().up(settings=sized(LARGEST))
    (stored,) = site.raw.call("GET", TEMPLATES).document
    assert len(encode_body({"templates": [entry(stored["details"]["content"])]})) == LARGEST


def test_one_byte_more_is_reported_at_preview(site: Site) -> None:
    """Where the tenant itself says Not Found, as if it knew no templates."""
    (told,) = site.template().problems(settings=sized(LARGEST + 1))
    assert told.startswith("settings: are larger than 1 MiB: a request of 1,048,577 bytes")
    body = encode_body({"templates": [entry(sized(LARGEST + 1)["content"])]}).decode()
    answer = site.raw.call("PUT", TEMPLATES, body, **{"Content-Type": "application/json"})
    assert (answer.status, answer.document) == (404, "Not Found")


def padded(site: Site) -> dict[str, Any]:
    """Returns texts with which a connector's request has exactly as many bytes as the tenant takes."""
    site.connector().up(settings=smtp(templates=texts()))
    room = LARGEST - len(encode_body({"connectorId": SMTP, "config": site.stored()}))
    long = {**texts()["Generic"], "content": "{{code}}" + "x" * room}
    return {**texts(), "Generic": long}


def test_the_texts_of_a_connector_count_together(site: Site) -> None:
    """With all else that is sent: the test email has more around them than the write."""
    edge, connector = smtp(templates=padded(site)), site.connector(on_existing="adopt")
    connector.up(settings=edge)
    assert connector.problems(settings={**edge, "reply_to": "help@acme.example"}) != []
    (told,) = connector.problems(settings=edge, preflight="send", test_recipient="ops@acme.example")
    assert "larger than 1 MiB" in told


def test_what_is_not_known_yet_does_not_hide_the_rest() -> None:
    """A preview without the password sees that the texts alone are too large."""
    settings = smtp(templates=texts(content="{{code}}" + "é" * 131_100), password=None) | {"password": UNKNOWN}
    checked = checks.check_provider(ProviderInputs.from_props({"settings": settings, "from_address": UNKNOWN}))
    assert [problem.path for problem in checked.problems] == ["settings"]


def test_what_an_adopted_connector_holds_counts_too(site: Site) -> None:
    """Nothing is sent that would be answered 404; the texts that stay in the connector are known only then."""
    settings = smtp(templates=padded(site))
    site.connector(on_existing="adopt").up(settings=settings)
    before = site.stored()
    with pytest.raises(InvalidSettings, match="larger than 1 MiB"):
        site.connector(on_existing="adopt").up(settings=smtp(reply_to="help@acme.example"))
    assert site.stored() == before
