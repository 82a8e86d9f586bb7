"""The service does what its OpenAPI document says, whatever it is sent: made-up requests for each operation."""

from dataclasses import dataclass

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from models.sign_on import add_key
from service.api.reference.operations import OPERATIONS
from service.app import create_app
from service.settings import Settings
from service.state import open_service
from tests.builders import ORIGIN, PAGE, a_token, add_site, publish
from tests.service.signing import editor, signed

pytestmark = pytest.mark.slow

TRUTHFUL = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 10
# Requests that can be wrong in more than a path.
FORBIDDING = [each for each, operation in OPERATIONS.items() if 422 in operation.problems]


@dataclass(frozen=True)
class Served:
    """The service as schemathesis asks it, and what exists there."""

    schema: schemathesis.schemas.BaseSchema
    comment: str
    secrets: dict[str, str]


@pytest.fixture(scope="module")
async def served(tmp_path_factory) -> Served:
    chosen = Settings(
        _env_file=None,
        data_dir=tmp_path_factory.mktemp("conformance"),
        base_url="http://testserver",
        secret_key=SecretStr("a secret that only the tests know, long enough"),
        rate_limit="off",
    )
    async with open_service(chosen) as service:
        site = await add_site(service)
        comment = await publish(service, site)
        secrets = {"author": service.tokens.manage(comment.id), "moderator": await a_token(service, site)}
        async with service.db.writing() as session:
            key = await add_key(session, site, service.clock())
        secrets["host"] = signed(key.secret, editor(service.clock(), role="host", page=PAGE))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(chosen))
    return Served(schema, comment.id, secrets)


def asked(strategy):
    """The decorator that fills a function's `case`."""
    quiet = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    return lambda test: quiet(given(case=strategy)(test))


def headers(served: Served, method: str, path: str) -> dict[str, str]:
    bearer = OPERATIONS[method, path].bearer
    return {"Origin": ORIGIN, **({"Authorization": f"Bearer {served.secrets[bearer]}"} if bearer else {})}


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_what_the_document_allows_is_answered_as_it_says(served, method, path):
    present = {"site": "musterstadt", "id": served.comment}
    named = {name: value for name, value in present.items() if f"{{{name}}}" in path}
    operation = served.schema[path][method.upper()]

    @asked(operation.as_strategy(GenerationMode.POSITIVE, path_parameters=named or None))
    def ask(case):
        answer = case.call(headers=headers(served, method, path))
        case.validate_response(answer, checks=TRUTHFUL)

    ask()


@pytest.mark.parametrize("method, path", FORBIDDING)
def test_what_the_document_forbids_is_refused(served, method, path):
    operation = served.schema[path][method.upper()]
    # Where a secret is needed we bring it, so a request may be right that the document calls wrong for lack of one.
    checks = TRUTHFUL if OPERATIONS[method, path].bearer else [*TRUTHFUL, negative_data_rejection]

    @asked(operation.as_strategy(GenerationMode.NEGATIVE))
    def ask(case):
        answer = case.call(headers=headers(served, method, path))
        case.validate_response(answer, checks=checks)

    ask()
