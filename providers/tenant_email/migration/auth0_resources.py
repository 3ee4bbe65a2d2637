"""Auth0's email provider and templates in a state of Terraform or Pulumi.

A state has an empty text, 0 or false where the tenant has nothing: what cannot be told from nothing is left out, so
that a program neither changes it nor manages it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError
from tenant_email.migration.fitting import read_or_refuse
from tenant_email.migration.found import FoundProvider, FoundTemplate, Note
from tenant_email.migration.resources import ENCRYPTED, StateResource, block
from tenant_email.platforms.auth0 import mapping, templates
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.json_types import Json, Props, PropsView

PROVIDERS: Final = ("auth0_email_provider", "auth0_email")
TEMPLATE: Final = "auth0_email_template"
_CREDENTIALS: Final = {
    "access_key_id": "accessKeyId",
    "secret_access_key": "secretAccessKey",
    "azure_cs_connection_string": "connectionString",
    "ms365_tenant_id": "tenantId",
    "ms365_client_id": "clientId",
    "ms365_client_secret": "clientSecret",
}
"""Terraform's names to Auth0's, where they differ."""
_OPTIONS: Final = {
    "headers": {
        "x_mc_view_content_link": "X-MC-ViewContentLink",
        "x_ses_configuration_set": "X-SES-Configuration-Set",
    },
    "message": {"view_content_link": "view_content_link", "configuration_set_name": "configuration_set_name"},
}
_TEMPLATE_FIELDS: Final = {
    "template": "template",
    "subject": "subject",
    "body": "body",
    "from": "from",
    "syntax": "syntax",
    "enabled": "enabled",
    "result_url": "resultUrl",
    "url_lifetime_in_seconds": "urlLifetimeInSeconds",
    "include_email_in_redirect": "includeEmailInRedirect",
}
_REDIRECTING: Final = ("verify_email", "reset_email")
"""The templates for which include_email_in_redirect means something (docs/contracts/auth0.md#templates)."""
_SHOW_SECRETS: Final = "Export it with --show-secrets, or set it later in the program."


def read_provider(resources: Iterable[StateResource], notes: list[Note]) -> FoundProvider | None:
    """Returns the email provider among these resources.

    Raises:
        TenantEmailError: there are several, of which a tenant has one.

    """
    found = [each for each in resources if each.type in PROVIDERS]
    if len(found) > 1:
        names = ", ".join(each.address for each in found)
        what = f"there are {len(found)} email providers ({names}), and a tenant has one"
        raise TenantEmailError(what, remedy=f"Choose those of one tenant: --only {found[0].address}")
    return _provider(found[0], notes) if found else None


def _provider(resource: StateResource, notes: list[Note]) -> FoundProvider | None:
    name = resource.text("name")
    kind = KINDS.get(name)
    # A write-only argument (`smtp_pass_wo`, and its version) is never in a state.
    parts = block(resource.attributes.get("credentials"))
    given = {key: value for key, value in parts.items() if not key.endswith(("_wo", "_wo_version"))}
    if resource.attributes.get("credentials") is ENCRYPTED or resource.attributes.get("name") is ENCRYPTED:
        what = "its settings are encrypted as a whole in this export"
        notes.append(Note(resource.address, what, "Export it with --show-secrets.", refused=True))
        return None
    credentials = {_CREDENTIALS.get(key, key): value for key, value in given.items() if value or value is ENCRYPTED}
    encrypted = [key for key, value in credentials.items() if value is ENCRYPTED]
    if kind:
        hidden = [kind.credentials[each] for each in kind.write_only]
        if unread := [key for key in encrypted if key not in hidden]:
            what = f"{', '.join(unread)} is encrypted in this export"
            notes.append(Note(resource.address, what, "Export it with --show-secrets.", refused=True))
            return None
        # Auth0 takes what it hides whole or not at all.
        if not all(credentials.get(key) for key in hidden):
            if hidden:
                why = "is encrypted in this export" if encrypted else "is not in the state"
                what = f"{', '.join(hidden)} {why}: the tenant keeps what it has"
                notes.append(Note(resource.address, what, _SHOW_SECRETS if encrypted else ""))
            credentials = {key: value for key, value in credentials.items() if key not in hidden}
        credentials = {
            key: Secret(value) if key in hidden and isinstance(value, str) and value else value
            for key, value in credentials.items()
        }
        if other := sorted(credentials.keys() - set(kind.credentials.values())):
            notes.append(Note(resource.address, f"{', '.join(other)} is no setting of {name}: it is left out"))
    options = _options(block(resource.attributes.get("settings")))
    document = {
        "name": name,
        "enabled": resource.attributes.get("enabled") is not False,
        "default_from_address": _revealed(resource.attributes.get("default_from_address")),
        "credentials": credentials,
        "settings": options,
    }
    live = read_or_refuse(resource.address, notes, lambda: mapping.provider_live(document))
    if live is None:
        return None
    inputs = live.inputs
    return FoundProvider(resource.address, dict(inputs.settings), inputs.from_address, enabled=bool(inputs.enabled))


def _revealed(value: Json) -> Json:
    """Returns an address that the state marks as sensitive in clear: each mail shows it."""
    return value.reveal() if isinstance(value, Secret) else value or None


def _options(given: PropsView) -> Props:
    """Returns the settings that say something, by Auth0's names."""
    options: Props = {}
    for group, names in _OPTIONS.items():
        for ours, wire in names.items():
            if value := block(given.get(group)).get(ours):
                options.setdefault(group, {})[wire] = value
    return options


def read_templates(resources: Iterable[StateResource], notes: list[Note]) -> tuple[FoundTemplate, ...]:
    """Returns the templates among these resources; of two with one name only the first, with a note."""
    found: dict[str, FoundTemplate] = {}
    for resource in resources:
        if resource.type != TEMPLATE:
            continue
        name = resource.text("template").lower()  # Terraform takes the name in any case
        if any(value is ENCRYPTED for value in resource.attributes.values()):
            what = "is encrypted in this export"
            notes.append(Note(resource.address, what, "Export it with --show-secrets.", refused=True))
        elif not name:
            notes.append(Note(resource.address, "has no name of a template", refused=True))
        elif name in found:
            what = f"is the same template as {found[name].address}, and a tenant has one"
            notes.append(Note(resource.address, what, "Choose those of one tenant with --only.", refused=True))
        else:
            settings = read_or_refuse(resource.address, notes, partial(_template, resource, name))
            if settings is None:
                continue
            found[name] = FoundTemplate(resource.address, settings)
            if name in _REDIRECTING and resource.attributes.get("include_email_in_redirect") is False:
                what = "include_email_in_redirect is false, or was never set, which the state does not tell apart"
                remedy = "It stays as the tenant has it; add include_email_in_redirect=False if you had set it."
                notes.append(Note(resource.address, what, remedy))
    return tuple(found.values())


def _template(resource: StateResource, name: str) -> Props:
    given = {wire: resource.attributes.get(ours) for ours, wire in _TEMPLATE_FIELDS.items()}
    document = {wire: _revealed(value) if isinstance(value, (str, Secret)) else value for wire, value in given.items()}
    always: Props = {"template": name, "subject": document["subject"] or "", "body": document["body"] or ""}
    always |= {"enabled": document["enabled"] is not False}
    said = {wire: value for wire, value in document.items() if value}
    settings = dict(templates.live_of({**said, **always}).inputs.settings)
    # An empty text is what the tenant has without one, and managing it would send it.
    return {key: value for key, value in settings.items() if value != "" or key in always}
