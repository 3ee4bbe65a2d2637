"""From a domain of Amazon SES in another tool's state to what `programs` writes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenant_email.aws.record_sets import RecordSet
from tenant_email.aws.send_permissions import User, UserPolicy, reach_of
from tenant_email.migration.found import Note
from tenant_email.programs.aws_resources import identity_resource, record_resource, user_resources
from tenant_email.programs.found import ConfigSecret, Construction, FoundResource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.migration.found import FoundDomain, FoundUser
    from tenant_email.programs.found import Value


@dataclass(slots=True)
class Domains:
    """The resources of domains; `taken` are the addresses of what they stand for, `notes` what is to be said."""

    notes: list[Note] = field(default_factory=list[Note])
    taken: list[str] = field(default_factory=list[str])
    _managed: dict[str, FoundResource] = field(default_factory=dict[str, FoundResource])
    _users: set[str] = field(default_factory=set[str])

    def resources(self, domain: FoundDomain) -> Iterator[FoundResource]:
        """Yields what a program has for a domain."""
        identity = self._identity(domain)
        if identity is None:
            return
        yield identity
        self.taken += domain.addresses
        for record in domain.records:
            found = RecordSet(f"{record.name}.", record.kind, record.ttl, record.values)
            yield record_resource(record.zone_id, found)
            self.taken.append(record.address)
        for user in domain.users:
            if user.name not in self._users:
                yield from self._user(domain, user)

    def _identity(self, domain: FoundDomain) -> FoundResource | None:
        if domain.dkim == "none":
            what = "is verified by a TXT record and not signed by DKIM, which a SesDomainIdentity is"
            remedy = "Turn Easy DKIM on in SES and publish its records, or leave it with the other tool."
            self.notes.append(Note(domain.address, what, remedy, refused=True))
            return None
        settings: dict[str, Value] = {
            "mail_from": domain.mail_from or None,
            "on_mx_failure": "REJECT_MESSAGE" if domain.mail_from and domain.reject_on_mx_failure else None,
            "configuration_set": domain.configuration_set or None,
            "feedback_forwarding": domain.feedback_forwarding,
        }
        place: dict[str, Value] = {"domain": domain.domain, "region": domain.region}
        if domain.dkim == "easy":
            return identity_resource(place, settings)
        if not domain.dkim_selector:
            what = "signs with a key of its own, whose selector the state does not have"
            self.notes.append(Note(domain.address, what, "Export it again.", refused=True))
            return None
        made = identity_resource(place, settings, domain.dkim_selector)
        what = f"the private key with which {domain.domain} signs as {domain.dkim_selector}"
        key = ConfigSecret("dkim private key", what, domain.dkim_private_key)
        dkim = Construction("ses.ByoDkim", {"selector": domain.dkim_selector, "private_key": key})
        return FoundResource(made.resource, made.name, made.id, {**made.arguments, "dkim": dkim}, made.notes)

    def _user(self, domain: FoundDomain, user: FoundUser) -> Iterator[FoundResource]:
        """Yields an IAM user with the policies that are for this very identity, and says what else it has."""
        arn = domain.arn
        exact = [each for each in user.policies if reach_of(each.document, arn) == "exact"]
        if not exact:
            if any(reach_of(each.document, arn) == "wider" for each in user.policies):
                what = f"may send for {domain.domain} by a policy that is not for this domain alone: it is left out"
                self.notes.append(Note(user.address, what))
            return
        self._users.add(user.name)
        policies = tuple(
            UserPolicy(each.name, each.document, each.arn, each.path, each.description, each.tags) for each in exact
        )
        yield from user_resources(User(user.name, user.path, user.boundary, user.tags), policies, self._managed)
        self.taken += [user.address, *dict.fromkeys(address for each in exact for address in each.addresses)]
        for each in user.policies:
            if each not in exact:
                self.notes.append(Note(each.address, f"is another policy of {user.name}, which stays where it is"))
        for key in user.keys:
            what = f"the access key {key.id} stays with the other tool: an import cannot bring its secret"
            remedy = f'Write user = "{user.name}" in its block. SesSendingDomain makes a new key when you want one.'
            self.notes.append(Note(key.address, what, remedy))
