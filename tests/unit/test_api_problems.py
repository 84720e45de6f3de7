import pytest
from starlette.exceptions import HTTPException

from api.errors import BusyError
from api.problems import problem_of
from index import errors


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (errors.ArticleNotFoundError("no"), 404, "article-not-found"),
        (errors.ArchiveBusyError("no"), 503, "archive-busy"),
        (errors.ArchiveFullError("no"), 507, "disk-full"),
        (errors.ArchiveDamagedError("no"), 500, "archive-error"),
        (errors.InvalidArticleError("no"), 422, "invalid-request"),
        (BusyError("no", 2), 503, "busy"),
        (HTTPException(404), 404, "not-found"),
        (HTTPException(413, "larger than 5 bytes"), 413, "too-large"),
    ],
)
def test_each_error_has_its_status_and_type(error: Exception, status: int, slug: str) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.slug) == (status, slug)


def test_an_unforeseen_error_tells_nothing_of_the_inside() -> None:
    sent = problem_of(KeyError("secret")).to_json("id")
    assert sent["status"] == 500
    assert "secret" not in str(sent)


def test_who_is_told_to_come_again_is_told_when() -> None:
    assert dict(problem_of(BusyError("full", 7)).headers) == {"Retry-After": "7"}
    assert "Retry-After" in dict(problem_of(errors.ArchiveBusyError("busy")).headers)


def test_what_cannot_be_encoded_is_sent_escaped() -> None:
    response = problem_of(errors.InputError("half \ud800 and \0")).to_response("id")
    assert rb"half \\ud800 and \\0" in response.body
