"""What is said of ESVs: each refusal with the way out, each notice with its ESV; and what is recorded of each write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic import PROVIDER
from support.pingone_aic import smtp as wire_smtp
from tenant_email.errors import TenantEmailError
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.net.client import TRIES
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.managed import Managed
    from support.pingone_aic_site import Site

KINDS = ("variable", "secret")
PATHS = {"variable": "/environment/variables/esv-a", "secret": "/environment/secrets/esv-a"}
EQUAL = "Make the inputs equal to what is live, or set on_existing='adopt', which changes what differs."
ANOTHER = "Use another ESV name; or remove this resource, run `pulumi up`, and add it again."
ADOPT = (
    "Set on_existing='adopt' to take it over; a destroy then leaves it in place. If an interrupted run of this stack "
    "created it, also set on_delete='delete'. If you renamed the resource, set opts.aliases to the old name instead. "
    "If you are replacing a resource of this stack, set opts.delete_before_replace."
)


def make(site: Site, kind: str, **inputs: Any) -> Managed:
    """Returns esv-a of one kind."""
    given: dict[str, Any]
    if kind == "variable":
        given = {"esv": "a", "value": "1", "expression_type": "string", "description": ""}
        return site.resource(EsvVariableLifecycle(), **given | inputs)
    given = {"description": "", "esv": "a", "value": "canary-esv", "encoding": "generic"}
    given |= {"use_in_placeholders": True}
    return site.resource(EsvSecretLifecycle(), **given | inputs)


def refused(site: Site, made: Managed) -> list[str]:
    """Returns the lines of a refusal that writes nothing, the first without who was asked."""
    site.calls()
    with pytest.raises(TenantEmailError) as caught:
        made.up()
    assert not [call for call in site.calls() if not call.startswith("GET") and "access_token" not in call]
    first, *more = str(caught.value).splitlines()
    start, _, message = first.partition(": ")
    assert start == who(site)
    return [message, *more]


def who(site: Site) -> str:
    """Returns how messages begin."""
    return f"pingone_aic {site.emulator.url[7:]}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_already(site: Site, kind: str) -> None:
    """Equal or not, with what may be shown of it: a value never."""
    make(site, kind).up()
    assert refused(site, make(site, kind)) == ["esv-a already exists, and this stack did not create it", ADOPT]
    other = make(site, kind, description="two", **({"value": "9"} if kind == "variable" else {}))
    names = "value, description" if kind == "variable" else "description"
    assert refused(site, other) == [
        f"esv-a already exists with a different {names}, and this stack did not create it",
        '  - description: "" is live; the inputs say "two"',
        ADOPT,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_imported(site: Site, kind: str) -> None:
    """What is not there, or differs."""
    assert refused(site, make(site, kind, on_existing="import")) == [
        "nothing to import: there is no esv-a",
        "Remove import_ to create it.",
    ]
    make(site, kind).up()
    assert refused(site, make(site, kind, on_existing="import", description="two")) == [
        "cannot import: esv-a exists with a different description",
        '  - description: "" is live; the inputs say "two"',
        EQUAL,
    ]


@pytest.mark.parametrize(
    ("kind", "fixed"), [("variable", {"expression_type": "int"}), ("secret", {"use_in_placeholders": False})]
)
def test_what_the_platform_fixes(site: Site, kind: str, fixed: dict[str, Any]) -> None:
    """It is reported at preview for ours, and at the take-over for what is there."""
    made, (name, _) = make(site, kind), *fixed.items()
    made.up()
    assert made.problems(**fixed) == [
        f"{name}: of esv-a cannot be changed: the platform fixes it when an ESV is created\n{ANOTHER}"
    ]
    assert made.problems(esv="b", **fixed) == []
    adopted = make(site, kind, on_existing="adopt", **fixed)
    assert refused(site, adopted) == [f"esv-a exists with a different {name}", ANOTHER]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_still_used_stays(site: Site, kind: str) -> None:
    """With what uses it."""
    made = make(site, kind)
    made.up()
    site.tenant.call("PUT", PROVIDER, wire_smtp(host="&{esv.a}"))
    with pytest.raises(TenantEmailError) as caught:
        made.destroy()
    assert str(caught.value).splitlines() == [
        f"{who(site)}: esv-a is still used by external.email; deleting it would break them",
        "Make the resources that use it depend on it, so that they are deleted first; or set on_delete='retain'.",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_what_stays_at_a_destroy_is_reported(site: Site, kind: str, said: list[str]) -> None:
    """As the policy says, because it was there before, because another resource has it, or someone changed it."""
    made = make(site, kind)
    made.up()
    adopted = make(site, kind, on_existing="adopt")
    adopted.up()
    assert said == []
    adopted.destroy()
    make(site, kind, on_existing="adopt", on_delete="delete").problems()
    kept = make(site, kind, on_delete="retain")
    kept.id, kept.state = made.id, {**made.state, "on_delete": "retain"}
    kept.destroy()
    operation.begin()
    assert made.problems() == []
    made.drop()
    assert said == [
        f"{made.id}: left as it is in the tenant",
        f"{made.id}: left as it is in the tenant",
        f"{made.id}: kept, because another resource of this program owns it now",
    ]
    del said[:]
    if kind == "variable":
        site.tenant.variable("esv-a", "theirs")
    else:
        site.tenant.call("POST", f"{PATHS[kind]}/versions?_action=create", {"valueBase64": "eA=="})
    made.destroy()
    (line,) = said
    assert line.startswith(f"{made.id}: kept, because someone else changed it since the last update (")
    assert ("value" if kind == "variable" else "version") in line
    assert line.endswith("). To remove it, delete it in the tenant.")
    assert made.id == f"{who(site).replace(' ', '/')}/esv-{kind}/esv-a"


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_without_a_login_says_what_an_up_needs(
    site: Site, kind: str, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And finds nothing wrong with the inputs."""
    for name in ("FRODO_SA_ID", "FRODO_SA_JWK"):
        monkeypatch.delenv(name, raising=False)
    operation.begin()
    assert make(site, kind).problems() == []
    (line,) = said
    assert line.startswith(f"{who(site)} esv-{kind}/esv-a: ")
    assert line.endswith(" It is required for `pulumi up`, not for a preview.")


def test_what_is_recorded_of_a_variable(site: Site) -> None:
    """Each write that needs a restart is a revision; what was written is kept apart from what is seen."""
    made = make(site, "variable", value=587, expression_type="int", description="one")
    made.up()
    wrote = {"value": "587", "expression_type": "int", "description": "one"}
    assert (made.state["revision"], made.state["adopted"], made.state["last_written"]) == (1, False, wrote)
    assert made.up(description="two") == "update"
    assert (made.state["revision"], made.state["last_written"]) == (1, {**wrote, "description": "two"})
    assert made.up(value=25, description="two") == "update"
    assert made.state["revision"] == 2
    site.tenant.variable("esv-a", "7", "int")
    assert made.refresh()
    assert (made.state["value"], made.state["revision"], made.state["adopted"]) == ("7", 2, False)
    assert made.state["last_written"] == {**wrote, "value": "25", "description": "two"}


def test_what_is_recorded_of_an_adoption(site: Site) -> None:
    """What is equal is not written, and counts as adopted."""
    make(site, "variable").up()
    site.calls()
    adopted = make(site, "variable", on_existing="adopt")
    adopted.up()
    assert not [call for call in site.calls() if call.startswith("PUT")]
    assert (adopted.state["adopted"], adopted.state["revision"]) == (True, 1)
    adopted.up(value="2")
    assert (adopted.state["adopted"], adopted.state["revision"]) == (True, 2)


def test_what_is_recorded_of_a_secret(site: Site) -> None:
    """The version, and its date; of an adopted one the version that the adoption made."""
    made = make(site, "secret", description="one")
    made.up()
    assert (made.state["version"], made.state["adopted"]) == ("1", False)
    assert made.state["last_written"].keys() == {"version", "created"}
    assert made.up(description="two") == "update"
    assert (made.state["version"], made.state["last_written"]["version"]) == ("1", "1")
    assert site.tenant.call("GET", PATHS["secret"]).document["description"] == "two"
    adopted = make(site, "secret", on_existing="adopt", description="three", value="canary-new")
    adopted.up()
    assert (adopted.state["version"], adopted.state["adopted"]) == ("2", True)
    assert adopted.state["last_written"]["version"] == "2"
    assert site.tenant.call("GET", PATHS["secret"]).document["description"] == "three"
    assert made.refresh()
    assert made.state["version"] == "2"
    assert "value" not in made.state
    assert made.state["description"] == "three"


def test_a_secret_s_value_is_judged(site: Site) -> None:
    """By its encoding; no value, and one that fits, is none to complain of."""
    pem = "-----BEGIN X-----\nQUJD\n-----END X-----\n"
    right = (("pem", pem), ("base64hmac", "QUJD"), ("base64aes", "QUJD"), ("generic", "%%"), ("pem", None))
    for encoding, value in right:
        assert make(site, "secret", encoding=encoding, value=value).problems() == []
    (reason,) = make(site, "secret", encoding="base64aes", value="%%").problems()
    assert reason == "value: is not of encoding base64aes\nUse PEM text, or base64 text, as the encoding says."
    (reason,) = make(site, "secret", value="ab" * 32768).problems()
    assert reason == "value: is longer than 65535 bytes\nShorten it: the platform accepts no more."
    assert make(site, "secret", value="ab" * 32767 + "c").problems() == []


def test_old_versions_go_when_asked(site: Site) -> None:
    """All but the latest so many, each once."""
    made = make(site, "secret", keep_versions=2)
    made.up()
    for number in range(3):
        made.up(value=f"canary-{number}")
    versions = site.tenant.call("GET", f"{PATHS['secret']}/versions").document
    assert [version["status"] for version in versions] == ["ENABLED", "ENABLED", "DESTROYED", "DESTROYED"]
    site.calls()
    made.up(value="canary-last")
    assert len([call for call in site.calls() if call.startswith("DELETE")]) == 1


def test_a_restart_is_of_its_tenant(site: Site) -> None:
    """Its id says so; its time is judged at preview, and a refresh shows what waits."""
    make(site, "variable").up()
    made = site.resource(EsvRestartLifecycle(), esvs=["a"], revisions=[1], timeout="20s")
    made.up()
    assert made.id == f"{who(site).replace(' ', '/')}/esv-restart"
    assert made.up(revisions=[2]) == "update"
    made.refresh()
    assert made.up(revisions=[2]) == "same"
    (reason,) = made.problems(timeout="soon")
    assert reason.startswith("timeout: 'soon'")
    site.tenant.variable("esv-a", "2")
    made.refresh()
    assert made.state["revisions"] == []
    id_, made.id = made.id, "pingone_aic/gone.example/esv-restart"
    assert made.up(revisions=[2]) == "replace"
    made.id = id_
    made.destroy()


@pytest.mark.parametrize("kind", KINDS)
def test_an_esv_whose_answer_was_lost_is_ours(site: Site, kind: str) -> None:
    """It equals what this run sent: created, not adopted, and a destroy deletes it."""
    operation.begin(Timing(sleep=lambda _: None))
    try:
        site.emulator.inject(Fault("PUT", PATHS[kind], drop="after", times=TRIES))
        made = make(site, kind)
        made.up()
    finally:
        operation.begin(Timing())
    assert made.state["adopted"] is False
    made.destroy()
    assert site.tenant.call("GET", PATHS[kind]).status == 404
