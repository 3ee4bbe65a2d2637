"""The command `tenant-email migrate`."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - a type of public arguments
from typing import TYPE_CHECKING, Annotated

import typer

from tenant_email.cli.commands import PlainCommand
from tenant_email.cli.completion import tenant_names
from tenant_email.cli.report import Finding, JsonOption, Level, finish
from tenant_email.cli.tenants import TenantsOption, find_tenants
from tenant_email.cli.terminal import examples, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.migration.found import Reading
    from tenant_email.programs.project import ProjectFiles

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES = examples(
    (
        "From Terraform, whose state is never in a file; its secrets go into the stack's config",
        "terraform state pull | tenant-email migrate - --url https://acme.eu.auth0.com --out mail --configure prod",
    ),
    (
        "From pulumi_auth0",
        "pulumi stack export --show-secrets | tenant-email migrate - --out mail --configure prod",
    ),
    ("From auth0-deploy-cli", "tenant-email migrate tenant/ --keywords config.json --out mail"),
    ("From frodo or fr-config-manager", "tenant-email migrate exports/ --out mail"),
    (
        "From Logto, and see whether the tenant of the environment has what the file says",
        "tenant-email migrate connectors.json --out mail --prove",
    ),
)


@app.command(cls=PlainCommand, epilog=_EXAMPLES)
def migrate(
    source: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE",
            help="A state, an export, a folder of another tool, or - for standard input; several make one project.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write the project into this folder.")],
    tool: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TOOL",
            help="terraform, pulumi, deploy-cli, frodo, fr-config-manager or logto; omitted, the files are looked at.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="ADDRESS",
            help="Take only this resource, module or provider of a state; repeatable.",
            show_default=False,
        ),
    ] = None,
    keywords: Annotated[
        Path | None,
        typer.Option(
            "--keywords",
            metavar="FILE",
            help="Take the keywords of auth0-deploy-cli from this config.json.",
            show_default=False,
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="Where the tenant is, if the files do not say it.", show_default=False
        ),
    ] = None,
    tenant: Annotated[
        str | None,
        typer.Option(
            "--tenant",
            metavar="TENANT",
            autocompletion=tenant_names,
            help="Take the url of this tenant of --tenants or the environment, and its name.",
            show_default=False,
        ),
    ] = None,
    tenants: TenantsOption = None,
    stack: Annotated[
        str | None,
        typer.Option(
            "--configure",
            metavar="STACK",
            help="Make this stack of the project, and put settings and secrets into its config by the Pulumi CLI.",
            show_default=False,
        ),
    ] = None,
    prove: Annotated[
        bool,
        typer.Option("--prove", help="Ask the tenant, by reads alone, whether an up would take each resource over."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what another tool manages of a tenant's email as a Pulumi project that takes it over without a write.

    Secrets are never printed or written in clear: with --configure they go into the stack's config, else the project's
    README has the command that asks for each. MIGRATING.md has the steps, in an order that leaves no moment with two
    owners.
    """
    from tenant_email.migration import command  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.migration.proof import prove as prove_it  # noqa: PLC0415 - as above
    from tenant_email.programs.stack import configure, require_cli  # noqa: PLC0415 - as above

    if stack is not None:
        require_cli(stack, os.environ)
    named = find_tenants(tenants, None, None)
    asked = command.Asked(source, tool, only or (), keywords, named, tenant, url)
    planned = command.plan(asked, os.environ, out)
    command.write(planned, out)
    findings = list(_findings(planned.reading))
    if stack is not None:
        with progress(f"stack {stack}") as shown:
            configure(stack, out, command.settings(planned), shown.update)
        findings.append(Finding(Level.OK, _configured(planned.files), about=f"stack {stack}", check="stack"))
    elif known := [key for key, value in planned.files.secrets.items() if value is not None]:
        remedy = f"Set them as {out / 'README.md'} says, or run this again with --configure STACK."
        what = f"secrets of the files that are in no file of the project: {', '.join(known)}"
        findings.append(Finding(Level.WARNING, what, remedy, str(out), "secrets"))
    if unset := [key for key, value in planned.files.settings.items() if value is None]:
        what = f"the files have no value of {', '.join(unset)}, which the program requires from the stack's config"
        remedy = f"Set them as {out / 'README.md'} says."
        findings.append(Finding(Level.WARNING, what, remedy, str(out), "settings"))
    if prove:
        findings += prove_it(planned.found, named.connections.entries())
    count = _counted(len(planned.found.resources), "resource")
    steps = f"{out / 'MIGRATING.md'} has the steps."
    findings.append(Finding(Level.OK, f"{out} has {count}", steps, str(out), "written"))
    more = {
        "folder": str(out),
        "source": planned.reading.source,
        "taken": planned.reading.taken,
        "left": dict(planned.reading.left),
        "settings": [*planned.files.settings],
        "secrets": [*planned.files.secrets],
    }
    finish("migrate", findings, as_json=as_json, more=more)


def _configured(files: ProjectFiles) -> str:
    known = [key for key, value in files.secrets.items() if value is not None]
    missing = [key for key, value in {**files.settings, **files.secrets}.items() if value is None]
    more = f"; {', '.join(missing)} has still to be set" if missing else ""
    return f"has its settings and {_counted(len(known), 'secret')}{more}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _findings(reading: Reading) -> Iterator[Finding]:
    for address in reading.taken:
        yield Finding(Level.OK, address, about=reading.source, check="taken")
    for note in reading.notes:
        check = "refused" if note.refused else "note"
        yield Finding(Level.WARNING, f"{note.address}: {note.text}", note.remedy, reading.source, check)
    if reading.left:
        counted = ", ".join(f"{count} {kind}" for kind, count in sorted(reading.left.items()))
        yield Finding(Level.OK, f"left with the other tool: {counted}", about=reading.source, check="left")
