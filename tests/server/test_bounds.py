"""How often, and how much: rate and size limits, and what is told of mistakes."""

from pathlib import Path

import pytest

from tests.server.site import Site, running


def test_one_caller_cannot_ask_too_often_and_others_can(folder: Path) -> None:
    with running(folder, rate="5/minute", stranger_rate="8/minute") as site:
        one, other = site.key(), site.key()
        for key in (one, other):
            site.call("GET", "/v1/me", key)  # known from here on
        for _ in range(5):
            site.call("GET", "/v1/me", one)
        refused = site.client.get("/v1/me", headers=one)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert refused.json()["type"] == "urn:plainterms:problem:too-many-requests"
        site.call("GET", "/v1/me", other)
        statuses = [site.client.get("/v1/me", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(8)]
        assert statuses == [401] * 6 + [429] * 2, "guessing keys is bounded by the address"


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_itself(folder: Path, told: bool) -> None:
    with running(folder, largest_body=1000, largest_upload=5000) as site:
        key = site.key()
        site.activate(
            key, 'terms "T" version "1" clause c "C" for each account prohibits any request where country is "KP"'
        )
        body = b'{"id":"' + b"x" * 1000 + b'"}'
        content = body if told else iter([body[:500], body[500:]])
        problem = site.call("POST", "/v1/decide", key, 413, content=content)
        assert problem["detail"] == "this takes at most 1,000 bytes"
        upload = b"x" * 5001
        site.call("POST", "/v1/uploads?name=a", key, 413, content=upload if told else iter([upload]))
        assert site.call("GET", "/v1/uploads", key) == {"items": []}
        assert list((folder / "data" / site.own.id / "uploads").glob("*")) == []


def test_mistakes_are_told_with_their_places_in_a_problem_document(site: Site) -> None:
    answer = site.client.post("/v1/keys", headers=site.key(), json={"roles": ["king"], "days": 0, "more": 1})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json() == {
        "type": "urn:plainterms:problem:invalid",
        "title": "invalid",
        "status": 422,
        "detail": "the request is not as the description of this API says",
        "errors": [
            {"place": "body/name", "message": "it is required"},
            {"place": "body/roles/0", "message": "it is none of the values that this API takes"},
            {"place": "body/days", "message": "it is too small"},
            {"place": "body/…", "message": "there is no such field"},
        ],
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("DELETE", "/v1/keys", 405, "method-not-allowed"),
        ("GET", "/v1/findings/none", 404, "not-found"),
        ("GET", "/v1/findings?cursor=x", 400, "wrong-cursor"),
        ("GET", "/v1/decisions?since=2026-01-01", 422, "invalid"),
    ],
)
def test_all_errors_are_problem_documents(site: Site, method: str, path: str, status: int, kind: str) -> None:
    answer = site.client.request(method, path, headers=site.key())
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["type"], answer.json()["status"]) == (f"urn:plainterms:problem:{kind}", status)


def test_two_services_do_not_share_a_folder(site: Site) -> None:
    from plainterms.engine.server.service import Service
    from plainterms.policy.errors import PlainTermsError

    with pytest.raises(PlainTermsError, match="another service works in"):
        Service.open(site.service.settings)
