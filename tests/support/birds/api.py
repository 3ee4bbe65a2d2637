"""Its calls: one object for the provider, one for each template, written whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email.errors import NotFound
from tenant_email.inputs.model import reveal
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.client import Client, Token
from tenant_email.net.tokens import TokenAnswer, token_of
from tenant_email.platforms.base import LiveProvider, LiveTemplate
from tenant_email.template_record import changed_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.capabilities import OnDelete
    from tenant_email.input_diff import InputDiff
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Guard
    from tenant_email.template_record import TemplateRecord
    from tenant_email.tenants.connections import Connection
    from tenant_email.timing import Timing

_LOFT: Final = "/loft"


class Document(Shape):
    """Whatever is stored."""


_FOUND: Final = Promise((200,), Document, absent="nothing")
_GONE: Final = Promise((204,), absent="nothing")


class Dialect:
    """Its errors are {"error": …, "status": …}."""

    def read_error(self, status: int, body: Any) -> tuple[str, str]:
        """Returns (code, text)."""
        return (str(body["error"]), "") if isinstance(body, dict) and "error" in body else ("", "")

    def is_own(self, status: int, body: Any) -> bool:
        """Returns whether the status stands in the body too."""
        return isinstance(body, dict) and cast("dict[str, Any]", body).get("status") == status

    def says_absent(self, what: str, body: Any) -> bool:
        """Returns whether the error is the one for an absent object."""
        return bool(body.get("error") == what)

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do."""
        return "Feed the pigeons."


def shown(settings: PropsView, sender: object) -> Props:
    """Returns the attributes that a loft shows."""
    return {"host": settings["host"], "pigeons": settings["pigeons"], "from": sender}


class Birds:
    """One tenant."""

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing) -> None:
        def login(client: Client) -> Token:
            grant = {"keeper": connection.plain["keeper"], "seed": connection.secret["seed"].reveal()}
            return token_of(client, client.login("/token", Promise((200,), TokenAnswer), grant), 600)

        who = f"birds {connection.host}"
        self._client = Client(who, connection.url, Dialect(), login, announce=announce, timing=timing)

    def read_provider(self, id_: str = "") -> LiveProvider | None:
        """Returns the loft."""
        found = self._read(_LOFT)
        return None if found is None else _live(found)

    def create_provider(self, desired: ProviderInputs) -> LiveProvider:
        """Writes it."""
        return self._write(desired)

    def update_provider(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        live: LiveProvider | None,
        recorded: PropsView,
        guard: Guard | None = None,
    ) -> LiveProvider:
        """Writes it; without a whistle it keeps the one that it has."""
        if guard:
            guard()
        return self._write(desired)

    def delete_provider(self, live: LiveProvider) -> None:
        """Removes it."""
        self._remove(_LOFT)

    def read_template(self, settings: PropsView) -> LiveTemplate | None:
        """Returns a message."""
        found = self._read(f"/messages/{settings['template']}")
        return None if found is None else _live_template(found)

    def list_templates(self) -> list[LiveTemplate]:
        """Returns none: nothing asks for all of them."""
        return []

    def create_template(self, desired: TemplateInputs) -> LiveTemplate:
        """Writes a message."""
        settings = desired.settings
        return _live_template(self._put(f"/messages/{settings['template']}", {"text": settings["text"]}, settings))

    def update_template(self, desired: TemplateInputs, change: InputDiff, live: LiveTemplate | None) -> LiveTemplate:
        """Writes a message."""
        return self.create_template(desired)

    def retire_template(self, settings: PropsView, policy: OnDelete, record: TemplateRecord) -> tuple[str, ...]:
        """Removes a message that is as we left it."""
        live = self.read_template(settings)
        if live is not None and record.ours is not None and (changed := changed_paths(record.ours, live.attributes)):
            return changed
        self._remove(f"/messages/{settings['template']}")
        return ()

    def _write(self, desired: ProviderInputs) -> LiveProvider:
        settings = cast("Props", reveal(desired.settings))
        body = {**shown(settings, desired.from_address), "whistle": settings.get("whistle")}
        return _live(self._put(_LOFT, body, settings))

    def _read(self, path: str) -> Any:
        try:
            return self._client.call("GET", path, _FOUND).body
        except NotFound:
            return None

    def _put(self, path: str, body: Props, settings: PropsView) -> Any:
        template = {"template": settings["template"]} if "template" in settings else {}
        given = {name: value for name, value in {**body, **template}.items() if value is not None}
        return self._client.call("PUT", path, _FOUND, given).body

    def _remove(self, path: str) -> None:
        try:
            self._client.call("DELETE", path, _GONE)
        except NotFound:
            return


def _live(document: Any) -> LiveProvider:
    settings = {"kind": "birds.loft", "host": document["host"], "pigeons": document["pigeons"]}
    return LiveProvider(
        ProviderInputs(settings, enabled=True, from_address=document.get("from")),
        shown(settings, document.get("from")),
        identity={"kind": "birds.loft", "host": document["host"]},
    )


def _live_template(document: Any) -> LiveTemplate:
    settings = {"kind": "birds.template", "template": document["template"], "text": document["text"]}
    return LiveTemplate(TemplateInputs(settings), {"text": document["text"]})
