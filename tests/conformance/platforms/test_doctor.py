"""`tenant-email doctor` on each platform: what it says, that it writes nothing, and that it shows no secret."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

import pytest
from typer.testing import CliRunner

from support.canary import forms
from support.conformance import open_case
from support.kinds import EVERY, name_of
from tenant_email import platforms
from tenant_email.cli import app
from tenant_email.diagnosis.tenant import Circumstances, examine
from tenant_email.tenants.selection import named_tenants
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from typer.testing import Result

    from support.conformance import Case
    from tenant_email_local.emulators.auth0 import Auth0Emulator
    from tenant_email_local.emulators.server import Emulator


NOT_IN_A_FORM = {
    "auth0.custom": {"name": "custom", "enabled": True, "credentials": {}},
    "auth0.other": {"name": "brand_new", "enabled": True, "credentials": {"token": "canary-other"}},
}
"""What the local Auth0 takes only with an Action, or not at all."""
KINDS = [inputs for inputs in EVERY if name_of(inputs) != "logto.logto_email"]
"""Without the one that only Logto Cloud has: it has no secret."""
QUICK = Timing(sleep=lambda _: None)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Returns the platform's name."""
    return str(request.node.callspec.params["case"])


def doctor(*words: str) -> Result:
    """Calls the command."""
    return CliRunner().invoke(app, ["doctor", *words])


def found(*words: str) -> dict[str, list[tuple[str, str]]]:
    """Returns the (level, what) of each check's findings."""
    by_check: dict[str, list[tuple[str, str]]] = {}
    for each in json.loads(doctor(*words, "--json").stdout)["findings"]:
        by_check.setdefault(each["check"], []).append((each["level"], each["what"]))
    return by_check


def looked_at(name: str) -> dict[str, list[tuple[str, str]]]:
    """Returns the same of the tenant that the environment names, without a wait between repeats."""
    tenant = named_tenants(None, os.environ, platforms.connection_specs()).choose(name)
    by_check: dict[str, list[tuple[str, str]]] = {}
    for each in examine(tenant, Circumstances(timing=QUICK)):
        by_check.setdefault(each.check, []).append((each.level, each.what))
    return by_check


def writes(tenant: Emulator) -> list[str]:
    """Returns the calls that may have changed something."""
    return [str(call) for call in tenant.calls if call.method != "GET" and call.path != tenant.login_path]


def test_a_new_tenant_is_well(case: Case, name: str) -> None:
    """Each look is taken, in words and as a document."""
    result = doctor(name)
    assert (result.exit_code, result.stderr, writes(case.tenant)) == (0, "", [])
    assert result.stdout.startswith(f"{name}/main\nok       {name} at http://127.0.0.1:{case.tenant.port}\n")
    assert "the login works" in result.stdout
    checks = found(name)
    assert {"url", "answer", "clock", "login", "scopes", "provider", "templates"} <= checks.keys()
    assert {level for each in checks.values() for level, _ in each} <= {"ok", "warning", "unknown"}


@pytest.mark.parametrize("inputs", KINDS, ids=name_of)
def test_a_secret_of_no_kind_is_shown(inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tenant shows of it, and whether or not the tenant is well; nothing is written."""
    with open_case(name_of(inputs).partition(".")[0], monkeypatch) as case:
        if stored := NOT_IN_A_FORM.get(name_of(inputs)):
            cast("Auth0Emulator", case.tenant).state.provider = stored
        else:
            case.stack(**{"from_address": None, **inputs}, on_existing="adopt").up()
        case.tenant.reset_calls()
        shown = doctor().output + doctor("--json").output
        assert writes(case.tenant) == []
    assert f"mail goes out through {name_of(inputs)}" in shown or "brand_new" in shown
    assert [form for form in forms("canary") if form in shown] == []


def test_what_is_wrong_with_one_look_hides_no_other(case: Case, name: str) -> None:
    """A server error of the provider leaves the templates, and the other way round; a look that fails is a problem."""
    for path in ("*provider", "*connectors", "*external.email"):
        case.tenant.inject(Fault(path=path, status=500, times=99))
    checks = looked_at(name)
    assert [level for level, _ in checks["provider"]] == ["problem"]
    assert checks["templates"][0][0] == "ok"


@pytest.mark.parametrize("status", [200, 302])
def test_a_page_of_a_proxy_is_no_tenant(status: int, case: Case, name: str) -> None:
    """It is said, and no secret is sent to it."""
    case.tenant.inject(Fault(html="<html>Sign in to the hotel</html>", status=status, times=99))
    checks = found(name)
    assert checks["answer"][0][0] == "problem"
    assert checks["login"] == [("unknown", "the login was not tried, and nothing behind it looked at: see above")]
    assert case.tenant.login_path not in [call.path for call in case.tenant.calls]


def test_a_page_at_the_login_is_no_login(case: Case, name: str) -> None:
    """Though it is answered with success."""
    case.tenant.inject(Fault(path=case.tenant.login_path, html="<html>Welcome</html>", times=99))
    checks = looked_at(name)
    assert [level for level, _ in checks["login"]] == ["problem"]
    assert "a web page" in checks["login"][0][1]
    assert checks["provider"] == [("unknown", "provider, templates and the rest were not looked at: the login fails")]


@pytest.mark.usefixtures("case")
def test_a_tenant_that_is_not_there_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With everything that is missing of its entry, and by its name in DNS."""
    spec = platforms.connection_specs()[name]
    monkeypatch.setenv(spec.url_variable, "https://nosuch.invalid")
    for variable in spec.credentials.values():
        monkeypatch.delenv(variable, raising=False)
    checks = found(name)
    assert len(checks["credentials"]) == len(spec.credentials)
    assert checks["dns"][0][0] == checks["answer"][0][0] == "problem"
    monkeypatch.setenv(spec.url_variable, "ftp://x")
    assert found(name)["url"][0] == ("problem", f"{spec.url_variable}: is not an https url")


@pytest.mark.parametrize("paths", [("*token*",), ("/api/*", "/openidm/*", "/environment/*")], ids=["login", "main"])
def test_a_page_is_no_login(case: Case, name: str, paths: tuple[str, ...]) -> None:
    """A web page in the place of each answer: what cannot be known fails, and nothing is called well by it."""
    for path in paths:
        case.tenant.inject(Fault("*", path, status=404, html="<h1>Welcome to the hotel</h1>", times=99))
    told = [each for findings in looked_at(name).values() for each in findings]
    assert "problem" in {level for level, _ in told}
    assert not [what for _, what in told if "the login works" in what]
