"""The command `tenant-email import`."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - a type of public arguments
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from tenant_email.cli.completion import tenant_names
from tenant_email.cli.report import Finding, JsonOption, Level, finish
from tenant_email.cli.tenants import TENANT_WORD, CwdOption, StackOption, TenantCommand, TenantsOption, find_tenants
from tenant_email.cli.terminal import examples, progress
from tenant_email.errors import TenantEmailError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenant_email.programs.found import Found, FoundResource
    from tenant_email.programs.project import ProjectFiles
    from tenant_email.tenants.selection import NamedTenant, NamedTenants

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_NOTHING: Final = "Check that it is the tenant that you meant."
_EXAMPLES = examples(
    ("Write what the Auth0 tenant of the environment has as a Pulumi project", "tenant-email import auth0 --out mail"),
    (
        "Write what the AWS account has for a domain, in one project with the tenant that sends through it",
        "tenant-email import logto --domain acme.com --region eu-west-1 --out mail",
    ),
    (
        "Write a Logto tenant, with the secrets that it shows put into the config of a new stack",
        "tenant-email import logto --secrets config --configure dev --out mail",
    ),
    (
        "Write two tenants of a stack's config, with their secrets required from config",
        "tenant-email import main staging --stack dev --secrets config --out mail",
    ),
)


@app.command(name="import", cls=TenantCommand, epilog=_EXAMPLES)
def import_tenant(
    tenant: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TENANT",
            autocompletion=tenant_names,
            help=f"{TENANT_WORD}; none with --domain.",
            show_default=False,
        ),
    ] = None,
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
    domain: Annotated[
        list[str] | None,
        typer.Option(
            "--domain",
            metavar="DOMAIN",
            help="Also what this AWS account has for a domain: SES identity, DNS records in Route 53, IAM users that "
            "may send; repeatable.",
            show_default=False,
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", help="The SES region of the domains; else the usual one.", show_default=False),
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", help="The AWS profile; else the usual login.", show_default=False)
    ] = None,
    configure: Annotated[
        str | None,
        typer.Option(
            "--configure",
            metavar="STACK",
            help="Make this stack of the new project, and put settings and the secrets that the tenant shows into its "
            "config, by the Pulumi CLI.",
            show_default=False,
        ),
    ] = None,
    tenants: TenantsOption = None,
    stack: StackOption = None,
    cwd: CwdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what a tenant, or an AWS account, has of email as a Pulumi project that takes it over without a write.

    What is there is only read. The project is written whole or not at all, and has a README with the commands in order.
    """
    from tenant_email.programs import stack as into_stack  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.programs import tenant as finder  # noqa: PLC0415 - as above
    from tenant_email.programs.folder import require_free, write_folder  # noqa: PLC0415 - as above
    from tenant_email.programs.found import merge  # noqa: PLC0415 - as above
    from tenant_email.programs.project import project_files  # noqa: PLC0415 - as above

    if not (tenant or domain):
        raise typer.BadParameter("name a tenant, or a domain with --domain")
    named = find_tenants(tenants, stack, cwd)
    chosen = _choose(named, tenant or ())
    require_free(out)
    if configure is not None:
        into_stack.require_cli(configure, os.environ)
    aws = {"region": region, "profile": profile}
    finder.begin(json.dumps(named.connections.entries()), _aws_config(named, aws))
    names = _names(chosen)
    with progress(f"reading {', '.join([*map(str, chosen), *(domain or ())])}"):
        founds = [
            finder.find_tenant_email(
                each.name, each.platform, secrets, f"{name}-" if len(chosen) > 1 else "", called=name
            )
            for each, name in zip(chosen, names, strict=True)
        ]
        found = merge([*_domains(domain or (), profile), *founds])
    if not found.resources:
        why = " ".join(" ".join((*found.notes, _NOTHING)).split())
        raise TenantEmailError(f"{found.origin} has nothing to import", remedy=why)
    files = project_files(found, out.absolute().name)
    write_folder(out, files.files)
    if configure is not None:
        try:
            with progress(f"stack {configure}") as shown:
                into_stack.configure(configure, out, into_stack.settings_of(found, files), shown.update)
        except TenantEmailError as error:
            rest = (
                f"{out} is written: go on with its README.md, which has the commands, or remove it and run this again."
            )
            raise TenantEmailError(error.message, remedy=f"{error.remedy} {rest}") from None
    more = {"folder": str(out), "resources": [_listed(each) for each in found.resources], "secrets": [*files.secrets]}
    finish("import", _findings(found, files, out, configure), as_json=as_json, more=more)


def _aws_config(named: NamedTenants, given: Mapping[str, str | None]) -> dict[str, str]:
    """Returns what is said of AWS: by options, else by the stack's config."""
    stack = named.stack.section("aws") if named.stack else {}
    return {**stack, **{name: value for name, value in given.items() if value}}


def _domains(domains: Iterable[str], profile: str | None) -> list[Found]:
    from tenant_email.programs.sending_domain import find_sending_domain  # noqa: PLC0415 - it loads boto3

    config = {"aws:profile": profile} if profile else {}
    founds = map(find_sending_domain, dict.fromkeys(domains))
    return [replace(found, config={**found.config, **config}) for found in founds]


def _choose(named: NamedTenants, words: Iterable[str]) -> list[NamedTenant]:
    """Returns the tenants of the words, each once; raises TenantEmailError for a wrong word or entry."""
    chosen = list({(each.platform, each.name): each for each in map(named.choose, words)}.values())
    for each in chosen:
        each.connection().require_credentials()
    return chosen


def _names(chosen: Sequence[NamedTenant]) -> list[str]:
    """Returns what the program calls each tenant: two of one name, of two platforms, are called by those."""
    shared = [name for name, number in Counter(each.name for each in chosen).items() if number > 1]
    return [each.platform if each.name in shared else each.name for each in chosen]


def _listed(resource: FoundResource) -> dict[str, str]:
    return {
        "resource": resource.resource,
        "name": resource.name,
        "id": resource.id,
        "left_out": resource.left_out,
    }


def _findings(found: Found, files: ProjectFiles, out: Path, stack: str | None) -> Iterable[Finding]:
    about = found.origin
    for each in found.resources:
        what, name = f"{each.resource} {each.id}", each.resource.rpartition(".")[2]
        if each.left_out:
            reason, _, remedy = each.left_out.rpartition("\n")
            why = " ".join(reason.split())
            yield Finding(Level.WARNING, f"{what} is left out: {why}", remedy, about, name)
        else:
            yield Finding(Level.OK, what, "; ".join(each.notes), about, name)
    for note in found.notes:
        what, _, remedy = note.partition("\n")
        yield Finding(Level.WARNING, what, remedy, about, "note")
    to_set = [key for key, value in {**files.settings, **files.secrets}.items() if value is None or stack is None]
    if to_set:
        yield Finding(Level.OK, f"the stack's config has to have {', '.join(to_set)}", about=str(out), check="to set")
    taken = sum(not each.left_out for each in found.resources)
    yield Finding(
        Level.OK,
        f"{out} has {taken} resource{'' if taken == 1 else 's'} to take over",
        f"Go on with {out / 'README.md'}.",
        str(out),
        "written",
    )
