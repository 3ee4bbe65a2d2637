"""Which tags AWS takes."""

from __future__ import annotations

import pytest

from tenant_email.aws.tag_rules import tag_problem, tags_problems
from tenant_email.errors import Problem

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


def test_the_tags_of_an_identity() -> None:
    """Each that AWS refuses, those that this package writes itself, and more than there is room for beside them."""
    assert list(tags_problems({f"t{number}": object() for number in range(47)})) == []
    assert list(
        tags_problems({**{f"t{number}": "" for number in range(45)}, "managed-by": "me", "a#": "", "x": ""})
    ) == [
        Problem("tags.managed-by", "is a tag that this package writes", "Choose a name other than managed-by."),
        Problem("tags.a#", f"has '#' in its name: {TAKES}", "Choose another one."),
        Problem("tags", "has 48 tags", "Use at most 47."),
    ]
    (found,) = tags_problems({"n" * 129: ""})
    assert found.path == f"tags.{'n' * 75}"
