"""auth0-deploy-cli's keywords: `##NAME##` is replaced by a text, `@@NAME@@` by JSON, before a file is parsed.

Here they are put aside by signs that JSON and YAML leave alone, and come out of the parsed document as what a program
takes from stack config.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import Json, is_list, is_object
from tenant_email.migration.found import FromConfig, Joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import PropsView

_UNLISTED: Final = r"[A-Z][A-Z0-9_]+"
"""A keyword that no mapping names: in capitals, because Auth0 has variables such as @@password@@."""
_OPEN, _SHUT = "\ue000", "\ue001"  # private characters, which no file of the tool has
_ASIDE: Final = re.compile(f"{_OPEN}([^{_SHUT}]*){_SHUT}")
_BARE_IN_JSON: Final = re.compile(rf'"(?:[^"\\]|\\.)*"|{_OPEN}[^{_SHUT}]*{_SHUT}', re.DOTALL)


class Keywords:
    """The keywords of one folder, and which of them its files use."""

    def __init__(self, mappings: PropsView, environ: Mapping[str, str]) -> None:
        self._mappings, self._environ = mappings, environ
        names = sorted(map(re.escape, mappings), key=len, reverse=True)
        name = "|".join([*names, _UNLISTED])
        self._mark = re.compile(rf"##(?P<text>{name})##|(?P<quote>['\"]?)@@(?P<json>{name})@@(?P=quote)")
        self.used: dict[str, FromConfig] = {}

    def put_aside(self, text: str, *, is_json: bool) -> str:
        """Returns a text that can be parsed, with its keywords put aside."""
        marked = self._mark.sub(lambda match: f"{_OPEN}{match['text'] or match['json']}{_SHUT}", text)
        if not is_json:
            return marked
        return _BARE_IN_JSON.sub(lambda match: match[0] if match[0][0] == '"' else f'"{match[0]}"', marked)

    def bring_back(self, value: Json) -> Json:
        """Returns a parsed value with its keywords as what a program takes from stack config."""
        if is_object(value):
            return {self._literal(key): self.bring_back(item) for key, item in value.items()}
        if is_list(value):
            return [self.bring_back(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def read(self, text: str) -> str | FromConfig | Joined:
        """Returns a text that is not parsed, such as a body, with its keywords.

        A keyword for JSON is put in here and now: as JSON it is no setting that one would change.
        """
        found: str | FromConfig | Joined = self._text(
            self.put_aside(self._mark.sub(self._as_json, text), is_json=False)
        )
        return found

    def _as_json(self, match: re.Match[str]) -> str:
        value = self._value(match["json"]) if match["json"] else None
        return match[0] if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def _value(self, name: str) -> Json:
        # The tool adds the environment to its mappings, over them.
        return self._environ.get(name, self._mappings.get(name))

    def _text(self, text: str) -> Json:
        pieces = _ASIDE.split(text)
        parts = [self._config(piece) if at % 2 else piece for at, piece in enumerate(pieces)]
        given = tuple(part for part in parts if part != "")
        if all(isinstance(part, str) for part in given):
            return text
        if len(given) == 1 and isinstance(given[0], FromConfig):
            # A whole object or list is no setting of a stack: it is put where it is used.
            return self.bring_back(given[0].value) if isinstance(given[0].value, dict | list) else given[0]
        return Joined(given)

    def _config(self, name: str) -> FromConfig:
        return self.used.setdefault(name, FromConfig(name, value=self._value(name)))

    def _literal(self, key: str) -> str:
        return _ASIDE.sub(lambda match: f"##{match[1]}##", key)
