"""Looks through the locked packages, without a network: each pinned with its hash, none with a known fault.

`python scripts/audit.py` exits with 1 and one line for each fault; `--sbom` prints a CycloneDX 1.6 list of packages.
It needs nothing but Python, so it runs before anything is installed.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "widget/package-lock.json")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)[^\n]*\\\n((?:\s+--hash=\S+(?: \\)?\n)+)", re.MULTILINE)
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)[^\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """A locked package; `hashes` as the lock has them."""

    kind: str
    name: str
    version: str
    hashes: tuple[str, ...]


def packages_of(lock: Path) -> Iterator[Package]:
    """Every package of a lock, of pip's or npm's kind; one without a pinned version has none."""
    text = lock.read_text(encoding="utf-8")
    if lock.suffix == ".json":
        for path, told in json.loads(text)["packages"].items():
            if path:
                name = path.rpartition("node_modules/")[2]
                yield Package("npm", name, told.get("version", ""), tuple(filter(None, [told.get("integrity")])))
        return
    pinned = {
        (name.lower(), version): tuple(re.findall(r"--hash=(\S+)", told))
        for name, version, told in _PINNED.findall(text)
    }
    for (name, version), hashes in pinned.items():
        yield Package("python", name, version, hashes)
    for name in {each.lower() for each in _REQUIREMENT.findall(text)} - {name for name, _version in pinned}:
        yield Package("python", name, "", ())


def faults_of(package: Package, known: dict[str, dict[str, dict[str, object]]]) -> Iterator[str]:
    """What is wrong with a package, in a sentence each."""
    if not package.version or not package.hashes:
        yield f"{package.name} is not pinned to a version with its hash"
        return
    told = known.get(package.kind, {}).get(package.name)
    if told and _numbers(package.version) < _numbers(str(told["fixed"])):
        by = told["by"]
        yield f"{package.name} {package.version} is older than {told['fixed']}, which mends {by}"


def bill(packages: list[Package]) -> dict[str, object]:
    """A software bill of materials as CycloneDX 1.6 has it."""
    kinds = {"python": "pypi", "npm": "npm"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "wortmeldung", "bom-ref": "wortmeldung"}},
        "components": [
            {
                "type": "library",
                "name": each.name,
                "version": each.version,
                "purl": f"pkg:{kinds[each.kind]}/{each.name.replace('@', '%40')}@{each.version}",
            }
            for each in sorted(packages, key=lambda each: (each.kind, each.name, each.version))
        ],
    }


def main(*asked: str) -> int:
    """What the command does; the exit status."""
    root = Path(asked[-1]) if asked and not asked[-1].startswith("-") else ROOT
    found = list(dict.fromkeys(each for lock in LOCKS if (root / lock).exists() for each in packages_of(root / lock)))
    if "--sbom" in asked:
        sys.stdout.write(json.dumps(bill(found), indent=1) + "\n")
        return 0
    known = tomllib.loads((ROOT / "scripts/advisories.toml").read_text(encoding="utf-8"))
    faults = sorted({fault for each in found for fault in faults_of(each, known)})
    sys.stdout.writelines(f"{each}\n" for each in faults)
    sys.stdout.write(f"{len(found)} locked packages, {len(faults)} faults known on {known['read']}\n")
    return 1 if faults else 0


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version.partition("+")[0])[:4])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
