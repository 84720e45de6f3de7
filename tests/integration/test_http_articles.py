import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

Ended = Callable[["TestClient", Any], dict[str, Any]]
NEWS = {
    "title": "Lighthouse keeper retires",
    "body": "Oskar Lindqvist, the last lighthouse keeper of Norrskär, retires on Friday.",
    "source": "Island Post",
    "published_at": "2024-05-03",
}


def found(client: "TestClient", query: str) -> set[str]:
    passages = client.post("/v1/search", json={"query": query, "k": 20}).json()["passages"]
    return {passage["article_id"] for passage in passages}


def test_the_list_is_newest_first_and_comes_in_pages(client: "TestClient") -> None:
    first = client.get("/v1/articles", params={"limit": 3}).json()
    assert first["total"] == 4
    assert [article["id"] for article in first["articles"]] == [
        "kim-by-rail", "kim-train", "moon-landing",
    ]  # fmt: skip
    assert set(first["articles"][0]) == {
        "id", "title", "source", "author", "url", "published_at", "version",
    }  # fmt: skip
    rest = client.get("/v1/articles", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [article["id"] for article in rest["articles"]] == ["bakery"]
    assert rest["next_cursor"] is None


def test_the_list_can_be_narrowed_by_words_and_source(client: "TestClient") -> None:
    listed = client.get("/v1/articles", params={"q": "KIM", "source": "Courier"}).json()
    assert [article["id"] for article in listed["articles"]] == ["kim-by-rail"]


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_limit_outside_its_range_is_refused(client: "TestClient", limit: str) -> None:
    assert client.get("/v1/articles", params={"limit": limit}).status_code == 422


def test_sources_have_counts_and_ranges(client: "TestClient") -> None:
    assert client.get("/v1/sources").json()["sources"][0] == {
        "source": "Harbor Wire",
        "articles": 2,
        "first_published_at": "2023-08-23",
        "last_published_at": "2023-09-12",
    }


def test_an_article_is_given_to_the_letter(client: "TestClient") -> None:
    article = client.get("/v1/articles/moon-landing").json()
    assert "Pragyan.\r\n\r\n“India" in article["body"]
    assert [one["version"] for one in article["versions"]] == [article["version"]]
    assert article["versions"][0]["ingested_at"].endswith("Z")


@pytest.mark.parametrize(
    "path", ["/v1/articles/nope", "/v1/articles/moon-landing?version=abc", "/v1/jobs/nope"]
)
def test_what_is_not_there_is_404(client: "TestClient", path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_a_posted_article_is_found_when_its_job_is_done(
    own_client: "TestClient", ended: Ended
) -> None:
    job = ended(own_client, own_client.post("/v1/articles", json={"articles": [NEWS]}))
    assert (job["state"], job["progress"], job["added"]) == ("done", 1.0, 1)
    assert job["refused"] == []
    [article_id] = job["article_ids"]
    assert article_id in found(own_client, "lighthouse keeper")
    answer = own_client.post("/v1/ask", json={"question": "Who is the last lighthouse keeper?"})
    assert answer.json()["citations"][0]["article_id"] == article_id


def test_the_same_again_is_unchanged(own_client: "TestClient", ended: Ended) -> None:
    for expected in ("added", "unchanged"):
        job = ended(own_client, own_client.post("/v1/articles", json={"articles": [NEWS]}))
        assert job[expected] == 1


def test_only_a_body_is_needed(own_client: "TestClient", ended: Ended) -> None:
    bodies = [{"body": "A first text without a name."}, {"body": "A second text without one."}]
    job = ended(own_client, own_client.post("/v1/articles", json={"articles": bodies}))
    assert job["added"] == 2
    titles = {own_client.get(f"/v1/articles/{one}").json()["title"] for one in job["article_ids"]}
    assert titles == {body["body"] for body in bodies}


@pytest.mark.parametrize("nothing", [None, "", " \n"], ids=repr)
def test_what_is_null_or_blank_counts_as_not_given(
    own_client: "TestClient", ended: Ended, nothing: str | None
) -> None:
    fields = ("title", "id", "source", "author", "url", "published_at")
    article = {"body": "A text with nothing else.", **dict.fromkeys(fields, nothing)}
    job = ended(own_client, own_client.post("/v1/articles", json={"articles": [article]}))
    assert (job["added"], job["warnings"]) == (1, [])
    kept = own_client.get(f"/v1/articles/{job['article_ids'][0]}").json()
    assert kept["title"] == article["body"]
    assert [kept[name] for name in fields[2:]] == [None] * 4


def test_a_date_that_can_be_read_two_ways_is_left_out_with_a_warning(
    own_client: "TestClient", ended: Ended
) -> None:
    article = {**NEWS, "published_at": "4/3/18"}
    job = ended(own_client, own_client.post("/v1/articles", json={"articles": [article]}))
    assert "4/3/18" in job["warnings"][0]["warning"]
    assert own_client.get(f"/v1/articles/{job['article_ids'][0]}").json()["published_at"] is None


def test_put_makes_a_new_version_and_the_old_one_stays_readable(
    own_client: "TestClient", ended: Ended
) -> None:
    before = own_client.get("/v1/articles/bakery").json()
    article = {"title": before["title"], "body": "The bakery on Mill Lane stays open after all."}
    job = ended(own_client, own_client.put("/v1/articles/bakery", json=article))
    assert job["replaced"] == 1
    now = own_client.get("/v1/articles/bakery").json()
    assert now["body"] == article["body"]
    assert [one["version"] for one in now["versions"]] == [now["version"], before["version"]]
    old = own_client.get("/v1/articles/bakery", params={"version": before["version"]}).json()
    assert old["body"] == before["body"]
    passages = own_client.post("/v1/search", json={"query": "Greta Holm bakery"}).json()["passages"]
    assert not any("Greta Holm" in passage["text"] for passage in passages)


def test_put_adds_an_article_under_its_id(own_client: "TestClient", ended: Ended) -> None:
    assert ended(own_client, own_client.put("/v1/articles/keeper", json=NEWS))["added"] == 1
    assert own_client.get("/v1/articles/keeper").json()["title"] == NEWS["title"]


def test_put_under_another_id_than_the_article_says_is_refused(own_client: "TestClient") -> None:
    response = own_client.put("/v1/articles/keeper", json={**NEWS, "id": "other"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "id"


def test_a_removed_article_is_gone_from_the_next_search(own_client: "TestClient") -> None:
    assert "bakery" in found(own_client, "bakery Mill Lane")
    response = own_client.delete("/v1/articles/bakery")
    assert (response.status_code, response.content) == (204, b"")
    assert "bakery" not in found(own_client, "bakery Mill Lane")
    assert own_client.get("/v1/articles/bakery").status_code == 404
    assert own_client.delete("/v1/articles/bakery").status_code == 404


def test_files_are_taken_in_and_bad_ones_named_with_the_reason(
    own_client: "TestClient", ended: Ended
) -> None:
    files = [
        ("files", ("keeper.txt", "Keeper retires\n\nOskar Lindqvist leaves the lighthouse.")),
        ("files", ("two.jsonl", b'{"_id": "a", "text": "One."}\n{"_id": "b", "text": "Two."}\n')),
        ("files", ("no.pdf", b"this is no PDF")),
        ("files", ("program.exe", b"MZ")),
        ("files", ("latin.txt", "Señor Peña dice que sí, mañana.".encode("cp1252"))),
    ]
    job = ended(own_client, own_client.post("/v1/articles", files=files))
    assert job["added"] == 4
    assert [one["name"] for one in job["refused"]] == ["no.pdf", "program.exe"]
    assert all(one["reason"] for one in job["refused"])
    assert "keeper" in own_client.get("/v1/articles", params={"q": "keeper"}).text
    assert "lighthouse" in own_client.post("/v1/search", json={"query": "Lindqvist"}).text


def test_a_file_of_a_folder_is_known_by_its_name_alone(
    own_client: "TestClient", ended: Ended
) -> None:
    files = [("files", ("../../etc/no.pdf", b"no"))]
    job = ended(own_client, own_client.post("/v1/articles", files=files))
    assert job["refused"][0]["name"] == "no.pdf"


def test_a_hostile_page_nested_very_deep_ends_in_a_reason_or_an_article(
    own_client: "TestClient", ended: Ended
) -> None:
    page = b"<html><body>" + b"<div>" * 20_000 + b"deep" + b"</div>" * 20_000
    job = ended(own_client, own_client.post("/v1/articles", files=[("files", ("deep.html", page))]))
    assert job["state"] == "done"
    assert job["added"] + len(job["refused"]) == 1


@pytest.mark.parametrize(
    "request_of",
    [
        {"files": [("other", ("a.txt", b"text"))]},
        {"files": [("files", ("a.txt", b"text"))], "data": {"source": "x"}},
        {"json": {"articles": []}},
        {"json": {"articles": [{"title": "no body"}]}},
        {"json": {"articles": [{"body": " \n"}]}},
        {"json": {"articles": [{"body": "x", "id": "a b"}]}},
        {"json": {"articles": [{"body": "x", "url": "javascript:alert(1)"}]}},
        {"json": {"articles": [{"body": "x", "colour": "red"}]}},
        {"json": [NEWS]},
    ],
    ids=str,
)
def test_what_cannot_be_articles_is_refused(client: "TestClient", request_of: Any) -> None:
    response = client.post("/v1/articles", **request_of)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


def test_neither_json_nor_files_is_415(client: "TestClient") -> None:
    response = client.post("/v1/articles", content=b"x", headers={"content-type": "text/plain"})
    assert response.status_code == 415
    assert response.json()["type"] == "urn:dateline:problem:unsupported-media-type"


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
@pytest.mark.parametrize(
    "field", ["body", "title", "id", "source", "author", "url", "published_at"]
)
def test_nul_and_half_surrogates_in_an_article_are_refused(
    client: "TestClient", field: str, bad: str
) -> None:
    article = {"body": "Some text.", field: f"https://a.example {bad}"}
    headers = {"content-type": "application/json"}
    for method, path, sent in (
        ("POST", "/v1/articles", {"articles": [article]}),
        ("PUT", "/v1/articles/new", article),
    ):
        response = client.request(method, path, content=json.dumps(sent), headers=headers)
        assert response.status_code == 422
        error = response.json()["errors"][0]
        assert error["field"].endswith(field)
        assert "surrogate" in error["detail"] or "NUL" in error["detail"]


def test_a_nul_in_the_name_of_a_file_is_refused(client: "TestClient") -> None:
    sent = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a\0b.txt"\r\n'
        b"\r\ntext\r\n--b--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = client.post("/v1/articles", content=sent, headers=headers)
    assert response.status_code == 422
