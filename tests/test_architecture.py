"""What holds the structure up: sizes, the direction of foreign keys, names that must not appear."""

import ast
import re
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


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_module_is_longer_than_five_hundred_lines() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_no_function_of_the_product_is_longer_than_forty_lines() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        if path.relative_to(ROOT).parts[0] in PACKAGES
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
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
    found = []
    for path in modules():
        if path.relative_to(ROOT).parts[0] not in PACKAGES:
            continue
        for function in functions(path):
            for node in ast.walk(function):
                name = node.module if isinstance(node, ast.ImportFrom) else ""
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [name or ""]
                if any(ours.match(each) for each in names):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]
    assert found == []


def test_every_adapter_named_in_the_settings_can_be_imported() -> None:
    tables = [settings.TRANSCRIBERS, settings.TREND_SOURCES, settings.PUBLISHING_PLATFORMS, settings.BILLING_GATEWAYS]
    for path in [*(path for table in tables for path in table.values()), settings.EMBEDDER, settings.LIMITS_BACKEND]:
        assert import_string(path)


def test_every_task_on_the_schedule_exists() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert callable(import_string(entry["task"]))
