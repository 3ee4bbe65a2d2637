"""A tenant's url, with the way to the tenant: where its login goes, and how long an answer may take."""

from __future__ import annotations

import pytest

from tenant_email.tenants.connections import Connection
from tenant_email.tenants.tenant_url import Reach, TenantUrl, id_part, reach_of
from tenant_email.timing import Timing


@pytest.mark.parametrize(
    ("token_url", "path", "endpoint"),
    [
        ("", "/oidc/token", "https://a.example/x/oidc/token"),
        ("https://b.example", "/oidc/token", "https://b.example/oidc/token"),
        ("https://b.example/admin", "/oidc/token", "https://b.example/admin/oidc/token"),
        ("https://b.example/oidc", "/oidc/token", "https://b.example/oidc/token"),
        ("https://b.example/x/oidc", "/oidc/token", "https://b.example/x/oidc/token"),
        ("https://b.example/xoidc", "/oidc/token", "https://b.example/xoidc/oidc/token"),
        ("https://b.example/oidc/token", "/oidc/token", "https://b.example/oidc/token"),
        ("https://b.example/own/token", "/oidc/token", "https://b.example/own/token"),
        ("https://b.example/am", "/am/oauth2/access_token", "https://b.example/am/oauth2/access_token"),
        ("https://b.example/am/oauth2", "/am/oauth2/access_token", "https://b.example/am/oauth2/access_token"),
        (
            "https://b.example/am/oauth2/realms/root/access_token",
            "/am/oauth2/access_token",
            "https://b.example/am/oauth2/realms/root/access_token",
        ),
        ("https://token", "/token", "https://token/token"),
        ("https://oidc", "/oidc/token", "https://oidc/oidc/token"),
    ],
)
def test_where_a_login_goes(token_url: str, path: str, endpoint: str) -> None:
    """To the whole address that is given, or to one that the platform's path is appended to, its beginning once."""
    assert Reach(token_url).token_endpoint("https://a.example/x", path) == endpoint
    found = Connection("a", "cloud", TenantUrl("https://a.example/x", Reach(token_url)), "a.example/x")
    assert found.token_endpoint(path) == endpoint


def test_an_answer_may_take_longer() -> None:
    """All times in proportion to what is set for an answer; nothing else of the timing changes."""
    usual = Timing(clock=lambda: 7.0)
    assert Reach().bound(usual) is usual
    longer = Reach(timeout=60).bound(Timing(clock=lambda: 7.0, total=1))
    assert (longer.connect, longer.read, longer.answer, longer.total, longer.clock()) == (20, 60, 60, 180, 7)
    assert Reach(timeout=3).bound(usual).connect == 1


def test_a_bare_url_is_reached_as_usual() -> None:
    """Whoever has no entry gets what the environment says."""
    found = reach_of("https://a.example")
    assert (found.token_url, found.timeout, found.settings("tokenUrl")) == ("", None, "tokenUrl of the tenant")
    found.hear(None)
    bare = Connection("a", "cloud", "https://a.example", "a.example")
    assert bare.token_endpoint("/t") == "https://a.example/t"
    assert bare.source("clientId") == "tenant-email:tenants.a.clientId"


def test_who_listens_hears_of_a_login() -> None:
    """And the way stays as it was."""
    heard = list[frozenset[str] | None]()
    url = TenantUrl("https://a.example", Reach("https://b.example", timeout=5))
    found = Connection("a", "cloud", url, "a.example").heard_by(heard.append)
    reach_of(found.url).hear(frozenset({"all"}))
    assert heard == [frozenset({"all"})]
    assert (found.url, reach_of(found.url)) == ("https://a.example", url.reach)


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ("a.example:8443", "a.example:8443"),
        ("[::1]:9", "[::1]:9"),
        ("a.example/x/y", "a.example%2Fx%2Fy"),
        ("[::1]:9/x%20y", "[::1]:9%2Fx%2520y"),
    ],
)
def test_a_host_in_an_id(host: str, part: str) -> None:
    """Has no slash: those are between an id's parts."""
    assert id_part(host) == part
