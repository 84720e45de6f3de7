"""The description of the service, in which every error is a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, TYPE_PREFIX
from api.schemas.articles import ArticlesRequest

if TYPE_CHECKING:
    from fastapi import FastAPI

_UNUSED = ("HTTPValidationError", "ValidationError")
_REF = "#/components/schemas/{model}"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "description": f"What kind it is: {TYPE_PREFIX}..."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "request_id": {"type": "string", "description": "Stands in the service's log, too."},
        "errors": {
            "type": "array",
            "description": "Each field that is wrong.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of an app, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
    return app.openapi_schema


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    models = schema["components"]["schemas"]
    for name in _UNUSED:
        models.pop(name, None)
    models["Problem"] = PROBLEM
    # Its route reads two kinds of body by itself, so FastAPI does not know of this one.
    posted = ArticlesRequest.model_json_schema(ref_template=_REF)
    models.update(posted.pop("$defs"))
    models["ArticlesRequest"] = posted
    schema["components"]["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "DATELINE_API_KEY, where one is set: every write needs it.",
        }
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _use_problems(operation["responses"])
            if path.startswith("/v1/articles") and method != "get":
                operation["security"] = [{}, {"key": []}]
    return schema


def _use_problems(responses: dict[str, Any]) -> None:
    if "422" in responses:
        responses["422"] = {"description": "The request is not valid; the detail says why."}
    responses["default"] = {"description": "Any other error."}
    for status, response in responses.items():
        if status == "default" or int(status) >= 400:
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
