"""The tenant's ESVs, call by call: what a placeholder needs, and a restart whatever becomes of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic_site import open_site
from tenant_email.errors import InvalidSettings, NotFound, Unavailable
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation
from tenant_email.platforms.pingone_aic.api import PingOneAic
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.pingone_aic_site import Site
    from tenant_email.platforms.pingone_aic.esvs import Esvs
    from tenant_email_local.smtp import SmtpServer

STARTUP = "/environment/startup"


def esvs(site: Site, said: list[str]) -> Esvs:
    """Returns what talks to the tenant's ESVs."""
    inputs: dict[str, Any] = {"tenant": "main", "settings": {"kind": "pingone_aic.built_in"}}
    operation.begin()
    connection = EmailProviderLifecycle().require_valid(inputs).connection
    assert connection.url == site.emulator.url
    return PingOneAic(connection, said.append, Timing()).esvs


def restarts(site: Site) -> int:
    """Returns how often a restart was asked for since the last question."""
    return len([call for call in site.calls() if call == f"POST {STARTUP}"])


def test_what_a_placeholder_needs(site: Site, said: list[str]) -> None:
    """Each problem in its words; what has a default needs no ESV, and without any placeholder nobody is asked."""
    there = esvs(site, said)
    site.calls()
    there.require_loaded({"host": "smtp.one.example", "port": 25}, "a@b.example")
    assert site.calls() == []
    site.tenant.variable("esv-port", "587")
    site.tenant.variable("esv-odd", "no number")
    site.tenant.secret("esv-hidden", "canary", useInPlaceholders=False)
    site.tenant.restart()
    site.tenant.variable("esv-new", "1")
    site.tenant.secret("esv-late", "canary")
    with pytest.raises(InvalidSettings) as caught:
        there.require_loaded(
            {
                "host": "&{esv.none}",
                "port": "&{esv.odd}",
                "timeout": "&{esv.port}",
                "username": "&{esv.new}",
                "password": "&{esv.late}",
                "debug": "&{esv.port}",
                "ehlo": "&{esv.hidden} and &{esv.gone|x}",
            },
            "&{esv.odd}@b.example",
        )
    assert [str(problem) for problem in caught.value.problems] == [
        "settings.host: there is no ESV esv-none\nCreate it: pingone_aic.EsvVariable or EsvSecret.",
        "settings.port: the value of esv-odd does not fit\nSet the ESV to a value of the field's type.",
        (
            "settings.username: esv-new is not loaded yet\n"
            "Restart the tenant first: add a pingone_aic.EsvRestart and depend on it."
        ),
        (
            "settings.password: esv-late is not loaded yet\n"
            "Restart the tenant first: add a pingone_aic.EsvRestart and depend on it."
        ),
        "settings.debug: the value of esv-port does not fit\nSet the ESV to a value of the field's type.",
        (
            "settings.ehlo: esv-hidden is a secret that cannot be used in placeholders, which can never be changed\n"
            "Create another EsvSecret with use_in_placeholders=True."
        ),
    ]


@pytest.mark.parametrize(("drop", "times"), [(None, 1), ("after", 1), ("before", 2)])
def test_a_restart_whose_answer_is_lost_is_waited_for(site: Site, said: list[str], drop: Any, times: int) -> None:
    """And asked for again where it never arrived."""
    there = esvs(site, said)
    site.tenant.variable("esv-a", "1")
    site.tenant.secret("esv-s", "canary")
    if drop:
        site.emulator.inject(Fault("POST", STARTUP, drop=drop))
    site.calls()
    assert there.load(["a", "esv-s"], 20) is True
    assert restarts(site) == times
    assert said.count(f"pingone_aic {site.emulator.url[7:]}: restarting to load ESVs; this takes minutes") == 1
    assert there.load(["a", "esv-s"], 20) is False
    assert restarts(site) == 0


def test_what_waits(site: Site, said: list[str]) -> None:
    """By any of its names, in the order asked; what is not there is reported whole."""
    there = esvs(site, said)
    site.tenant.variable("esv-a", "1")
    site.tenant.secret("esv-s", "canary")
    site.tenant.secret("esv-h", "canary", useInPlaceholders=False)
    assert there.list_pending(["esv-s", "a", "h"]) == ["esv-s", "esv-a"]
    with pytest.raises(NotFound) as caught:
        there.list_pending(["a", "x", "y"])
    assert str(caught.value).splitlines() == [
        f"pingone_aic {site.emulator.url[7:]}: there is no ESV esv-x, esv-y",
        "Create it first; make the restart depend on it.",
    ]
    assert there.read("/environment/variables/esv-x") is None
    assert set(there.list_all()) == {"esv-a", "esv-s", "esv-h"}


def test_a_restart_that_takes_too_long_is_reported(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    """With what to do."""
    with open_site(server, monkeypatch, restart_seconds=30) as site:
        there = esvs(site, said)
        site.tenant.variable("esv-a", "1")
        with pytest.raises(Unavailable) as caught:
            there.load(["a"], 0.2)
        assert str(caught.value).splitlines() == [
            f"pingone_aic {site.emulator.url[7:]}: GET {STARTUP}: the tenant is still restarting",
            "Run `pulumi up` again later, or set a longer timeout.",
        ]
