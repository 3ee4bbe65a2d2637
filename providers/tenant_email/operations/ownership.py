"""Who owns what in one operation: ids that resources claim, write and give up, and what they say of a tenant."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.findings import ConfiguresProvider, Findings, FollowsProvider, LacksLogin, OwnsObject, SendsFrom
from tenant_email.operations.sender_policy import limit_problems
from tenant_email.operations.shared import Once

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.findings import Claim
    from tenant_email.json_types import Props, PropsView


class Ownership:
    """What the resources of one program have said and done so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: dict[str, str] = {}
        self._written: set[str] = set()
        self._lacking = Once()
        self._released: dict[str, Props] = {}
        self._providers: dict[tuple[str, str], ConfiguresProvider] = {}
        self._kept_records: dict[str, PropsView] = {}

    def register(self, claims: Iterable[Claim], urn: str = "") -> Findings:
        """Notes what a check claims; returns what is to be said of it beside the claims of other resources.

        `urn`: the resource that claims, as far as it is known: an engine checks some resources twice.
        """
        findings = Findings()
        for claim in claims:
            match claim:
                case OwnsObject(id_, label):
                    findings += self._note_owner(id_, urn, label)
                case ConfiguresProvider(platform, host):
                    self._note_provider(claim, self._providers.get((platform, host)))
                case SendsFrom(platform, host):
                    findings += Findings(_contradictions(claim, self._providers.get((platform, host))))
                case FollowsProvider(platform, host, warn):
                    provider = self._providers.get((platform, host))
                    findings += Findings(warnings=warn(provider.kind) if provider else ())
                case LacksLogin(platform, host, warning):
                    findings += Findings(warnings=(warning,) if self._lacking.is_first((platform, host)) else ())
        return findings

    def is_claimed(self, id_: str) -> bool:
        """Returns whether the program has a resource for this id: then a rename or replacement took it over."""
        return id_ in self._claimed

    def write_alone(self, id_: str) -> None:
        """Notes a write to this id; raises InvalidSettings when another resource of this run wrote it before."""
        with self._lock:
            if id_ in self._written:
                what = "another resource of this program manages it too"
                problem = Problem("", what, "Keep one of the two resources.")
                raise InvalidSettings(id_, (problem,))
            self._written.add(id_)

    def write_again(self, id_: str) -> None:
        """Lets the resource that wrote this id write it once more, in the same step."""
        with self._lock:
            self._written.discard(id_)

    def note_write(self, id_: str) -> None:
        """Notes a write to this id by a resource that shares it."""
        with self._lock:
            self._written.add(id_)

    def is_written(self, id_: str) -> bool:
        """Returns whether a resource of this run has written this id."""
        return id_ in self._written

    def release(self, id_: str, recorded: Props) -> None:
        """Notes what was recorded of an object that its resource gave up before the next one of this run made it.

        A replacement that deletes first does that, and only the two calls together know that nobody else is concerned.
        """
        self._released[id_] = recorded

    def find_released(self, id_: str) -> Props | None:
        """Returns what `release` noted: then the object that is there is this stack's own."""
        return self._released.get(id_)

    def keep_records(self, records: Iterable[PropsView]) -> None:
        """Notes DNS records that an identity has and, as its diff says, this run leaves to it."""
        self._kept_records |= {str(record.get("name")): record for record in records if record.get("values")}

    def kept_record(self, name: object) -> PropsView | None:
        """Returns what `keep_records` noted of a name: what a preview does not know of the record is what it was."""
        return self._kept_records.get(str(name))

    def _note_owner(self, id_: str, urn: str, label: str) -> Findings:
        with self._lock:
            owner = self._claimed.setdefault(id_, urn)
        if owner in ("", urn) or not urn:
            return Findings()
        what = f"{label or id_} is already managed by {owner.rpartition('::')[2]!r}"
        return Findings((Problem("", what, "Keep one of the two resources."),))

    def _note_provider(self, claim: ConfiguresProvider, earlier: ConfiguresProvider | None) -> None:
        enabled = earlier.enabled if claim.enabled is None and earlier else claim.enabled
        self._providers[claim.platform, claim.host] = replace(claim, enabled=enabled)


def _contradictions(sends: SendsFrom, provider: ConfiguresProvider | None) -> tuple[Problem, ...]:
    """Returns why the tenant's provider, as the program configures it, would not send from this address."""
    if provider is None:
        return ()
    problems = limit_problems(sends.path, sends.sender, provider.limits) if sends.sender else []
    if provider.enabled is False:
        what = "cannot be set while the tenant's email provider is disabled"
        problems.append(Problem(sends.path, what, "Set enabled=True on the EmailProvider, or omit it."))
    return tuple(problems)
