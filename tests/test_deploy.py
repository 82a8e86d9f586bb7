"""What operators deploy: valid by the tools that run it, and true to the rest of the repository."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from service import metrics
from service.app import at_once
from service.routes import public_api
from service.settings import PREFIX, Settings
from tests.support.missing import skip_or_fail

ROOT = Path(__file__).parent.parent
FILLED_IN = {
    "DOMAIN": "kommentare.musterstadt.example",
    "ACME_EMAIL": "technik@musterstadt.example",
    "SECRET_KEY": "x" * 48,
    "POSTGRES_PASSWORD": "geheim",
}


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        skip_or_fail(f"no {name}: its package exists for Linux on x86-64 only")
    return found


def compose(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("docker-compose"), "--file", str(ROOT / "docker-compose.yml"), *arguments],
        env=values,
        capture_output=True,
        text=True,
        check=False,
    )


def composed(*profiles: str) -> dict:
    chosen = [part for each in profiles for part in ("--profile", each)]
    done = compose(*chosen, "config", **FILLED_IN)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


@pytest.mark.parametrize("profiles", [(), ("try",)])
def test_the_composition_is_valid(profiles: tuple[str, ...]) -> None:
    assert {"service", "courier", "database", "proxy"} <= composed(*profiles)["services"].keys()


@pytest.mark.parametrize("missing", FILLED_IN)
def test_nothing_starts_without_what_must_be_filled_in(missing: str) -> None:
    done = compose("config", "-q", **{name: value for name, value in FILLED_IN.items() if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr


def test_the_example_names_every_value_that_the_composition_asks_for() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    told = set(re.findall(r"^([A-Z_]+)=", (ROOT / "deploy/example.env").read_text(), re.MULTILINE))
    assert asked == told


def test_every_service_tells_whether_it_is_well() -> None:
    services = composed("try")["services"]
    from_image = {"service"}  # the image brings its own
    assert {name for name, each in services.items() if "healthcheck" not in each} == from_image
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_only_the_proxy_is_open_to_the_world() -> None:
    ports = {
        name: [each.get("host_ip", "") for each in service["ports"]]
        for name, service in composed("try")["services"].items()
        if service.get("ports")
    }
    assert ports == {"proxy": ["", "", ""], "mail": ["127.0.0.1"]}


def test_the_composition_sets_only_settings_that_exist() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in ("service", "courier"):
        environment = composed()["services"][name]["environment"]
        assert {each for each in environment if each.startswith(PREFIX)} <= known


def test_the_service_believes_the_proxys_network_and_no_other() -> None:
    all_ = composed()
    (network,) = all_["networks"]["front"]["ipam"]["config"]
    assert all_["services"]["service"]["environment"]["WORTMELDUNG_TRUSTED_PROXIES"] == network["subnet"]


def test_the_image_is_built_as_it_should_be() -> None:
    done = subprocess.run([tool("hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_in_particular_with_locked_packages() -> None:
    lines = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER (?!root)", lines, re.MULTILINE)
    assert "--require-hashes" in lines
    assert "requirements-dev" not in lines


def test_the_image_brings_every_part_and_nothing_private() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    assert all((ROOT / each).exists() for each in copied)
    assert all(f"!{each.split('/')[0]}" in ignored for each in copied)
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert set(layers) <= set(copied)


def test_secrets_of_an_installation_stay_out_of_the_repository() -> None:
    assert {".env", "/data/"} <= set((ROOT / ".gitignore").read_text().splitlines())


def test_what_the_image_holds_is_enough_to_run(tmp_path: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for source, target in copied:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "service", "doctor"],
        cwd=tmp_path,
        env={"WORTMELDUNG_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def exported() -> dict[str, set[str]]:
    """Every series that `/metrics` can show, with its labels."""
    of_process = [each.name for family in metrics.registry.collect() for each in family.samples]
    series: dict[str, set[str]] = {name: set() for name in of_process if name.startswith("process_")}
    for collector, names in metrics.registry._collector_to_names.items():
        labels = set(getattr(collector, "_labelnames", ()))
        series |= {name: labels | ({"le"} if name.endswith("_bucket") else set()) for name in names}
    return series


def test_the_dashboard_asks_for_figures_and_labels_that_exist() -> None:
    dashboard = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    series = exported()
    routes = {route.endpoint.__name__ for route in (*at_once, *public_api)}
    for expression in asked:
        [name] = set(re.findall(r"\b(?:wortmeldung|process)_\w+", expression))
        assert name in series, expression
        grouped = {label for each in re.findall(r"by \(([^)]*)\)", expression) for label in each.split(", ")}
        chosen = set(re.findall(r"(\w+)=~?\"", expression))
        assert grouped | chosen <= series[name] | {"instance"}, expression
        assert set(re.findall(r'route="(\w+)"', expression)) <= routes
    ours = {
        name.removesuffix("_bucket")
        for name in series
        if re.match(r"wortmeldung_.*(?<!_created)(?<!_sum)(?<!_count)$", name)
    }
    shown = {each for expression in asked for each in re.findall(r"wortmeldung_\w+", expression)}
    unseen = {name for name in ours if not any(each.startswith(name) for each in shown)}
    assert unseen == set(), "a figure that nobody sees"
