"""What a state holds of a tenant's provider and of a template besides the inputs: read and written in this one place.

A state of an earlier release may lack any of it, so everything is optional, and what is not there is not written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Self

from tenant_email.inputs.properties import Properties
from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import LiveProvider

_BESIDE: Final = ("id", "attributes", "secret_digests")


@dataclass(frozen=True, slots=True)
class WrittenIdentity(Properties):
    """What tells the configuration of our last write from any other one, and from itself when someone changed it.

    settings: the kind, and what its kind is identified by. id: the platform's own, where it gives one. attributes:
    what was live then, as far as that was ours; None in a state that does not know it. secret_digests: as of `live`.
    """

    settings: Props = field(default_factory=dict, repr=False)
    id: str = ""
    attributes: Props | None = field(default=None, repr=False)
    secret_digests: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def kind(self) -> str:
        """Returns the kind of the settings; empty when none is recorded."""
        return str(self.settings.get("kind", ""))

    @classmethod
    def from_props(cls, props: PropsView) -> Self:
        """Reads the output `written_identity`."""
        settings = {name: value for name, value in props.items() if name not in _BESIDE}
        digests, attributes = props.get("secret_digests"), props.get("attributes")
        return cls(
            settings,
            str(props.get("id") or ""),
            attributes if is_object(attributes) else None,
            digests if is_object(digests) else {},
        )

    def to_props(self) -> Props:
        """Returns the output `written_identity`."""
        props: Props = {**self.settings, **({"id": self.id} if self.id else {})}
        if self.attributes is not None:
            props |= {"attributes": self.attributes, "secret_digests": dict(self.secret_digests)}
        return props


@dataclass(frozen=True, slots=True)
class ProviderOutputs(Properties):
    """The outputs of an EmailProvider.

    live: what the platform showed last, without secrets. secret_digests: of what it showed of each secret. adopted:
    someone else made it. written_identity: what identifies our last write.
    """

    live: Props | None = field(default=None, repr=False)
    secret_digests: Mapping[str, str] | None = None
    adopted: bool | None = None
    written_identity: WrittenIdentity | None = field(default=None, repr=False, metadata={"part": WrittenIdentity})

    @classmethod
    def of(cls, live: LiveProvider, *, adopted: bool, written: WrittenIdentity | None) -> Self:
        """Returns what is recorded of a live provider."""
        return cls(live.attributes, dict(live.secret_digests), adopted, written)

    @property
    def id(self) -> str:
        """Returns the platform's own id of our last write; where none recorded it, the one that was seen last."""
        written = self.written_identity
        return (written.id if written else "") or str((self.live or {}).get("id") or "")

    @property
    def digests(self) -> Mapping[str, str]:
        """Returns the recorded digests of secrets; none where no state knows any."""
        return self.secret_digests or {}


@dataclass(frozen=True, slots=True)
class TemplateOutputs(Properties):
    """The outputs of an EmailTemplate.

    live: what the platform showed last. last_written: as our last write left it; None where that is `live`, as long as
    nobody else changes it, for an engine works through every property of a state in every run. adopted: someone else
    made it. snapshot: as it was before it was adopted.
    """

    live: Props | None = field(default=None, repr=False)
    last_written: Props | None = field(default=None, repr=False)
    adopted: bool | None = None
    snapshot: Props | None = field(default=None, repr=False)

    @property
    def ours(self) -> Props:
        """Returns the template as our last write left it; where none recorded it, as it was seen last."""
        return self.last_written or self.live or {}

    def wrote(self, live: Props, ours: Props) -> Self:
        """Returns what is recorded after a write, `ours` being what of `live` is ours now."""
        return replace(self, live=live, last_written=None if ours == live else ours)

    def saw(self, live: Props) -> Self:
        """Returns what is recorded after a look, by which nothing that someone else wrote becomes ours."""
        return replace(self, live=live, last_written=self.last_written or (None if self.live == live else self.live))
