"""A small client that makes no mistake, and some that make one each: a judge who finds none of them is no judge."""

from __future__ import annotations

import json
from typing import Any, Final

import requests
from pulumi.dynamic import CheckResult, ConfigureRequest, CreateResult, DiffResult, ReadResult, ResourceProvider

PROVIDER: Final = "/api/v2/emails/provider"
_FIELDS: Final = "?fields=name,enabled,default_from_address,credentials,settings&include_fields=true"
_BOTH_WAYS: Final = "Set on_existing='adopt' to take it over, with on_delete='delete' if an interrupted run made it."


class AlreadyConfigured(Exception):
    """Says that someone was there before."""


class Trouble(Exception):
    """What went wrong."""


class Careful(ResourceProvider):
    """Auth0's email provider, kept in the simplest way that loses nothing."""

    redirects, seconds = False, 2.0  # a busy machine takes a second for an answer at times

    def configure(self, req: ConfigureRequest) -> None:
        """Takes the tenant's entry."""
        self.entry: dict[str, str] = json.loads(str(req.config.get("tenant-email:tenants")))["main"]

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Takes everything."""
        return CheckResult(news, [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compares the settings."""
        return DiffResult(changes=_olds["settings"] != _news["settings"])

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Looks, then writes."""
        if self.live() is not None and props["on_existing"] != "adopt":
            raise AlreadyConfigured(f"{self.entry['url']}: GET {PROVIDER}: something is there\n{_BOTH_WAYS}")
        settings = props["settings"]
        login = {"smtp_host": settings["host"], "smtp_port": settings["port"], "smtp_user": settings["username"]}
        body = {"name": "smtp", "enabled": True, "default_from_address": props["from_address"]}
        method = "PATCH" if props["on_existing"] == "adopt" else "POST"
        made = self.ask(method, PROVIDER, body | {"credentials": login | {"smtp_pass": settings["password"]}})
        self.require(self.is_provider(made), "POST", made)
        return CreateResult("provider", dict(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Looks."""
        return ReadResult(id_, props, props) if self.live() is not None else ReadResult("", {})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Removes it."""
        answer = self.ask("DELETE", PROVIDER)
        self.require(answer.status_code == requests.codes.no_content, "DELETE", answer)

    def live(self) -> Any:
        """Returns what is there, or None when the tenant says that nothing is."""
        answer = self.ask("GET", PROVIDER + _FIELDS)
        if self.is_absence(answer):
            return None
        self.require(self.is_provider(answer), "GET", answer)
        return answer.json()

    def is_absence(self, answer: requests.Response) -> bool:
        """Returns whether the tenant itself says that nothing is there."""
        return bool(answer.status_code == requests.codes.not_found) and "inexistent_email_provider" in answer.text

    def is_provider(self, answer: requests.Response) -> bool:
        """Returns whether this is the document that is promised."""
        try:
            document = answer.json()
        except ValueError:
            return False
        return answer.status_code in (200, 201) and isinstance(document, dict) and bool(document.get("name") == "smtp")

    def require(self, condition: object, method: str, answer: requests.Response) -> None:
        """Raises unless a condition holds."""
        if not condition:
            raise Trouble(self.told(method, answer))

    def told(self, method: str, answer: requests.Response) -> str:
        """Returns what to say of an answer."""
        return f"{self.entry['url']}: {method} {PROVIDER} was answered with {answer.status_code}\nRun it again later."

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Asks the tenant, with a login for each call."""
        login = {"client_id": self.entry["clientId"], "client_secret": self.entry["clientSecret"]}
        login |= {"grant_type": "client_credentials", "audience": f"{self.entry['url']}/api/v2/"}
        token = self.send("POST", "/oauth/token", login, {}).json()["access_token"]
        return self.send(method, path, body, {"Authorization": f"Bearer {token}"})

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response:
        """Sends one request."""
        url, follows = self.entry["url"] + path, self.redirects
        try:
            return requests.request(
                method, url, json=body, headers=headers, timeout=self.seconds, allow_redirects=follows
            )
        except requests.RequestException:
            raise Trouble(f"{self.entry['url']}: {method} {PROVIDER}: no answer\nRun it again later.") from None


class BelievesAnyAbsence(Careful):
    """Takes every 404 for absence."""

    def is_absence(self, answer: requests.Response) -> bool:
        """Looks at the status alone."""
        return bool(answer.status_code == requests.codes.not_found)


class BelievesAnySuccess(Careful):
    """Takes every 2xx for success."""

    def is_provider(self, answer: requests.Response) -> bool:
        """Looks at the status alone."""
        return bool(answer.ok)


class FollowsRedirects(Careful):
    """Goes wherever it is sent."""

    redirects = True


class LooksAway(BelievesAnySuccess):
    """Takes a failed look for absence, and what is in the way for its own."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Writes over whatever is there."""
        return super().create({**props, "on_existing": "adopt"})

    def live(self) -> Any:
        """Finds nothing, ever."""
        self.ask("GET", PROVIDER)


class WaitsForEver(Careful):
    """Has no timeout."""

    seconds = 3600


class TellsAll(Careful):
    """Shows what a server says, whatever it is."""

    def told(self, method: str, answer: requests.Response) -> str:
        """Repeats the answer."""
        return f"{self.entry['url']}: {method} {PROVIDER}: {answer.text}\nRun it again later."


class SaysNothing(Careful):
    """Leaves the user alone with a status."""

    def told(self, method: str, answer: requests.Response) -> str:
        """Returns the status."""
        return f"failed: {answer.status_code}"
