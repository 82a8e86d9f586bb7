"""The OpenAPI 3.1 document, made from the shapes and limits that the service itself uses."""

from service.api.reference.document import document

__all__ = ["document"]
