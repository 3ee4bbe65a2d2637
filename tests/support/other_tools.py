"""What other tools write of a tenant, made of the documents that its API answers; written from those tools' sources.

terraform-provider-auth0 (`flattenEmailProvider`): a state keeps what the program gave for what the API hides, and a
zero value for what the API does not have. pulumi_auth0 is the same in camelCase, secrets sealed. auth0-deploy-cli
(`emailProviderDefaults`): a keyword for what is hidden, bodies in files. frodo and fr-config-manager: the documents
themselves, with texts in files by the latter. Logto: the answer of its API.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Document = dict[str, Any]

_CREDENTIALS: Final = {
    "mandrill": {"api_key": "api_key"},
    "sendgrid": {"api_key": "api_key"},
    "sparkpost": {"api_key": "api_key", "region": "region"},
    "mailgun": {"api_key": "api_key", "domain": "domain", "region": "region"},
    "ses": {"access_key_id": "accessKeyId", "secret_access_key": "secretAccessKey", "region": "region"},
    "smtp": {each: each for each in ("smtp_host", "smtp_port", "smtp_user", "smtp_pass")},
    "azure_cs": {"azure_cs_connection_string": "connectionString"},
    "ms365": {"ms365_tenant_id": "tenantId", "ms365_client_id": "clientId", "ms365_client_secret": "clientSecret"},
    "custom": {},
}
_ALL_CREDENTIALS: Final = (
    *("access_key_id", "api_key", "azure_cs_connection_string", "domain", "ms365_client_id", "ms365_client_secret"),
    *("ms365_tenant_id", "region", "secret_access_key", "smtp_host", "smtp_pass", "smtp_port", "smtp_user"),
)
_SENSITIVE: Final = (
    *("access_key_id", "api_key", "azure_cs_connection_string", "ms365_client_id", "ms365_client_secret"),
    *("ms365_tenant_id", "secret_access_key", "smtp_pass"),
)
SIGNATURE: Final = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def terraform_provider(document: Document, given: Mapping[str, Any]) -> Document:
    """Returns the attributes of an auth0_email_provider; `given` are the credentials that the program had."""
    name = document["name"]
    shown = document.get("credentials") or {}
    values: Document = dict.fromkeys(_ALL_CREDENTIALS, "") | {"smtp_port": 0}
    for ours, wire in _CREDENTIALS[name].items():
        values[ours] = given.get(ours, "") if ours in _SENSITIVE else shown.get(wire) or values[ours]
    settings = document.get("settings")
    return {
        "credentials": [values],
        "default_from_address": document.get("default_from_address") or "",
        "enabled": bool(document.get("enabled")),
        "id": "terraform-20240501101010101000000001",
        "name": name,
        "settings": [] if settings is None else _terraform_settings(name, settings),
    }


def _terraform_settings(name: str, settings: Document) -> list[Document]:
    headers, message = settings.get("headers") or {}, settings.get("message") or {}
    if name == "smtp":
        written = {
            "x_mc_view_content_link": headers.get("X-MC-ViewContentLink") or "",
            "x_ses_configuration_set": headers.get("X-SES-Configuration-Set") or "",
        }
        return [{"headers": [written], "message": []}]
    if name in ("mandrill", "ses"):
        link, name_of_set = message.get("view_content_link") or False, message.get("configuration_set_name") or ""
        return [{"headers": [], "message": [{"configuration_set_name": name_of_set, "view_content_link": link}]}]
    return []


def terraform_template(document: Document) -> Document:
    """Returns the attributes of an auth0_email_template."""
    return {
        "body": document.get("body") or "",
        "enabled": bool(document.get("enabled")),
        "from": document.get("from") or "",
        "id": document["template"],
        "include_email_in_redirect": bool(document.get("includeEmailInRedirect")),
        "result_url": document.get("resultUrl") or "",
        "subject": document.get("subject") or "",
        "syntax": document.get("syntax") or "",
        "template": document["template"],
        "url_lifetime_in_seconds": document.get("urlLifetimeInSeconds") or 0,
    }


def terraform_resource(kind: str, name: str, *attributes: Document, **more: Any) -> Document:
    """Returns a resource with an instance for each of the attributes; `more` as `module` and `provider`."""
    owner = "hashicorp/aws" if kind.startswith("aws_") else "auth0/auth0"
    sensitive = [
        [{"type": "get_attr", "value": "credentials"}, _index(0), {"type": "get_attr", "value": each}]
        for each in (_SENSITIVE if kind == "auth0_email_provider" else ())
    ]
    instances: list[Document] = [
        {
            **({"index_key": at} if len(attributes) > 1 else {}),
            "schema_version": 0,
            "attributes": each,
            "sensitive_attributes": sensitive,
            "private": "bnVsbA==",
        }
        for at, each in enumerate(attributes)
    ]
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": f'provider["registry.terraform.io/{owner}"]',
        "instances": instances,
        **more,
    }


def _index(at: int) -> Document:
    return {"type": "index", "value": {"value": at, "type": "number"}}


def terraform_state(*resources: Document) -> Document:
    """Returns a whole state."""
    return {
        "version": 4,
        "terraform_version": "1.9.5",
        "serial": 12,
        "lineage": "3f1b1a5e-8e0b-7c8d-8f8b-0d6f2a1f6c3b",
        "outputs": {},
        "resources": list(resources),
        "check_results": None,
    }


def terraform_sesv2(identity: Document, domain: str, arn: str, own_key: str = "") -> list[Document]:
    """Returns what a program with aws_sesv2_… has in its state of an identity; `own_key` is what it signs with."""
    dkim, mail_from = identity["DkimAttributes"], identity.get("MailFromAttributes") or {}
    external = dkim["SigningAttributesOrigin"] == "EXTERNAL"
    signing = {
        "current_signing_key_length": dkim.get("CurrentSigningKeyLength"),
        "domain_signing_private_key": own_key,
        "domain_signing_selector": dkim["Tokens"][0] if external else "",
        "last_key_generation_timestamp": "2024-05-01T10:10:10Z",
        "next_signing_key_length": dkim.get("NextSigningKeyLength"),
        "signing_attributes_origin": dkim["SigningAttributesOrigin"],
        "status": dkim["Status"],
        "tokens": dkim["Tokens"],
    }
    attributes: Document = {
        "arn": arn,
        "configuration_set_name": identity.get("ConfigurationSetName") or "",
        "dkim_signing_attributes": [signing],
        "email_identity": domain,
        "id": domain,
        "identity_type": "DOMAIN",
        "tags": {},
        "tags_all": {},
        "verified_for_sending_status": True,
    }
    found = [terraform_resource("aws_sesv2_email_identity", "this", attributes)]
    if mail_from.get("MailFromDomain"):
        more = {
            "behavior_on_mx_failure": mail_from["BehaviorOnMxFailure"],
            "mail_from_domain": mail_from["MailFromDomain"],
        }
        more |= {"email_identity": domain, "id": domain}
        found.append(terraform_resource("aws_sesv2_email_identity_mail_from_attributes", "this", more))
    if not identity["FeedbackForwardingStatus"]:
        off = {"email_forwarding_enabled": False, "email_identity": domain, "id": domain}
        found.append(terraform_resource("aws_sesv2_email_identity_feedback_attributes", "this", off))
    return found


def terraform_ses(identity: Document, domain: str, arn: str) -> list[Document]:
    """Returns the same of a program with the first API: aws_ses_domain_identity, and parts without a region."""
    mail_from = identity.get("MailFromAttributes") or {}
    own = {"arn": arn, "domain": domain, "id": domain, "verification_token": "canary-is-none"}
    tokens = {"dkim_tokens": identity["DkimAttributes"]["Tokens"], "domain": domain, "id": domain}
    found = [terraform_resource("aws_ses_domain_identity", "this", own)]
    found.append(terraform_resource("aws_ses_domain_dkim", "this", tokens))
    found.append(
        terraform_resource("aws_ses_domain_identity_verification", "this", {"arn": arn, "domain": domain, "id": domain})
    )
    if mail_from.get("MailFromDomain"):
        behavior = {"USE_DEFAULT_VALUE": "UseDefaultValue", "REJECT_MESSAGE": "RejectMessage"}
        more = {"behavior_on_mx_failure": behavior[mail_from["BehaviorOnMxFailure"]], "domain": domain, "id": domain}
        found.append(
            terraform_resource(
                "aws_ses_domain_mail_from", "this", {**more, "mail_from_domain": mail_from["MailFromDomain"]}
            )
        )
    return found


def terraform_record(zone_id: str, name: str, kind: str, *values: str) -> Document:
    """Returns a record; its name as the program wrote it, which may be without the zone's."""
    attributes: Document = {
        "alias": [],
        "allow_overwrite": None,
        "fqdn": name,
        "health_check_id": "",
        "id": f"{zone_id}_{name}_{kind}",
        "name": name,
        "records": list(values),
        "set_identifier": "",
        "ttl": 300,
        "type": kind,
        "weighted_routing_policy": [],
        "zone_id": zone_id,
    }
    return terraform_resource("aws_route53_record", re.sub(r"\W", "_", name), attributes)


def auth0_terraform_state(
    provider: Document | None, templates: Iterable[Document], given: Mapping[str, Any]
) -> Document:
    """Returns the state of a program that manages what a tenant of Auth0 answers."""
    resources = [terraform_resource("auth0_client", "app", {"client_id": "x", "client_secret": "canary-of-a-client"})]
    if provider:
        resources.append(terraform_resource("auth0_email_provider", "main", terraform_provider(provider, given)))
    named = ((each["template"], terraform_template(each)) for each in templates)
    resources += [terraform_resource("auth0_email_template", name, each) for name, each in named]
    return terraform_state(*resources)


def pulumi_state(state: Document, host: str, *, show_secrets: bool = True) -> Document:
    """Returns what `pulumi stack export` prints for the program of which this is Terraform's state."""
    urn, provider_type = "urn:pulumi:dev::mail", "pulumi:providers:auth0"
    provider = f"{urn}::{provider_type}::default_3_39_0"
    rows: list[Document] = [
        {"urn": f"{urn}::pulumi:pulumi:Stack::mail-dev", "custom": False, "type": "pulumi:pulumi:Stack"},
        {
            "urn": provider,
            "custom": True,
            "id": "8f0e5a5c-1111-4c4c-9a9a-000000000001",
            "type": provider_type,
            "inputs": {"domain": host, "clientId": "x", "version": "3.39.0"},
        },
    ]
    for resource in state["resources"]:
        owner, *words = resource["type"].split("_")
        name = words[0] + "".join(word.capitalize() for word in words[1:])
        kind = f"{owner}:index/{name}:{name[0].upper()}{name[1:]}"
        for instance in resource["instances"]:
            outputs = _pulumi_values(instance["attributes"], show_secrets=show_secrets)
            rows.append(
                {
                    "urn": f"{urn}::{kind}::{resource['name']}",
                    "custom": True,
                    "id": instance["attributes"].get("id", resource["name"]),
                    "type": kind,
                    "inputs": {**outputs, "__defaults": []},
                    "outputs": outputs,
                    "provider": f"{provider}::8f0e5a5c-1111-4c4c-9a9a-000000000001",
                }
            )
    return {"version": 3, "deployment": {"manifest": {"version": "v3.260.0"}, "resources": rows}}


def _pulumi_values(attributes: Document, *, show_secrets: bool) -> Document:
    """Returns attributes as the bridge keeps them: camelCase, no list around a single block, no zero values."""
    found: Document = {}
    for key, value in attributes.items():
        name = re.sub("_([a-z])", lambda match: match[1].upper(), key)
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        if isinstance(inner, dict):
            found[name] = _pulumi_values(inner, show_secrets=show_secrets)
        elif key in _SENSITIVE and value:
            shown = {"plaintext": json.dumps(value)} if show_secrets else {"ciphertext": "AAABANpVVDUc4O8f3v2WzdZ="}
            found[name] = {**SIGNATURE, **shown}
        elif value not in ("", 0, []) or key in ("enabled", "subject", "body", "from"):
            found[name] = value
    return found


_PLACEHOLDERS: Final = {
    "smtp": {
        "smtp_host": "##SMTP_HOSTNAME##",
        "smtp_port": "##SMTP_PORT##",
        "smtp_user": "##SMTP_USER##",
        "smtp_pass": "##SMTP_PASS##",
    },
    "ses": {
        "accessKeyId": "##SES_ACCESS_KEY_ID##",
        "secretAccessKey": "##SES_ACCESS_SECRET_KEY##",
        "region": "##SES_AWS_REGION##",
    },
    "azure_cs": {"connectionString": "##AZURE_CS_CONNECTION_KEY##"},
    "ms365": {
        "tenantId": "##MS365_TENANT_ID##",
        "clientId": "##MS365_CLIENT_ID##",
        "clientSecret": "##MS365_CLIENT_SECRET##",
    },
    **{name: {"api_key": f"##{name.upper()}_API_KEY##"} for name in ("mailgun", "mandrill", "sendgrid", "sparkpost")},
}


def deploy_cli_provider(document: Document) -> Document:
    """Returns a provider as an export has it: placeholders for what the API hides, and for the user of SMTP."""
    shown = dict(document.get("credentials") or {})
    shown.pop("smtp_user", None)
    credentials = {**_PLACEHOLDERS.get(document["name"], {}), **shown}
    return {**document, **({"credentials": credentials} if credentials else {})}


def deploy_cli_folder(folder: Path, provider: Document | None, templates: Iterable[Document]) -> Path:
    """Writes the export of a tenant as a folder of JSON."""
    emails = folder / "emails"
    emails.mkdir(parents=True)
    (folder / "tenant.json").write_text('{"friendly_name": "Acme"}')
    if provider:
        (emails / "provider.json").write_text(json.dumps(deploy_cli_provider(provider), indent=2) + "\n")
    for each in templates:
        name = each["template"]
        (emails / f"{name}.html").write_text(each["body"], encoding="utf-8", newline="")
        (emails / f"{name}.json").write_text(json.dumps({**each, "body": f"./{name}.html"}, indent=2) + "\n")
    return folder


def deploy_cli_yaml(folder: Path, provider: Document | None, templates: Iterable[Document]) -> Path:
    """Writes the export of a tenant as tenant.yaml."""
    bodies = folder / "emailTemplates"
    bodies.mkdir(parents=True)
    rows: list[Document] = []
    for each in templates:
        (bodies / f"{each['template']}.html").write_text(each["body"], encoding="utf-8", newline="")
        rows.append({**each, "body": f"./emailTemplates/{each['template']}.html"})
    shown = deploy_cli_provider(provider) if provider else {}
    document = {"tenant": {"friendly_name": "Acme"}, "emailProvider": shown, "emailTemplates": rows}
    file = folder / "tenant.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return file


def frodo_export(section: str, documents: Mapping[str, Document], host: str) -> Document:
    """Returns an export of one section: idm, emailTemplate, variable or secret."""
    meta = {"origin": f"https://{host}/am", "exportTool": "frodo", "exportToolVersion": "v4.0.0"}
    return {"meta": meta, section: dict(documents)}


def frodo_folder(folder: Path, documents: Mapping[str, Mapping[str, Document]], host: str) -> Path:
    """Writes each document of each section into a file of its own, named as frodo does."""
    ends = {"idm": "idm", "emailTemplate": "template.email", "variable": "variable", "secret": "secret"}
    folder.mkdir(parents=True)
    for section, rows in documents.items():
        for name, row in rows.items():
            export = frodo_export(section, {name: row}, host)
            (folder / f"{name}.{ends[section]}.json").write_text(json.dumps(export))
    return folder


_ESV_KEYS: Final = ("_id", "description", "encoding", "expressionType", "useInPlaceholders")


def fr_config_folder(folder: Path, documents: Mapping[str, Mapping[str, Document]]) -> Path:
    """Writes the documents as fr-config-pull does: texts in files, variables of the environment for ESVs' values."""
    for name, row in documents.get("idm", {}).items():
        _write_json(folder / "email-provider" / f"{name}.json", row)
    for name, row in documents.get("emailTemplate", {}).items():
        where, written = folder / "email-templates" / name, copy.deepcopy(row)
        where.mkdir(parents=True)
        for part, end in (("html", "html"), ("message", "md")):
            for language, text in (written.get(part) or {}).items():
                (where / f"{name}.{language}.{end}").write_text(text, encoding="utf-8", newline="")
                written[part][language] = {"file": f"{name}.{language}.{end}"}
        if written.get("styles"):
            (where / f"{name}.css").write_text(written["styles"], encoding="utf-8", newline="")
            written["styles"] = {"file": f"{name}.css"}
        _write_json(where / f"{name}.json", written)
    for section, place in (("variable", "variables"), ("secret", "secrets")):
        for name, row in documents.get(section, {}).items():
            kept: Document = {key: row[key] for key in _ESV_KEYS if key in row}
            variable = name.upper().replace("-", "_")
            _write_json(folder / "esvs" / place / f"{name}.json", {**kept, "valueBase64": f"${{{variable}}}"})
    return folder


def _write_json(file: Path, document: Document) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2, sort_keys=True))
