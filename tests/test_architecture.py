"""What holds the structure up: sizes, the direction of foreign keys, names that must not appear."""

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["accounts", "billing", "trends", "content", "publishing", "analytics"]
PACKAGES = ["trenddrop", *ORDER]
MODULE_LINES = 500
FUNCTION_LINES = 40


def modules() -> list[Path]:
    folders = [*PACKAGES, "tests", "benchmarks"]
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and "node_modules" not in path.parts
    ]


@dataclass(frozen=True)
class Written:
    """What a module of the product says: its functions with their lengths, and what is imported inside them."""

    functions: list[tuple[int, str, int]] = field(default_factory=list)  # line, name, lines
    inner: list[tuple[int, str]] = field(default_factory=list)  # line, module


@cache
def written() -> dict[str, Written]:
    """Read every module of the product once."""
    paths = ((str(path.relative_to(ROOT)), path) for path in modules())
    return {name: read(path) for name, path in paths if Path(name).parts[0] in PACKAGES}


def read(path: Path) -> Written:
    found = Written()

    def walk(node: ast.AST, *, inside: bool) -> None:
        if inside and isinstance(node, ast.Import | ast.ImportFrom):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found.inner.extend((node.lineno, name) for name in names)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.functions.append((node.lineno, node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
            inside = True
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr | ast.expr_context):  # no expression holds a function or an import
                walk(child, inside=inside)

    walk(ast.parse(path.read_text()), inside=False)
    return found


def test_no_module_is_longer_than_five_hundred_lines() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_no_function_of_the_product_is_longer_than_forty_lines() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, each in written().items()
        for line, name, lines in each.functions
        if lines > FUNCTION_LINES
    ]
    assert len(written()) > 500
    assert found == []


def test_foreign_keys_point_down_like_the_imports() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        for field in model._meta.get_fields()
        if field.many_to_one and field.concrete and field.related_model is not None
        if (target := field.related_model._meta.app_label) in ORDER
        and ORDER.index(target) > ORDER.index(model._meta.app_label)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "common.py"])
def test_there_is_no_drawer_for_odds_and_ends(name: str) -> None:
    assert [path for path in modules() if path.name == name] == []


def test_our_own_apps_are_never_imported_inside_a_function() -> None:
    ours = re.compile(rf"^({'|'.join(PACKAGES)})(\.|$)")
    found = [f"{path}:{line}" for path, each in written().items() for line, name in each.inner if ours.match(name)]
    assert sum(len(each.functions) for each in written().values()) > 5000
    assert found == []


def test_every_adapter_named_in_the_settings_can_be_imported() -> None:
    tables = [settings.TRANSCRIBERS, settings.TREND_SOURCES, settings.PUBLISHING_PLATFORMS, settings.BILLING_GATEWAYS]
    for path in [*(path for table in tables for path in table.values()), settings.EMBEDDER, settings.LIMITS_BACKEND]:
        assert import_string(path)


def test_every_task_on_the_schedule_exists() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert callable(import_string(entry["task"]))
