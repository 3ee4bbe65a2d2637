"""A local machine with its page, and everything that the page gives out."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from tenant_email_local.machine import LocalMachine
from tenant_email_local.page.server import PageServer

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

PLATFORMS = ("auth0", "logto", "pingone_aic")


@dataclass
class Shown:
    """A page of a machine, as a browser gets it."""

    machine: LocalMachine
    page: PageServer
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **headers: str) -> requests.Response:
        """Asks for something of the page."""
        return self.session.get(self.page.url + path, headers=headers, timeout=60)

    def news(self, after: int = 0) -> Any:
        """Returns all that the page knows but for bodies, calls and mails from a number on."""
        return self.get(f"news?calls={after}").json()

    def last(self) -> int:
        """Returns the number of the last call."""
        return self.page.state.calls.last

    def calls(self, path: str = "", method: str = "") -> list[Any]:
        """Returns the calls, with their bodies, whose path or operation holds this text."""
        return [
            self.get(f"calls/{each['number']}").json()
            for each in self.news()["calls"]
            if path in f"{each['path']} {each['operation']}" and method in each["method"]
        ]

    def everything(self, after: int = 0) -> str:
        """Returns every text that the page gives out, of calls those from a number on."""
        news = self.news(after)
        mails = [self.get(f"mails/{each['number']}").json() for each in news["mails"]]
        calls = [self.get(f"calls/{each['number']}").json() for each in news["calls"]]
        return json.dumps([news, calls, mails], ensure_ascii=False)

    def auth0(self) -> dict[str, str]:
        """Logs in to the Auth0 tenant and returns the headers of a call."""
        tenant = self.machine.auth0
        grant = {
            "grant_type": "client_credentials",
            "client_id": tenant.client.client_id,
            "client_secret": tenant.client.client_secret,
            "audience": f"{tenant.url}/api/v2/",
        }
        token = requests.post(f"{tenant.url}/oauth/token", json=grant, timeout=60).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def shown_machine(directory: Path, platforms: tuple[str, ...] = PLATFORMS) -> Generator[Shown]:
    """Runs a machine with a page."""
    with LocalMachine(directory, platforms) as machine, PageServer(machine) as page:
        shown = Shown(machine, page)
        try:
            yield shown
        finally:
            shown.session.close()
