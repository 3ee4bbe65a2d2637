"""One resource for one thing of a tenant, distinguished by platform and host: the preview refuses a second one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params, open_engine
from support.lab import Lab
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from pathlib import Path

    from support.engines import Engine

HEADER = """
import pulumi
from tenant_email import EmailProvider, EmailTemplate, auth0, logto, pingone_aic
from tenant_email.errors import InvalidSettings
key = auth0.SendGrid(api_key="canary-smtp-password")
later = pulumi.Output.from_input
def welcome(name, key="welcome_email", **options):
    EmailTemplate(name, settings=auth0.Template(template=key, subject="Hi", body="<p>Hi</p>"), **options)
def text(name, language):
    settings = logto.Template(language=language, type="SignIn", subject="Hi", content="{{code}}")
    EmailTemplate(name, tenant="shop", settings=settings)
"""
TWICE = (
    HEADER
    + """
refused = {}
def again(name, make):
    try:
        make()
        refused[name] = "nothing"
    except InvalidSettings as error:
        refused[name] = str(error)
welcome("a")
again("same", lambda: welcome("b"))
again("twin", lambda: welcome("b", tenant="twin"))
again("alias", lambda: welcome("b", tenant="alias"))
again("another", lambda: welcome("c", "blocked_account"))
EmailProvider("mail", settings=key)
again("provider", lambda: EmailProvider("twin", tenant="twin", settings=key))
text("en", "en")
again("logto", lambda: text("en-again", "en"))
again("language", lambda: text("fr", "fr"))
pingone_aic.EsvVariable("v", tenant="aic", esv="x", value="1")
again("variable", lambda: pingone_aic.EsvVariable("w", tenant="aic-twin", esv="esv-x", value="1"))
again("secret", lambda: pingone_aic.EsvSecret("s", tenant="aic", esv="x", value="1"))
for name, said in refused.items():
    print(f"{name} gets", said.replace("\\n", " "))
"""
)
LATER = ("welcome('a'); welcome('b', later('welcome_email'))", "welcome('a', later('welcome_email')); welcome('b')")


def opened(lab: Lab, program: str) -> Engine:
    """Opens the program with six names for four tenants."""
    lab.write(program)
    engine, url = lab.open(), lab.machine.auth0.url
    engine.set_config("tenant-email:tenants.main.aliases[0]", "login.acme.example", path=True)
    for tenant, platform, place in (
        ("twin", "auth0", url),
        ("alias", "auth0", "https://login.acme.example"),
        ("shop", "logto", "https://shop.logto.app"),
        ("aic", "pingone_aic", "https://aic.example"),
        ("aic-twin", "pingone_aic", "https://aic.example"),
    ):
        engine.set_config(f"tenant-email:tenants.{tenant}.platform", platform, path=True)
        engine.set_config(f"tenant-email:tenants.{tenant}.url", place, path=True)
    return engine


def test_a_second_resource_for_one_thing_is_refused_at_preview(lab: Lab) -> None:
    """Names and aliases of a host make no difference, another key does; the first one is named."""
    outcome = opened(lab, TWICE).preview()
    assert outcome.ok, outcome.text
    said = dict(re.findall(r"(\w+) gets (.+)", outcome.text))
    assert {name for name, what in said.items() if what == "nothing"} == {"another", "language"}
    assert said["twin"] == (
        "b: the template welcome_email of tenant twin is already managed by 'a' Keep one of the two resources."
    )
    refused = {"same", "twin", "alias", "provider", "logto", "variable", "secret"}
    assert {name for name, what in said.items() if " is already managed by " in what} == refused
    assert lab.calls() == []


@pytest.mark.parametrize("pair", LATER)
def test_a_key_that_comes_from_elsewhere_is_looked_at_too(lab: Lab, pair: str) -> None:
    """An output that is known in a preview is refused there, whichever of the two has it."""
    outcome = opened(lab, HEADER + pair).preview()
    assert not outcome.ok
    assert "the template welcome_email of tenant main is already managed by" in outcome.text


@pytest.mark.parametrize("kind", engine_params())
def test_two_platforms_under_one_name_are_two_tenants(kind: str, tmp_path: Path) -> None:
    """Both are `main`, from the environment: each gets what is its own, and a destroy takes it away from each."""
    with LocalMachine(tmp_path / "machine", ("auth0", "logto")) as machine:
        lab = Lab.make(machine, tmp_path, kind)
        lab.write(
            HEADER + "EmailProvider('auth', settings=key, enabled=False, from_address='no-reply@acme.example')\n"
            "hook = logto.Http(endpoint='https://mail.acme.example', authorization='canary-smtp-password')\n"
            "EmailProvider('shop', settings=hook)\n"
            "text = logto.Template(language='en', type='SignIn', subject='Hi', content='{{code}}',"
            " from_address='no-reply@acme.example')\n"
            "EmailTemplate('text', settings=text)\n"
        )
        engine = open_engine(kind, lab.folder, tmp_path, environ=machine.environment())
        up = engine.up()
        assert up.ok, up.text
        assert up.operations == {"auth": "create", "shop": "create", "text": "create"}
        assert (machine.auth0.state.provider or {})["name"] == "sendgrid"
        logto = machine.tenants["logto"]
        assert any(call.method == "PUT" for call in logto.calls)
        assert engine.destroy().ok
        assert machine.auth0.state.provider is None
        assert [call.method for call in logto.calls].count("DELETE") == 2
