"""The document and the service are the same."""

from collections.abc import Iterator

import pytest
from starlette.routing import BaseRoute, Mount, Route

from service.api.reference import document


def routes_under(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_under(list(route.routes), prefix + route.path)
        elif isinstance(route, Route):
            for method in route.methods or ():
                if method != "HEAD":
                    yield method.lower(), prefix + route.path


def _is_for_machines(path):
    return path.startswith("/api/v1/") or path.endswith(("/fragment", "/feed.atom"))


def test_every_route_is_described_and_every_description_has_a_route(app):
    offered = {each for each in routes_under(app.routes) if _is_for_machines(each[1])}
    described = {(method, path) for path, methods in document("http://x")["paths"].items() for method in methods}
    assert described == offered


async def test_the_document_is_served(client):
    answer = await client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere():
    made = document("http://x")

    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            for name, value in part.items():
                if name == "$ref":
                    yield value
                else:
                    yield from references(value)
        elif isinstance(part, list):
            for each in part:
                yield from references(each)

    for reference in set(references(made)):
        found = made
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]


def test_no_public_shape_has_a_field_for_an_address():
    schemas = document("http://x")["components"]["schemas"]
    public = ("ThreadShape", "CommentShape", "AuthorShape", "ReceiptShape", "PreviewShape", "OwnShape", "CountsShape")
    for name in public:
        assert not [each for each in schemas[name]["properties"] if "mail" in each]


@pytest.mark.parametrize("name", ["Post", "Changes", "ReportPost", "DecisionPost", "ThreadShape", "ReceiptShape"])
def test_objects_are_closed(name):
    assert document("http://x")["components"]["schemas"][name]["additionalProperties"] is False
