"""The tenant's log as recorded from real tenants (docs/contracts/auth0.md#logs), and the applications (#clients)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from support.auth0 import PROVIDER, TEMPLATES, Tenant, smtp, template
from tenant_email_local.emulators.auth0 import Auth0Client, Auth0Emulator, Auth0State, Auth0User
from tenant_email_local.emulators.auth0.state import Log

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGS = "/api/v2/logs"
FIELDS = (
    "_id, log_id, date, type, description, connection, connection_id, organization_id, organization_name, client_id, "
    "client_name, ip, hostname, details, user_id, user_name, user_agent, audience, strategy, strategy_type, isMobile, "
    "location_info"
)


@pytest.fixture(scope="module")
def busy() -> Iterator[Tenant]:
    """Serves a tenant whose log has a login, four changes, and a mail that was not sent."""
    state = Auth0State(users={"auth0|ada": Auth0User("auth0|ada", "ada@example.org", "Ada")})
    with Auth0Emulator(state=state) as emulator:
        tenant = Tenant(emulator)
        tenant.call("POST", PROVIDER, smtp())
        tenant.call("POST", TEMPLATES, template())
        tenant.call("PATCH", f"{TEMPLATES}/verify_email", {"subject": "Hi"})
        tenant.verify()
        yield tenant


def found(tenant: Tenant, query: str) -> list[str]:
    """Returns the types of the entries that a query finds, newest first."""
    return [entry["type"] for entry in tenant.call("GET", f"{LOGS}?q={quote(query)}").document]


def test_a_failed_mail_names_who_and_why(busy: Tenant) -> None:
    """`fn` says to whom, with the user's name and the reason, in the fields of every entry; its job failed."""
    (entry,) = busy.logged("fn")
    assert ", ".join(entry) == FIELDS
    assert (entry["description"], entry["user_name"], entry["user_id"]) == ("To: ada@example.org", "Ada", "auth0|ada")
    assert list(entry["details"]) == ["email_type", "error", "to"]
    assert (entry["client_id"], entry["connection"]) == ("management", "Username-Password-Authentication")
    assert [job["status"] for job in busy.emulator.state.jobs.values()] == ["failed"]


def test_a_change_is_told_in_words_with_request_and_response(busy: Tenant) -> None:
    """`sapi` has the operation's words and what was sent and answered, without a secret."""
    entries = busy.logged("sapi")
    assert [entry["description"] for entry in entries] == [
        "Send an email address verification email",
        "Patch an email template",
        "Create an email template",
        "Configure email provider",
    ]
    request, response = entries[1]["details"]["request"], entries[1]["details"]["response"]
    assert (request["method"], request["path"]) == ("patch", f"{TEMPLATES}/verify_email")
    assert (request["body"], request["channel"]) == ({"subject": "Hi"}, "api")
    assert (response["statusCode"], response["body"]["subject"]) == (200, "Hi")
    credentials = entries[3]["details"]["request"]["body"]["credentials"]
    assert (credentials["smtp_user"], credentials["smtp_pass"]) == ("mailer", "*****")
    assert "canary" not in str(entries)


QUERIES = {
    'type:"sapi"': 4,
    "type:sapi": 4,
    'type:("fn" OR "seccft")': 2,
    'type:"sapi" AND description:"Patch an email template"': 1,
    'type:sapi AND NOT description:"Patch an email template"': 3,
    "type:sapi AND -description:Patch*": 3,
    "type:fn type:svr": 2,
    "NOT type:sapi": 3,
    'description:"To: ada@example.org"': 1,
    'user_id:"auth0|ada" AND (type:fn OR type:svr)': 2,
    "user_id:auth0* AND type:f?": 1,
    '"To: ada@example.org"': 1,
    "type:sap": 0,
    'unknown:"x"': 0,
    "date:[2000 TO *]": 7,
    "date:[* TO 2000-12}": 0,
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds(busy: Tenant, query: str) -> None:
    """A term is the whole value of its field, with or without quotes; words, signs and parentheses join terms."""
    assert len(found(busy, query)) == QUERIES[query]


def test_a_mail_that_is_queued_is_told_with_what_it_is(busy: Tenant) -> None:
    """`svr` has the user, the job and the kind of mail in its body, and the user's connection."""
    (entry,), (job,) = busy.logged("svr"), busy.emulator.state.jobs.values()
    body = entry["details"]["body"]
    assert (body["email"], body["to"], body["job_id"]) == ("ada@example.org", "ada@example.org", job["id"])
    assert (body["user_id"], body["provider"], body["idp_user_id"]) == ("auth0|ada", "auth0", "ada")
    assert (body["template"], body["ttl_sec"], body["client_id"]) == ({"type": "verify_email"}, 432000, "management")
    assert (entry["strategy"], entry["strategy_type"], entry["user_name"]) == ("auth0", "database", "Ada")


def test_entries_come_in_the_order_of_their_ids() -> None:
    """The last id first, which is not always the latest date; that order is asked for."""
    dates = {"9001": "2026-01-01T00:00:02.000Z", "9002": "2026-01-01T00:00:01.000Z", "9003": "2026-01-01T00:00:03.000Z"}
    logs = [Log(log_id, date, "s", "") for log_id, date in dates.items()]
    with Auth0Emulator(state=Auth0State(logs=logs)) as emulator:
        tenant = Tenant(emulator)
        assert [entry["log_id"] for entry in tenant.logged("s")] == ["9003", "9002", "9001"]
        by_date = tenant.call("GET", f"{LOGS}?q=type:s&sort=date:-1").document
        assert [entry["log_id"] for entry in by_date] == ["9003", "9001", "9002"]


BAD_TERMS = ["type:", "(type:fn", "type:fn)", '"open', "date:[1 2]"]
BAD_PAGES = ["per_page=101", "page=-1", "per_page=x", "include_totals=1", "page=11&per_page=100", "sort=date"]
BAD_CHECKPOINTS = ["from=1&take=0", "from=1&take=101"]


@pytest.mark.parametrize("query", [*(f"q={quote(term)}" for term in BAD_TERMS), *BAD_PAGES, *BAD_CHECKPOINTS])
def test_what_is_no_query_is_refused(busy: Tenant, query: str) -> None:
    """Each is a 400 that says it is about the query."""
    answer = busy.call("GET", f"{LOGS}?{query}")
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_query_string")


def test_totals_come_in_an_object(busy: Tenant) -> None:
    """With include_totals the page is in `logs`; without, it is the answer."""
    answer = busy.call("GET", f"{LOGS}?include_totals=true&page=1&per_page=5&fields=type&sort=date:1").document
    totals = {key: answer[key] for key in ("start", "limit", "length", "total")}
    assert totals == {"start": 5, "limit": 5, "length": 2, "total": 7}
    assert all(list(entry) == ["type"] for entry in answer["logs"])
    assert isinstance(busy.call("GET", f"{LOGS}?page=1&per_page=5").document, list)


def test_a_checkpoint_is_passed_in_the_order_of_time(busy: Tenant) -> None:
    """`from` is not in its page, which is an array whatever else is asked; the last page is empty."""
    newest_first: list[Any] = [entry["log_id"] for entry in busy.call("GET", LOGS).document]
    seen, checkpoint = list[str](), newest_first[-1]
    while page := busy.call("GET", f"{LOGS}?from={checkpoint}&take=2&include_totals=true&q=type:none").document:
        seen += [entry["log_id"] for entry in page]
        checkpoint = seen[-1]
    assert [*reversed(seen)] == newest_first[:-1]


def test_an_entry_is_read_alone(busy: Tenant) -> None:
    """By its id, as it is in the list; another is a 404. A user's own are below the user."""
    (entry,) = busy.logged("fn")
    assert busy.call("GET", f"{LOGS}/{entry['log_id']}").document == entry
    assert busy.call("GET", f"{LOGS}/900").status == 404
    assert busy.call("GET", "/api/v2/users/auth0%7Cada/logs").document[0] == entry


def test_applications_come_in_pages() -> None:
    """As deploy-cli's dry run asks for them; no secret is shown."""
    names = ["one", "two", "three"]
    state = Auth0State(clients={name: Auth0Client(name, "canary-secret", name=name) for name in names})
    with Auth0Emulator(state=state) as emulator:
        tenant = Tenant(emulator)
        page = tenant.call("GET", "/api/v2/clients?page=1&per_page=2&include_totals=true&is_global=false").document
        assert tenant.call("GET", "/api/v2/clients?page=0&per_page=100&is_global=true").document == []
        kinds = [f"is_first_party=true&app_type={kind}" for kind in ("spa,non_interactive", "spa")]
        assert [len(tenant.call("GET", f"/api/v2/clients?{kind}").document) for kind in kinds] == [3, 0]
        assert tenant.call("GET", "/api/v2/clients/none").document["errorCode"] == "inexistent_client"
        assert tenant.call("GET", "/api/v2/clients/two").document["name"] == "two"
        assert tenant.call("GET", "/api/v2/clients?include_totals=true").document["limit"] == 100
    assert [page[key] for key in ("total", "start", "limit")] == [3, 2, 2]
    assert [client["client_id"] for client in page["clients"]] == ["three"]
    assert page["clients"][0]["refresh_token"]["rotation_type"] == "non-rotating"
    assert "canary" not in str(page)
