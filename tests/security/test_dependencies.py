"""What we are built from: pinned, hashed, none below a version with a known fault, and listed for whoever asks."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts/audit.py")
assert _spec is not None
assert _spec.loader is not None
audit = importlib.util.module_from_spec(_spec)
sys.modules["audit"] = audit
_spec.loader.exec_module(audit)

PINNED = "{}=={} \\\n    --hash=sha256:" + "0" * 64 + "\n"


def test_no_locked_package_has_a_known_fault(capsys):
    assert audit.main() == 0
    assert int(capsys.readouterr().out.split()[0]) > 150


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (PINNED.format("starlette", "0.49.0"), "starlette 0.49.0 is older than 0.49.1"),
        (PINNED.format("markdown-it-py", "2.1.0"), "markdown-it-py 2.1.0 is older"),
        (PINNED.format("python-multipart", "0.0.9"), "python-multipart 0.0.9 is older"),
        ("jinja2==3.1.6\n", "jinja2 is not pinned"),
        ("jinja2\n", "jinja2 is not pinned"),
    ],
)
def test_a_fault_is_named_and_fails(tmp_path, capsys, line, told):
    (tmp_path / "requirements.lock").write_text("# a lock\n" + PINNED.format("anyio", "4.0") + line)
    assert audit.main(str(tmp_path)) == 1
    assert told in capsys.readouterr().out


def test_a_version_is_compared_by_number(tmp_path):
    (tmp_path / "requirements.lock").write_text(PINNED.format("starlette", "0.100.0"))
    assert audit.main(str(tmp_path)) == 0


def test_the_bill_of_materials_names_every_package(capsys):
    assert audit.main("--sbom") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    named = {each["purl"] for each in told["components"]}
    locked = {each for lock in audit.LOCKS for each in audit.packages_of(ROOT / lock)}
    assert len(named) == len({(each.kind, each.name, each.version) for each in locked})
    assert any(each.startswith("pkg:pypi/starlette@") for each in named)
    assert any(each.startswith("pkg:npm/%40esbuild/") for each in named)


def test_ci_looks_before_anything_else():
    assert "scripts/audit.py" in (ROOT / ".ci/run").read_text()
