"""Findings: filtered, paged, reviewed, suppressed, and taken along as files."""

import orjson

from plainterms.engine.store.verifying_bundles import verify_bundle
from tests.server.site import Site

HOUR = "2026-03-01T{:02}:00:0{}Z"


def audited(site: Site, key: dict[str, str]) -> list[str]:
    """The ids of five findings, the latest first: of five accounts, an hour apart."""
    site.activate(key)
    lines = [
        f'{{"id":"{hour}-{number}","time":"{HOUR.format(hour, number)}","account":"=acct{hour}","country":"US"}}\n'
        for hour in range(5)
        for number in range(4)
    ]
    upload = site.upload(key, "log.jsonl", "".join(lines).encode())
    site.call("POST", "/v1/audits", key, 202, json={"logs": [{"upload": upload}]})
    assert site.run_job()
    return [one["id"] for one in site.call("GET", "/v1/findings", key)["items"]]


def test_pages_hold_every_finding_once(site: Site) -> None:
    key = site.key()
    ids = audited(site, key)
    assert len(ids) == 5
    seen, cursor = [], ""
    while cursor is not None:
        page = site.call("GET", f"/v1/findings?limit=2{cursor}", key)
        seen += [one["id"] for one in page["items"]]
        cursor = None if page["next"] is None else f"&cursor={page['next']}"
    assert seen == ids
    (one,) = site.call("GET", "/v1/findings?subject==acct3&verdict=breach&severity=low&clause=rate", key)["items"]
    assert one["id"] == ids[1]
    assert site.call("GET", "/v1/findings?severity=critical", key)["items"] == []
    history = site.call("GET", f"/v1/findings/{ids[0]}/history", key)["items"]
    assert [(one["number"], one["document"]["id"]) for one in history] == [(1, ids[0])]


def test_reviews_are_kept_in_order_and_change_what_a_finding_is(site: Site) -> None:
    key = site.key()
    identity = audited(site, key)[0]
    path = f"/v1/findings/{identity}/reviews"
    site.call("POST", path, key, 201, json={"action": "take", "number": 1})
    told = site.call("POST", path, key, 422, json={"action": "dismiss", "number": 1})
    assert told["detail"] == "give a `note` that says why"
    told = site.call("POST", path, key, 409, json={"action": "comment", "number": 2, "note": "x"})
    assert told["detail"] == "an audit has changed this finding since; look at it again"
    site.call("POST", path, key, 201, json={"action": "dismiss", "number": 1, "note": "a load test\0"})
    assert site.call("POST", path, key, 409, json={"action": "dismiss", "number": 1, "note": "x"})["status"] == 409
    reviews = site.call("GET", path, key)["items"]
    assert [(one["action"], one["note"]) for one in reviews] == [("take", None), ("dismiss", "a load test␀")]
    assert [one["id"] for one in site.call("GET", "/v1/findings?status=dismissed", key)["items"]] == [identity]


def test_suppressions_hide_until_they_end(site: Site) -> None:
    key = site.key()
    ids = audited(site, key)
    hiding = {"finding": ids[0], "reason": "a partner", "expires": "2027-01-01T00:00:00Z"}
    made = site.call("POST", "/v1/suppressions", key, 201, json=hiding)
    assert made["approver"].startswith("key:")
    page = site.call("GET", "/v1/findings", key)
    assert ([one["id"] for one in page["items"]], page["suppressions"]) == (ids[1:], 1)
    shown = site.call("GET", "/v1/findings?suppressed=true", key)["items"]
    assert [(one["id"], one["suppressed"]) for one in shown][:2] == [(ids[0], True), (ids[1], False)]
    site.call("POST", f"/v1/suppressions/{made['id']}/end", key)
    site.call("POST", f"/v1/suppressions/{made['id']}/end", key, 409)
    assert len(site.call("GET", "/v1/findings", key)["items"]) == 5
    for wrong in ({**hiding, "expires": "2020-01-01T00:00:00Z"}, {**hiding, "expires": "2040-01-01T00:00:00Z"}):
        site.call("POST", "/v1/suppressions", key, 422, json=wrong)
    nothing = {"reason": "r", "expires": "2027-01-01T00:00:00Z"}
    told = site.call("POST", "/v1/suppressions", key, 422, json=nothing)
    assert told["detail"] == "a suppression names a finding, a clause or a subject; this one would hide everything"


def test_what_is_taken_along_verifies_and_runs_nothing(site: Site) -> None:
    key = site.key()
    identity = audited(site, key)[0]
    bundle = site.call("GET", f"/v1/findings/{identity}/bundle", key)
    assert bundle.headers["content-disposition"] == f'attachment; filename="finding-{identity[:12]}.zip"'
    assert verify_bundle(bundle.content).finding == identity
    rows = site.call("GET", "/v1/export/findings?format=csv", key).text.splitlines()
    assert len(rows) == 6
    assert '"\'=acct4"' in rows[1]
    lines = site.client.get("/v1/export/findings?format=jsonl", headers=key).text.splitlines()
    assert len(lines) == 5
    assert orjson.loads(lines[0])["id"] == identity
    assert site.call("GET", "/v1/checkpoint", key).text.startswith(f"plainterms/{site.own.id}\n")
