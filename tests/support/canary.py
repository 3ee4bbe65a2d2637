"""Looks for planted secrets after every operation of a whole-stack test, in what was printed and what was stored.

`support.engines.open_engine` wraps every engine in it, so that no suite can do without.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from support.engines import Engine, Outcome

CANARY = "canary"
"""Every secret that a test plants holds this word, and nothing else does."""
_LONG_ENOUGH = 6  # bytes of which base64 shows enough to be no chance


def forms(secret: str) -> set[str]:
    """Returns a secret as it stands and as it may have been encoded: in URLs, in HTML, in hexadecimal, in base64."""
    raw = secret.encode()
    encoded = {
        secret,
        "".join(f"%{byte:02X}" for byte in raw),
        "".join(f"&#{ord(each)};" for each in secret),
        "".join(f"\\u{ord(each):04x}" for each in secret),
        raw.hex(),
    }
    if len(raw) >= _LONG_ENOUGH:
        # at each of the three places in a group of three bytes, without what the neighbours have a part in
        encoded |= {b64encode(b"\0" * skip + raw).decode()[(0, 2, 3)[skip] :].rstrip("=")[:-1] for skip in range(3)}
    return encoded


def environment_secrets(environ: Mapping[str, str]) -> set[str]:
    """Returns the secrets that an environment holds, by the names of its variables."""
    names = ("_SECRET", "_ACCESS_KEY", "_JWK")
    return {value for name, value in environ.items() if name.endswith(names) and value}


@dataclass
class Watched:
    """An engine whose every operation is searched for secrets, failed ones included."""

    engine: Engine
    secrets: set[str] = field(default_factory=set[str], repr=False)
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind = self.engine.kind
        self.secrets |= {CANARY}

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a configuration value; a secret one is looked for from now on."""
        if secret:
            self.secrets.add(value)
        self.engine.set_config(key, value, secret=secret, path=path)

    def preview(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Previews an update."""
        return self._looked(self.engine.preview(replace=replace))

    def up(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Updates the stack."""
        return self._looked(self.engine.up(replace=replace))

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Refreshes the state."""
        return self._looked(self.engine.refresh(run_program=run_program))

    def destroy(self, *, run_program: bool = False) -> Outcome:
        """Destroys the stack."""
        return self._looked(self.engine.destroy(run_program=run_program))

    def export(self) -> dict[str, Any]:
        """Exports the state, secrets encrypted."""
        return self.engine.export()

    def kept(self) -> dict[str, str]:
        """Returns what the engine keeps."""
        return self.engine.kept()

    def import_(self, document: dict[str, Any]) -> None:
        """Imports a state."""
        self.engine.import_(document)

    def _looked(self, outcome: Outcome) -> Outcome:
        sought = {form for secret in self.secrets for form in forms(secret)}
        for place, text in {"console": outcome.text, "events": outcome.events, **self.kept()}.items():
            shown = [form for form in sought if form in text]
            assert not shown, f"a planted secret is in the {place}: …{_around(text, shown[0])}…"
        return outcome


def _around(text: str, found: str) -> str:
    at = text.index(found)
    return text[max(0, at - 80) : at + 40]
