"""Claim: which URN a registration takes, and which recorded resource is its old version. Pure: no plug-in, no state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_pulumi_engine.aliases import former_urns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_pulumi_engine.aliases import Alias
    from embedded_pulumi_engine.resources import Resource


class InvalidRegistrationError(Exception):
    """A registration cannot be planned; the arguments say why, one reason each."""


class Claims:
    """The names that the program has registered in this run, each once, and the recorded names that they stand for."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._claimed_by: dict[str, str] = {}  # recorded URN -> the one that claims it by an alias
        self._recorded_as: dict[str, str] = {}  # the other way round

    def take(self, urn: str) -> None:
        """Takes a URN; raises InvalidRegistrationError for the second resource of one."""
        if urn in self.seen:
            raise InvalidRegistrationError(f"Duplicate resource URN '{urn}'; try giving it a unique name")
        self.seen.add(urn)

    def find_old(
        self, urn: str, parent: str, aliases: tuple[Alias, ...], recorded: Mapping[str, Resource]
    ) -> Resource | None:
        """Returns the recorded version, under this name or a former one, which is then taken too."""
        if urn in self._claimed_by:
            raise InvalidRegistrationError(f"Duplicate resource alias '{urn}': {self._claimed_by[urn]} has claimed it")
        names = (urn, *former_urns(urn, parent, aliases, self._recorded_as))
        found = next((name for name in names if name in recorded), None)
        if found is None:
            return None
        if found != urn:
            self._take_alias(urn, found)
        return recorded[found]

    def is_same(self, recorded_urn: str, urn: str) -> bool:
        """Returns whether a recorded URN is the former name of a registered one."""
        return self._claimed_by.get(recorded_urn) == urn

    def _take_alias(self, urn: str, alias: str) -> None:
        if alias in self.seen or alias in self._claimed_by:
            raise InvalidRegistrationError(f"Duplicate resource alias '{alias}' applied to resource with URN '{urn}'")
        self._claimed_by[alias] = urn
        self._recorded_as[urn] = alias
        self.seen.add(alias)
