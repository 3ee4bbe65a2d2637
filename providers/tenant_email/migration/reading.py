"""Reads what another tool wrote: from a path to all that was found, fit for our resources, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.errors import TenantEmailError
from tenant_email.inputs.text_files import unusable
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.migration import (
    auth0_resources,
    detection,
    logto_connectors,
    pulumi_state,
    ses_resources,
    terraform_state,
)
from tenant_email.migration.aic_files import AicFiles
from tenant_email.migration.deploy_cli import DeployCli
from tenant_email.migration.fitting import fit_provider, fit_template
from tenant_email.migration.found import FoundProvider, FoundTemplate, FoundTenant, Note, Reading
from tenant_email.migration.resources import StateResource, select
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tenant_email.migration.found import Source


def read(
    path: Path,
    source: Source | None,
    environ: Mapping[str, str],
    *,
    only: Sequence[str] = (),
    config: Path | None = None,
) -> Reading:
    """Returns all that a path holds.

    Args:
        path: a file, a folder, or `-` for standard input.
        source: the tool that wrote it; None to look at what it is.
        environ: the environment, where tools take values from.
        only: of a state the addresses, modules or providers to read; empty for all.
        config: auth0-deploy-cli's config.json, where it is not in the folder or above it.

    Raises:
        TenantEmailError: it cannot be read, or is not what the tool writes.

    """
    found, document = detection.detect(path) if source is None else (source, detection.document_of(path, source))
    reading = Reading(found)
    match found:
        case "terraform" | "pulumi":
            _read_state(reading, path, document, only)
        case "deploy-cli":
            _read_deploy_cli(reading, path, document, config, environ)
        case "frodo" | "fr-config-manager":
            _read_aic(reading, path, document, environ)
        case "logto":
            provider, templates = logto_connectors.read_connectors(document, path, reading.notes, reading.left)
            _take(reading, FoundTenant("logto", "", provider, templates))
    return reading


def merge(readings: Sequence[Reading]) -> Reading:
    """Returns several readings as one.

    Raises:
        TenantEmailError: they are of several tenants, or say two things of one.

    """
    first, *others = readings
    for other in others:
        first.tenant = _merged(first.tenant, other.tenant)
        first.domains += other.domains
        first.notes += other.notes
        first.left += other.left
        first.taken += other.taken
        first.types |= other.types
    return first


def _merged(one: FoundTenant | None, other: FoundTenant | None) -> FoundTenant | None:
    if one is None or other is None:
        return one or other
    if one.platform != other.platform or (one.host and other.host and one.host != other.host):
        names = " and ".join(f"{each.platform} {each.host}".strip() for each in (one, other))
        raise TenantEmailError(f"the files are of several tenants: {names}", remedy="Migrate one tenant at a time.")
    twice = "an email provider" if one.provider and other.provider else ""
    key = platforms.load(one.platform).template_key
    both = {key(each.settings) for each in one.templates} & {key(each.settings) for each in other.templates}
    if twice := twice or ", ".join(sorted(both | {each.id for each in one.esvs} & {each.id for each in other.esvs})):
        raise TenantEmailError(f"several of the files have {twice}", remedy="Name each of them once.")
    templates, esvs = one.templates + other.templates, one.esvs + other.esvs
    return FoundTenant(one.platform, one.host or other.host, one.provider or other.provider, templates, esvs)


def _read_state(reading: Reading, path: Path, document: Json, only: Sequence[str]) -> None:
    file = detection.state_in(path)
    document = detection.document_of(file, reading.source) if document is None else document
    if not is_object(document):
        raise unusable(file, "does not hold a JSON object")
    reader = terraform_state if reading.source == "terraform" else pulumi_state
    every, notes, left = reader.read_state(document, file)
    chosen = select(every, only, str(file))
    reading.left += left
    reading.notes += notes
    of_auth0 = [each for each in chosen if each.type in (*auth0_resources.PROVIDERS, auth0_resources.TEMPLATE)]
    _require_one_tenant(of_auth0, file)
    provider = auth0_resources.read_provider(of_auth0, reading.notes)
    templates = auth0_resources.read_templates(of_auth0, reading.notes)
    hosts = [each.host for each in of_auth0 if each.host]
    if of_auth0:
        _take(reading, FoundTenant("auth0", hosts[0] if hosts else "", provider, templates))
    reading.domains = ses_resources.read_domains(chosen, reading.notes)
    reading.types = {each.address: each.type for each in every}


def _require_one_tenant(resources: Iterable[StateResource], file: Path) -> None:
    configured = list(dict.fromkeys(each.provider for each in resources))
    if len(configured) > 1:
        what = f"has emails of {len(configured)} configured providers ({', '.join(configured)}), each for one tenant"
        raise unusable(file, what, f"Choose one: --only {configured[0]}")


def _read_deploy_cli(
    reading: Reading, path: Path, document: Json, config: Path | None, environ: Mapping[str, str]
) -> None:
    # a single JSON file is the provider's: what is beside it belongs to it
    if document is not None:
        path = path.parent.parent if path.parent.name == "emails" else path.parent
    folder = DeployCli(path, config, environ, reading.notes)
    provider, templates = folder.read()
    _take(reading, FoundTenant("auth0", folder.host, provider, templates))


def _read_aic(reading: Reading, path: Path, document: Json, environ: Mapping[str, str]) -> None:
    files = AicFiles(environ, reading.notes)
    files.read(path, document)
    reading.left += files.left
    hosts = [host for host in files.hosts if host]
    if len(hosts) > 1:
        raise unusable(path, f"holds exports of several tenants ({', '.join(hosts)})", "Name those of one tenant.")
    host = hosts[0] if hosts else ""
    _take(reading, FoundTenant("pingone_aic", host, files.provider, tuple(files.templates), tuple(files.esvs)))


def _take(reading: Reading, tenant: FoundTenant) -> None:
    """Puts into a reading what our resources take of a tenant, and notes what they do not."""
    loaded, notes, provider = platforms.load(tenant.platform), reading.notes, tenant.provider
    fit: FoundProvider | None = None
    if provider is not None:
        settings = _sealed(provider.settings)
        if found := fit_provider(loaded, provider.address, settings, provider.from_address, notes):
            fit = replace(provider, settings=found[0], from_address=found[1])
            reading.taken.append(fit.address)
    fitting: dict[str, FoundTemplate] = {}
    for each in tenant.templates:
        settings = {"kind": f"{tenant.platform}.template", **each.settings}
        given = fit_template(loaded, each.address, settings, notes)
        if given is None:
            continue
        if fit and fit.enabled is False and given.pop("from_address", None):
            # A program may not say it (operations/sender_rules.py), and the tenant keeps it.
            what = "from_address cannot be managed while the provider is disabled; it is left as the tenant has it"
            notes.append(Note(each.address, what, "Add it when you enable the provider."))
        key = loaded.template_key(given)
        if key in fitting:
            notes.append(Note(each.address, f"is the same template as {fitting[key].address}", refused=True))
            continue
        fitting[key] = replace(each, settings=given)
        reading.taken.append(each.address)
    reading.taken += [each.id for each in tenant.esvs]
    reading.tenant = replace(tenant, provider=fit, templates=tuple(fitting.values()))


def _sealed(settings: Props) -> Props:
    """Returns settings in which a text that is a secret is one wherever it is: a token may be user and password."""
    secrets = {value.reveal() for value in _values(settings) if isinstance(value, Secret)} - {""}
    return {
        name: Secret(value) if isinstance(value, str) and value in secrets else value
        for name, value in settings.items()
    }


def _values(value: Json) -> list[Json]:
    if is_object(value):
        return [item for each in value.values() for item in _values(each)]
    if is_list(value):
        return [item for each in value for item in _values(each)]
    return [value]
