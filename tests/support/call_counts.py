"""Counts what each operation asks of a tenant, and writes the table of docs/calls.md.

Run from the project's folder: `PYTHONPATH=tests .venv/bin/python -m support.call_counts > docs/calls.md`
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import pytest

from support.conformance import open_case
from support.managed import Operated
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from support.conformance import Case
    from tenant_email_local.emulators.server import ReceivedCall

STACK: Final = {"preview": 0, "create": 5, "no-op": 0, "from-address change": 5, "host change": 2, "destroy": 6}
"""The most calls of one SMTP provider with three templates; tests/engine/flagship/test_calls.py counts."""
PLATFORMS: Final = {"auth0": "Auth0", "logto": "Logto", "pingone_aic": "PingOne AIC"}
_HEAD: Final = """# Calls

What one resource's operation asks of a tenant, the login included, counted on the emulators; a test counts again. An
operation of a whole stack logs in once for all its resources of a tenant.

**A preview asks nothing, and neither does an `up` without a change.** Pulumi compares with its state; `pulumi refresh`
is what looks at the tenant.

| | Auth0 | Logto | PingOne AIC |
|---|---|---|---|
"""
_TAIL: Final = """
Writes are POST, PUT, PATCH and DELETE; the login is counted among the reads.

A test also limits the calls of a whole stack. An SMTP provider with three templates on Auth0 makes at most this many:

| preview | create | `up` without a change | another sender, of provider and templates | another host | destroy |
|---:|---:|---:|---:|---:|---:|
| {preview} | {create} | {no-op} | {from-address change} | {host change} | {destroy} |

Where a platform limits its calls, they are paced by what it says of its limits:
[Auth0](contracts/auth0.md#rate-limits).
"""


def counts(case: Case) -> dict[str, str]:
    """Returns calls and writes of each operation, in words, by its name."""
    provider, settings = case.stack(), case.samples["settings"]
    template = Operated(EmailTemplateLifecycle(), **case.template_inputs())
    moved = {**settings, "host": "smtp.two.example", "password": "canary-two"}
    operations: Mapping[str, Callable[[], object]] = {
        "`EmailProvider`: preview": provider.problems,
        "create": provider.up,
        "`up` without a change": provider.up,
        "another sender": lambda: provider.up(from_address="hello@acme.example"),
        "another host, with its password": lambda: provider.up(settings=moved),
        "refresh": provider.refresh,
        "destroy": provider.destroy,
        "`EmailTemplate`: preview": template.problems,
        "create a template": template.up,
        "`up` without a change of it": template.up,
        "another subject": lambda: template.up(**case.template_inputs(**case.samples["template_change"])),
        "refresh a template": template.refresh,
        "destroy a template": template.destroy,
    }
    return {name: _counted(case, operation) for name, operation in operations.items()}


def _counted(case: Case, operation: Callable[[], object]) -> str:
    case.tenant.reset_calls()
    operation()
    calls = list(case.tenant.calls)
    written = sum(map(_is_write, calls))
    parts = {"read": len(calls) - written, "write": written}
    said = [f"{number} {name}{'' if number == 1 else 's'}" for name, number in parts.items() if number]
    return ", ".join(said) or "none"


def _is_write(call: ReceivedCall) -> bool:
    return call.method != "GET" and "token" not in call.path


def page(found: Mapping[str, Mapping[str, str]]) -> str:
    """Returns the page of what each platform's operations cost."""
    return _HEAD + "\n".join(_rows(found)) + "\n" + _TAIL.format_map(STACK)


def _rows(found: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name in dict.fromkeys(chain.from_iterable(found.values())):
        yield f"| {name} | {' | '.join(found[platform][name] for platform in PLATFORMS)} |"


def counted() -> dict[str, dict[str, str]]:
    """Counts on a fresh tenant of each platform."""
    found = dict[str, dict[str, str]]()
    for platform in PLATFORMS:
        with pytest.MonkeyPatch.context() as monkeypatch, open_case(platform, monkeypatch) as case:
            found[platform] = counts(case)
    return found


if __name__ == "__main__":
    print(page(counted()), end="")  # noqa: T201 - into the page
