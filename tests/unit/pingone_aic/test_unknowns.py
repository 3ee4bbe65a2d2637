"""A preview has no problem with a value that only `up` will know, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic_site import graph, smtp, template
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle

if TYPE_CHECKING:
    from tenant_email.operations.lifecycle import Lifecycle

SETTINGS: list[tuple[type[Lifecycle], dict[str, Any]]] = [
    (EmailProviderLifecycle, smtp(tls_protocols=["TLSv1.2"], smtp_properties={"mail.smtp.localhost": "x"})),
    (EmailProviderLifecycle, graph(timeout=1, scope_delimiter=" ")),
    (EmailTemplateLifecycle, template(html={"en": "<p>Hi</p>"}, styles="p {}", from_address="a@b.example")),
    (EmailTemplateLifecycle, template(message={"en": "<p>Hi</p>"}, display_name="x", description="y")),
]
INPUTS: list[tuple[type[Lifecycle], dict[str, Any]]] = [
    (EsvVariableLifecycle, {"esv": "a", "value": "1", "expression_type": "int", "description": "x"}),
    (EsvSecretLifecycle, {"esv": "a", "value": "canary", "encoding": "generic", "description": "x"}),
    (EsvRestartLifecycle, {"esvs": ["a"], "revisions": [1], "timeout": "20m"}),
]


@pytest.fixture(autouse=True)
def connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names a tenant that is never called."""
    for name, value in {"FRODO_HOST": "https://tenant.example/am", "FRODO_SA_ID": "id", "FRODO_SA_JWK": "{}"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("lifecycle", "settings"), SETTINGS)
def test_any_setting_may_be_unknown(lifecycle: type[Lifecycle], settings: dict[str, Any]) -> None:
    """One at a time, in a new resource and in one that is recorded."""
    usual = {"tenant": "main", "settings": settings}
    for name in settings.keys() - {"kind"}:
        desired = {**usual, "settings": {**settings, name: UNKNOWN}}
        assert lifecycle().do_check(None, desired).problems == (), name
        assert lifecycle().do_check(usual, desired).problems == (), name
    assert lifecycle().do_check(None, {"tenant": "main", "settings": UNKNOWN}).problems == ()


@pytest.mark.parametrize(("lifecycle", "inputs"), INPUTS)
def test_any_input_of_an_esv_may_be_unknown(lifecycle: type[Lifecycle], inputs: dict[str, Any]) -> None:
    """One at a time, in a new resource and in one that is recorded."""
    for name in inputs:
        desired = {"tenant": "main", **inputs, name: UNKNOWN}
        assert lifecycle().do_check(None, desired).problems == (), name
        assert lifecycle().do_check({"tenant": "main", **inputs}, desired).problems == (), name


def test_host_is_the_tenants_own_with_or_without_am(monkeypatch: pytest.MonkeyPatch) -> None:
    """The url that frodo users have names the same tenant as the bare one, in ids too."""
    desired = {"esv": "a", "value": "1"}
    id_ = "pingone_aic/tenant.example/esv-variable/esv-a"
    for url in ("https://tenant.example/am", "https://tenant.example/am/", "https://tenant.example"):
        monkeypatch.setenv("FRODO_HOST", url)
        assert EsvVariableLifecycle().do_diff(id_, desired, desired) == (False, [])
