"""The house keeps its walls: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
PARTS = ("moderation", "models", "service")


def test_the_layers_of_the_design_are_kept() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_endpoint_files_do_not_import_one_another() -> None:
    shared = {"cache", "ready", "threads"}  # the rendered thread serves pages and widget file as well
    endpoints = {path.stem for path in (ROOT / "service/api").glob("*.py")} - {"__init__", *shared}
    crossing = [
        f"{path.name} imports {name}"
        for path in (ROOT / "service/api").glob("*.py")
        for name in _imports(path)
        if name.startswith("service.api.") and name.split(".")[2] in endpoints - {path.stem}
    ]
    assert [each for each in crossing if not each.startswith("openapi.py")] == []


def test_the_widget_knows_nothing_of_the_service_but_http() -> None:
    ours = [path for path in (ROOT / "widget").glob("**/*.py") if "node_modules" not in path.parts]
    assert ours == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for part in PARTS
        for path in (ROOT / part).rglob("*.py")
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    ]
    assert readers == []


def test_models_never_commit() -> None:
    """Functions of the memory work in the caller's transaction; only `Database` and its connections open and end one."""
    offenders = [
        f"{path.name}: {node.func.attr}"
        for path in (ROOT / "models").glob("*.py")
        if path.name not in ("db.py", "sqlite_engine.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("commit", "rollback")
    ]
    assert offenders == []


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
