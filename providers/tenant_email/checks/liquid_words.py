"""What a platform's Liquid and its mails know, as data, and what is said of a template."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_email.inputs.spelling import nearest


class LiquidError(Exception):
    """Raised where a text ends to be Liquid; `index` is the character, from 0. `rendering`: it is, but a mail fails."""

    def __init__(self, index: int, what: str, *, rendering: bool = False) -> None:
        self.index, self.what, self.rendering = index, what, rendering
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Language:
    """What a platform's Liquid knows. `own_tags` are the tags among them that LiquidJS lacks."""

    tags: frozenset[str]
    filters: frozenset[str]
    own_tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """The variables of one template, dotted; below one that ends in `.*` everything is known.

    `untrusted` are those that the mail's recipient, or an attacker in their name, chooses.
    """

    known: frozenset[str]
    untrusted: frozenset[str] = frozenset()

    def knows(self, path: str) -> bool:
        """Returns whether a variable exists; a whole object that holds known ones does."""
        return _covers(self.known, path) or any(name.startswith(f"{path}.") for name in self.known)

    def nearest(self, path: str) -> str:
        """Returns `Did you mean x?` for a misspelled variable, else an empty text."""
        return nearest(path, (name.removesuffix(".*") for name in self.known))

    def chooses(self, path: str) -> bool:
        """Returns whether the recipient chooses a variable, and so everything below it."""
        return _covers(self.untrusted, path)

    def distrusts(self, path: str) -> bool:
        """Returns whether a variable's text may be hostile; that of a whole object may, if anything in it may."""
        return self.chooses(path) or any(name.startswith(f"{path}.") for name in self.untrusted)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a template; the position counts from 1.

    `rule` is what several findings of one kind have in common, said of the one `word` or of several; `kind` is the id
    of the rule in a list of findings (docs/templates.md#rules).
    """

    line: int
    column: int
    what: str
    broken: bool = False
    rule: str = ""
    word: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.what}"


def _covers(names: frozenset[str], path: str) -> bool:
    """Returns whether a path is among names, or below one with everything in it."""
    parts = path.split(".")
    return path in names or any(f"{'.'.join(parts[:depth])}.*" in names for depth in range(1, len(parts) + 1))
