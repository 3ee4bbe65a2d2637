"""Liquid as Auth0 reads it: what is broken, unknown, missing or unsafe, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms import load
from tenant_email.platforms.auth0.mails import MAILS

if TYPE_CHECKING:
    from tenant_email.findings import Findings

AUTH0 = load("auth0")


def check(body: str, **more: Any) -> Findings:
    """Judges a template with this body."""
    settings = {"kind": "auth0.template", "template": "verify_email", "subject": "Hi", "syntax": "liquid", "body": body}
    return AUTH0.check_template(TemplateInputs({**settings, **more}))


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("<p>\n{% if url %}", "line 2, column 13: expected tag endif"),
        ("<p>\n  {{ url ", "line 2, column 3: expected '}}'"),
        ("<p>\n {{ url | | x }}", "line 2, column 11: expected the name of a filter"),
        ("a {% endif %}", "line 1, column 6: unexpected tag 'endif'"),
        ("{{ 'url }}", "line 1, column 4: unexpected"),
        ("{% if a = b %}{% endif %}", "line 1, column 9: expected end of expression"),
        ("{% if true %}\n{% if %}{% endif %}{% endif %}", "line 2, column 4: missing expression"),
        ("{% assign = 1 %}", "line 1, column 11: expected a variable's name"),
        ("{% for x %}{% endfor %}", "line 1, column 1: expected in"),
        ("{% raw %}{{ url }}", "line 1, column 1: expected tag endraw"),
        (
            "{% if url %}{% else if x %}{% endif %}",
            "line 1, column 13: unexpected expression behind the tag 'else'",
        ),
        ("{% if url %}{% else %}{% else %}{% endif %}", "line 1, column 23: unexpected second tag 'else'"),
        ("{% if url %}\n{% elseif x %}{% endif %}", "line 2, column 4: unknown tag 'elseif'. Did you mean elsif?"),
        ("{% frobnicate x %}", "line 1, column 4: unknown tag 'frobnicate'"),
        ("{% inlcude 'x' %}", "line 1, column 4: unknown tag 'inlcude'. Did you mean include?"),
        ("{% include %}", "line 1, column 11: expected the name of what is loaded"),
    ],
)
def test_broken_liquid_is_a_problem_with_its_place(body: str, place: str) -> None:
    """A body that no mail could be made of stops the preview, with line and column."""
    (problem,) = check(body).problems
    assert str(problem).startswith(f"settings.body: broken Liquid at {place}")
    assert problem.remedy


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (
            "{{ url | upcasee }}",
            "settings.body, line 1, column 10: filter 'upcasee' is unknown to the platform. Did you mean upc",
        ),
        ("{{ url | where: 'a' }}", "filter 'where' is unknown to the platform"),
        ("{{ url }}{% capture x %}{% endcapture %}", "tag 'capture' is unknown to the platform"),
        ("{{ url }}\n{% render 'x' %}", "line 2, column 4: tag 'render' is unknown to the platform"),
        ("{{ url }}{% echo url %}", "line 1, column 13: tag 'echo' is unknown to the platform"),
        ("{{ url }}{{ user.nam }}", "variable 'user.nam' is unknown to the platform. Did you mean user.name?"),
        ("{{ url }}{{ aplication.name }}", "variable 'aplication.name' is unknown to the platform"),
        ("{{ url }}{{ code }}", "variable 'code' is unknown to the platform"),
        ("<p>Hello</p>", "settings.body: {{ url }} is missing"),
        ("{% if tenant <> 'a' %}{{ url }}{% endif %}", "line 1, column 7: an operator in tenant <> 'a' lacks a value"),
        ("{{ url }}{{ tenant == }}", "an operator in tenant == lacks a value, so that it means nothing. Write a value"),
        ("{{ url }}{% unless not %}{% endunless %}", "an operator in not lacks a value"),
        ("{{ url }}{{ user.nickname }}", "user.nickname is chosen by the user. Write {{ user.nickname | escape }}."),
        ("{{ url }}{{ user.user_metadata.a.b | upcase }}", "user.user_metadata.a.b is chosen by the user"),
    ],
)
def test_the_unknown_and_the_unsafe_are_warned_about(body: str, warning: str) -> None:
    """What Auth0 would ignore, leave empty or show unescaped is said and stops nothing."""
    checked = check(body)
    assert checked.problems == ()
    (found,) = checked.warnings
    assert warning in found


@pytest.mark.parametrize(
    "body",
    [
        "{{ url }}{% layout 'x' %}{% debug %}{% include 'y' %}",
        "{{ url | append: '#' | url_encode }}{{ user.name | escape }}",
        "{{ url }}{{ user.user_metadata.x | strip_html | truncate: 9 }}",
        "{% for i in (1..3) %}{% cycle 'a', 'b' %}{{ i }}{% else %}{% endfor %}{{ url }}",
        "{% unless url %}{% endunless %}{% case url %}{% when 'a' %}{% else %}{% endcase %}{% increment n %}",
        "{% raw %}{{ anything }}{% endraw %}{% comment %}{{ more }}{% endcomment %}{{ url }}",
        "{{ application.client_metadata.logo }}{{ organization.branding.colors.primary }}{{ tenant }}{{ url }}",
        "{{ user.app_metadata.limit }}{{ user.app_metadata.in }}{% if not user.app_metadata.or %}{{ url }}{% endif %}",
        "{{ url }}{{ client['a\\'b'] }}{{ tenant | append: \"\\\"\" }}",
        "{% assign mine = url %}{{ mine }}{% if user.app_metadata.a %}{{ request_language }}{% endif %}",
    ],
)
def test_what_auth0_documents_is_silent(body: str) -> None:
    """Every documented tag, filter and variable passes."""
    assert check(body) == check("{{ url }}")


def test_each_template_needs_its_variable() -> None:
    """A code template without a code is warned about; a welcome needs nothing."""
    assert "{{ code }} is missing" in check("Hi", template="reset_email_by_code").warnings[0]
    assert "{{ link }} is missing" in check("Hi", template="enrollment_email").warnings[0]
    assert check("Hi", template="welcome_email").warnings == ()


def test_a_redirect_has_three_variables() -> None:
    """In result_url only the application is known."""
    url = "https://acme.example/{{ application.name }}/{{ user.email }}"
    (warning,) = check("{{ url }}", result_url=url).warnings
    assert "variable 'user.email' is unknown to the platform" in warning


def test_subject_and_sender_are_read_too() -> None:
    """Broken Liquid is found in every field that takes it."""
    problems = check("{{ url }}", subject="{{ url", from_address="{% if %}").problems
    assert [problem.path for problem in problems] == ["settings.subject", "settings.from_address"]


def test_another_syntax_is_left_alone() -> None:
    """Only Liquid is read as Liquid."""
    assert check("{{ url", syntax="handlebars").problems == ()


def test_a_template_is_rendered_as_a_mail_would_have_it() -> None:
    """Rendering fills the variables of every text."""
    variables = {"user": {"name": "Ada"}, "url": "https://x"}
    assert MAILS.render("Hi {{ user.name }}", variables) == "Hi Ada"
    assert MAILS.render("<p>{{ url | upcase }}</p>{% layout 'x' %}", variables) == "<p>HTTPS://X</p>"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("{% assign x = user.name %}{{ x }}", "user.name"),
        ("{% assign x = user %}{{ x.name }}", "user.name"),
        ("{% assign x = user.user_metadata %}{{ x.a.b }}", "user.user_metadata.a.b"),
        ("{% assign x = user.name | escape %}{% assign x = user.name %}{{ x }}", "user.name"),
        ("{% if url %}{% assign x = user.name %}{% endif %}{{ x }}", "user.name"),
        ("{% for i in (1..2) %}{{ x }}{% assign x = user.name %}{% endfor %}", "user.name"),
        ("{{ x | default: user.name }}", "user.name"),
        ("{{ user.email | escape | append: user.nickname }}", "user.nickname"),
        ("{{ 'a' | prepend: user.name }}", "user.name"),
        ("{{ 'a' | replace: 'a', user.name }}", "user.name"),
        ("{{ user.user_metadata.list | join: ', ' }}", "user.user_metadata.list"),
        ("{% cycle 'a', user.name %}", "user.name"),
        ("{% for x in user.user_metadata.list %}{{ x }}{% endfor %}", "user.user_metadata.list"),
        ("{% for pair in user.user_metadata %}{{ pair[1] }}{% endfor %}", "user.user_metadata"),
        ("{% for pair in user %}{{ pair[1] }}{% endfor %}", "user"),
        ("{% tablerow x in user.user_metadata.list %}{{ x }}{% endtablerow %}", "user.user_metadata.list"),
        ("{{ user }}", "user"),
        ("{{ user[tenant] }}", "user"),
        ("{{ user['name'] }}", "user.name"),
        ("{{ user | map: 'name' }}", "user"),
        ("{{ user.name | escape | url_decode }}", "user.name"),
        ("{{ user.name | url_encode | url_decode }}", "user.name"),
        ("{{ user.name | escape | replace: '&lt;', '<' }}", "user.name"),
        ("{{ user.name | split: ' ' | first }}", "user.name"),
        ("{{ user.name.first }}", "user.name"),
        ("{{ user.name | date: '%Y' }}", "user.name"),
        ("{{ 'a' | split: ',' | concat: user.user_metadata.list | join }}", "user.user_metadata.list"),
        ("{{ 'a' | split: ',' | push: user.name | array_to_sentence_string }}", "user.name"),
        ("{{ 'a' | split: ',' | unshift: user.name | first }}", "user.name"),
        ("{{ 'a' | array_to_sentence_string: user.name }}", "user.name"),
        ("{{ 'a' | replace_last: 'a', user.name }}", "user.name"),
        ("{{ user.name | base64_encode | base64_decode }}", "user.name"),
        ("{{ user.name | escape | replace_last: '&lt;', '<' }}", "user.name"),
        ("{{ user | group_by: 'name' | json }}", "user"),
        ("{% assign found = user.user_metadata.list | where: 'a', 1 %}{{ found[0].b }}", "user.user_metadata.list"),
        ("{% liquid\n assign x = user.name\n echo x\n%}", "user.name"),
    ],
)
def test_a_value_that_the_user_chooses_is_followed(body: str, path: str) -> None:
    """Through names, filters, loops and whole objects, up to where it is shown."""
    found = [each for each in check("{{ url }}" + body).warnings if "chosen by the user" in each]
    assert len(found) == 1
    assert f"{path} is chosen by the user." in found[0]


def test_what_is_captured_is_followed() -> None:
    """A text that is put together in a block is as safe as what went into it."""
    body = "{{ url }}{% capture x %}Hi {{ user.name }}{% endcapture %}"
    assert "user.name is chosen by the user. It is shown here through x." in str(check(body + "{{ x }}").warnings)
    assert "chosen" not in str(check(body + "{{ x | escape }}").warnings)


@pytest.mark.parametrize(
    "body",
    [
        "{% assign x = user.name | escape %}{{ x }}{{ x | append: '!' | upcase }}",
        "{% assign x = user.name %}{{ x | escape }}",
        "{% assign x = user %}{{ x.email }}",
        "{% assign x = user.name %}{% assign x = tenant %}{{ x }}",
        "{% if user.name == 'a' %}{{ user.name | size }}{% endif %}{{ user.name == 'a' }}",
        "{{ user.name | escape | newline_to_br | replace: 'a', '<b>' }}",
        "{{ user.name | url_encode }}{{ user.name | strip_html }}{{ user.user_metadata.n | plus: 1 }}",
        "{% for x in user.user_metadata.list %}{{ x | escape }}{{ forloop.index }}{% endfor %}",
        "{% if user.name %}{% cycle 'a', 'b' %}{% endif %}{{ tenant | url_decode }}",
        "{{ user.name | default: tenant | escape }}",
    ],
)
def test_what_is_escaped_or_not_shown_is_silent(body: str) -> None:
    """A value that cannot bring markup into a mail is no finding."""
    assert check("{{ url }}" + body) == check("{{ url }}")


@pytest.mark.parametrize(
    "filters",
    ["xml_escape", "cgi_escape", "uri_escape", "base64_encode", "sha256", "number_of_words", "to_integer", "has: 'a'"],
)
def test_filters_beyond_auth0s_list_escape_too(filters: str) -> None:
    """They are warned about as unknown, and about nothing else."""
    (warning,) = check(f"{{{{ url }}}}{{{{ user.name | {filters} }}}}").warnings
    assert f"filter '{filters.partition(':')[0]}' is unknown to the platform" in warning


def test_what_a_template_loads_is_nothing() -> None:
    """What include, render and layout name is not there; the rest is shown."""
    assert MAILS.render("a{% include 'x' %}{% render 'y' %}b{% layout 'z' %}c", {}) == "abc"
