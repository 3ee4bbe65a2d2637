"""A remedy that is followed to the letter leads on: the preview that refused then has nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from support.inputs import SMTP, provider_inputs
from support.logto_site import smtp as logto_smtp
from support.logto_site import text, texts
from support.managed import Managed
from support.pingone_aic import PROVIDER as AIC_PROVIDER
from support.pingone_aic_site import open_server, open_site
from support.pingone_aic_site import smtp as aic_smtp
from support.pingone_aic_site import template as aic_text
from tenant_email import platforms
from tenant_email.errors import NotFound
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.auth0.local import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN: dict[str, Any] = {"ignore_tls": None}
SES = "email-smtp.eu-west-1.amazonaws.com"
HTTP = {"kind": "logto.http", "endpoint": "https://hooks.acme.example"}

# settings, what the remedy says, and the settings that follow it
PREVIEWS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    (logto_smtp(**PLAIN, port=465, secure=False), "Omit it.", logto_smtp(**PLAIN, port=465)),
    (
        logto_smtp(**PLAIN, secure=True, port=587),
        "set require_tls=True",
        logto_smtp(**PLAIN, require_tls=True, port=587),
    ),
    (logto_smtp(port=2465), "Omit it, or use 587 or 25.", logto_smtp(port=25)),
    (logto_smtp(require_tls=True), "Omit one of them.", logto_smtp()),
    (logto_smtp(**PLAIN, host=SES, port=2525), "Use 587", logto_smtp(**PLAIN, host=SES, port=587)),
    (logto_smtp(tls={"ca": ""}), "Omit it", logto_smtp()),
    (text("pt-br"), "Write pt-BR.", text("pt-BR")),
    (text("zh_hant_TW"), "Write zh", text("zh-TW")),
    (text(usage="Signin"), "'SignIn'", text(usage="SignIn")),
    (logto_smtp(templates={"Signin": texts()["SignIn"]}), "Did you mean SignIn?", logto_smtp(templates=texts())),
    (aic_smtp(ssl=True, starttls=False), "use port 465", aic_smtp(port=465, ssl=True, starttls=False)),
    (aic_smtp(port=465), "Omit ssl and starttls", aic_smtp(port=465, ssl=None, starttls=None)),
    (aic_smtp(port=465), "use 587", aic_smtp(port=587)),
    (aic_smtp(port=1025, ssl=True), "Omit it", aic_smtp(port=1025, ssl=True, starttls=None)),
    (aic_smtp(port=1025, ssl=True), "set ssl=False", aic_smtp(port=1025, ssl=False)),
    (aic_text(html={"en": "x"}, default_locale="EN"), "Write en.", aic_text(html={"en": "x"})),
    ({**SMTP, "host": SES, "port": 2525}, "465", {**SMTP, "host": SES, "port": 465}),
]


def told(settings: Mapping[str, Any]) -> str:
    """Returns what a preview refuses settings with."""
    platform = platforms.load(settings["kind"].partition(".")[0])
    model = platform.models.get(settings["kind"], platform.template)
    values, problems = parse(model, settings, "settings")
    if model is platform.template:
        found = platform.check_template(TemplateInputs(values.to_props()))
    else:
        found = platform.check_provider(ProviderInputs(values.to_props(), from_address="no-reply@acme.example"))
    return "\n".join(map(str, (*problems, *found.problems)))


@pytest.mark.parametrize(("settings", "remedy", "followed"), PREVIEWS)
def test_a_preview_that_was_obeyed_is_content(settings: dict[str, Any], remedy: str, followed: dict[str, Any]) -> None:
    """What the message says to write is what is accepted."""
    assert remedy in told(settings)
    assert told(followed) == ""


def test_an_auth0_provider_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refresh, give the credentials, run again."""
    with Auth0Emulator() as tenant:
        for name, value in environment(tenant).items():
            monkeypatch.setenv(name, value)
        EmailProviderLifecycle().configure(ConfigureRequest(Config({}, "auth0")))
        mine = Managed(EmailProviderLifecycle())
        mine.up(**provider_inputs())
        tenant.state.provider = None
        without = {name: value for name, value in SMTP.items() if name != "password"}
        operation.begin()
        with pytest.raises(NotFound, match="Run `pulumi refresh`, set the credentials, and run again"):
            mine.up(**provider_inputs(without, from_address="other@acme.example"))
        assert not mine.refresh()
        operation.begin()
        mine.up(**provider_inputs(from_address="other@acme.example"))
        assert tenant.state.provider is not None


def test_an_aic_provider_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the password."""
    with open_server() as server, open_site(server, monkeypatch) as site:
        mine = site.provider()
        mine.up()
        site.tenant.call("DELETE", AIC_PROVIDER)
        with pytest.raises(NotFound, match=r"Set settings\.password: the configuration is then written again"):
            mine.up(settings=aic_smtp(password=None, timeout=1000))
        mine.up(settings=aic_smtp(timeout=1000))
        assert site.tenant.provider()["timeout"] == 1000
