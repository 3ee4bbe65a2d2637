"""What `tenant-email migrate` does: reads, decides where the tenant is, and makes the project; it prints nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenant_email.errors import TenantEmailError
from tenant_email.migration import project, steps
from tenant_email.migration.destination import place_of
from tenant_email.migration.detection import require_known
from tenant_email.migration.reading import merge, read
from tenant_email.programs.folder import write_folder
from tenant_email.programs.project import project_files
from tenant_email.programs.stack import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tenant_email.migration.found import Reading
    from tenant_email.programs.found import Found
    from tenant_email.programs.project import ProjectFiles
    from tenant_email.programs.stack import Setting
    from tenant_email.tenants.selection import NamedTenants


@dataclass(frozen=True, slots=True)
class Plan:
    """What was read, the project of it, and its files."""

    reading: Reading
    found: Found
    files: ProjectFiles


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks for.

    sources: files and folders. tool: the one that wrote them; None to look. only: what of a state is meant; empty for
    all. keywords: auth0-deploy-cli's config.json. named: the tenants that are known; tenant, url: which of them is
    meant, and where it is.
    """

    sources: Sequence[Path]
    tool: str | None
    only: Sequence[str]
    keywords: Path | None
    named: NamedTenants
    tenant: str | None
    url: str | None


def plan(asked: Asked, environ: Mapping[str, str], out: Path) -> Plan:
    """Returns the project of what other tools' files say.

    Raises:
        TenantEmailError: a file cannot be read, or nobody says where the tenant is, or there is nothing to take.
    """
    source = None if asked.tool is None else require_known(asked.tool)
    found_in = (read(each, source, environ, only=asked.only, config=asked.keywords) for each in asked.sources)
    reading = merge(list(found_in))
    has_tenant = reading.tenant and (reading.tenant.provider or reading.tenant.templates or reading.tenant.esvs)
    if not (has_tenant or reading.domains):
        raise _nothing(reading)
    place = place_of(reading.tenant, asked.named, asked.tenant, asked.url) if reading.tenant and has_tenant else None
    found = project.found(reading, place)
    if not found.resources:
        raise _nothing(reading)
    files = project_files(found, out.absolute().name)
    return Plan(reading, found, replace(files, files={**files.files, steps.FILE: steps.steps(reading)}))


def write(planned: Plan, out: Path) -> None:
    """Writes the project; where it stands there already, every file the same, nothing is to be done.

    So that a command that stopped at the stack can be run again.
    """
    if not _is_there(planned.files.files, out):
        write_folder(out, planned.files.files)


def settings(planned: Plan) -> list[Setting]:
    """Returns what the stack of the project is told: where the tenant is, and each setting and secret that is known."""
    return list(settings_of(planned.found, planned.files))


def _is_there(files: Mapping[str, str], out: Path) -> bool:
    try:
        return all((out / name).read_bytes() == text.encode() for name, text in files.items())
    except (OSError, ValueError):
        return False


def _nothing(reading: Reading) -> TenantEmailError:
    refused = "; ".join(f"{note.address}: {note.text}" for note in reading.notes if note.refused)
    left = ", ".join(f"{count} {kind}" for kind, count in reading.left.items())
    what = f"{reading.source}: nothing of it can be migrated"
    why = f"\n  - {refused}" if refused else f" (there are {left})" if left else ""
    remedies = [note.remedy for note in reading.notes if note.refused and note.remedy]
    remedy = remedies[0] if remedies else "Name the file that has the email provider, templates or SES identity."
    return TenantEmailError(f"{what}{why}", remedy=remedy)
