"""The browser tests themselves: none of them reads a page by what doesn't wait for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

# Each of these answers at once, be it about the page before or about the first half of the next one.
HASTY = {
    "all", "all_inner_texts", "all_text_contents", "content", "is_hidden", "is_visible", "query_selector",
    "query_selector_all", "title", "wait_for_timeout",
}  # fmt: skip
FILES = sorted(
    set(Path(__file__).parent.glob("*.py")) - {Path(__file__).with_name(name) for name in ("sheet.py", "tab.py")}
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_read_is_waited_for(path: Path) -> None:
    """`Tab` and `SheetPage` wait for the whole page before they read so; others use these two, locators and `expect`."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    methods = [call for call in calls if isinstance(call, ast.Attribute)]
    assert [f"line {each.lineno}: {ast.unparse(each)}" for each in methods if each.attr in HASTY] == []
    counted = [each for each in methods if each.attr == "count" and ast.unparse(each) != "records.count"]
    assert [f"line {each.lineno}: {ast.unparse(each)}" for each in counted] == []
