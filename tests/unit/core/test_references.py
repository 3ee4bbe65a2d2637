"""Credentials by reference: a variable or a file of the user's own, for each credential of each platform alike."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_email import platforms
from tenant_email.errors import InvalidSettings, redact_external
from tenant_email.platforms.pingone_aic.login import login
from tenant_email.tenants.connections import Connection, Connections, ConnectionSpec
from tenant_email_local.emulators.pingone_aic.local import private_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SPEC = ConnectionSpec("cloud", "CLOUD_URL", {"clientId": "CLOUD_ID"}, {"clientSecret": "CLOUD_SECRET"})
MAIN = {"platform": "cloud", "url": "https://main.example", "clientId": "id"}
VARIABLES = ("CLOUD_URL", "CLOUD_SECRET", "CLOUD_SECRET_FILE", "CLOUD_TOKEN_URL", "CLOUD_TIMEOUT", "CLOUD_CA_FILE")
NOT_A_VALUE = "Set it where Pulumi runs; this takes the name of a variable, not a value."
NOT_A_PATH = "Correct the path or the file; this takes a path, not a value."


def connect(environ: Mapping[str, str], tenant: str = "main", **entries: Any) -> Connection:
    """Returns the connection of a tenant."""
    return Connections(json.dumps(entries), environ, {"cloud": SPEC}).get(tenant, "cloud")


def problems(environ: Mapping[str, str] | None = None, **changed: Any) -> list[str]:
    """Returns what is wrong with the tenant `main`, as a user reads it."""
    with pytest.raises(InvalidSettings) as caught:
        connect(environ or {}, main={**MAIN, **changed})
    return [str(problem) for problem in caught.value.problems]


def secret(found: Connection) -> str:
    """Returns the secret of a connection."""
    return found.secret["clientSecret"].reveal()


def test_many_tenants_without_a_secret_in_the_config(tmp_path: Path) -> None:
    """Each names a variable or a file of its own; a mounted file's last line end is none of its value."""
    (tmp_path / "two").write_text("canary-two\n")
    (tmp_path / "three").write_bytes(b"\xef\xbb\xbfcanary-three\r\n")
    entries = {
        "one": {**MAIN, "clientSecretEnv": "ONE_SECRET"},
        "two": {**MAIN, "clientSecretFile": str(tmp_path / "two")},
        "three": {**MAIN, "clientSecretFile": str(tmp_path / "three")},
    }
    environ = {"ONE_SECRET": "canary-one\n", "CLOUD_SECRET": "canary-usual"}
    connected = {name: connect(environ, name, **entries) for name in entries}
    assert {name: secret(found) for name, found in connected.items()} == {name: f"canary-{name}" for name in entries}
    assert [found.missing for found in connected.values()] == [(), (), ()]
    assert connected["three"].source("clientSecret") == "tenant-email:tenants.three.clientSecretFile"


@pytest.mark.parametrize(
    ("changed", "source"),
    [
        ({"clientId": "\u200bid", "clientSecret": "canary"}, "tenant-email:tenants.main.clientId"),
        ({"clientSecret": "canary\ufeff"}, "tenant-email:tenants.main.clientSecret"),
        ({"clientSecretEnv": "ACME"}, "tenant-email:tenants.main.clientSecretEnv"),
        ({}, "CLOUD_SECRET"),
    ],
)
def test_a_character_that_nobody_sees_is_refused(changed: dict[str, Any], source: str) -> None:
    """It came along with a copy, and the platform would only say that the login is wrong."""
    (told,) = problems({"ACME" if changed else "CLOUD_SECRET": "canary\u200b"}, **changed)
    what, remedy = told.split("\n")
    assert what.startswith(f"{source}: holds a character that nobody sees (\\u")
    assert remedy == "Set it anew: that was copied or read along."


def test_a_value_by_reference_is_masked(tmp_path: Path) -> None:
    """Whatever it is of: who refers to an id does not want it shown either."""
    (tmp_path / "id").write_text("canary-client-id")
    entry = {"platform": "cloud", "url": "https://main.example", "clientIdFile": str(tmp_path / "id")}
    found = connect({"ACME": "canary-acme-secret"}, main={**entry, "clientSecretEnv": "ACME"})
    assert found.plain["clientId"] == "canary-client-id"
    assert redact_external("canary-client-id and canary-acme-secret") == "*** and ***"
    assert "canary" not in repr(found)


@pytest.mark.parametrize("platform", platforms.names())
@pytest.mark.parametrize("ending", ["Env", "File"])
def test_each_credential_of_each_platform(platform: str, ending: str, tmp_path: Path) -> None:
    """Has both references, and none of them may stand beside the value."""
    spec = platforms.connection_specs()[platform]
    (tmp_path / "value").write_text("canary-value\n")
    named = {"Env": "MY_OWN_NAME", "File": str(tmp_path / "value")}[ending]
    entry: dict[str, Any] = {"platform": platform, "url": "https://a.example"}
    entry |= {f"{name}{ending}": named for name in spec.credentials}
    environ = {"MY_OWN_NAME": "canary-value"}
    found = Connections(json.dumps({"a": entry}), environ, {platform: spec}).get("a", platform)
    assert {*found.plain.values(), *(each.reveal() for each in found.secret.values())} == {"canary-value"}
    doubled = {**entry, **dict.fromkeys(spec.credentials, "canary-literal")}
    with pytest.raises(InvalidSettings) as caught:
        Connections(json.dumps({"a": doubled}), environ, {platform: spec}).get("a", platform)
    assert [str(problem) for problem in caught.value.problems] == [
        f"tenant-email:tenants.a.{name}{ending}: is set together with {name}\nKeep one of {name} and {name}{ending}."
        for name in spec.credentials
    ]


@pytest.mark.parametrize(
    ("environ", "named", "told"),
    [
        ({}, "ACME_SECRET", "the variable ACME_SECRET is not set"),
        ({"ACME_SECRET": " \n"}, "ACME_SECRET", "the variable ACME_SECRET is empty"),
        ({}, "canary-9aZ", "the variable that it names is not set"),
        ({"acme": ""}, "acme", "the variable that it names is empty"),
    ],
)
def test_a_variable_without_a_value(environ: dict[str, str], named: str, told: str) -> None:
    """It is told by its name, where that is surely no secret put in its place."""
    assert problems(environ, clientSecretEnv=named) == [
        f"tenant-email:tenants.main.clientSecretEnv: {told}\n{NOT_A_VALUE}"
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xff\xfe\x00c", "is not a text in UTF-8"),
        (b"c" * (2**20 + 1), "is larger than 1048576 characters"),
    ],
)
def test_a_file_without_a_value(content: bytes | None, told: str, tmp_path: Path) -> None:
    """It is told by its path, and nothing of it is shown."""
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    assert problems(clientSecretFile=str(path)) == [
        f"tenant-email:tenants.main.clientSecretFile: {path} {told}\n{NOT_A_PATH}"
    ]


def test_a_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    """Which a file just has; what the system refuses to read is told in its words."""
    path = tmp_path / "secret"
    path.write_bytes(b"c" * 2**20)
    assert len(secret(connect({}, main={**MAIN, "clientSecretFile": str(path)}))) == 2**20
    (told,) = problems(clientSecretFile="/proc/self/mem")
    assert told.startswith(
        "tenant-email:tenants.main.clientSecretFile: /proc/self/mem cannot be read (Input/output error)\n"
    )


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a pipe that only one read would empty, and a secret that was put in place of the path."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        (told,) = problems(clientSecretFile=str(path))
        assert told.startswith(f"tenant-email:tenants.main.clientSecretFile: {path} is not a file\n")
    for pasted in ("canary-secret-itself", '{"kty": "RSA", "d": "canary"}', "/x\ncanary", "a\0canary"):
        (told,) = problems(clientSecretFile=pasted)
        assert told.startswith("tenant-email:tenants.main.clientSecretFile: the file that it names ")
        assert "canary" not in told
    for named in ("~nosuchuser/secret", "/no\0where"):
        (told,) = problems(clientSecretFile=named)
        assert told.startswith(
            "tenant-email:tenants.main.clientSecretFile: the file that it names cannot be read (no such"
        )


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a relative one at the folder that Pulumi runs in."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("canary-home")
    for path in ("~/secret", "secret", "./secret"):
        assert secret(connect({}, main={**MAIN, "clientSecretFile": path})) == "canary-home"


def test_all_contradictions_are_told_at_once() -> None:
    """Without a value of any of them."""
    told = problems(clientIdEnv="ACME_ID", clientSecret="canary-a", clientSecretEnv="X", clientSecretFile="/canary")
    assert told == [
        "tenant-email:tenants.main.clientIdEnv: is set together with clientId\nKeep one of clientId and clientIdEnv.",
        (
            "tenant-email:tenants.main.clientSecretEnv: is set together with clientSecret\n"
            "Keep one of clientSecret and clientSecretEnv and clientSecretFile."
        ),
    ]
    (told_type,) = problems(clientSecretEnv=7)
    assert told_type.startswith(
        "tenant-email:tenants.main.clientSecretEnv: must be a non-empty string, but --path turned it into"
    )


def test_a_reference_goes_before_the_usual_variable() -> None:
    """It is this machine's already; the usual variable is for values that a state may hold an old one of."""
    environ = {"CLOUD_SECRET": "canary-usual", "ACME": "canary-own"}
    assert secret(connect(environ, main={**MAIN, "clientSecretEnv": "ACME"})) == "canary-own"
    found = connect(environ, main={**MAIN, "clientSecret": "canary-value"})
    assert (secret(found), found.source("clientSecret")) == ("canary-usual", "CLOUD_SECRET")


def test_a_reference_belongs_to_its_own_url() -> None:
    """As a value does: no variable leads it elsewhere."""
    environ = {"CLOUD_URL": "https://evil.example", "CLOUD_SECRET": "canary-usual", "ACME": "canary-own"}
    (problem,) = problems(environ, clientSecretEnv="ACME")
    assert problem == (
        "tenant-email:tenants.main.clientSecretEnv: belongs to main.example, but CLOUD_URL names another host\n"
        "Unset CLOUD_URL; or remove the reference, and set CLOUD_SECRET for that host."
    )


def test_the_usual_variables_have_files_too(tmp_path: Path) -> None:
    """As Docker's images name them, and not both at once."""
    path = tmp_path / "secret"
    path.write_text("canary-file\n")
    environ = {"CLOUD_URL": "main.example", "CLOUD_ID": "id", "CLOUD_SECRET_FILE": str(path)}
    found = connect(environ)
    assert (secret(found), found.source("clientSecret")) == ("canary-file", "CLOUD_SECRET_FILE")
    assert secret(connect(environ, main=MAIN)) == "canary-file"  # both are of the environment, and belong together
    moved = {**environ, "CLOUD_URL": "other.example"}
    assert secret(connect(moved, main={**MAIN, "clientSecret": "canary-config"})) == "canary-file"
    assert problems({**environ, "CLOUD_SECRET": "canary-x"}) == [
        "CLOUD_SECRET_FILE: is set together with CLOUD_SECRET\nUnset one of them."
    ]
    path.write_text("")
    assert problems(environ) == [f"CLOUD_SECRET_FILE: {path} is empty\n{NOT_A_PATH}"]


def test_a_missing_one_says_how_it_can_be_referred_to() -> None:
    """Where the usual variables are another tenant's."""
    entry = {"platform": "cloud", "url": "https://two.example", "clientId": "id"}
    (missing,) = connect({}, "two", main=MAIN, two=entry).missing
    assert str(missing).endswith(
        "--path 'tenant-email:tenants.two.clientSecret'; or name a variable in clientSecretEnv or a file in "
        "clientSecretFile."
    )


def test_a_key_that_is_none_is_told_by_where_it_is_from(tmp_path: Path) -> None:
    """PingOne AIC's private key in a file, as it was downloaded."""
    spec = platforms.connection_specs()["pingone_aic"]
    entry = {"platform": "pingone_aic", "url": "https://t.example", "serviceAccountId": "a"}
    entry["serviceAccountKeyFile"] = str(tmp_path / "key.json")
    (tmp_path / "key.json").write_text(json.dumps({**private_key(), "d": "canary"}))
    found = Connections(json.dumps({"t": entry}), {}, {"pingone_aic": spec}).get("t", "pingone_aic")
    with pytest.raises(InvalidSettings) as caught:
        login(found)(_Client())  # type: ignore[arg-type]
    assert str(caught.value).startswith(
        "pingone_aic t.example: tenant-email:tenants.t.serviceAccountKeyFile: is not a private RSA key in JWK form\n"
    )
    assert "canary" not in str(caught.value)


KEYS = ("url", "tokenUrl", "allowHttp", "caFile", "timeout", "aliases", "clientId", "clientIdEnv",
        "clientSecret", "clientSecretEnv", "clientSecretFile", "odd")  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["cloud", "https://a.example/b", "http://a.example", "/etc/passwd", "PATH", "canary-value", "true", ""]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
        max_leaves=4,
    ),
)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES), st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=20))
)
def test_whatever_an_entry_holds(entry: dict[str, Any], environ: dict[str, str]) -> None:
    """It is a tenant, or told by problems that show no value which may be a secret."""
    values = {"platform": "cloud", "clientSecret": "canary-value", **entry}
    found, told = _looked_at(environ, values)
    assert "canary" not in told
    assert found is None or (found.url.startswith(("https://", "http://")) and "canary" not in repr(found.secret))


def _looked_at(environ: dict[str, str], values: dict[str, Any]) -> tuple[Connection | None, str]:
    """Returns a tenant, or what is wrong with it: a file of certificates alone is told by its path."""
    try:
        return connect(environ, main=values), ""
    except InvalidSettings as refused:
        return None, "\n".join(str(each) for each in refused.problems if not each.path.endswith("caFile"))


class _Client:
    """Asks for the form, as a client does to send it."""

    def clock(self) -> float:
        """Returns a time."""
        return 0.0

    def login(self, _path: str, _promise: object, form: Any, *, is_dated: bool) -> None:
        """Makes the form."""
        assert is_dated
        form()
