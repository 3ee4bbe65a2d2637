"""A program of a document, as a preview takes it, in this process: what it registers, each judged by its lifecycle."""

from __future__ import annotations

import base64
import json
import pickle
import re
from typing import TYPE_CHECKING, Any, Final

import pulumi
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime.rpc import _special_sig_key

from support.registered import ACCOUNT, REGION, registered
from tenant_email.aws.dns_records import DnsRecord
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLATFORM: Final = re.compile(r"\b(auth0|logto|pingone_aic)\b")
_URLS: Final = {
    "auth0": "https://acme.eu.auth0.com",
    "logto": "https://auth.acme.com",
    "pingone_aic": "https://openam-acme.forgeblocks.com",
}
_RECORDS: Final = [
    DnsRecord(f"t{number}._domainkey.acme.com", f"t{number}._domainkey", "CNAME", 300, ("t.dkim.eu",), "DKIM", True)
    for number in range(3)
]
_KEY: Final = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "SesDomainIdentity": {"dns_records": [record.to_props() for record in _RECORDS]},
    "AccessKey": {"secret": "sQ7u0cV9wYb2Kf5hLr8nTz1Xe4Ga6Dj3Pm0Ro9Si"},
    "User": {"name": "mail", "arn": f"arn:aws:iam::{ACCOUNT}:user/mail", "uniqueId": "AIDA1"},
    "StackReference": {
        "outputs": {
            "domain": "acme.com",
            "fromAddresses": ["no-reply@acme.com"],
            "region": REGION,
            "accessKeyId": "AKIAEXAMPLEEXAMPLE00",
            "secretAccessKey": "sQ7u0cV9wYb2Kf5hLr8nTz1Xe4Ga6Dj3Pm0Ro9Si",
            "provider": "auth0/acme.eu.auth0.com/email-provider",
        }
    },
    "SesDkimKey": {"public_key": "p", "private_key": _KEY.decode()},
}
_CONFIG: Final = {
    "environment": "development",
    "host": "smtp.acme.com",
    "username": "mailer",
    "password": "a-password-of-the-test",
    "fromAddress": "no-reply@acme.com",
    "domain": "acme.com",
}


def preview(program: str) -> tuple[set[str], list[str]]:
    """Returns the kinds of resources that a program registers, and what is wrong with them."""
    pulumi.runtime.set_all_config({"aws:region": REGION, **{f"lab:{name}": value for name, value in _CONFIG.items()}})
    found = registered(lambda: exec(compile(program, "program", "exec"), {"__name__": "__main__"}), **ANSWERS)  # noqa: S102
    tenants = {"main": tenant(found_platform)} if (found_platform := platform(program)) else {}
    operation.begin()
    problems = list[str]()
    for (kind, name), inputs in found.inputs.items():
        if "__provider" in inputs:
            problems += [f"{kind} {name}: {problem}" for problem in _check(inputs, tenants)]
    return {kind for kind, _ in found.inputs}, problems


def platform(program: str) -> str:
    """Returns the platform that a program names."""
    found = _PLATFORM.search(program)
    return found[1] if found else ""


def tenant(name: str) -> dict[str, str]:
    """Returns a tenant's entry."""
    return {"platform": name, "url": _URLS[name]}


def _check(inputs: Mapping[str, Any], tenants: Mapping[str, Any]) -> list[str]:
    lifecycle = pickle.loads(base64.b64decode(inputs["__provider"]))  # noqa: S301 - made by this very process
    lifecycle.configure(ConfigureRequest(Config({"tenant-email:tenants": json.dumps(tenants)}, "lab")))
    given = {name: plain(value) for name, value in inputs.items() if value is not None}
    return [failure.reason for failure in lifecycle.check({}, given).failures]


def plain(value: Any) -> Any:
    """Returns a value without the marks of secrets, as the SDK's host gives it to a lifecycle."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        if _special_sig_key in value:
            return plain(value["value"])
        return {name: plain(each) for name, each in value.items() if each is not None}
    return value
