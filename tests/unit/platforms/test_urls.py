"""A url among the settings that is none: said without a word of it, because a login may stand in it."""

from __future__ import annotations

import pytest

from tenant_email import platforms
from tenant_email.inputs.model import parse

PLACES = [
    ("logto.http", "endpoint", "is not an http or https url"),
    ("pingone_aic.ms_graph", "mail_endpoint", "is not an https url"),
]


@pytest.mark.parametrize(("kind", "name", "what"), PLACES)
@pytest.mark.parametrize("url", ["https://[x", "https://user:canary\uff03@x.example/a", "https://", "ftp://x.example"])
def test_what_is_no_url(kind: str, name: str, what: str, url: str) -> None:
    """Python's own words for it quote the login."""
    model = platforms.load(kind.partition(".")[0]).models[kind]
    _, problems = parse(model, {"kind": kind, name: url}, "settings")
    assert [each.what for each in problems if each.path == f"settings.{name}"] == [what]


@pytest.mark.parametrize(("kind", "name", "what"), PLACES)
def test_what_is_a_url(kind: str, name: str, what: str) -> None:
    """In any case of its scheme."""
    model = platforms.load(kind.partition(".")[0]).models[kind]
    for url in ("HTTPS://user:x@x.example:8443/a", "https://[::1]/a"):
        _, problems = parse(model, {"kind": kind, name: url}, "settings")
        assert what not in [each.what for each in problems]
