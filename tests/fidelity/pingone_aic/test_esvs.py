"""ESVs and the restart that loads them (docs/contracts/pingone_aic.md#esvs)."""

from __future__ import annotations

import pytest

from support.pingone_aic import Tenant, state
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches

VARIABLE = "/environment/variables/esv-a"
SECRET = "/environment/secrets/esv-s"
PEM = "-----BEGIN PRIVATE KEY-----\n"


def test_variable_waits_for_a_restart(tenant: Tenant) -> None:
    """A written variable is not loaded, and pending, until the restart is over."""
    assert tenant.variable("esv-a", "1").document["loaded"] is False
    assert tenant.call("GET", "/environment/count?_onlyPending=true").document == {"secrets": 0, "variables": 1}
    tenant.restart()
    assert tenant.call("GET", VARIABLE).document["loaded"] is True
    assert tenant.call("GET", "/environment/variables?_onlyPending=true").document["result"] == []


def test_expression_type_can_not_be_changed(tenant: Tenant) -> None:
    """Another type is refused; deleting and creating again works at once."""
    tenant.variable("esv-a", "1", "int")
    assert tenant.variable("esv-a", "1", "string").status == 400
    tenant.call("DELETE", VARIABLE)
    assert tenant.variable("esv-a", "1", "string").status == 200


@pytest.mark.parametrize("name", ["esv-A", "a", "esv-", "esv-a.b", "esv-" + "a" * 125])
def test_names_are_checked(tenant: Tenant, name: str) -> None:
    """The refusal names the regular expression."""
    answer = tenant.variable(name, "1")
    assert (answer.status, "^esv-[a-z0-9_-]{1,124}$" in answer.document["message"]) == (400, True)


def test_values_are_base64_and_short_enough(tenant: Tenant) -> None:
    """What is not base64, or over 65535 bytes, is refused."""
    body = {"valueBase64": "%%%", "expressionType": "string"}
    assert tenant.call("PUT", VARIABLE, body).status == 400
    assert tenant.variable("esv-a", "x" * 65536).status == 400


def test_secret_versions(tenant: Tenant) -> None:
    """A new version is active at once and loaded after a restart; the latest cannot be disabled."""
    tenant.secret("esv-s", "one")
    for _ in range(2):  # the present value makes no new version
        made = tenant.call("POST", f"{SECRET}/versions?_action=create", {"valueBase64": "dHdv"}).document
        assert made["version"] == "2"
    before = tenant.call("GET", SECRET).document
    tenant.restart()
    after = tenant.call("GET", SECRET).document
    assert [(d["activeVersion"], d["loadedVersion"]) for d in (before, after)] == [("2", ""), ("2", "2")]
    assert tenant.call("DELETE", f"{SECRET}/versions/2").document["status"] == "DESTROYED"
    tenant.restart()


@pytest.mark.parametrize(
    ("there", "method", "path", "status", "said"),
    [
        (False, "GET", "", 404, "The secret does not exist or does not have a version"),
        (False, "DELETE", "", 404, "The secret does not exist or does not have a version"),
        (False, "GET", "/versions", 404, "The secret does not exist or does not have a version"),
        (
            False,
            "POST",
            "/versions/2?_action=changestatus",
            404,
            "The secret does not exist or does not have a version",
        ),
        (False, "POST", "/versions?_action=create", 404, "Failed to create secret version"),
        (False, "GET", "/versions/2", 404, "Failed to get secret version"),
        (True, "GET", "/versions/9", 404, "Failed to get secret version"),
        (True, "POST", "/versions/1?_action=changestatus", 400, "Cannot disable latest secret version"),
        (True, "DELETE", "/versions/4", 500, "Failed to delete secret version"),
        (True, "PUT", "", 400, "Failed to create secret, the secret already exists"),
    ],
)
def test_refusals_of_secrets_are_worded_as_recorded(
    tenant: Tenant, method: str, path: str, status: int, said: str, *, there: bool
) -> None:
    """A code and a message, without a reason."""
    if there:
        tenant.secret("esv-s", "one")
    body = {"valueBase64": "dHdv", "encoding": "generic", "useInPlaceholders": True, "status": "DISABLED"}
    answer = tenant.call(method, f"{SECRET}{path}", body)
    assert (answer.status, answer.document) == (status, {"code": status, "message": said})


def test_a_wrong_encoding_is_answered_with_three_of_the_four(tenant: Tenant) -> None:
    """base64aes is accepted, and not named."""
    answer = tenant.secret("esv-s", "one", encoding="other")
    assert answer.document == {"code": 606, "message": "encoding in body should be one of [generic pem base64hmac]"}
    assert tenant.secret("esv-s", "QUJD", encoding="base64aes").status == 200


@pytest.mark.parametrize("before", [True, False])
def test_one_version_is_shown_as_in_the_list(*, before: bool) -> None:
    """By its number; that it is loaded it says on tenants before 2026 alone, and the secret always."""
    with AicEmulator(state=state(), switches=AicSwitches(restart_seconds=0.0, before_2026=before)) as emulator:
        tenant = Tenant(emulator)
        tenant.secret("esv-s", "one")
        tenant.restart()
        one = tenant.call("GET", f"{SECRET}/versions/1").document
        assert tenant.call("GET", f"{SECRET}/versions").document == [one]
        assert (one["loaded"], tenant.call("GET", SECRET).document["loaded"]) == (before, True)


def test_variable_with_the_loaded_value_is_loaded(tenant: Tenant) -> None:
    """Written again, or put back after another value, it waits for no restart; another type never matches."""
    tenant.variable("esv-a", "1")
    tenant.restart()
    answers = [tenant.variable("esv-a", value).document["loaded"] for value in ("1", "2", "1")]
    assert answers == [True, False, True]
    tenant.call("DELETE", VARIABLE)
    assert tenant.variable("esv-a", "1", "int").document["loaded"] is False


def test_value_of_any_bytes_is_kept(tenant: Tenant) -> None:
    """A variable and a secret need not be UTF-8."""
    body = {"valueBase64": "//4A", "expressionType": "base64encodedinlined", "encoding": "generic"}
    tenant.call("PUT", VARIABLE, body)
    tenant.call("PUT", SECRET, body | {"useInPlaceholders": True})
    tenant.restart()
    assert tenant.call("PUT", VARIABLE, body).document["loaded"] is True
    assert tenant.call("GET", SECRET).document["loaded"] is True


def test_secret_of_no_placeholder_is_loaded_at_once(tenant: Tenant) -> None:
    """Without use in placeholders nothing waits for a restart."""
    assert tenant.secret("esv-s", "one", useInPlaceholders=False).document["loaded"] is True
    assert tenant.call("GET", "/environment/secrets?_onlyPending=true").document["result"] == []


@pytest.mark.parametrize(
    ("encoding", "value", "status"), [("pem", "no", 500), ("base64hmac", "%", 500), ("pem", PEM, 200)]
)
def test_content_must_be_what_the_encoding_says(tenant: Tenant, encoding: str, value: str, status: int) -> None:
    """A key that is none gets a server error."""
    assert tenant.secret("esv-s", value, encoding=encoding).status == status


def test_lists_have_pages_in_version_two(tenant: Tenant) -> None:
    """With resource=2.0 a page ends with a cookie; without, all come at once."""
    for n in range(3):
        tenant.variable(f"esv-{n}", "x")
    first = tenant.call("GET", "/environment/variables?_pageSize=2", Accept_API_Version="resource=2.0").document
    rest = f"/environment/variables?_pageSize=2&_pagedResultsCookie={first['pagedResultsCookie']}"
    second = tenant.call("GET", rest, Accept_API_Version="resource=2.0").document
    assert [len(first["result"]), len(second["result"]), second["pagedResultsCookie"]] == [2, 1, None]
    whole = tenant.call("GET", "/environment/variables?_pageSize=2").document
    assert len(whole.pop("result")) == 3
    assert whole == {
        "pagedResultsCookie": None,
        "remainingPagedResults": -1,
        "resultCount": 3,
        "totalPagedResults": -1,
        "totalPagedResultsPolicy": "NONE",
    }


def test_restart_one_at_a_time_with_errors_meanwhile() -> None:
    """A second restart is refused; a tenant may answer 503 to everything while it restarts."""
    switches = AicSwitches(restart_seconds=60)
    with AicEmulator(state=state(), switches=switches) as emulator:
        tenant = Tenant(emulator)
        tenant.call("POST", "/environment/startup?_action=restart")
        assert tenant.call("POST", "/environment/startup?_action=restart").status == 400
        switches.restart_errors = True
        assert tenant.call("GET", "/environment/startup").status == 503
