"""What a stack of a fleet is made of, as one digest: whether it is the same as when it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.fleet.journal import digest
from tenant_email.fleet.settings import SettingsReader, UnknownSecrets
from tenant_email.fleet.shapes import provider_classes
from tenant_email.fleet.stack_config import config_of
from tenant_email.fleet.templates import templates_of
from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.stack_config import Unit


def content_of(fleet: Fleet, unit: Unit) -> str:
    """Returns a digest of what the file, and the texts that it names, say of a stack; a secret's value is not in it."""
    if unit.sending_domain:
        return digest([config_of(fleet, unit, fleet.folder), fleet.sending_domains[unit.sending_domain]])
    tenant = fleet.tenants[unit.tenant]
    reader = SettingsReader(fleet.folder, UnknownSecrets(), "")
    texts = {each.name: each.arguments for each in templates_of(tenant, reader)}
    provider = tenant.email.get("provider")
    shared = fleet.sending_domains.get(tenant.shared_domain)
    given = provider if is_object(provider) else {}
    cls = provider_classes(tenant.platform).get(str(given.get("kind")))
    arguments = reader.arguments(cls, given) if cls else {}
    return digest([config_of(fleet, unit, fleet.folder), tenant.email, shared, arguments, texts])
