"""A fleet file is read to a fleet, or to everything that is wrong with it, line by line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from support.fleet_texts import ENTRY, FILE, SMTP, fleet_text, read, said
from support.fleets import STACK
from tenant_email.errors import Problem
from tenant_email.fleet.places import Locator
from tenant_email.fleet.reading import InvalidFleet, examine_file, read_fleet
from tenant_email.fleet.yaml_places import Place, PlacedYaml, read_places
from tenant_email.redaction.secrets import scrub

if TYPE_CHECKING:
    from pathlib import Path


def test_the_example() -> None:
    """The file of stacks/fleet is right, and its defaults are in its tenants."""
    examined = examine_file(STACK / "tenants.yaml")
    assert (examined.problems, examined.warnings) == ((), ())
    acme, umbrella = (examined.fleet.tenants[name].email for name in ("acme", "umbrella"))
    assert acme["provider"] == {"kind": "auth0.ses", "from_ses": True}
    assert (umbrella["brand"]["name"], umbrella["brand"]["support_email"]) == ("Umbrella", "help@acme.com")
    assert umbrella["templates"] == {}


def test_all_at_once() -> None:
    """A file with one mistake in each of its parts has them all told, in the order of the file."""
    above = 'defaults:\n  auth0: {provider: {kind: auth0.smtp, host: "no host"}}\n  auth1: {}\n'
    email = "{from_adress: x, starters: [welcom_email], brand: {name: Acme, color: red}}"
    assert said(fleet_text(email, above=above).replace("clientId: Zk3", "clientid: Zk3")) == [
        "3:40 defaults.auth0.provider.host: is not a host name or IP address",
        "4:3 defaults.auth1: is neither `all` nor a platform",
        "6:3 tenants.acme.clientId: is missing, so nothing logs in",
        "9:5 tenants.acme.clientid: is not a known setting",
        "11:5 tenants.acme.email.provider.username: is missing",
        "11:13 tenants.acme.email.from_adress: is not a known setting",
        "11:40 tenants.acme.email.starters.0: welcom_email has no starter",
        "11:75 tenants.acme.email.brand.color: is not a color as #rrggbb",
    ]


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("3", "8:5 tenants.acme.email: is not a mapping"),
        ("{}", "8:5 tenants.acme.email: has neither a provider nor templates"),
        ("{provider: {kind: auth0.smpt}}", "8:24 tenants.acme.email.provider.kind: is not a kind of auth0's providers"),
        ("{provider: {host: x}}", "8:13 tenants.acme.email.provider.kind: is missing"),
        ("{provider: {kind: auth0.ses, from_ses: true}}", "needs a sending domain, and there is none"),
        ("{starters: all}", "8:13 tenants.acme.email.starters: need a brand, and there is none"),
        ("{starters: [nope], brand: {name: A}}", "tenants.acme.email.starters.0: nope has no starter"),
        (
            f"{{provider: {SMTP}, sending_domain: nope}}",
            "tenants.acme.email.sending_domain: is not one of sending_domains",
        ),
        (
            f"{{provider: {SMTP}, sending_domain: {{domain: 'a b'}}}}",
            "email.sending_domain.domain: 'a b' is not a valid domain",
        ),
        (f"{{provider: {SMTP}, from_address: nobody}}", "tenants.acme.email.from_address: is not an email address"),
        (f"{{provider: {SMTP}, preflight: send}}", "tenants.acme.email.preflight: "),
        (f"{{provider: {SMTP}, on_existing: import}}", "tenants.acme.email.on_existing: must be 'fail' or 'adopt'"),
        ("{templates: {v: {template: verify_email, subject: s}}}", "email.templates.v.body: is missing"),
        ("{templates: {v: {template: verify_email, subject: s, body: x, body_file: y}}}", "is set together with body"),
        ("{templates: {v: {template: verify_email, subject: s, body: '{{ x'}}}", "email.templates.v.body: "),
        (
            "{templates: {v: {template: verify_email, subject: s, body_file: nope.html}}}",
            "names nope.html, which cannot be read: No",
        ),
        ("{templates: {'a.b': {template: verify_email}}}", "is not a name of letters, digits"),
    ],
)
def test_what_is_wrong_with_an_email(email: str, problem: str) -> None:
    """What a preview would refuse is said of its line."""
    assert any(problem in each for each in said(fleet_text(email))), said(fleet_text(email))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("    platform: auth9\n    url: x\n", "4:5 tenants.acme.platform: is not a platform"),
        ("    url: x\n", "3:3 tenants.acme.platform: is missing"),
        (ENTRY.replace("acme.eu.auth0.com", "http://acme.eu"), "must begin with https://, because credentials travel"),
        (ENTRY.replace("acme.eu.auth0.com", "'https://a b'"), "tenants.acme.url: "),
        (
            ENTRY + "    clientSecretFile: s\n",
            "8:5 tenants.acme.clientSecretFile: is set together with clientSecretEnv",
        ),
        (
            ENTRY.replace("ACME_SECRET", "'hunter2 hunter2'"),
            "clientSecretEnv: is not the name of an environment variable",
        ),
        (ENTRY + "    renamed_from: a/b\n", "8:5 tenants.acme.renamed_from: is not a name of letters, digits"),
        (ENTRY + "    timeout: 0\n", "8:5 tenants.acme.timeout: must be greater than or equal to 1"),
        (ENTRY + "    allowHttp: 'yes'\n", "8:5 tenants.acme.allowHttp: must be a valid boolean"),
        (ENTRY.replace("clientSecretEnv: ACME_SECRET", "{}"), "is not YAML that can be read"),
    ],
)
def test_what_is_wrong_with_an_entry(entry: str, problem: str) -> None:
    """A tenant's entry is that of stack config, and judged as there."""
    found = said(fleet_text(entry=entry))
    assert any(problem in each for each in found), found


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (
            fleet_text(entry=ENTRY.replace("clientSecretEnv: ACME_SECRET", "clientSecret: canary-1234")),
            "acme.clientSecret",
        ),
        (fleet_text("{provider: {kind: auth0.smtp, password: canary-1234}}"), "acme.email.provider.password"),
        (fleet_text("{provider: {kind: auth0.other, credentials: {k: canary-1234}}}"), "provider.credentials"),
    ],
)
def test_a_secret_in_the_file(text: str, at: str) -> None:
    """It is refused, with what to do, and masked from then on wherever it would be shown."""
    (problem,) = [each for each in read(text).problems if "which must not be in this file" in each.what]
    assert problem.path.endswith(at)
    assert "environment variable" in problem.remedy
    assert "canary-1234" not in f"{problem} {scrub('canary-1234')}"


def test_no_value_is_quoted() -> None:
    """A secret under a name that nobody knows is in no message."""
    text = fleet_text(
        "{provider: {kind: auth0.smtp, pasword: canary-1234, password_env: 'canary-1234 x', port: c1234}}"
    )
    assert "canary" not in "".join(map(str, read(text).problems))


def test_a_place_for_anchors() -> None:
    """What begins with x- at the top is read where it is named, and nowhere else; a secret is refused there."""
    above = f"x-in: &in {{platform: auth0, clientId: a, clientSecretEnv: S}}\nx-mail: &mail {{provider: {SMTP}}}\n"

    def found(above: str) -> list[str]:
        return said(fleet_text("*mail", entry="    <<: *in\n    url: acme.eu.auth0.com\n", above=above))

    assert found(above) == []
    assert found(above.replace("x-mail", "mail"))[0].startswith("3:1 mail: is not")
    assert any("clientSecret" in each for each in found(above.replace("Env", "")))


def test_one_tenant_under_two_names() -> None:
    """Two owners of one tenant would overwrite each other at each up."""
    other = (
        fleet_text() + "  again:\n" + ENTRY.replace("acme.eu", "https://ACME.eu") + f"    email: {{provider: {SMTP}}}\n"
    )
    assert said(other) == [
        "11:5 tenants.again.url: is the url of tenants.acme too: two owners would overwrite each other"
    ]


def test_a_value_within_a_mapping_hides_nothing_beside_it() -> None:
    """Such as a tag of a sending domain: what is wrong with others, and with its own tenants, is said all the same."""
    above = (
        "aws: {region: eu-west-1}\nsending_domains:\n"
        "  odd: {domain: odd.com, tags: {team: 5}}\n  mail: {domain: mail.acme.com}\n"
    )
    email = "{sending_domain: mail, from_address: a@b.com, provider: {kind: auth0.ses, from_ses: true}}"
    assert said(fleet_text(email, above=above)) == [
        "4:33 sending_domains.odd.tags.team: must be a valid string",
        "12:35 tenants.acme.email.from_address: a@b.com is not in the verified domain mail.acme.com",
    ]


def test_templates_that_nobody_can_tell_are_no_second_ones() -> None:
    """Of which the name is missing, or none: that is all that is wrong with each."""
    found = said(
        fleet_text("{templates: {a: {template: 5, subject: s, body: b}, b: {template: 6, subject: s, body: b}}}")
    )
    assert [each.partition(": ")[0].rpartition(".")[2] for each in found] == ["template", "template"]
    found = said(fleet_text("{templates: {a: {subject: s, body: b}, b: {subject: s, body: b}}}"))
    assert [each.rpartition(": ")[2] for each in found] == ["is missing", "is missing"]


def test_a_misspelling_within_an_object_hides_nothing_beside_it() -> None:
    """What the library refuses of the rest is told at once, of what is shared and of a tenant's own."""
    wrong = '{domain: "a b", regon: x}'
    email = f"{{provider: {SMTP}, sending_domain: {wrong}}}"
    found = said(fleet_text(email) + f"sending_domains:\n  one: {wrong}\n")
    told = [problem.partition(": ")[0].partition(" ")[2] for problem in found]
    assert told == [f"{at}.{name}" for at in (OWN, "sending_domains.one") for name in ("domain", "regon")]


def another(name: str, more: str = "", url: str = "b.eu.auth0.com", email: str = f"{{provider: {SMTP}}}") -> str:
    """Returns a second tenant of a file."""
    return f"  {name}:\n{ENTRY.replace('acme.eu.auth0.com', url)}{more}    email: {email}\n"


OWN = "tenants.acme.email.sending_domain"
CALLED_B = "is called b among the resources, as that of tenants.b.email.sending_domain is: one stack can have one"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (
            another("ACME"),
            "9:3 tenants.ACME: is tenants.acme but for capitals: on some disks their stacks have one file",
        ),
        (
            another("b", "    aliases: [acme.eu.auth0.com]\n"),
            "14:5 tenants.b.aliases: has a host of tenants.acme, whose resources would be taken for this tenant's",
        ),
        (
            another("b", email=f"{{provider: {SMTP}, sending_domain: {{domain: b.com}}}}")
            + "sending_domains:\n  b: {domain: c.com}\n",
            f"16:3 sending_domains.b: {CALLED_B}",
        ),
        (
            another("b", "    renamed_from: acme\n"),
            "14:5 tenants.b.renamed_from: is the name of tenants.acme, which the file has still",
        ),
        (
            "sending_domains:\n  a: {domain: a.com}\n  b: {domain: b.com, renamed_from: a}\n",
            "11:22 sending_domains.b.renamed_from: is what sending_domains.a is called",
        ),
        (
            "sending_domains:\n  a: {domain: a.com, renamed_from: z}\n  b: {domain: b.com, renamed_from: z}\n",
            "11:22 sending_domains.b.renamed_from: is what sending_domains.a was called",
        ),
        (
            another("b", "    renamed_from: z\n", email=f"{{provider: {SMTP}, sending_domain: {{domain: b.com}}}}")
            + "sending_domains:\n  c: {domain: c.com, renamed_from: z}\n",
            "17:22 sending_domains.c.renamed_from: is what tenants.b.email.sending_domain was called",
        ),
    ],
)
def test_two_with_one_name(more: str, problem: str) -> None:
    """On a disk, at a host, or as a resource: what is meant for one of them would be done to the other."""
    assert said(fleet_text() + more) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (fleet_text("!secret x"), "8:12 tenants.acme.email: has a tag, which nothing here needs"),
        (fleet_text("5"), "8:5 tenants.acme.email: is not a mapping"),
        (fleet_text().replace("  acme:", "  1:"), "3:3 tenants: has a key that is not a text"),
        (
            fleet_text(entry=ENTRY.replace("Env: ACME_SECRET", ": canary")),
            "7:5 tenants.acme.clientSecret: holds the secret clientSecret, which must not be in this file",
        ),
        (
            fleet_text("{provider: {kind: auth0.ses, from_ses: 1}, sending_domain: {domain: a.com}}"),
            "8:41 tenants.acme.email.provider.from_ses: must be a valid boolean",
        ),
        (
            fleet_text(f"{{provider: {SMTP}, starters: [reset_email, 5], brand: {{name: A}}}}"),
            "8:133 tenants.acme.email.starters.1: must be a valid string",
        ),
        (
            fleet_text(f"{{provider: {SMTP}, starters: 5, brand: {{name: A}}}}"),
            "8:109 tenants.acme.email.starters: must be 'all' or a list",
        ),
        (
            fleet_text(f"{{provider: {SMTP}, sending_domain: {{domain: a.com, nope: 1}}}}"),
            "8:141 tenants.acme.email.sending_domain.nope: is not a known setting",
        ),
        (fleet_text().replace("version: 1", "version: true"), "1:1 version: must be 1"),
    ],
)
def test_one_mistake_is_one_problem(text: str, problem: str) -> None:
    """Of what is wrong already nobody says that it is missing, or what else it could have been."""
    assert said(text) == [problem]


def test_a_default_password_goes_to_no_other_host() -> None:
    """A tenant that names another host names its password too."""
    above = f"defaults: {{auth0: {{provider: {SMTP}}}}}\n"
    assert said(fleet_text("{provider: {kind: auth0.smtp, x_ses_configuration_set: a}}", above=above)) == []
    (problem,) = said(fleet_text("{provider: {kind: auth0.smtp, host: smtp.evil.com}}", above=above))
    assert problem.endswith(
        "names another host or port or username than the defaults, whose password was not given for it"
    )


def test_the_place_of_a_problem_takes_no_look_at_every_tenant() -> None:
    """A mistake in each of ten thousand tenants is found in the time of ten thousand mistakes."""
    names = [f"t.{number}" for number in range(50_000)]
    locator = Locator(PlacedYaml({"tenants": {name: {"url": "x"} for name in names}}, {("tenants",): Place(2, 1)}, ()))
    began = time.process_time()
    for name in names[:10_000]:
        assert locator.place(Problem(f"tenants.{name}.url.nope", "is wrong")).line == 2
    assert time.process_time() - began < 10


def test_read_fleet(tmp_path: Path) -> None:
    """The error of a program has each problem with its file and line."""
    file = tmp_path / FILE
    file.write_text(fleet_text("{provider: 3}"))
    with pytest.raises(InvalidFleet, match=rf"{file}:8:13: tenants\.acme\.email\.provider: must be a mapping"):
        read_fleet(file, judged=False)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("x.a.b.c", 5),
        ("x.a.b", 4),
        ("x.a.b.z", 4),
        ("x.a.z", 2),
        ("x.q.z", 1),
        ("l.1.k", 9),
        ("l.0.1", 7),
        ("l.2", 6),
        ("l.k", 6),
        ("none", 1),
    ],
)
def test_the_place_of_a_path(path: str, line: int) -> None:
    """Of names with dots in them the longest counts; what is not written is told of where it would be."""
    document = read_places("x:\n  a:\n    b: 1\n  a.b: 2\n  a.b.c: 3\nl:\n- 5\n-\n  k: 6\n")
    assert Locator(document).place(Problem(path, "is wrong", "")).line == line
