"""Hooks of a program: when they run, what they see, and what one that fails keeps from happening."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.cloud import Project
    from support.engines import Engine

PROGRAM = """
def told(when, refuses=None, **options):
    def tell(args):
        before = (args.old_inputs or {{}}).get("size", 0)
        pulumi.log.info(f"{{when}} {{args.name}} {{before:.0f}}>{{args.new_inputs['size']:.0f}}")
        if args.new_inputs["size"] == refuses:
            raise ValueError("not this one")
    return pulumi.ResourceHook(when, tell, pulumi.ResourceHookOptions(**options))

Thing("a", O(hooks=pulumi.ResourceHookBinding(
    before_create=[told("before-create", on_dry_run=True)], after_create=[told("after-create")],
    before_update=[told("before-update", 3), told("shrugs", 4, ignore_errors=True)],
    after_update=[told("after-update", 5)])), size={size})
"""


def test_hooks_run_around_what_they_are_bound_to(engine: Engine, project: Project) -> None:
    """In a preview where they ask for it; one that fails before keeps the work from beginning, one after does not."""
    project.program(PROGRAM.format(size=1))
    assert _told(engine.preview().text) == {"before-create a 0>1"}
    assert _told(engine.up().text) == {"before-create a 0>1", "after-create a 0>1"}
    assert _told(engine.up().text) == set()
    project.calls()
    project.program(PROGRAM.format(size=3))
    refused = engine.up()
    assert 'before hook "before-update" failed: not this one' in refused.text
    assert (refused.ok, project.calls()) == (False, [])
    project.program(PROGRAM.format(size=4))
    warned = engine.up()
    assert 'hook "shrugs" failed: not this one' in warned.text
    assert (warned.ok, project.calls()) == (True, ["update a"])
    project.program(PROGRAM.format(size=5))
    late = engine.up()
    assert 'after hook "after-update" failed: not this one' in late.text
    assert (late.ok, project.calls(), engine.preview().operations) == (False, ["update a"], {})


def _told(text: str) -> set[str]:
    """Returns what hooks said; a console may say it twice."""
    words = ("before-", "after-", "shrugs")
    lines = [line.partition("info: ")[2].strip() or line.strip() for line in text.splitlines() if ">" in line]
    return {line for line in lines if line.startswith(words)}
