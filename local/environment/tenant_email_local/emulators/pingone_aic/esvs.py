"""/environment/variables and /environment/secrets (docs/contracts/pingone_aic.md#esvs)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.state import SecretEsv, VariableEsv
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant, sent_object
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.server import Refusal

TYPES: Final = ("string", "list", "array", "object", "bool", "int", "number", "base64encodedinlined", "keyvaluelist")
_NAME: Final = re.compile(r"esv-[a-z0-9_-]{1,124}")
_LONGEST: Final = 65535  # bytes
_READ: Final = ("fr:idc:esv:*", "fr:idc:esv:read")
_WRITE: Final = ("fr:idc:esv:*", "fr:idc:esv:update")
_VARIABLE: Final = "/environment/variables/<name>"
_SECRET: Final = "/environment/secrets/<name>"  # noqa: S105  # a path
_LARGEST_PAGE: Final = 100
_ENCODINGS: Final = ("generic", "pem", "base64hmac", "base64aes")
_NO_SECRET: Final = "The secret does not exist or does not have a version"  # noqa: S105  # a message


def list_variables(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Lists variables."""
    found = [v.document for _, v in sorted(tenant.state.variables.items())]
    return _page(request, found)


def read_variable(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Shows a variable, its value included."""
    return HttpAnswer(200, _variable(tenant, name).document)


def write_variable(tenant: AicTenant, request: Request, name: str) -> HttpAnswer:
    """Creates or replaces a variable, which then waits for a restart, unless its value is the one that is loaded."""
    _require_writable(tenant, name)
    body, existing = sent_object(request), tenant.state.variables.get(name)
    kind = body.get("expressionType") or (existing and existing.document["expressionType"])
    _require_type(kind)
    if existing and existing.document["expressionType"] != kind:
        raise refusals.environment(400, "The expressionType of an existing variable can not be changed")
    _require_value(body)
    value: str = body["valueBase64"]
    document = {
        "_id": name,
        "description": body.get("description", ""),
        "expressionType": kind,
        "lastChangeDate": tenant.now(),
        "lastChangedBy": _who(tenant, request),
        "loaded": tenant.loaded.get(name) == (text_of(value), kind),
        "valueBase64": value,
    }
    tenant.state.variables[name] = VariableEsv(document)
    return HttpAnswer(200, document)


def remove_variable(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Removes a variable."""
    _require_writable(tenant, name)
    document = _variable(tenant, name).document
    del tenant.state.variables[name]
    return HttpAnswer(200, document)


def describe_variable(tenant: AicTenant, request: Request, name: str) -> HttpAnswer:
    """Changes a variable's description; the answer is empty."""
    _variable(tenant, name).document["description"] = sent_object(request).get("description", "")
    return HttpAnswer(200)


def list_secrets(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Lists secrets, without their values."""
    return _page(request, [s.document for _, s in sorted(tenant.state.secrets.items())])


def read_secret(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Shows a secret, without its value."""
    return HttpAnswer(200, _secret(tenant, name).document)


def create_secret(tenant: AicTenant, request: Request, name: str) -> HttpAnswer:
    """Creates a secret; what exists is refused."""
    _require_writable(tenant, name)
    body = sent_object(request)
    if body.get("encoding") not in _ENCODINGS:
        raise refusals.environment(422, "encoding in body should be one of [generic pem base64hmac]", 606)
    if name in tenant.state.secrets:
        raise refusals.environment(400, "Failed to create secret, the secret already exists")
    _require_value(body)
    _require_content(body)
    direct = not body.get("useInPlaceholders")
    document = {
        "_id": name,
        "activeVersion": "1",
        "description": body.get("description", ""),
        "encoding": body["encoding"],
        "lastChangeDate": tenant.now(),
        "lastChangedBy": _who(tenant, request),
        "loaded": direct,
        "loadedVersion": "1" if direct else "",
        "useInPlaceholders": not direct,
    }
    secret = SecretEsv(document)
    _add_version(tenant, secret, body["valueBase64"])
    tenant.state.secrets[name] = secret
    return HttpAnswer(200, document)


def remove_secret(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Removes a secret with all versions."""
    _require_writable(tenant, name)
    document = _secret(tenant, name).document
    del tenant.state.secrets[name]
    return HttpAnswer(200, document)


def describe_secret(tenant: AicTenant, request: Request, name: str) -> HttpAnswer:
    """Changes a secret's description; the answer is empty."""
    found = _secret(tenant, name)
    found.document["description"] = sent_object(request).get("description", "")
    return HttpAnswer(200)


def list_versions(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Lists versions, newest first, as a bare array."""
    found = _secret(tenant, name)
    return HttpAnswer(200, [_shown(tenant, found, version) for version in reversed(found.versions)])


def read_version(tenant: AicTenant, _request: Request, name: str, version: str) -> HttpAnswer:
    """Shows one version, without its value."""
    return _show_version(tenant, name, version, refusals.environment(404, "Failed to get secret version"))


def create_version(tenant: AicTenant, request: Request, name: str) -> HttpAnswer:
    """Adds a version, which becomes the active one; the present value makes none."""
    _require_writable(tenant, name)
    missing = refusals.environment(404, "Failed to create secret version")
    found = _secret(tenant, name, missing)
    body = sent_object(request)
    _require_value(body)
    active = found.document["activeVersion"]
    if found.values.get(active) == body["valueBase64"]:
        return _show_version(tenant, name, active, missing)
    version = _add_version(tenant, found, body["valueBase64"])
    direct = not found.document["useInPlaceholders"]
    found.document |= {"activeVersion": version["version"], "loaded": direct, "lastChangeDate": tenant.now()}
    found.document |= {"loadedVersion": version["version"]} if direct else {}
    return HttpAnswer(200, _shown(tenant, found, version))


def change_status(tenant: AicTenant, request: Request, name: str, version: str) -> HttpAnswer:
    """Enables or disables a version, but never the latest."""
    secret = _secret(tenant, name)
    found = _version(secret, version, refusals.environment(404, _NO_SECRET))
    status = sent_object(request).get("status")
    if status not in ("ENABLED", "DISABLED"):
        raise refusals.environment(422, "status in body should be one of [ENABLED DISABLED]", 606)
    if version == secret.document["activeVersion"] and status == "DISABLED":
        raise refusals.environment(400, "Cannot disable latest secret version")
    found["status"] = status
    return HttpAnswer(200, _shown(tenant, secret, found))


def destroy_version(tenant: AicTenant, _request: Request, name: str, version: str) -> HttpAnswer:
    """Destroys a version, which stays listed; one that is not there is a server error."""
    missing = refusals.environment(500, "Failed to delete secret version")
    secret = _secret(tenant, name, missing)
    found = _version(secret, version, missing)
    found["status"] = "DESTROYED"
    secret.values.pop(version, None)
    return HttpAnswer(200, _shown(tenant, secret, found))


def count(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Counts ESVs; with `_onlyPending` those that wait for a restart."""
    pending = request.args.get("_onlyPending") == "true"
    secrets = [s.document for s in tenant.state.secrets.values()]
    variables = [v.document for v in tenant.state.variables.values()]
    kept = [[d for d in documents if not (pending and d["loaded"])] for documents in (secrets, variables)]
    return HttpAnswer(200, {"secrets": len(kept[0]), "variables": len(kept[1])})


def value_of(secret: SecretEsv) -> str | None:
    """Returns the active value as text; None once its version is destroyed."""
    value = secret.values.get(secret.document["activeVersion"])
    return None if value is None else text_of(value)


def text_of(value: str) -> str:
    """Returns a value of the API as text; what is no UTF-8 has its bytes replaced, for only placeholders read it."""
    return b64decode(value).decode(errors="replace")


def _page(request: Request, documents: list[dict[str, Any]]) -> HttpAnswer:
    """Returns a list in the form of docs/contracts/pingone_aic.md#esvs; only version 2.0 of the API has pages."""
    if request.args.get("_onlyPending") == "true":
        documents = [document for document in documents if not document["loaded"]]
    size, start = len(documents), 0
    if "resource=2.0" in request.headers.get("Accept-API-Version", ""):
        size = min(request.args.get("_pageSize", _LARGEST_PAGE, type=int), _LARGEST_PAGE)
        start = request.args.get("_pagedResultsCookie", 0, type=int)
    end = start + size
    page = documents[start:end]
    document = {
        "pagedResultsCookie": str(end) if end < len(documents) else None,
        "remainingPagedResults": -1,
        "result": page,
        "resultCount": len(page),
        "totalPagedResults": -1,
        "totalPagedResultsPolicy": "NONE",
    }
    return HttpAnswer(200, document)


def _variable(tenant: AicTenant, name: str) -> VariableEsv:
    found = tenant.state.variables.get(name)
    if found is None:
        raise refusals.environment(404, "The variable does not exist")
    return found


def _secret(tenant: AicTenant, name: str, missing: Refusal | None = None) -> SecretEsv:
    found = tenant.state.secrets.get(name)
    if found is None:
        raise missing or refusals.environment(404, _NO_SECRET)
    return found


def _version(secret: SecretEsv, version: str, missing: Refusal) -> dict[str, Any]:
    for found in secret.versions:
        if found["version"] == version:
            return found
    raise missing


def _show_version(tenant: AicTenant, name: str, version: str, missing: Refusal) -> HttpAnswer:
    secret = _secret(tenant, name, missing)
    return HttpAnswer(200, _shown(tenant, secret, _version(secret, version, missing)))


def _shown(tenant: AicTenant, secret: SecretEsv, version: dict[str, Any]) -> dict[str, Any]:
    """Returns a version as answers show it; since 2026 none says that it is loaded, only the secret does."""
    is_loaded = version["version"] == secret.document["loadedVersion"]
    return {**version, "loaded": tenant.switches.before_2026 and is_loaded}


def _add_version(tenant: AicTenant, secret: SecretEsv, value: str) -> dict[str, Any]:
    number = str(len(secret.versions) + 1)
    version = {"createDate": tenant.now(), "status": "ENABLED", "version": number}
    secret.versions.append(version)
    secret.values[number] = value
    return version


def _require_writable(tenant: AicTenant, name: str) -> None:
    if tenant.state.environment.lock == "locked":
        raise refusals.environment(403, "The environment is locked for a promotion")
    if not _NAME.fullmatch(name):
        raise refusals.environment(400, f"parameter name must match regex ^{_NAME.pattern}$: {name}")


def _require_type(kind: object) -> None:
    if not kind:
        text = "Variable type required; expressionType cannot be empty when creating new variables"
        raise refusals.environment(400, text)
    if kind not in TYPES:
        allowed = ",".join(f'"{name}"' for name in TYPES)
        schema = "request body has an error: doesn't match schema #/components/schemas/esvVariableCreateUpdateRequest"
        text = f'{schema}: Error at "/expressionType": value is not one of the allowed values [{allowed}]'
        raise refusals.environment(400, text)


def _require_value(body: dict[str, Any]) -> None:
    try:
        value = b64decode(body["valueBase64"], validate=True)
    except (KeyError, TypeError, ValueError):  # of base64's own, and of what is no ASCII
        raise refusals.environment(400, "valueBase64 must be base64") from None
    if len(value) > _LONGEST:
        raise refusals.environment(400, f"value must not be longer than {_LONGEST} bytes")


def _require_content(body: dict[str, Any]) -> None:
    """Fails as the API does when a key is not what its encoding says: with a server error."""
    value = b64decode(body["valueBase64"])
    pem = body["encoding"] != "pem" or value.startswith(b"-----BEGIN ")
    try:
        if body["encoding"].startswith("base64"):
            b64decode(value, validate=True)
    except binascii.Error:
        pem = False
    if not pem:
        raise refusals.environment(500, "Failed to create secret")


def _who(tenant: AicTenant, request: Request) -> str:
    token = tenant.issued.get(request.headers.get("Authorization", "").partition(" ")[2])
    return token.account if token else ""


ROUTES: Final = (
    AicRoute("GET", "/environment/count", count, _READ),
    AicRoute("GET", "/environment/variables", list_variables, _READ),
    AicRoute("GET", _VARIABLE, read_variable, _READ),
    AicRoute("PUT", _VARIABLE, write_variable, _WRITE),
    AicRoute("DELETE", _VARIABLE, remove_variable, _WRITE),
    AicRoute("POST", _VARIABLE, describe_variable, _WRITE, "setDescription"),
    AicRoute("GET", "/environment/secrets", list_secrets, _READ),
    AicRoute("GET", _SECRET, read_secret, _READ),
    AicRoute("PUT", _SECRET, create_secret, _WRITE),
    AicRoute("DELETE", _SECRET, remove_secret, _WRITE),
    AicRoute("POST", _SECRET, describe_secret, _WRITE, "setDescription"),
    AicRoute("GET", f"{_SECRET}/versions", list_versions, _READ),
    AicRoute("POST", f"{_SECRET}/versions", create_version, _WRITE, "create"),
    AicRoute("GET", f"{_SECRET}/versions/<version>", read_version, _READ),
    AicRoute("POST", f"{_SECRET}/versions/<version>", change_status, _WRITE, "changestatus"),
    AicRoute("DELETE", f"{_SECRET}/versions/<version>", destroy_version, _WRITE),
)
