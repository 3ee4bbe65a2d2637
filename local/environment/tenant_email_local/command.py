"""The command `tenant-email local`, which finds it by its entry point: this machine, kept running for a stack."""

from __future__ import annotations

import shlex
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run(directory: Path, platforms: Sequence[str], zones: Sequence[str], *, tls: bool = False) -> None:
    """Runs tenants, AWS, DNS and mail until Ctrl-C, and prints the environment for a stack as a shell takes it.

    `directory` keeps ports and certificates, `platforms` are the tenants to run, `zones` the domains that Route 53
    begins with; `tls` has tenants reached by https. Raises ValueError when there is no emulator of a platform.
    """
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(stop, signal.default_int_handler)
    with LocalMachine(directory, platforms, tls=tls) as machine, suppress(KeyboardInterrupt):
        for name in zones:
            machine.aws.create_zone(name)
        print("# In another terminal; then the commands of a stack's README, but for the tenant's own settings:")
        environment = machine.environment()
        del environment["PATH"]
        for name, value in environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f'export PATH={shlex.quote(str(machine.plugins))}:"$PATH"')
        if tls:
            trusted = shlex.quote(environment["NODE_EXTRA_CA_CERTS"])
            print(f"# Clients in Python and Go trust the tenants with SSL_CERT_FILE={trusted}")
        print("# Ctrl-C stops it; what the tenant and AWS hold is then gone.", flush=True)
        threading.Event().wait()
