"""Where tenants are and what logs in to them: a secret goes to the host it was given for, over TLS, and to no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import InvalidSettings, WrongTenant
from tenant_email.tenants.connections import Connection, Connections, ConnectionSpec, normal_url, nowhere
from tenant_email.tenants.tenant_url import reach_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SPEC = ConnectionSpec(
    "cloud", "CLOUD_URL", {"clientId": "CLOUD_ID"}, {"clientSecret": "CLOUD_SECRET"}, "/am", ("/api/v2",)
)
OTHER = ConnectionSpec("other", "OTHER_URL", {}, {"key": "OTHER_KEY"})
MADE = "must be a non-empty string, but --path turned it into"
AGAIN = "Set it again as a string: pulumi config set"
SET_TOKEN_URL = "Set tenant-email:tenants.main.tokenUrl again: pulumi config set"
MAIN = {"platform": "cloud", "url": "https://main.example", "clientId": "id", "clientSecret": "canary-config"}


def tenants(environ: Mapping[str, str] | None = None, **entries: Any) -> Connections:
    """Returns the tenants of a config and an environment."""
    return Connections(json.dumps(entries), environ or {}, {"cloud": SPEC, "other": OTHER})


def problems(found: Connections, tenant: str = "main") -> list[str]:
    """Returns what is wrong with a tenant, as a user reads it."""
    with pytest.raises(InvalidSettings) as caught:
        found.get(tenant, "cloud")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        ("acme.example", "https://acme.example", "acme.example"),
        ("https://acme.example/", "https://acme.example", "acme.example"),
        ("https://ACME.example.", "https://acme.example", "acme.example"),
        ("https://acme.example:443", "https://acme.example", "acme.example"),
        ("https://acme.example:8443/", "https://acme.example:8443", "acme.example:8443"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000", "127.0.0.1:9000"),
        ("http://localhost:80", "http://localhost", "localhost"),
        ("http://[::1]:9000", "http://[::1]:9000", "[::1]:9000"),
        ("http://127.255.0.9:9000", "http://127.255.0.9:9000", "127.255.0.9:9000"),
        ("http://logto.localhost.", "http://logto.localhost", "logto.localhost"),
        ("https://acme.example/auth/", "https://acme.example/auth", "acme.example/auth"),
        ("acme.example:8443/a-b/c%20d", "https://acme.example:8443/a-b/c%20d", "acme.example:8443/a-b/c%20d"),
        ("https://acme.examplex", "https://acme.examplex", "acme.examplex"),
        (" https://acme.example\n", "https://acme.example", "acme.example"),
        ("http://[0:0:0:0:0:0:0:1]:9000", "http://[::1]:9000", "[::1]:9000"),
        ("http://[::FFFF:127.0.0.1]/", "http://[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"),
        ("https://[2001:DB8::0:1]:8443/a", "https://[2001:db8::1]:8443/a", "[2001:db8::1]:8443/a"),
        ("https://[fe80::01%25eth0]", "https://[fe80::1%25eth0]", "[fe80::1%25eth0]"),
        ("müller.example", "https://xn--mller-kva.example", "xn--mller-kva.example"),
    ],
)
def test_one_tenant_has_one_spelling(text: str, url: str, host: str) -> None:
    """The url and the host, which stands in ids, do not depend on how a user writes it."""
    assert normal_url(text) == (url, host)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("http://acme.example", "must begin with https://"),
        ("http://127.0.0.1.acme.example", "must begin with https://"),
        ("http://10.0.0.1:8080", "must begin with https://"),
        ("http://127.0.0.1.nip.example", "must begin with https://"),
        ("http://localhost.acme.example", "must begin with https://"),
        ("http://notlocalhost", "must begin with https://"),
        ("http://acme.example/auth", "must begin with https://"),
        ("ftp://acme.example", "is not an https url"),
        ("https://", "is not an https url"),
        ("https://user@acme.example", "a scheme, a host and optionally a path"),
        ("https://:word@acme.example", "a scheme, a host and optionally a path"),
        ("https://acme.example/../path", "a scheme, a host and optionally a path"),
        ("https://acme.example/a/./b", "a scheme, a host and optionally a path"),
        ("https://acme.example/a//b", "a scheme, a host and optionally a path"),
        ("https://acme.example/a%2", "a scheme, a host and optionally a path"),
        ("https://acme.example/a b", "a scheme, a host and optionally a path"),
        ("https://acme.example?a=b", "a scheme, a host and optionally a path"),
        ("https://acme.example/é", "a scheme, a host and optionally a path"),
        ("https://-acme.example", "is not an https url of a host"),
        ("https://acme.example#a", "a scheme, a host and optionally a path"),
        ("https://acme.example/a\nb", "a scheme, a host and optionally a path"),
        ("https://acme.example/%2e%2E/path", "a scheme, a host and optionally a path"),
        ("https://acme.example/a/.%2e", "a scheme, a host and optionally a path"),
        ("https:/acme.example", "is not an https url"),
        ("http:acme.example", "is not an https url"),
        ("https://[::1", "is not an https url of a host"),
        ("https://[acme.example]", "is not an https url of a host"),
        ("https://[v1.x]", "is not an https url of a host"),
        ("http://[2001:db8::1]", "must begin with https://"),
        ("https://2001:db8::1", "has an IPv6 address without brackets"),
        ("::1", "has an IPv6 address without brackets"),
        ("https://acme.example:0", "has a port that is not a number from 1 to 65535"),
        ("https://acme.example:99999", "has a port that is not a number from 1 to 65535"),
        ("https://ada:canary/word@acme.example", "has a port that is not a number from 1 to 65535"),
    ],
)
def test_a_url_that_a_secret_must_not_be_sent_to(text: str, wrong: str) -> None:
    """Plain http is for loopback alone, and a url is no more than a host and a path."""
    with pytest.raises(ValueError, match=wrong):
        normal_url(text)
    (problem,) = problems(tenants(main={**MAIN, "url": text}))
    assert problem.startswith("tenant-email:tenants.main.url: ")
    assert wrong in problem
    assert "canary" not in problem
    allow = "Write it as https://…; inside a cluster, where nobody can listen in, set "
    remedy = (
        f"{allow}tenant-email:tenants.main.allowHttp or CLOUD_ALLOW_HTTP to true."
        if wrong.startswith("must begin")
        else "Write it as https://tenant.example."
    )
    assert problem.endswith(f"\n{remedy}")


def test_a_config_has_everything() -> None:
    """What the config says is taken as it is, without whitespace around it."""
    found = tenants(main={**MAIN, "clientId": " id\n", "aliases": ["login.acme.example"]}).get("main", "cloud")
    assert (found.tenant, found.platform, found.url, found.host) == (
        "main", "cloud", "https://main.example", "main.example",
    )  # fmt: skip
    assert (dict(found.plain), found.secret["clientSecret"].reveal()) == ({"clientId": "id"}, "canary-config")
    assert found.aliases == ("login.acme.example",)
    assert (found.missing, found.is_nowhere) == ((), False)
    found.require_credentials()


def test_a_secret_of_the_config_goes_to_its_own_url_alone() -> None:
    """A variable that names another host gets no secret from the config; with its own secret it is used."""
    (problem,) = problems(tenants({"CLOUD_URL": "https://evil.example"}, main=MAIN))
    assert problem == (
        "tenant-email:tenants.main.clientSecret: belongs to main.example, but CLOUD_URL names another host\n"
        "Set CLOUD_SECRET for that host, or unset CLOUD_URL."
    )
    own = {"CLOUD_URL": "https://two.example", "CLOUD_SECRET": "canary-environment"}
    found = tenants(own, main=MAIN).get("main", "cloud")
    assert (found.host, found.secret["clientSecret"].reveal()) == ("two.example", "canary-environment")
    (problem,) = problems(tenants({"CLOUD_URL": "http://main.example", "CLOUD_ALLOW_HTTP": "true"}, main=MAIN))
    assert "belongs to main.example, but CLOUD_URL names another host" in problem


@pytest.mark.parametrize("secret", [{}, {"CLOUD_SECRET": "canary-environment"}])
@pytest.mark.parametrize(("name", "variable"), [("url", "CLOUD_URL"), ("tokenUrl", "CLOUD_TOKEN_URL")])
def test_a_url_of_the_entry_is_judged_behind_the_environment_s(
    name: str, variable: str, secret: dict[str, str]
) -> None:
    """It says whom the entry's secrets are for: what is no url is told, and no secret goes anywhere."""
    found = tenants({variable: "https://two.example", **secret}, main={**MAIN, name: "https://ada@main.example"})
    (problem,) = problems(found)
    assert problem == (
        f"tenant-email:tenants.main.{name}: must be a scheme, a host and optionally a path, without user or query\n"
        "Write it as https://tenant.example."
    )


def test_only_the_path_of_a_tool_is_left_out() -> None:
    """What merely looks like it is a path of the user's own; one of the API is refused, for it is appended."""
    assert (
        tenants(main={**MAIN, "url": "https://main.example/amX"}).get("main", "cloud").url == "https://main.example/amX"
    )
    assert tenants(main={**MAIN, "url": "https://main.example/x/am/"}).get("main", "cloud").host == "main.example/x"
    (problem,) = problems(tenants(main={**MAIN, "url": "https://main.example/x/api/v2/"}))
    assert problem == (
        "tenant-email:tenants.main.url: ends with /api/v2, which is appended to it\nWrite it as https://main.example/x."
    )


@pytest.mark.parametrize("url", ["main.example", "https://main.example/am/", "https://MAIN.example:443"])
def test_another_spelling_of_the_same_host_is_no_other_host(url: str) -> None:
    """The variable may repeat the config's url in its own way, a tool's path at its end among them."""
    found = tenants({"CLOUD_URL": url}, main=MAIN).get("main", "cloud")
    assert (found.url, found.secret["clientSecret"].reveal()) == ("https://main.example", "canary-config")


def test_a_secret_of_the_environment_wins() -> None:
    """It may be newer than the config's, for the same url."""
    found = tenants({"CLOUD_SECRET": "canary-newer"}, main=MAIN).get("main", "cloud")
    assert found.secret["clientSecret"].reveal() == "canary-newer"


def test_the_environment_is_main_s_or_the_only_one_s() -> None:
    """With several tenants the variables are for `main` alone; an empty one counts as none."""
    environ = {"CLOUD_URL": "https://env.example", "CLOUD_SECRET": "canary-environment", "CLOUD_ID": ""}
    two = {**MAIN, "url": "https://two.example"}
    assert tenants(environ, main=MAIN, two=two).get("main", "cloud").host == "env.example"
    assert tenants(environ, main=MAIN, two=two).get("two", "cloud").host == "two.example"
    assert tenants(environ, one=two, two=two).get("two", "cloud").host == "two.example"
    assert tenants(environ, two=two).get("two", "cloud").host == "env.example"
    assert dict(tenants(environ, main=MAIN).get("main", "cloud").plain) == {"clientId": "id"}


def test_no_entry_at_all() -> None:
    """The environment alone is enough for `main`; another name is reported with what is near, or with the commands."""
    assert tenants({"CLOUD_URL": "env.example"}).get("main", "cloud").url == "https://env.example"
    (problem,) = problems(tenants(main=MAIN), "mian")
    assert problem == "tenant: no tenant named 'mian' is configured\nDid you mean main?"
    (problem,) = problems(tenants())
    assert problem.endswith(
        "\nRun: pulumi config set --path 'tenant-email:tenants.main.platform' cloud && pulumi config set --path "
        "'tenant-email:tenants.main.url' https://…; or set CLOUD_URL."
    )
    assert Connections(None, {"CLOUD_URL": "x.example"}, {"cloud": SPEC}).get("main", "cloud").host == "x.example"
    odd = Connections("[1]", {"CLOUD_URL": "x.example"}, {"cloud": SPEC})
    (problem,) = problems(odd)
    assert problem.startswith("tenant-email:tenants: must be a map of tenants\nSet it with: ")
    (text,) = problems(Connections('{"main": {}, "a0": "{}"}', {}, {"cloud": SPEC}))
    assert text.startswith(
        "tenant-email:tenants: must be a map of tenants, each a map of its settings; not so: a0\nSet"
    )
    with pytest.raises(InvalidSettings) as caught:
        odd.entries()
    assert str(caught.value) == f"stack config: {problem}"
    assert tenants(main=MAIN).entries() == {"main": MAIN}


@pytest.mark.parametrize("wrap", [lambda inner: {"x": inner}, lambda inner: [inner]])
def test_what_is_nested_too_deeply_is_no_map_of_tenants(wrap: Any) -> None:
    """Thirty objects or lists in each other are judged one by one; with one more nothing could be shown of them."""
    inner = 7
    for _ in range(28):
        inner = wrap(inner)
    (problem,) = problems(tenants(main={**MAIN, "x": inner}))
    assert problem.startswith("tenant-email:tenants.main.x: is not a known tenant setting")
    (problem,) = problems(tenants(main={**MAIN, "x": wrap(inner)}))
    assert problem.startswith("tenant-email:tenants: must be a map of tenants")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"platform": "other"}, "main.platform: is 'other', but the settings are for cloud\nSet it to cloud, or"),
        ({"platform": None}, "main.platform: is missing\nSet it to cloud, or"),
        (
            {"clientsecret": "x"},
            "main.clientsecret: is not a known tenant setting\nDid you mean clientSecret? A tenant of cloud takes",
        ),
        ({"zzz": "x"}, "main.zzz: is not a known tenant setting\nRemove it."),
        ({"clientId": ""}, "main.clientId: must be a non-empty string\nSet tenant-email:tenants.main.clientId"),
        ({"clientSecret": 7}, f"main.clientSecret: {MADE} a number\n{AGAIN} --secret --path --type string '"),
        ({"clientId": True}, f"main.clientId: {MADE} a boolean\n{AGAIN} --path --type string '"),
        ({"clientSecret": ""}, "main.clientSecret: must be a non-empty string\nSet tenant-email:tenants.main."),
        ({"aliases": "x"}, "main.aliases: must be a list of hosts\nSet --path 'tenant-email:tenants.main.aliases[0]'"),
        ({"aliases": ["http://x"]}, "main.aliases: must be a list of hosts"),
        (
            {"url": None},
            "main.url: is missing\nRun: pulumi config set --path 'tenant-email:tenants.main.url' https://…",
        ),
    ],
)
def test_a_bad_entry(changed: dict[str, Any], told: str) -> None:
    """Each mistake names its key and what to do; no value is quoted."""
    entry = {name: value for name, value in {**MAIN, **changed}.items() if value is not None}
    (problem,) = problems(tenants(main=entry))
    assert problem.startswith(f"tenant-email:tenants.{told}")
    assert "canary" not in problem
    if "is not a known tenant setting" in problem:
        assert problem.endswith(
            " A tenant of cloud takes platform, url, clientId, clientSecret and aliases. It may also have tokenUrl, "
            "allowHttp, caFile, timeout. A credential's name followed by Env or File says where that credential is."
        )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"allowHttp": "yes"}, "main.allowHttp: must be true or false\nRun: pulumi config set --path '"),
        ({"allowHttp": 1}, "main.allowHttp: must be true or false"),
        (
            {"timeout": 0.5},
            "main.timeout: must be a number of seconds from 1 to 300\nIt limits one answer (default: 30)",
        ),
        ({"timeout": "301"}, "main.timeout: must be a number of seconds from 1 to 300"),
        ({"timeout": True}, "main.timeout: must be a number of seconds"),
        ({"timeout": "soon"}, "main.timeout: must be a number of seconds"),
        ({"timeout": [30]}, "main.timeout: must be a number of seconds"),
        ({"timeout": "nan"}, "main.timeout: must be a number of seconds"),
        ({"caFile": 7}, f"main.caFile: {MADE} a number"),
        (
            {"caFile": "/no/such.pem"},
            "main.caFile: /no/such.pem cannot be read (No such file or directory)\nName a file",
        ),
        ({"tokenUrl": ""}, f"main.tokenUrl: must be a non-empty string\n{SET_TOKEN_URL} --plaintext --path '"),
        ({"tokenUrl": "http://admin.example"}, "main.tokenUrl: must begin with https://"),
        ({"tokenUrl": "https://a@admin.example"}, "main.tokenUrl: must be a scheme, a host and"),
        ({"tokenUrl": "https://ada:canary/word@b.example"}, "main.tokenUrl: has a port that is not a number"),
        ({"caFile": "/no/such\0.pem"}, "main.caFile: /no/such\\x00.pem cannot be read (no such path)\nName a file"),
    ],
)
def test_a_bad_way(changed: dict[str, Any], told: str) -> None:
    """How a tenant is reached is judged at preview too."""
    (problem,) = problems(tenants(main={**MAIN, **changed}))
    assert problem.startswith(f"tenant-email:tenants.{told}")


@pytest.mark.parametrize(
    ("key", "flag"),
    [
        ("url", ""),
        ("caFile", ""),
        ("clientId", ""),
        ("tokenUrl", "--plaintext "),
        ("clientSecret", "--secret "),
    ],
)
def test_how_the_cli_is_told_of_a_value(key: str, flag: str) -> None:
    """It takes what has `token` or `secret` in its name for a secret, and asks about nothing else."""
    (problem,) = problems(tenants(main={**MAIN, key: 7}))
    assert f"Set it again as a string: pulumi config set {flag}--path --type string '" in problem


def test_everything_wrong_is_told_at_once() -> None:
    """Url, login, time and authorities together."""
    wrong = {"url": "http://a.example", "tokenUrl": "ftp://b.example", "timeout": 0, "clientSecretEnv": "ACME"}
    found = problems(tenants(main={**{name: MAIN[name] for name in ("platform", "clientId")}, **wrong}))
    assert [problem.partition(": ")[0].rpartition(".")[2] for problem in found] == [
        "url", "tokenUrl", "timeout", "clientSecretEnv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ({"domain": "acme.example"}, ["domain", "url"]),  # as other tools call it
        ({"zzz": "x", "url": "http://a.example", "timeout": 0}, ["zzz", "url", "timeout"]),
        ({"url": 7, "clientSecret": True, "tokenUrl": "ftp://b.example"}, ["url", "clientSecret", "tokenUrl"]),
        ({"platform": "other", "url": 7}, ["platform"]),
    ],
)
def test_what_could_never_be_right_hides_nothing_else(entry: dict[str, Any], wrong: list[str]) -> None:
    """The rest is judged in the same preview, and nothing is told twice."""
    found = problems(tenants(main={"platform": "cloud", "clientId": "id", **entry}))
    assert [problem.partition(": ")[0].rpartition(".")[2] for problem in found] == wrong


def test_an_unknown_name_leaves_a_tenant_where_it_is() -> None:
    """What its url says holds: else a destroy would say that nobody has the host of a recorded id."""
    found = tenants(main={**MAIN, "zzz": "x"}, other={"platform": "cloud"})
    assert (found.hosts("main", "cloud"), found.hosts("other", "cloud")) == (("main.example",), ())
    with pytest.raises(InvalidSettings, match="zzz"):
        found.by_host("main.example", "cloud")


def test_clear_text_is_for_who_allows_it() -> None:
    """For that tenant alone, its token endpoint included; a written boolean counts too."""
    inside = {**MAIN, "url": "http://logto.auth.svc:3001", "tokenUrl": "http://logto.auth.svc:3002"}
    for allowed in (True, "true", " TRUE "):
        found = tenants(main={**inside, "allowHttp": allowed}).get("main", "cloud")
        assert (found.url, found.host, found.is_loopback) == (inside["url"], "logto.auth.svc:3001", False)
        assert found.token_endpoint("/oidc/token") == "http://logto.auth.svc:3002/oidc/token"
        assert tenants(main={**inside, "allowHttp": allowed}).hosts("main", "cloud") == ("logto.auth.svc:3001",)
    for allowed in (False, "false"):
        assert len(problems(tenants(main={**inside, "allowHttp": allowed}))) == 2
    found = tenants({"CLOUD_ALLOW_HTTP": "1"}, main=inside).get("main", "cloud")
    assert found.url == inside["url"]


def test_a_variable_of_white_space_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an empty one: the entry's value counts. And `~` in a path is the user's home."""
    environ = dict.fromkeys(("CLOUD_URL", "CLOUD_SECRET", "CLOUD_CA_FILE", "CLOUD_TIMEOUT", "CLOUD_ALLOW_HTTP"), " \n")
    found = tenants(environ, main={**MAIN, "timeout": 60}).get("main", "cloud")
    assert (found.host, found.secret["clientSecret"].reveal()) == ("main.example", "canary-config")
    assert (reach_of(found.url).timeout, reach_of(found.url).authorities.files) == (60, ())
    monkeypatch.setenv("HOME", str(tmp_path))
    (problem,) = problems(tenants(main={**MAIN, "caFile": "~/ca.pem"}))
    assert problem.startswith(f"tenant-email:tenants.main.caFile: {tmp_path}/ca.pem cannot be read (No such file or")
    (problem,) = problems(tenants({"CLOUD_ALLOW_HTTP": "maybe"}, main=MAIN))
    assert problem == "CLOUD_ALLOW_HTTP: must be true or false\nCorrect it, or unset it."


@pytest.mark.parametrize(
    "rest", ["/nary@p.example:3128", "#nary@p.example", "?x@p.example", "@[::1", "", "@p.example:0"]
)
def test_a_proxy_that_is_none(rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told at preview, once for both urls, without a part of the password; not where it is not for the tenant."""
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:canary{rest}")
    monkeypatch.setenv("NO_PROXY", "other.example")
    way = {"HTTPS_PROXY": f"http://ada:canary{rest}"}
    (problem,) = problems(tenants(way, main={**MAIN, "tokenUrl": "https://token.example"}))
    assert problem == (
        "HTTPS_PROXY: is not the url of a proxy\nWrite it as http://user:password@proxy.example:3128; in the password "
        "/ is %2F, # is %23, ? is %3F and @ is %40."
    )
    with pytest.raises(InvalidSettings, match="HTTPS_PROXY: is not the url of a proxy"):
        tenants(way, main=MAIN).by_host("main.example", "cloud")
    for url in ("https://other.example", "https://127.0.0.1:8443"):
        assert tenants(way, main={**MAIN, "url": url}).get("main", "cloud").url == url


def test_clear_text_takes_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would read the secret, which was not given for it."""
    proxy = {"HTTP_PROXY": "http://ada:canary-word@proxy.example:3128"}
    for name in ("http_proxy", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", proxy["HTTP_PROXY"])
    inside = {**MAIN, "url": "http://logto.auth.svc:3001", "allowHttp": True}
    (problem,) = problems(tenants(proxy, main=inside))
    assert problem == (
        "tenant-email:tenants.main.url: would go in clear text through the proxy proxy.example:3128, together with "
        "credentials\n"
        "Add logto.auth.svc to NO_PROXY, or write the url as https://…."
    )
    monkeypatch.setenv("NO_PROXY", ".svc")
    assert tenants(proxy, main=inside).get("main", "cloud").url == inside["url"]
    assert tenants(proxy, main={**MAIN, "url": "http://127.0.0.1:1"}).get("main", "cloud").is_loopback
    monkeypatch.setenv("HTTPS_PROXY", proxy["HTTP_PROXY"])
    named = {**proxy, "HTTPS_PROXY": proxy["HTTP_PROXY"], "ALL_PROXY": "http://ada:canary/nary@p.example"}
    for variables in ({**named, "ALL_PROXY": ""}, named):  # one that is none does no harm where another is taken
        assert tenants(variables, main=MAIN).get("main", "cloud").host == "main.example"


@pytest.mark.parametrize("seconds", [1, 300, "1", "300"])
def test_the_shortest_and_the_longest_time(seconds: float | str) -> None:
    """Both ends of what a message says are taken."""
    found = tenants(main={**MAIN, "timeout": seconds}).get("main", "cloud")
    assert reach_of(found.url).timeout == float(seconds)


@pytest.mark.parametrize("path", ["/am", "/api/v2", "/deep/api/v2"])
def test_a_token_url_is_taken_as_it_is(path: str) -> None:
    """What a tenant's url must not end with means nothing in another service's."""
    found = tenants(main={**MAIN, "tokenUrl": f"https://admin.example{path}"}).get("main", "cloud")
    assert found.token_endpoint("/token") == f"https://admin.example{path}/token"


def test_authorities_matter_where_tls_is_spoken() -> None:
    """A broken file does not stop a test on this machine; one for the token endpoint alone does."""
    here = {**MAIN, "url": "http://localhost:3001", "caFile": "/no/such.pem"}
    found = tenants(main=here).get("main", "cloud")
    setting = "tenant-email:tenants.main.caFile or CLOUD_CA_FILE, or SSL_CERT_FILE"
    assert reach_of(found.url).authorities.setting == setting
    (problem,) = problems(tenants(main={**here, "tokenUrl": "https://admin.example"}))
    assert problem.startswith("tenant-email:tenants.main.caFile: /no/such.pem cannot be read")


def test_an_explicit_provider_may_know_other_tenants_alone() -> None:
    """What it does not name is unknown, whatever is asked; its tenants are told by their hosts."""
    entries = {
        "eu": {**MAIN, "url": "https://eu.example"},
        "us": {**MAIN, "url": "https://us.example", "aliases": ["u"]},
    }
    found = Connections(json.dumps(entries), {}, {"cloud": SPEC, "other": OTHER}, are_explicit=True)
    assert problems(found)[0].startswith("tenant: no tenant named 'main' is configured")
    assert found.by_host("us.example", "cloud").url == "https://us.example"
    assert found.all_hosts("cloud") == ("eu.example", "us.example")


def test_the_way_goes_with_the_url() -> None:
    """Authorities, time and token endpoint, from the entry or from the variables beside the platform's own."""
    entry = {**MAIN, "timeout": "60", "tokenUrl": "https://admin.example/x/"}
    reach = reach_of(tenants({"SSL_CERT_FILE": ""}, main=entry).get("main", "cloud").url)
    assert (reach.timeout, reach.token_url, reach.authorities.files) == (60, "https://admin.example/x", ())
    assert reach.settings("caFile") == "tenant-email:tenants.main.caFile or CLOUD_CA_FILE"
    assert reach.settings("url") == "tenant-email:tenants.main.url or CLOUD_URL"
    environ = {"CLOUD_TIMEOUT": "5", "CLOUD_URL": "a.example", "CLOUD_TOKEN_URL": "https://b.example"}
    reach = reach_of(tenants(environ).get("main", "cloud").url)
    assert (reach.timeout, reach.token_url) == (5, "https://b.example")
    reach = reach_of(tenants(environ, main=MAIN, two=entry).get("two", "cloud").url)
    assert (reach.timeout, reach.settings("timeout")) == (60, "tenant-email:tenants.two.timeout")
    assert ConnectionSpec("cloud", "MY_CLOUD_URL", {}, {}).variable("TIMEOUT") == "MY_CLOUD_TIMEOUT"


def test_an_entrys_way_is_for_its_own_url() -> None:
    """Where the environment names another url, with its own secret, the entry's token endpoint gets none of it."""
    entry = {**MAIN, "tokenUrl": "https://admin.example", "timeout": 60, "allowHttp": True, "caFile": "/no/such"}
    environ = {"CLOUD_URL": "https://two.example", "CLOUD_SECRET": "canary-environment"}
    found = tenants(environ, main=entry).get("main", "cloud")
    assert found.token_endpoint("/token") == "https://two.example/token"
    assert reach_of(found.url).timeout is None
    (problem,) = problems(tenants({**environ, "CLOUD_URL": "http://two.example"}, main=entry))
    assert problem.startswith("CLOUD_URL: must begin with https://")


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        (MAIN, True),
        ({**MAIN, "tokenUrl": "https://other.example"}, True),
        ({**MAIN, "tokenUrl": "https://admin.example/oidc"}, True),
        ({**MAIN, "tokenUrl": "https://admin.example"}, False),
        ({**MAIN, "url": "https://admin.example/auth"}, False),
        ({**MAIN, "url": "http://admin.example", "allowHttp": True}, True),
    ],
)
def test_a_secret_of_the_config_goes_to_no_other_token_endpoint(entry: dict[str, Any], refused: bool) -> None:
    """A variable may repeat where the entry's own is, and names no other for its secret."""
    found = tenants({"CLOUD_TOKEN_URL": "https://admin.example"}, main=entry)
    if refused:
        (problem,) = problems(found)
        host = entry["url"].partition("://")[2]
        assert problem == (
            f"tenant-email:tenants.main.clientSecret: belongs to {host}, but CLOUD_TOKEN_URL names another host\n"
            "Set CLOUD_SECRET for that host, or unset CLOUD_TOKEN_URL."
        )
    else:
        assert found.get("main", "cloud").token_endpoint("/t") == "https://admin.example/t"


def test_two_tenants_of_one_host_are_two() -> None:
    """Under a path each; in an id, whose parts have slashes between them, it is encoded."""
    one, two = ({**MAIN, "url": f"https://id.example/{name}"} for name in ("one", "two"))
    found = tenants(one=one, two={**two, "aliases": ["old.example/two", "id.example"]})
    assert [found.get(name, "cloud").host for name in ("one", "two")] == ["id.example/one", "id.example/two"]
    assert found.hosts("two", "cloud") == ("id.example%2Ftwo", "old.example%2Ftwo", "id.example")
    assert found.by_host("id.example%2Ftwo", "cloud").tenant == "two"
    assert found.by_host("id.example%2Fone", "cloud").id_host == "id.example%2Fone"
    assert not found.get("one", "cloud").answers_to("id.example/one")


def test_an_entry_that_is_wrong_is_told_as_such_where_it_is_meant() -> None:
    """A refresh with an unset variable says so, and not that no tenant has that host."""
    entry = {"platform": "cloud", "url": "https://main.example", "clientSecretEnv": "ACME_SECRET"}
    with pytest.raises(InvalidSettings, match="the variable ACME_SECRET is not set"):
        tenants(main=entry).by_host("main.example", "cloud")
    assert tenants(main={**entry, "url": "http://main.example"}).hosts("main", "cloud") == ()
    assert tenants(main={**entry, "platform": "other"}).hosts("main", "cloud") == ()
    assert tenants().hosts("main", "cloud") == ()


def test_a_missing_credential_is_known_before_a_call() -> None:
    """A preview goes on without it; who wants to call raises with every one of them, and how to set it."""
    found = tenants(main={"platform": "cloud", "url": "main.example"}).get("main", "cloud")
    plain, secret = (str(problem) for problem in found.missing)
    assert plain == (
        "tenant-email:tenants.main.clientId: is missing\n"
        "Run: pulumi config set --path 'tenant-email:tenants.main.clientId'; or set CLOUD_ID."
    )
    assert "pulumi config set --secret --path 'tenant-email:tenants.main.clientSecret'; or set CLOUD_SECRET." in secret
    with pytest.raises(InvalidSettings, match=r"^cloud main\.example: ") as caught:
        found.require_credentials()
    assert len(caught.value.problems) == 2


def test_an_object_is_touched_only_where_it_is() -> None:
    """The tenant of an id is found by its host, aliases included; one that none answers to is refused."""
    two = {"platform": "other", "url": "https://two.example", "key": "canary-key"}
    bad = {"platform": "cloud", "url": "http://bad.example"}
    found = tenants(bad=bad, main={**MAIN, "aliases": ["login.acme.example"]}, two=two)
    assert found.by_host("main.example", "cloud").tenant == "main"
    assert found.by_host("login.acme.example", "cloud").host == "main.example"
    assert found.by_host("two.example", "other").tenant == "two"
    for host, platform in (("two.example", "cloud"), ("gone.example", "cloud"), ("main.example", "other")):
        with pytest.raises(
            WrongTenant, match=f"^{platform} {host}: no tenant in the stack config or environment has this host"
        ) as caught:
            found.by_host(host, platform)
        assert caught.value.remedy.startswith("Restore the tenant in tenant-email:tenants, ")
    assert tenants({"CLOUD_URL": "env.example"}, two=two).by_host("env.example", "cloud").tenant == "main"


def test_an_alias_takes_no_object_of_another_tenant() -> None:
    """Where a tenant was, another may be by now: what is there is touched as that one's, whichever is named first."""
    main, two = {**MAIN, "aliases": ["two.example"]}, {**MAIN, "url": "https://two.example"}
    for found in (tenants(main=main, two=two), tenants(two=two, main=main)):
        assert found.by_host("two.example", "cloud").url == "https://two.example"
        assert found.by_host("main.example", "cloud").tenant == "main"


def test_a_tenant_that_is_not_found_is_nowhere() -> None:
    """What stands for it has no url that anything could be sent to."""
    found = nowhere("mian", "cloud")
    assert (found.is_nowhere, found.url, found.answers_to("(tenant mian)")) == (True, "", True)
    assert not Connection("a", "cloud", "https://a.example", "a.example").answers_to("b.example")
    assert (found.tenant, found.platform) == ("mian", "cloud")
