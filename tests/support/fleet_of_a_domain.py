"""A fleet on a whole machine, AWS, DNS and mail among it: a tenant of each platform, all of a shared sending domain."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from support.all_platforms import NAMES, REGION, Mails
from support.engines import environment
from support.fleets import write_project
from support.lab import DOMAIN
from tenant_email import platforms
from tenant_email.fleet.stack_config import usual_variables
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

SENDER: Final = f"no-reply@{DOMAIN}"
_KINDS: Final = {"auth0": "auth0.ses", "logto": "logto.aws_ses", "pingone_aic": "pingone_aic.smtp"}


@dataclass
class FleetOfADomain:
    """The machine, and the folder of the file; a tenant has the name of its platform."""

    machine: LocalMachine
    folder: Path
    names: tuple[str, ...]

    @property
    def mails(self) -> Mails:
        """Returns what the tenants send."""
        return Mails(self.machine)

    def write(
        self, domains: Mapping[str, Mapping[str, Any]], emails: Mapping[str, Any] | None = None, region: str = REGION
    ) -> Path:
        """Writes a file of these domains, whose tenants share the first; `emails` are over the defaults, by tenant."""
        defaults: dict[str, Any] = {"all": {"from_address": SENDER, "sending_domain": next(iter(domains), None)}}
        defaults |= {name: {"provider": {"kind": _KINDS[name], "from_ses": True}} for name in self.names}
        tenants = {name: {**self._entry(name), "email": (emails or {}).get(name, {})} for name in self.names}
        document = {"defaults": defaults, "sending_domains": domains, "tenants": tenants}
        return write_project(self.folder, {"version": 1, "aws": {"region": region}, **document})

    def _entry(self, name: str) -> dict[str, str]:
        spec, logins = platforms.connection_specs()[name], self.machine.environment()
        plain = {key: logins[variable] for key, variable in spec.plain.items()}
        named = {f"{key}Env": f"FLEET_{variable}" for key, variable in spec.secret.items()}
        return {"platform": name, "url": self.machine.tenants[name].url, **plain, **named}

    def environment(self) -> dict[str, str]:
        """Returns the environment in which Pulumi runs: with none of the variables that go before an entry."""
        found, specs = self.machine.environment(), [platforms.connection_specs()[name] for name in self.names]
        secrets = {f"FLEET_{each}": found[each] for spec in specs for each in spec.secret.values()}
        usual = {each for spec in specs for each in usual_variables(spec)}
        return {**environment(), **{key: found[key] for key in found.keys() - usual}, **secrets}

    def writes(self) -> dict[str, int]:
        """Returns how many calls of each tenant changed something since the last `forget`, logins left out."""
        tenants = {name: self.machine.tenants[name] for name in self.names}
        return {
            name: sum(call.method != "GET" and call.path != each.login_path for call in each.calls)
            for name, each in tenants.items()
        }

    def forget(self) -> None:
        """Forgets the calls so far."""
        for name in self.names:
            self.machine.tenants[name].reset_calls()
        self.machine.aws.calls.clear()


@contextmanager
def fleet_of_a_domain(folder: Path, names: tuple[str, ...] = NAMES) -> Generator[FleetOfADomain]:
    """Runs the machine; no file is written yet."""
    behavior = Behavior(look_delay=0.1, key_delay=0)
    with LocalMachine(folder / "machine", names, behavior=behavior) as machine:
        machine.aws.create_zone(DOMAIN)
        if aic := machine.tenants.get("pingone_aic"):
            cast("Any", aic).switches.restart_seconds = 0.1
        yield FleetOfADomain(machine, folder / "fleet", names)
