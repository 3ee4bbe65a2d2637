"""What a state holds of a tenant's provider and of a template beside the inputs: read and written in this one place.

A state of an earlier release may lack any of it, so everything is optional, and what is not there is not written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.platforms.base import LiveProvider
    from tenant_email.shapes import Props, PropsView

_BESIDE: Final = ("id", "attributes", "secret_digests")


@dataclass(frozen=True, slots=True)
class WrittenIdentity:
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
        digests: Mapping[str, str] = props.get("secret_digests") or {}
        return cls(settings, str(props.get("id") or ""), props.get("attributes"), digests)

    def to_props(self) -> Props:
        """Returns the output `written_identity`."""
        props: Props = {**self.settings, **({"id": self.id} if self.id else {})}
        if self.attributes is not None:
            props |= {"attributes": self.attributes, "secret_digests": dict(self.secret_digests)}
        return props


@dataclass(frozen=True, slots=True)
class ProviderOutputs:
    """The outputs of an EmailProvider.

    live: what the platform showed last, without secrets. secret_digests: of what it showed of each secret. adopted:
    someone else made it. written: what identifies our last write.
    """

    live: Props | None = field(default=None, repr=False)
    secret_digests: Mapping[str, str] | None = None
    adopted: bool | None = None
    written: WrittenIdentity | None = None

    @classmethod
    def from_props(cls, recorded: PropsView) -> Self:
        """Reads recorded properties, inputs left out."""
        written = recorded.get("written_identity")
        identity = None if written is None else WrittenIdentity.from_props(written)
        return cls(recorded.get("live"), recorded.get("secret_digests"), recorded.get("adopted"), identity)

    @classmethod
    def of(cls, live: LiveProvider, *, adopted: bool, written: WrittenIdentity | None) -> Self:
        """Returns what is recorded of a live provider."""
        return cls(live.attributes, live.secret_digests, adopted, written)

    def to_props(self) -> Props:
        """Returns them as they stand in state."""
        props = {
            "live": self.live,
            "secret_digests": None if self.secret_digests is None else dict(self.secret_digests),
            "adopted": self.adopted,
            "written_identity": self.written and self.written.to_props(),
        }
        return {name: value for name, value in props.items() if value is not None}

    @property
    def id(self) -> str:
        """Returns the platform's own id of our last write; where none recorded it, the one that was seen last."""
        return (self.written.id if self.written else "") or str((self.live or {}).get("id") or "")

    @property
    def digests(self) -> Mapping[str, str]:
        """Returns the recorded digests of secrets; none where no state knows any."""
        return self.secret_digests or {}


@dataclass(frozen=True, slots=True)
class TemplateOutputs:
    """The outputs of an EmailTemplate.

    live: what the platform showed last. last_written: as our last write left it. adopted: someone else made it.
    snapshot: as it was before it was adopted.
    """

    live: Props | None = field(default=None, repr=False)
    last_written: Props = field(default_factory=dict, repr=False)
    adopted: bool | None = None
    snapshot: Props | None = field(default=None, repr=False)

    @classmethod
    def from_props(cls, recorded: PropsView) -> Self:
        """Reads recorded properties; a state of an earlier release knows as last written how it was seen last."""
        live = recorded.get("live")
        return cls(live, recorded.get("last_written") or live or {}, recorded.get("adopted"), recorded.get("snapshot"))

    def to_props(self) -> Props:
        """Returns them as they stand in state."""
        props: Props = {"live": self.live, "adopted": self.adopted, "snapshot": self.snapshot}
        return {name: value for name, value in props.items() if value is not None} | {"last_written": self.last_written}
