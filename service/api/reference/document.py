"""The document, put together from operations and shapes."""

from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from service import editors_wire, figures_wire, moderators_wire, wire
from service.api.reference.operations import OPERATIONS
from service.api.reference.parts import BODIES, HEADERS, Json, Operation

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHAPES: dict[str, Any] = {
    "Thread": wire.ThreadShape,
    "Place": wire.PlaceShape,
    "Counts": wire.CountsShape,
    "Form": wire.FormShape,
    "Receipt": wire.ReceiptShape,
    "Preview": wire.PreviewShape,
    "Contact": wire.ContactShape,
    "Sent": wire.SentShape,
    "Own": wire.OwnShape,
    "Reported": wire.ReportedShape,
    "Helpful": wire.HelpfulShape,
    "Queue": moderators_wire.QueueShape,
    "QueueItem": moderators_wire.QueueItemShape,
    "Bulk": moderators_wire.BulkShape,
    "Prompt": editors_wire.PromptShape,
    "Prompts": editors_wire.PromptsShape,
    "Statistics": figures_wire.StatisticsShape,
    "Imported": editors_wire.ImportedShape,
    "Problem": moderators_wire.ProblemShape,
}
_FOR_ANY_METHOD = (405,)


def document(base_url: str) -> Json:
    """The OpenAPI 3.1 document of the service at this address."""
    paths: dict[str, Json] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _described(operation)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": _DIALECT,
        "info": {
            "title": "Wortmeldung",
            "version": "1",
            "description": "Comments for public bodies: software sorts, people decide. Every comment waits for a "
            "person. Errors are problem+json (RFC 9457) in the reader's language.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": {**_shapes(), **BODIES},
            "headers": HEADERS,
            "securitySchemes": {
                "author": {"type": "http", "scheme": "bearer", "description": "The receipt's `manage_token`."},
                "host": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A JWT (HS256) that the host's server signs with the site's key: `aud` the site, "
                    "`iat` and `exp` at most ten minutes apart, `role` “host”, `page` the page it speaks about.",
                },
                "moderator": {"type": "http", "scheme": "bearer", "description": "Made by `service token create`."},
            },
        },
    }


def _shapes() -> Json:
    """The schemas of all shapes, by name. They are closed: what is not described never leaves."""
    adapters = [(name, "serialization", TypeAdapter(shape)) for name, shape in _SHAPES.items()]
    refs, made = TypeAdapter.json_schemas(adapters, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    schemas: Json = made.get("$defs", {})
    for schema in schemas.values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return schemas | {name: refs[(name, "serialization")] for name in _SHAPES}


def _described(operation: Operation) -> Json:
    answers = {str(status): _answer(operation, status, shape) for status, shape in operation.answers.items()}
    answers |= {str(status): _problem(status) for status in sorted({*operation.problems, *_FOR_ANY_METHOD})}
    described: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": answers,
    }
    if operation.parameters:
        described["parameters"] = list(operation.parameters)
    if operation.body:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{operation.body}"}}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.bearer:
        described["security"] = [{operation.bearer: []}]
    return described


def _answer(operation: Operation, status: int, shape: str | None) -> Json:
    answer: Json = {"description": HTTPStatus(status).phrase}
    if operation.headers:
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in operation.headers}
    if shape:
        schema = {"$ref": f"#/components/schemas/{shape}"} if shape != "OpenAPI" else {"type": "object"}
        answer["content"] = {"application/json": {"schema": schema}}
    elif operation.media_type != "application/json" and status == 200:
        answer["content"] = {operation.media_type: {"schema": {"type": "string"}}}
    return answer


def _problem(status: int) -> Json:
    problem: Json = {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    carried = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}.get(status)
    if carried:
        problem["headers"] = {carried: {"$ref": f"#/components/headers/{carried}"}}
    return problem
