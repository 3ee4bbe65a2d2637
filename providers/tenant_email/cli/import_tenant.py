"""The command `tenant-email import`."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - a type of public arguments
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tenant_email.cli.report import Finding, JsonOption, Level, finish
from tenant_email.cli.tenants import CwdOption, StackOption, TenantCommand, TenantsOption, find_tenants
from tenant_email.cli.terminal import examples, progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.cli.tenants import FoundTenants
    from tenant_email.programs.found import Found, FoundResource
    from tenant_email.tenants.selection import NamedTenant

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES = examples(
    ("Write what the Auth0 tenant of the environment has as a Pulumi project", "tenant-email import auth0 --out mail"),
    (
        "Write two tenants of a stack's config, with their secrets required from config",
        "tenant-email import main staging --stack dev --secrets config --out mail",
    ),
)


@app.command(name="import", cls=TenantCommand, epilog=_EXAMPLES)
def import_tenant(
    tenant: Annotated[
        list[str],
        typer.Argument(
            metavar="TENANT",
            help="A tenant's name, a platform for its only tenant or `main`, or PLATFORM/NAME; one or more.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help="Write the project into this folder, which is not there yet."),
    ],
    secrets: Annotated[
        Literal["omit", "config"],
        typer.Option(
            "--secrets",
            help="omit: the program leaves them out, and the tenant keeps its own; config: it requires them from the "
            "stack's config.",
        ),
    ] = "omit",
    tenants: TenantsOption = None,
    stack: StackOption = None,
    cwd: CwdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what a tenant has of email as a Pulumi project that takes it over without a write.

    The tenant is only read. The project is written whole or not at all, and has a README with the commands in order.
    """
    from tenant_email.programs import tenant as finder  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.programs.folder import require_free, write_folder  # noqa: PLC0415 - as above
    from tenant_email.programs.found import merge  # noqa: PLC0415 - as above
    from tenant_email.programs.project import project_files  # noqa: PLC0415 - as above

    named = find_tenants(tenants, stack, cwd)
    chosen = _choose(named, tenant)
    require_free(out)
    finder.begin(json.dumps(named.connections.entries()), named.stack.section("aws") if named.stack else None)
    with progress(f"reading {', '.join(map(str, chosen))}"):
        prefixes = [f"{each.name}-" if len(chosen) > 1 else "" for each in chosen]
        read = zip(chosen, prefixes, strict=True)
        found = merge(finder.find_tenant_email(each.name, each.platform, secrets, prefix) for each, prefix in read)
    files = project_files(found, out.absolute().name)
    write_folder(out, files.files)
    more = {"folder": str(out), "resources": [_listed(each) for each in found.resources], "secrets": [*files.secrets]}
    finish("import", _findings(found, out), as_json=as_json, more=more)


def _choose(named: FoundTenants, words: Iterable[str]) -> list[NamedTenant]:
    """Returns the tenants of the words, each once; raises TenantEmailError for a wrong word or entry."""
    chosen = list({(each.platform, each.name): each for each in map(named.choose, words)}.values())
    for each in chosen:
        each.connection().require_credentials()
    return chosen


def _listed(resource: FoundResource) -> dict[str, str]:
    return {
        "resource": resource.resource,
        "name": resource.name,
        "id": resource.id,
        "left_out": resource.left_out,
    }


def _findings(found: Found, out: Path) -> Iterable[Finding]:
    about = found.origin
    for each in found.resources:
        what, name = f"{each.resource} {each.id}", each.resource.rpartition(".")[2]
        if each.left_out:
            reason, _, remedy = each.left_out.rpartition("\n")
            yield Finding(Level.WARNING, f"{what} is left out: {reason}", remedy, about, name)
        else:
            yield Finding(Level.OK, what, "; ".join(each.notes), about, name)
    for note in found.notes:
        yield Finding(Level.WARNING, note, about=about, check="note")
    taken = sum(not each.left_out for each in found.resources)
    yield Finding(
        Level.OK, f"{out} has {taken} resources to take over", f"Go on with {out / 'README.md'}.", str(out), "written"
    )
