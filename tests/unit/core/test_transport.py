"""What stands between us and a tenant must not change the login, answer in its place, or bring a secret to light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.host import Failed
from support.inputs import SMTP, provider_inputs
from support.single import SECRET, Single
from tenant_email.errors import redact_external
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.net.answers import Answer
from tenant_email.redaction.secrets import Secret
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def provider() -> Iterator[Single]:
    """Gives a provider of an empty tenant."""
    with Auth0Emulator() as tenant:
        yield Single(EmailProviderLifecycle, tenant)


def test_a_netrc_does_not_replace_the_token(provider: Single, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's .netrc with an entry for every host leaves the management token alone."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert provider.up(**provider_inputs()) != []
    assert provider.tenant.state.provider is not None


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v2/emails/provider"])
def test_a_page_in_the_place_of_an_answer(provider: Single, path: str) -> None:
    """A proxy's page with status 200 is reported as such, with the address to check, and not as a bug of ours."""
    provider.tenant.inject(Fault(path=path, status=200, html="<h1>Welcome to the hotel</h1>", times=9))
    with pytest.raises(Failed, match=r"got a web page \(200\)\nCheck that http://127.0.0.1:\d+ is the tenant's"):
        provider.up(**provider_inputs())


@pytest.mark.parametrize(("status", "remedy"), [(401, "Check clientId"), (503, "Run again")])
def test_only_a_refused_login_blames_the_secret(provider: Single, status: int, remedy: str) -> None:
    """A login that fails for another reason does not send the user to rotate a secret."""
    provider.tenant.inject(Fault("POST", "/oauth/token", status=status, times=99))
    with pytest.raises(Failed, match=f"/oauth/token.*\\n(.*\\n)*{remedy}"):
        provider.up(**provider_inputs())


def test_no_representation_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a debugger or a log would print of validated inputs and of an answer has no credential in it."""
    monkeypatch.setenv("AUTH0_DOMAIN", "acme.auth0.example")
    resolved, problems = EmailProviderLifecycle().validate(provider_inputs(SMTP))
    assert problems == []
    assert resolved is not None
    assert SECRET not in f"{resolved!r} {resolved.desired!r} {Answer(200, {'access_token': SECRET})!r}"


def test_a_secret_with_white_space_is_scrubbed() -> None:
    """A secret with blanks in it is taken out of foreign text before that is made one line."""
    password = Secret("canary  with\ttwo blanks").reveal()
    assert redact_external(f"cannot log in\nwith {password}.") == "cannot log in\\nwith ***."
