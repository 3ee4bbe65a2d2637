"""The package's own Auth0 client against an emulator, driven as the lifecycles do, without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email.input_diff import compare
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.platforms import load
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.connections import Connection

if TYPE_CHECKING:
    from tenant_email.inputs.model import Model
    from tenant_email.platforms.base import LiveProvider
    from tenant_email_local.emulators.auth0 import Auth0Emulator

AUTH0 = load("auth0")


class Wire:
    """Creates and changes the provider or a template of one tenant; `sent` is the last body."""

    def __init__(self, tenant: Auth0Emulator) -> None:
        client = tenant.client
        login, secret = {"clientId": client.client_id}, {"clientSecret": Secret(client.client_secret)}
        connection = Connection("main", "auth0", tenant.url, "acme.eu.auth0.com", plain=login, secret=secret)
        self.tenant, self.api = tenant, AUTH0.open(connection, lambda _: None)

    @property
    def sent(self) -> Any:
        """The body of the last call."""
        return self.tenant.calls[-1].request_json

    def create(self, settings: dict[str, Any], **top: Any) -> LiveProvider:
        """Creates the provider."""
        return self.api.create_provider(desired(settings, **top))

    def change(self, old: dict[str, Any], new: dict[str, Any]) -> LiveProvider:
        """Changes settings of the provider."""
        before, after = desired(old), desired(new)
        change = compare(before, after, AUTH0.capabilities, "acme.eu.auth0.com")
        return self.api.update_provider(after, change, None, {})


def desired(settings: dict[str, Any], *, enabled: bool = True, **top: Any) -> ProviderInputs:
    """Returns valid inputs of a provider as the lifecycles hold them."""
    return ProviderInputs(_valid(AUTH0.models[settings["kind"]], settings), enabled=enabled, **top)


def desired_template(settings: dict[str, Any]) -> TemplateInputs:
    """Returns valid inputs of a template."""
    return TemplateInputs(_valid(AUTH0.template, settings))


def _valid(model: type[Model], settings: dict[str, Any]) -> dict[str, Any]:
    values, problems = parse(model, settings)
    assert values is not None, [str(problem) for problem in problems]
    return values.to_props()
