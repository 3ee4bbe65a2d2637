"""Which stacks a fleet has, and what the config of each holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from support.fleets import STACK
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import (
    Unit,
    config_of,
    config_problems,
    environment_problems,
    makes_domain,
    needs,
    own_config,
    units,
)

FLEET = read_fleet(STACK / "tenants.yaml", judged=False)
ACME, FORGE, MAIL = Unit(tenant="acme"), Unit(tenant="forge"), Unit(sending_domain="mail")
ENTRY = {
    "platform": "auth0",
    "url": "acme.eu.auth0.com",
    "clientId": "Zk3mT9Qw",
    "clientSecretEnv": "ACME_AUTH0_SECRET",
}


def test_stacks() -> None:
    """One a tenant, and before them one for each domain that tenants share."""
    assert [each.stack for each in units(FLEET)] == ["sending_domain.mail", "acme", "umbrella", "initech", "forge"]
    assert (needs(FLEET, ACME), needs(FLEET, FORGE), needs(FLEET, MAIL)) == (MAIL, None, None)
    assert [makes_domain(FLEET, unit) for unit in (MAIL, ACME)] == [True, False]
    alone = replace(FLEET, tenants={"forge": FLEET.tenants["forge"]})
    assert [each.stack for each in units(alone)] == ["forge"]


def test_config_of_a_tenant() -> None:
    """Its entry and how AWS is reached; paths begin at the project's folder."""
    assert config_of(FLEET, ACME, STACK) == {"aws:region": "eu-west-1", "tenant-email:tenants": {"acme": ENTRY}}
    assert own_config(FLEET, ACME, STACK) == {"tenant": "acme"}
    elsewhere = config_of(FLEET, FORGE, STACK.parent)["tenant-email:tenants"]["forge"]
    assert elsewhere["serviceAccountKeyFile"] == "fleet/secrets/forge.jwk.json"
    assert own_config(FLEET, MAIL, STACK.parent) == {"sendingDomain": "mail", "file": "fleet/tenants.yaml"}


@pytest.mark.parametrize("path", ["/run/secrets/key", "~/key"])
def test_paths_from_anywhere(path: str) -> None:
    """They stay as they are."""
    forge = replace(FLEET.tenants["forge"], entry={"serviceAccountKeyFile": path})
    fleet = replace(FLEET, tenants={"forge": forge})
    assert config_of(fleet, FORGE, Path("/elsewhere"))["tenant-email:tenants"]["forge"] == {
        "serviceAccountKeyFile": path
    }


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, ["is missing, and tenants.yaml has that tenant"]),
        ("{", ["is missing, and tenants.yaml has that tenant"]),
        (json.dumps({"acme": ENTRY | {"url": "other.eu.auth0.com"}}), ["is not what tenants.yaml says"]),
        (json.dumps({"acme": ENTRY, "more": {}}), []),
    ],
)
def test_config_that_is_not_the_files(raw: str | None, said: list[str]) -> None:
    """A stack whose config is of another file, or of none, goes no further."""
    assert [each.what for each in config_problems(FLEET, ACME, STACK, raw)] == said


def test_variables_of_another_tenant() -> None:
    """AUTH0_DOMAIN would send what is meant for each tenant of a fleet to one; what the entry names itself is meant."""
    acme, environ = (
        FLEET.tenants["acme"],
        {"AUTH0_DOMAIN": "other.eu.auth0.com", "LOGTO_ENDPOINT": "x", "AUTH0_CA_FILE": ""},
    )
    (problem,) = environment_problems([acme], environ)
    assert (problem.path, problem.what) == (
        "AUTH0_DOMAIN",
        "is set, and would go before what the file says of tenants.acme",
    )
    assert list(environment_problems(FLEET.tenants.values(), environ)) == []
    main = replace(acme, name="main")  # which the usual variables are for, whoever else there is
    assert [each.path for each in environment_problems([FLEET.tenants["forge"], main], environ)] == ["AUTH0_DOMAIN"]
    # no usual variable goes before a reference, whichever tenant it is meant for
    secrets = {"AUTH0_CLIENT_SECRET": "canary", "AUTH0_CLIENT_SECRET_FILE": "canary"}
    assert list(environment_problems([acme], secrets)) == []
    assert [each.path for each in environment_problems([acme], {"AUTH0_CLIENT_ID": "x"})] == ["AUTH0_CLIENT_ID"]
