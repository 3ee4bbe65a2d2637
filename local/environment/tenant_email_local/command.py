"""The command `tenant-email local`, which finds it by its entry point: this machine, kept running for a stack."""

from __future__ import annotations

import os
import re
import shlex
import signal
import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

from tenant_email_local.machine import SERVERS, LocalMachine, kept_ports
from tenant_email_local.ports import may_listen, past_proxies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_ZONE: Final = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_ZONE: Final = 253


def run(
    directory: Path, platforms: Sequence[str], zones: Sequence[str], *, tls: bool = False, page: int | None = 0
) -> None:
    """Runs tenants, AWS, DNS and mail until Ctrl-C, and prints the environment for a stack as a shell takes it.

    `directory` keeps ports and certificates, `platforms` are the tenants to run, `zones` the domains that Route 53
    begins with; `tls` has tenants reached by https. `page` is the port at which a browser sees all of it: 0 is the one
    that the folder keeps, None has no page. Raises ValueError, with the remedy as its last line, when there is no
    emulator of a platform, a zone is none, or the folder or a port is not to be had.
    """
    platforms, zones = tuple(dict.fromkeys(platforms)), tuple(dict.fromkeys(map(_zone, zones)))
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(stop, signal.default_int_handler)
    os.environ.update(past_proxies(os.environ))
    with ExitStack() as running, suppress(KeyboardInterrupt):
        kept = _require_ports(directory, platforms, page)
        machine = running.enter_context(LocalMachine(directory, platforms, tls=tls))
        for name in zones:
            machine.aws.create_zone(name)
        if page is not None:
            from tenant_email_local.page.server import PageServer  # noqa: PLC0415 - only who wants a page pays for it

            served = running.enter_context(PageServer(machine, page or kept["page"]))
            print(f"# Mails, calls, tenants, DNS and AWS, live in a browser: {served.url}")
        print("# In another terminal; then the commands of a stack's README, but for the tenant's own settings:")
        _print_environment(machine, tls=tls)
        threading.Event().wait()


def _zone(name: str) -> str:
    """Returns the name of a zone; raises ValueError where it is none."""
    plain = name.strip().rstrip(".").lower()
    if not _ZONE.fullmatch(plain) or len(plain) > _LONGEST_ZONE:
        raise ValueError(f"{name!r} is no name of a zone\nWrite a domain, such as acme.example.")
    return plain


def _require_ports(directory: Path, platforms: Sequence[str], page: int | None) -> dict[str, int]:
    """Returns the ports of the folder; raises ValueError where something else listens at one that is needed."""
    kept = kept_ports(directory.resolve(), (*SERVERS, *platforms, "page"))
    needed = {name: kept[name] for name in (*SERVERS, *platforms)}
    if page is not None:
        needed["page"] = page or kept["page"]
    if page in [port for name, port in needed.items() if name != "page"]:
        raise ValueError(f"{directory}: port {page} is another server's of this folder\nChoose another --page.")
    if busy := [f"{port} ({name})" for name, port in needed.items() if not may_listen(port)]:
        raise ValueError(
            f"{directory}: in use already: port {', '.join(busy)}\n"
            "Stop what listens there, such as another `tenant-email local` with this folder, or choose another folder."
        )
    return kept


def _print_environment(machine: LocalMachine, *, tls: bool) -> None:
    environment = machine.environment()
    del environment["PATH"]
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")
    print(f'export PATH={shlex.quote(str(machine.plugins))}:"$PATH"')
    if tls:
        trusted = shlex.quote(environment["NODE_EXTRA_CA_CERTS"])
        print(f"# Clients in Python and Go trust the tenants with SSL_CERT_FILE={trusted}")
    print("# Ctrl-C stops it; what the tenant and AWS hold is then gone.", flush=True)
