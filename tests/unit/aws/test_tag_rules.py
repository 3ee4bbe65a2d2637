"""Which tags AWS takes."""

from __future__ import annotations

import pytest

from tenant_email.aws.tag_rules import tag_problem

TAKES = "AWS takes letters, digits, spaces and _.:/=+-@"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("a", "", ""),
        ("n" * 128, "v" * 256, ""),
        ("Équipe 1_.:/=+-@", "½ \u00a0²", ""),
        ("later", object(), ""),
        ("", "x", "has a name of 0 characters, and AWS takes 1 to 128"),
        ("n" * 129, "x", "has a name of 129 characters, and AWS takes 1 to 128"),
        ("AWS:x", "x", "begins with aws:, which is reserved for AWS"),
        ("a", "v" * 257, "has a value of 257 characters, and AWS takes 256"),
        ("a#", "b#", f"has '#' in its name: {TAKES}"),
        ("a", "b\n", f"has '\\n' in its value: {TAKES}"),
        (5, "x", "has a int for a name"),
    ],
)
def test_what_aws_says_of_a_tag(name: object, value: object, said: str) -> None:
    """Nothing of one that it takes; of the first thing that it would not."""
    assert tag_problem(name, value) == said
