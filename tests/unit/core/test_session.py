"""What a host process notes about tenants: two platforms at one host are two tenants."""

from __future__ import annotations

from tenant_email.connections import Connection
from tenant_email.lifecycle import session

HOST = "id.acme.example"
AUTH0, LOGTO = (Connection("main", platform, f"https://{HOST}", HOST) for platform in ("auth0", "logto"))


def test_two_platforms_at_one_host_are_noted_apart() -> None:
    """A disabled provider, a claim, the lock of writes and the client are of one platform."""
    session.begin()
    session.note_provider(AUTH0, enabled=False)
    assert (session.provider_is_disabled(AUTH0), session.provider_is_disabled(LOGTO)) == (True, False)
    assert session.writing("auth0", HOST) is session.writing("auth0", HOST)
    assert session.writing("auth0", HOST) is not session.writing("logto", HOST)
    tenants = [session.tenant(each, print) for each in (AUTH0, LOGTO, AUTH0)]
    assert tenants[0] is tenants[2]
    assert type(tenants[0]) is not type(tenants[1])
    session.begin()
