"""`webhook`: adding, listing, testing and removing programs that are told what changed."""

import pytest

from tests.service.commands.conftest import Run
from tests.support.postgres import free_port

ADDRESS = "https://193.99.144.80/hook"


@pytest.fixture
def site(run: Run) -> str:
    run("site", "add", "musterstadt", "--origin", "https://www.musterstadt.example")
    return "musterstadt"


def test_adding_prints_the_secret_once(run: Run, site: str) -> None:
    added = run("webhook", "add", site, ADDRESS, "--event", "comment.approved")
    assert (added.status, added.out.startswith("whsec_")) == (0, True)
    listed = run("webhook", "list", site)
    assert listed.out == f"{ADDRESS}\tcomment.approved\n"
    assert run("webhook", "failed", site).out == ""
    assert run("webhook", "remove", site, ADDRESS).status == 0
    assert run("webhook", "list", site).out == ""


@pytest.mark.parametrize(
    "url", ["http://193.99.144.80/", "https://127.0.0.1/", "https://localhost/x", "ftp://a.example", "https://[::1]/"]
)
def test_our_own_network_is_refused_unless_it_is_allowed(run: Run, site: str, url: str) -> None:
    done = run("webhook", "add", site, url)
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert run("webhook", "list", site).out == ""


def test_a_test_says_how_it_went(run: Run, site: str) -> None:
    address = f"http://127.0.0.1:{free_port()}/"
    assert run("webhook", "add", site, address, "--allow-private").status == 0
    done = run("webhook", "test", site, address)
    assert (done.status, "Not delivered" in done.err) == (1, True)


@pytest.mark.parametrize(
    "arguments, status",
    [
        (["add", "nirgends", ADDRESS], 1),
        (["remove", "musterstadt", ADDRESS], 1),
        (["test", "musterstadt", ADDRESS], 1),
        (["add", "musterstadt", ADDRESS, "--event", "comment.eaten"], 2),
        (["add", "musterstadt"], 2),
    ],
)
def test_wrong_usage_is_explained(run: Run, site: str, arguments: list[str], status: int) -> None:
    assert run("webhook", *arguments).status == status
