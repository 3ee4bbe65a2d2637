"""The command `tenant-email doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from tenant_email.cli.report import JsonOption, finish
from tenant_email.cli.tenants import (
    CwdOption,
    OptionalTenantArgument,
    StackOption,
    TenantCommand,
    TenantsOption,
    find_tenants,
)
from tenant_email.cli.terminal import echo, examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES = examples(
    ("Look at the Auth0 tenant of the environment", "tenant-email doctor auth0"),
    ("Look at all tenants of the selected stack, in its project's folder", "tenant-email doctor --stack"),
    ("Look at tenants that come by a pipe", "pulumi config get tenant-email:tenants | tenant-email doctor --tenants -"),
    ("Look at one of them in a pipeline", "tenant-email doctor acme --stack prod --json"),
)


@app.command(cls=TenantCommand, epilog=_EXAMPLES)
def doctor(
    tenant: OptionalTenantArgument = None,
    *,
    name: Annotated[
        str | None, typer.Option("--tenant", help="With a platform as TENANT: the tenant of it with this name.")
    ] = None,
    tenants: TenantsOption = None,
    stack: StackOption = None,
    cwd: CwdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at a tenant, or at all: reach, login, what sends its mail, templates, SES and DNS. It changes nothing."""
    from tenant_email.diagnosis.tenant import Circumstances, examine  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.errors import redact_message  # noqa: PLC0415 - as above

    found = find_tenants(tenants, stack, cwd)
    aws = found.stack.section("aws") if found.stack else {}
    around = Circumstances(aws, announce=lambda line: echo(redact_message(line), err=True))
    word = f"{tenant or ''}/{name}".removeprefix("/") if name else tenant
    chosen = found.some(word)
    finish("doctor", (finding for each in chosen for finding in examine(each, around)), as_json=as_json)
