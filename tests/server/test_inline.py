"""Decisions and events: counted, kept, and remembered by whoever comes after a kill."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plainterms.engine.server.watch import Watch
from plainterms.policy.load import load_text
from tests.server.site import TERMS, Site, running

NOW = datetime.now(UTC)


def event(number: int, seconds: float = 0, account: str = "ann", **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "time": (NOW + timedelta(seconds=seconds)).isoformat(), "account": account, **more}


def test_a_limit_holds_and_decisions_are_kept(site: Site) -> None:
    key = site.key()
    site.call("POST", "/v1/decide", key, 409, json=event(0))
    version = site.activate(key)
    actions = [site.call("POST", "/v1/decide", key, json=event(number))["action"] for number in range(5)]
    assert actions == ["allow", "allow", "allow", "throttle", "throttle"]
    assert site.call("POST", "/v1/release", key, json={"event": "r4"}) == {"released": True}
    told = site.call("POST", "/v1/events", key, json={"events": [event(number) for number in (0, 1, 0)]})
    assert told == {"taken": 2, "repeated": 1, "conflicting": 0, "late": 0, "refused": 0, "errors": []}

    site.service.watches.get(site.own.id).turn()  # type: ignore[union-attr]
    assert site.worker()._keep()
    assert not site.worker()._keep()
    page = site.call("GET", "/v1/decisions?limit=2", key)
    rest = site.call("GET", f"/v1/decisions?cursor={page['next']}", key)
    kept = [(one["event"], one["action"], one["subject"], one["policies"]) for one in page["items"] + rest["items"]]
    assert kept == [(f"r{number}", actions[number], "ann", [version]) for number in (4, 3, 2, 1, 0)]
    assert rest["next"] is None
    assert page["items"][0]["answer"]["judgements"][0]["clause"] == "rate"


def test_decisions_are_kept_once_though_keeping_is_cut_short(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    key = site.key()
    site.activate(key)
    site.call("POST", "/v1/decide", key, json=event(0))
    watch = site.service.watches.get(site.own.id)
    assert watch is not None
    watch.turn()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", _cut)
        with pytest.raises(OSError, match="cut"):
            site.worker()._keep()
    site.worker()._keep()
    assert len(site.call("GET", "/v1/decisions", key)["items"]) == 1


def _cut(*_given: object, **_named: object) -> None:
    raise OSError("cut")


def test_a_key_makes_a_batch_count_once(site: Site) -> None:
    key = site.key()
    site.activate(key)
    named = {**key, "Idempotency-Key": "batch-0001"}
    first = site.call("POST", "/v1/events", named, json={"events": [event(0)]})
    assert first == site.call("POST", "/v1/events", named, json={"events": [event(0)]})
    assert first["taken"] == 1
    other = site.call("POST", "/v1/events", named, 422, json={"events": [event(1)]})
    assert other["detail"] == "this idempotency key was used for another request"
    assert site.service.watches.get(site.own.id).monitor.received["repeated"] == 0  # type: ignore[union-attr]


BAD = [
    ({"id": "a"}, "an event must have an `id`, so that it counts once, and a `time`"),
    ({"id": "a", "time": "SECRET"}, "`time` must be a time with an offset, such as 2026-06-01T12:00:00Z"),
    ({"id": 5, "time": "2026-06-01T12:00:00Z"}, "`id` must be text"),
    ({"id": "a", "time": "2026-06-01T12:00:00Z", "SECRET": 1}, "field 3 of the event is none of `request`"),
    (
        {"id": "a", "time": "2026-06-01T12:00:00Z", "contry": "SECRET"},
        "field 3 of the event is none of `request`, did you mean `country`?",
    ),
    ({"kind": "SECRET", "id": "a", "time": "2026-06-01T12:00:00Z"}, "`kind` is none that the terms declare"),
    ({"id": "a", "time": "2199-06-01T12:00:00Z"}, "`time` lies more than five minutes in the future"),
    (
        {"id": "a", "time": "2026-06-01T12:00:00Z", "output_tokens": "SECRET"},
        "`output_tokens` must be a number in the range that the terms declare, with at most six decimals",
    ),
]


@pytest.mark.parametrize(("sent", "message"), BAD)
def test_what_is_wrong_with_an_event_is_told_without_its_values(
    site: Site, sent: dict[str, Any], message: str
) -> None:
    key = site.key()
    site.activate(key)
    assert site.call("POST", "/v1/decide", key, 422, json=sent)["detail"] == message
    told = site.call("POST", "/v1/events", key, json={"events": [event(0), sent]})
    assert (told["taken"], told["refused"]) == (1, 1)
    assert told["errors"] == [{"place": "body/events/1", "message": message}]


def test_a_service_that_is_killed_remembers(tmp_path: Path) -> None:
    """Copies of its folder after each step are what a kill would leave."""
    policy = load_text(TERMS, "t.terms")[1]
    watch = Watch(tmp_path / "one", [policy], {"rate": "open", "regions": "open"})
    watch.decide(event(0))
    watch.record([event(1), event(2, country="KP")])
    watch.snapshot()
    watch.record([event(0)])
    watch.decide(event(3))
    watch.release("r3")
    journal = max((tmp_path / "one" / "events").iterdir())
    with journal.open("ab") as file:
        file.write(b'{"record":["half')
    after = Watch(tmp_path / "one", [policy], {"rate": "open", "regions": "open"})
    assert after.skipped == 0
    assert after.decide(event(4))["action"] == watch.decide(event(4))["action"] == "throttle"
    assert after.monitor.received == watch.monitor.received
    assert after.monitor.close() == watch.monitor.close() != ()


def test_final_findings_are_kept_and_survive_the_end_of_the_service(folder: Path) -> None:
    with running(folder) as site:
        key = site.key()
        site.activate(key)
        hook = {"url": "https://example.com", "events": ["finding.created"]}
        hook_id = site.call("POST", "/v1/webhooks", key, 201, json=hook)["id"]
        site.call("POST", "/v1/events", key, json={"events": [event(n, n, country="US") for n in range(5)]})
        site.call("POST", "/v1/events", key, json={"events": [event(9, -3600, "late")]})
    with running(folder) as site:
        site.call("POST", "/v1/events", key, json={"events": [event(20, 280, country="US")]})
        watch = site.service.watches.get(site.own.id)
        assert watch is not None
        watch.monitor.record({"id": "far", "time": NOW + timedelta(hours=3), "account": "bob", "country": "US"})
        for _ in range(2):
            site.service.watches._save()
        (found,) = site.call("GET", "/v1/findings", key)["items"]
        assert (found["clause"], found["subject"], found["event_count"]) == ("rate", "ann", 5)
        detail = site.call("GET", f"/v1/findings/{found['id']}", key)
        assert detail["document"]["id"] == found["id"]
        bundle = site.call("GET", f"/v1/findings/{found['id']}/bundle", key)
        assert bundle.content.startswith(b"PK")
        (message,) = site.call("GET", f"/v1/webhooks/{hook_id}/deliveries", key)["items"]
        assert (message["event"], message["state"]) == ("finding.created", "queued")


def test_terms_are_replaced_while_running(site: Site) -> None:
    key = site.key()
    site.activate(key)
    for number in range(3):
        site.call("POST", "/v1/decide", key, json=event(number))
    stricter = TERMS.replace('version "1"', 'version "2"').replace('clause regions "Supp', 'clause places "Supp')
    version = site.activate(key, stricter, "closed")
    assert site.call("POST", "/v1/decide", key, json=event(3))["action"] == "block"  # fails closed: no country
    listed = site.call("GET", "/v1/terms", key)["items"]
    assert [(one["version"], one["active"]) for one in listed] == [("2", True), ("1", False)]
    site.call("POST", f"/v1/terms/{version}/deactivate", key)
    site.call("POST", "/v1/decide", key, 409, json=event(4))


def test_terms_that_no_monitor_can_keep_are_not_brought_into_force(site: Site) -> None:
    key = site.key()
    endless = TERMS.replace(" within 1 minute", "")
    version = site.call("POST", "/v1/terms", key, 201, json={"main": "t", "files": {"t": endless}})["id"]
    told = site.call("POST", f"/v1/terms/{version}/activate", key, 422, json={})
    assert told["detail"].startswith("clause `rate` has no window, so what it keeps of each subject has no end")
    assert not site.call("GET", "/v1/terms", key)["items"][0]["active"]


def test_mistakes_in_terms_have_places(site: Site) -> None:
    key = site.key()
    files = {"main": "t.terms", "files": {"t.terms": TERMS.replace("where country", "where contry")}}
    mistake = {
        "level": "error",
        "message": "there is no field `contry`",
        "file": "t.terms",
        "line": 10,
        "column": 33,
        "length": 6,
        "help": "did you mean `country`?",
    }
    assert site.call("POST", "/v1/terms/check", key, json=files) == {"mistakes": [mistake]}
    assert site.call("POST", "/v1/terms", key, 422, json=files)["errors"] == [mistake]
