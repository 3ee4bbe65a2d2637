"""The tenant of a local machine: one service account that may manage it, and a Graph that takes its mail."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tenant_email_local.emulators.pingone_aic.emulator import AicEmulator
from tenant_email_local.emulators.pingone_aic.graph import GraphStandIn
from tenant_email_local.emulators.pingone_aic.state import AicState, ServiceAccount

if TYPE_CHECKING:
    from tenant_email_local.emulators.delivery import Delivery

ACCOUNT_ID: Final = "a2b4d68f-0000-4000-8000-000000000001"
GRAPH_CLIENTS: Final = {"local-graph-client": "local-graph-secret"}


@cache
def private_key() -> dict[str, Any]:
    """Returns the service account's key as a JWK, made once a process."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": "local", "alg": "RS256"}


def service_account() -> ServiceAccount:
    """Returns the account that `private_key` belongs to."""
    public = {name: private_key()[name] for name in ("kty", "kid", "alg", "n", "e")}
    return ServiceAccount(ACCOUNT_ID, [public])


def tenant(port: int, delivery: Delivery) -> AicEmulator:
    """Returns the emulator of a fresh tenant."""
    state = AicState(accounts={ACCOUNT_ID: service_account()})
    return AicEmulator(port=port, state=state, delivery=delivery, graph=GraphStandIn(GRAPH_CLIENTS))


def environment(emulator: AicEmulator) -> dict[str, str]:
    """Returns the variables that log a stack in to it."""
    return {
        "FRODO_HOST": f"{emulator.url}/am",
        **emulator.trusting("FRODO_CA_FILE"),
        "FRODO_SA_ID": ACCOUNT_ID,
        "FRODO_SA_JWK": json.dumps(private_key()),
    }
