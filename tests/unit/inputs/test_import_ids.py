"""An id to import is compared with what the inputs mean, at preview, for every resource that can be imported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.output import Unknown

from support.inputs import provider_inputs, template_inputs
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.operations import operation
from tenant_email.resources.base import existing_inputs
from tenant_email.tenants.connections import CONFIG_KEY

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

LOGIN = {"clientId": "id", "clientSecret": "canary-secret"}
TENANTS: dict[str, Any] = {
    "main": {"platform": "auth0", "url": "https://dev.acme.example", "aliases": ["login.acme.example"], **LOGIN},
    "aic": {"platform": "pingone_aic", "url": "https://aic.acme.example"},
}
ESV = {"tenant": "aic", "esv": "x", "value": "1", "description": ""}
SES = {"domain": "acme.example", "region": "eu-west-1", "dkim": "easy"}
RESOURCES: dict[str, tuple[ResourceProvider, dict[str, Any]]] = {
    "auth0/{}/email-provider": (EmailProviderLifecycle(), provider_inputs()),
    "auth0/{}/email-template/welcome_email": (EmailTemplateLifecycle(), template_inputs()),
    "pingone_aic/{}/esv-variable/esv-x": (EsvVariableLifecycle(), {**ESV, "expression_type": "string"}),
    "pingone_aic/{}/esv-secret/esv-x": (EsvSecretLifecycle(), ESV),
    "aws-ses/{}/acme.example": (SesDomainIdentityLifecycle(), SES),
}
HERE = {"auth0": "dev.acme.example", "pingone_aic": "aic.acme.example", "aws-ses": "eu-west-1"}


@pytest.mark.parametrize("mode", ["import", "adopt"])
@pytest.mark.parametrize("id_", RESOURCES)
def test_an_id_of_another_place_is_refused(id_: str, mode: str) -> None:
    """A production id is not adopted on another host; the right id, at an alias too, is none to complain of."""
    lifecycle, inputs = RESOURCES[id_]
    operation.begin()
    lifecycle.configure(ConfigureRequest(Config({CONFIG_KEY: json.dumps(TENANTS)}, "imports")))
    right = id_.format(HERE[id_.split("/", maxsplit=1)[0]])

    def problems(given: Any) -> list[str]:
        checked = lifecycle.check({}, {**inputs, "on_existing": mode, "import_id": given})
        return [failure.reason for failure in checked.failures]

    assert problems(id_.format("prod")) == [
        (
            f"opts.import_: is {id_.format('prod')}, but these inputs identify {right}\n"
            f"Set import_='{right}', correct the inputs, or remove import_."
        )
    ]
    assert problems(right) == problems(None) == problems(Unknown()) == []  # type: ignore[no-untyped-call]  # Pulumi's
    if id_.startswith("auth0"):
        assert problems(id_.format("login.acme.example")) == []
    lifecycle.configure(ConfigureRequest(Config({}, "imports")))


def test_an_explicit_adopt_wins() -> None:
    """`import_` means adopt without a write, unless the program asks for adoption itself."""
    assert existing_inputs("fail", "an-id") == {"on_existing": "import", "import_id": "an-id"}
    assert existing_inputs(None, "an-id", "adopt") == {"on_existing": "import", "import_id": "an-id"}
    assert existing_inputs("adopt", "an-id") == {"on_existing": "adopt", "import_id": "an-id"}
    assert existing_inputs(None, None, "adopt") == {"on_existing": None, "import_id": None}
