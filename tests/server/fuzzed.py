"""Requests made up from the description of the API, sent to a service that runs: none may end in a server error.

`python -m tests.server.fuzzed SECONDS`; `make fuzz-api` runs it for longer.
"""

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from starlette.testclient import TestClient

from plainterms.engine.server.app import application
from plainterms.engine.server.service import Service
from tests.server.site import Site, settings

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def fuzz(folder: Path, seconds: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis for about so long, with a key that has all roles."""
    service = Service.open(settings(folder, rate="1000000/second", stranger_rate="1000000/second"))
    site = Site(service, TestClient(application(service)))
    key = site.key()
    site.activate(key)
    server = uvicorn.Server(uvicorn.Config(application(service), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    command = [Path(sys.executable).parent / "schemathesis", "run", f"http://127.0.0.1:{port}/openapi.json"]
    options = [
        "--header",
        f"Authorization: {key['Authorization']}",
        "--checks",
        CHECKS,
        "--max-time",
        str(seconds),
        "--seed",
        str(seed),
    ]
    options += ["--phases", "examples,coverage,fuzzing", "--exclude-path", "/v1/keys/{identity}/revoke", "--no-color"]
    try:
        return subprocess.run([*command, *options], capture_output=True, text=True, cwd=folder, check=False)
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        done = fuzz(Path(name), int(sys.argv[1]), int(time.time()))
        print(done.stdout + done.stderr)
        sys.exit(done.returncode)
