"""Audits as jobs: run, watched, cancelled, resumed, and taken up when their worker is killed."""

import os
import signal
import subprocess
import time
from pathlib import Path
from threading import Thread
from typing import Any

from sqlmodel import select

from plainterms.engine.server.jobs import finish, renew, take
from plainterms.engine.server.serving import command
from plainterms.engine.store.tables import Finding, FindingVersion, Job
from tests.server.site import Site, running

LOG = "".join(
    f'{{"id":"r{number}","time":"2026-03-01T00:00:{number:02}Z","account":"ann","prompt":"hello"}}\n'
    for number in range(5)
).encode()


def queued(site: Site, key: dict[str, str], **asked: Any) -> str:
    upload = site.upload(key, "log.jsonl", LOG)
    identity: str = site.call("POST", "/v1/audits", key, 202, json={"logs": [{"upload": upload}], **asked})["id"]
    return identity


def test_an_audit_is_watched_until_it_is_done_and_says_the_same_again(site: Site) -> None:
    key = site.key()
    site.activate(key)
    job = queued(site, key)
    worker = Thread(target=site.worker().one_job)
    worker.start()
    stream = site.call("GET", f"/v1/audits/{job}/progress", key)
    worker.join()
    assert stream.headers["content-type"].startswith("text/event-stream")
    states = [line.removeprefix("event: ") for line in stream.text.splitlines() if line.startswith("event: ")]
    assert states[-1] == "done"
    assert set(states) <= {"queued", "running", "done"}
    result = site.call("GET", f"/v1/audits/{job}", key)["result"]
    assert (result["exit"], result["findings"], result["new"], result["gaps"]) == (1, 2, 2, [])
    again = queued(site, key)
    assert site.run_job()
    told = site.call("GET", f"/v1/audits/{again}", key)["result"]
    assert (told["run"], told["findings"], told["new"]) == (result["run"], 2, 0)
    assert [one["id"] for one in site.call("GET", "/v1/audits", key)["items"]] == [again, job]


def test_an_audit_that_cannot_be_run_says_why_and_may_be_cancelled_and_resumed(site: Site) -> None:
    key = site.key()
    duty = TERMS_WITH_DUTY
    version = site.call("POST", "/v1/terms", key, 201, json={"main": "d", "files": {"d": duty}})["id"]
    job = queued(site, key, terms=[version])
    assert site.call("POST", f"/v1/audits/{job}/cancel", key)["state"] == "cancelled"
    site.call("POST", f"/v1/audits/{job}/cancel", key, 409)
    assert not site.run_job()
    assert site.call("POST", f"/v1/audits/{job}/resume", key)["state"] == "queued"
    assert site.run_job()
    told = site.call("GET", f"/v1/audits/{job}", key)
    assert told["state"] == "failed"
    assert told["error"].startswith("`report` is a duty, so the audit must know where the log ends")


TERMS_WITH_DUTY = """terms "T" version "1"
event incident has reference: text
event disclosure has reference: text
clause report "Report"
    for each account
    requires at least 1 disclosure with same reference within 72 hours after incident
"""


def test_a_worker_that_is_killed_is_followed_by_another(folder: Path) -> None:
    with running(folder, lease_seconds=2) as site:
        key = site.key()
        site.activate(key)
        job = queued(site, key)
        began = time.monotonic()
        process = subprocess.Popen(command(site.service.settings), stderr=subprocess.DEVNULL, start_new_session=True)
        while site.call("GET", f"/v1/audits/{job}", key)["state"] == "queued":
            assert time.monotonic() - began < 60
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        told = site.call("GET", f"/v1/audits/{job}", key)
        assert (told["state"], told["attempts"]) == ("running", 1)
        second = site.worker(lease_seconds=2)
        while not second.one_job():
            assert time.monotonic() - began < 90
            time.sleep(0.1)
        told = site.call("GET", f"/v1/audits/{job}", key)
        assert (told["state"], told["attempts"], told["result"]["findings"]) == ("done", 2, 2)
        with site.service.store.reading(site.own.id) as session:
            assert len(session.exec(select(Finding)).all()) == len(session.exec(select(FindingVersion)).all()) == 2


def test_a_running_audit_stops_when_it_is_cancelled(site: Site) -> None:
    key = site.key()
    site.activate(key)
    job = queued(site, key)
    lease = take(site.service.store, "w", 30)
    assert lease is not None
    assert take(site.service.store, "other", 30) is None
    assert site.call("POST", f"/v1/audits/{job}/cancel", key)["cancelling"]
    assert renew(site.service.store, lease, 30, None) == "cancel"
    assert finish(site.service.store, lease, "cancelled")
    assert not finish(site.service.store, lease, "done")
    assert renew(site.service.store, lease, 30, None) == "lost"


def test_a_job_that_kills_every_worker_is_given_up(site: Site) -> None:
    key = site.key()
    site.activate(key)
    job = queued(site, key)
    for _ in range(5):
        assert take(site.service.store, "w", -1) is not None
    assert take(site.service.store, "w", 30) is None
    told = site.call("GET", f"/v1/audits/{job}", key)
    assert (told["state"], told["error"]) == ("failed", "given up after 5 attempts, in each of which the worker died")


def test_two_workers_never_hold_one_job(site: Site) -> None:
    with site.service.store.working() as session:
        session.add_all(Job(organisation=site.own.id, kind="audit") for _ in range(20))
    taken: list[str] = []

    def work(name: str) -> None:
        while lease := take(site.service.store, name, 30):
            taken.append(lease.id)

    threads = [Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_only_places_that_were_named_can_be_audited(folder: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "log.jsonl").write_bytes(LOG)
    (tmp_path / "secret.jsonl").write_bytes(LOG)
    (logs / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    with running(folder, places={("default", "logs"): logs, ("Other", "theirs"): logs}) as site:
        key = site.key()
        site.activate(key)

        def ask(place: str, path: str, status: int) -> Any:
            return site.call("POST", "/v1/audits", key, status, json={"logs": [{"place": place, "path": path}]})

        ask("logs", "log.jsonl", 202)
        assert site.run_job()
        for place, path in (
            ("logs", "../secret.jsonl"),
            ("logs", "link.jsonl"),
            ("logs", "/etc/passwd"),
            ("logs", "no"),
        ):
            assert ask(place, path, 404)["detail"] == "there is no such file in this place"
        assert "place" in ask("theirs", "log.jsonl", 404)["detail"]
        ask("logs", "*.jsonl", 422)
