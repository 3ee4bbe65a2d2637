"""The mail that Auth0 can be asked for: the verification email of a user, and what its logs say of it.

Source: docs/contracts/auth0.md#delivery. There is no test email and no positive word of a delivery: a job ends
`completed` when its mail was handed to the provider, and a failure is a log entry.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenant_email.errors import Forbidden, NotFound, PlatformError, TenantEmailError, redact_external
from tenant_email.json_types import Props
from tenant_email.platforms.auth0 import answers
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.platforms.sending import SentMail, addresses, ask_for, refuse
from tenant_email.platforms.survey import fine, problem, unknown, warning
from tenant_email.timing import USUAL, Timing
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tenant_email.findings import Finding
    from tenant_email.platforms.sending import MailEvents, MailOrder
    from tenant_email.tenants.connections import Connection

_JOBS: Final = "/api/v2/jobs"
_USERS: Final = "/api/v2/users"
_BY_EMAIL: Final = "/api/v2/users-by-email"
_LOGS: Final = "/api/v2/logs"
_DATABASE: Final = "auth0"  # the provider of users of a database, whose addresses Auth0 verifies
_TEMPLATES: Final = ("verify_email", "verify_email_by_code")
_BUILT_IN: Final = "no-reply@auth0user.net"
_POLLS: Final = Pauses(0.5, longest=5.0)
_AFTERWARDS: Final = 10.0  # seconds, for the log of a mail that failed: entries come late
_MOST_NAMED: Final = 5
_FAILURES: Final = {"fn": "was not sent", "fv": "failed", "fvr": "was refused", "wn": "was sent with a warning"}
"""Types of log entries about a verification email, in words (docs/contracts/auth0.md#delivery)."""
_CORRECT: Final = (
    "Correct the provider's settings by what the log says: `tenant-email preflight` tries a mail server, and "
    "`tenant-email templates` a template."
)


class Auth0Mails:
    """One Auth0 tenant."""

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        self._tenant = Auth0(connection, announce, timing)
        self._client, self._announce, self._timing = self._tenant.client, announce, timing

    def senders(self) -> tuple[str, ...]:
        """Returns the senders of the verification email, which a connection sends with a link or a code."""
        live = self._tenant.read_provider()
        if live is None or live.inputs.enabled is False:
            return (_BUILT_IN,)
        found = list[str | None]()
        for name in _TEMPLATES:
            try:
                template = self._tenant.read_template({"template": name})
            except Forbidden:
                return ()
            own = template.inputs.settings if template else Props()
            found.append(str(own.get("from_address") or "") if own.get("enabled", True) else "")
        return addresses([live.inputs.from_address, *found])

    def send(self, order: MailOrder) -> MailEvents:
        """Starts the job of a verification email, and follows it and the logs until one of them says how it ended."""
        if order.template not in ("", *_TEMPLATES):
            why = (
                "Auth0's API sends the verification email alone; every other one goes with the flow that it belongs to"
            )
            raise refuse(f"--template {redact_external(order.template)}", why, "Leave out --template.")
        if order.locale:
            why = "Auth0 takes the language from the user and the request, and the API gives none"
            raise refuse("--locale", why, "Leave out --locale.")
        if order.is_unique:
            why = "Auth0 sends to the address of a user, and that stays as it is"
            raise refuse("--unique", why, "Leave out --unique.")
        user = self._user(order)
        body = {"user_id": user["user_id"], **_identity(user)}
        verified = "is verified already" if user.get("email_verified") else "becomes verified by a click in the mail"
        yield fine("user", f"the mail goes to {_named(user)}, whose address {verified}")
        started = list[Props]()

        def start() -> None:
            promise = answers.NEW_JOB
            started.append(self._client.call("POST", f"{_JOBS}/verification-email", promise, body).body)

        mail = SentMail(f"the verification email of {_named(user)}", order.recipient)
        asked = list(ask_for(mail, "job", start))
        # That the job began says little; a doubt or a refusal is the end.
        yield from self._follow(started[0], user, mail, order.seconds) if started else asked

    def _follow(self, job: Props, user: Props, mail: SentMail, seconds: float) -> MailEvents:
        wait = Wait(self._client.who, seconds, _POLLS, announce=self._announce, timing=self._timing)
        try:
            status = wait.until(lambda: self._status(job["id"]))
        except TimedOutError:
            what = f"job {redact_external(job['id'])} is still pending after {seconds:.0f} s"
            yield warning("job", what, "Give it longer with --wait; Auth0 may be busy.")
            status = "pending"
        except PlatformError as error:
            yield unknown("job", error.message, error.remedy)
            status = "unknown"
        if status == "completed":
            yield fine("job", f"{mail.what} was handed to the provider")
        elif status == "failed":
            yield problem("job", f"{mail.what} was not sent: its job failed", _CORRECT)
        failed = status == "failed"
        yield from self._logged(job, user, _AFTERWARDS if failed else 0.0)
        if not failed:
            yield mail

    def _status(self, job_id: str) -> str | NotYet:
        path = f"{_JOBS}/{quote(job_id, safe='')}"
        status: str = self._client.call("GET", path, answers.JOB.about(id=job_id)).body["status"]
        return NotYet(f"the job is {redact_external(status)}") if status not in ("completed", "failed") else status

    def _logged(self, job: Props, user: Props, seconds: float) -> Iterator[Finding]:
        """Yields what the logs say of the mail; `seconds`: how long an entry is waited for that must be there."""

        def ask() -> list[Props] | NotYet:
            return self._entries(job, user) or NotYet("the log says nothing yet")

        wait = Wait(self._client.who, seconds, _POLLS, announce=self._announce, timing=self._timing)
        try:
            entries = wait.until(ask)
        except TimedOutError:
            what = "the logs say nothing of a failure" if not seconds else "the logs do not say yet why"
            yield unknown("log", what, "Look into Monitoring > Logs.") if seconds else fine("log", what)
            return
        except PlatformError as error:
            yield unknown("log", error.message, error.remedy)
            return
        for entry in entries:
            details: Props = entry.get("details") or {}
            reason = redact_external(details.get("error") or entry.get("description") or "no reason is given")
            what = f"the log says that it {_FAILURES[entry['type']]} ({entry['type']}): {reason}"
            yield (warning if entry["type"] == "wn" else problem)("log", what, _CORRECT)

    def _entries(self, job: Props, user: Props) -> list[Props]:
        types = " OR ".join(f'type:"{name}"' for name in _FAILURES)
        quoted = str(user["user_id"]).replace("\\", "\\\\").replace('"', '\\"')
        query = {"q": f'user_id:"{quoted}" AND ({types})', "sort": "date:-1", "per_page": "10"}
        found: list[Props] = self._client.call("GET", _LOGS, answers.LOGS, params=query).body
        begun = _time(job["created_at"])
        return [entry for entry in found if _time(entry["date"]) >= begun and entry["type"] in _FAILURES]

    def _user(self, order: MailOrder) -> Props:
        """Returns the user who gets the mail; none is ever made."""
        if order.user:
            try:
                path = f"{_USERS}/{quote(order.user, safe='')}"
                found: Props = self._client.call("GET", path, answers.USER.about(user_id=order.user)).body
            except NotFound:
                message = f"{self._client.who}: there is no user {redact_external(order.user)}"
                raise TenantEmailError(message, remedy="Name another with --user, such as auth0|5f7c….") from None
            if str(found.get("email") or "").lower() != order.recipient.lower():
                has = f"has the address {redact_external(found['email'])}" if found.get("email") else "has no address"
                message = f"{self._client.who}: user {redact_external(order.user)} {has}, and Auth0 sends to no other"
                raise TenantEmailError(message, remedy=f"Use that address in place of --to {order.recipient}.")
            return found
        query = {"email": order.recipient.lower()}
        listed: list[Props] = self._client.call("GET", _BY_EMAIL, answers.USERS, params=query).body
        able = [each for each in listed if _in_database(each)]
        if len(able) == 1:
            return able[0]
        having = f"{len(able)} users of a database have" if able else "no user of a database has"
        message = f"{self._client.who}: {having} the address {redact_external(order.recipient)}"
        if able:
            names = ", ".join(redact_external(each["user_id"]) for each in able[:_MOST_NAMED])
            raise TenantEmailError(message, remedy=f"Name one with --user: {names}.")
        remedy = (
            "Auth0 sends its verification email to users of a database connection alone, and this command makes none: "
            "use the address of one who is there, or add one in the dashboard."
        )
        raise TenantEmailError(message, remedy=remedy)


def _in_database(user: Props) -> bool:
    identities: list[Props] = user.get("identities") or []
    return user["user_id"].startswith(f"{_DATABASE}|") or any(each.get("provider") == _DATABASE for each in identities)


def _identity(user: Props) -> Props:
    """Returns which of a user's accounts is meant, where the first one is of no database."""
    if user["user_id"].startswith(f"{_DATABASE}|"):
        return {}
    identities: list[Props] = user.get("identities") or []
    linked = next((each for each in identities if each.get("provider") == _DATABASE), None)
    return {"identity": {"user_id": str(linked["user_id"]), "provider": _DATABASE}} if linked else {}


def _named(user: Props) -> str:
    return f"user {redact_external(user['user_id'])}"


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
