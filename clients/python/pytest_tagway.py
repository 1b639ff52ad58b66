"""Fixtures for tests against Tagway: docs/testing-with-tagway.md. They need Node with the package `tagway`."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Iterator, Sequence

import pytest

#: What `tagway --ephemeral` printed: one gateway for all processes of a run, also across languages.
VARIABLE = "TEST_TAGWAY"


class AdminError(Exception):
    """The gateway refused a call of its /admin."""


class Admin:
    """/admin of a gateway."""

    def __init__(self, announced: dict[str, Any]) -> None:
        self._announced = announced
        self._token: str = announced["admin"]["token"]

    def _sign_in(self) -> str:
        admin, domain = self._announced["admin"], self._announced["domain"]
        user = {"name": admin["name"], "password": admin["password"], "domain": domain}
        identity = {"methods": ["password"], "password": {"user": user}}
        scope = {"project": {"name": admin["project"], "domain": domain}}
        data = json.dumps({"auth": {"identity": identity, "scope": scope}}).encode()
        request = urllib.request.Request(self._announced["authUrl"] + "/auth/tokens", data, method="POST")
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.headers["X-Subject-Token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """`path` is below /admin. Returns the JSON of the answer, or None."""
        try:
            text = self._send(method, path, body)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise AdminError(f"{method} /admin{path} was answered {error.code}: {error.read().decode()}") from None
            # The gateway's clock was set: the token has expired.
            self._token = self._sign_in()
            text = self._send(method, path, body)
        return json.loads(text) if text else None

    def _send(self, method: str, path: str, body: Any) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-Auth-Token": self._token, "Content-Type": "application/json"}
        request = urllib.request.Request(self._announced["adminUrl"] + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read()


class Project:
    """A project of its own, with a user and a key; others on the gateway do not see it."""

    def __init__(self, admin: Admin, made: dict[str, Any]) -> None:
        self._admin = admin
        self.id: str = made["project"]["id"]
        self.name: str = made["project"]["name"]
        self.user: dict[str, str] = made["user"]
        self.access_key: dict[str, str] = made["accessKey"]
        #: The variables that OpenStack's clients and Huawei's SDKs read.
        self.env: dict[str, str] = made["env"]

    def connect(self) -> Any:
        """An `openstack.connection.Connection`, which nothing outside of the project's credentials configures."""
        import openstack

        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth={
                "auth_url": self.env["OS_AUTH_URL"],
                "username": self.user["name"],
                "password": self.user["password"],
                "project_id": self.id,
                "user_domain_id": "default",
            },
        )

    def reset(self) -> None:
        self._admin.call("POST", f"/projects/{self.id}/reset")

    def snapshot(self) -> str:
        """Returns a handle for `restore`."""
        path = f"/projects/{self.id}/snapshots"
        return f"{path}/{self._admin.call('POST', path)['id']}"

    def restore(self, handle: str) -> None:
        self._admin.call("POST", f"{handle}/restore")

    def remove(self) -> None:
        self._admin.call("DELETE", f"/projects/{self.id}")


class Gateway:
    """A gateway that runs."""

    def __init__(self, announced: dict[str, Any]) -> None:
        self.announced = announced
        self.url: str = announced["url"]
        self.auth_url: str = announced["authUrl"]
        self.admin = Admin(announced)

    def project(self, name: str | None = None) -> Project:
        """A new project with a user and a key."""
        return Project(self.admin, self.admin.call("POST", "/projects", {} if name is None else {"name": name}))

    def reset(self) -> None:
        """Puts the images of all projects back to the seed, and lifts faults."""
        self.admin.call("POST", "/reset")

    def add_fault(self, **fault: Any) -> dict[str, Any]:
        """As `POST /admin/faults` takes it: `add_fault(project=…, method="PUT", status=503)`."""
        return self.admin.call("POST", "/faults", fault)

    def load_faults(self, path: str | os.PathLike[str]) -> list[dict[str, Any]]:
        """All faults of a scenario file, or none."""
        scenario = json.loads(pathlib.Path(path).read_text())
        return self.admin.call("POST", "/faults", scenario)["faults"]

    def clear_faults(self) -> None:
        self.admin.call("DELETE", "/faults")

    def expire_tokens(self, **owner: str) -> None:
        """Of a `user`, of a `project` (ids), or all of them but those of the gateway's admin."""
        self.admin.call("POST", "/tokens/expire", owner)

    def set_clock(self, **setting: Any) -> dict[str, Any]:
        """To `now="2030-01-01T00:00:00Z"`, or on by `advance=3600` seconds; `standing=True`: it stays there."""
        return self.admin.call("PUT", "/clock", setting)

    def unset_clock(self) -> None:
        self.admin.call("DELETE", "/clock")

    def set_ids(self, seed: int | str | None) -> None:
        """Ids that are the same, run after run; None: random ids again."""
        self.admin.call("DELETE" if seed is None else "PUT", "/ids", None if seed is None else {"seed": seed})

    def calls(self, user_agent: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """Entries of the journal, by `project`, `user`, `surface`, `since` and a part of the user agent."""
        given = urllib.parse.urlencode({"limit": 1000, **query})
        entries = self.admin.call("GET", f"/journal?{given}")["entries"]
        wanted = user_agent or ""
        return [entry for entry in entries if wanted in entry["request"]["headers"].get("user-agent", "")]

    def position(self) -> int:
        """Of the journal now, for `since`."""
        return self.admin.call("GET", "/journal?limit=1")["next"]

    def replay(self, entry: int) -> dict[str, Any]:
        """Sends a request again, as it was. Returns the entry of the new one."""
        return self.admin.call("POST", f"/journal/{entry}/replay")

    def assert_calls(self, expected: Sequence[str], timeout: float = 1.0, **query: Any) -> None:
        """Waits until exactly these calls were made, in this order: `PUT /v2/images/*/tags/red 204`, where `*` stands
        for one segment, and the status and the query may be left out. `query` as for `calls`."""
        until = time.monotonic() + timeout
        while True:
            made = self.calls(**query)
            right = [_is_call(wanted, entry) for wanted, entry in zip(expected, made)]
            if len(made) == len(expected) and all(right):
                return
            if time.monotonic() >= until:
                break
            # An entry is written when its answer has left, which the client may see first.
            time.sleep(0.05)
        actual = [f"{entry['method']} {entry['target']} {entry['status']}" for entry in made]
        wanted = [actual[at] if at < len(right) and right[at] else call for at, call in enumerate(expected)]
        assert actual == wanted


def _is_call(expected: str, entry: dict[str, Any]) -> bool:
    method, target, *status = expected.split(" ")
    path, _, query = entry["target"].partition("?")
    wanted, mark, wanted_query = target.partition("?")
    pattern, segments = wanted.split("/"), path.split("/")
    return (
        method == entry["method"]
        and len(pattern) == len(segments)
        and all(one in ("*", segment) for one, segment in zip(pattern, segments))
        and (not mark or wanted_query == query)
        and (not status or status[0] == str(entry["status"]))
    )


def _command() -> list[str]:
    """The nearest installed one; npx would need a second more."""
    for folder in [pathlib.Path.cwd(), *pathlib.Path.cwd().parents]:
        program = folder / "node_modules" / "tagway" / "dist" / "src" / "cli.js"
        if program.exists():
            return ["node", str(program)]
    return ["tagway"] if shutil.which("tagway") else ["npx", "tagway"]


class _Runner:
    """The process that starts the gateway: with pytest-xdist the controller, whose workers inherit the variable."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, config: pytest.Config) -> None:
        if os.environ.get(VARIABLE):
            return
        seed = config.getini("tagway_seed")
        state = config.getini("tagway_state")
        arguments = [
            "--ephemeral",
            *(["--seed", str(config.rootpath / seed)] if seed else []),
            *(["--state", str(config.rootpath / state)] if state else []),
        ]
        # The pipe on its standard input ends it with this process, however that ends.
        self.process = subprocess.Popen([*_command(), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise pytest.UsageError("tagway ended before it was ready")
        os.environ[VARIABLE] = line.decode()

    def stop(self) -> None:
        if self.process is None:
            return
        os.environ.pop(VARIABLE, None)
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)
        self.process = None


_runner = _Runner()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("tagway_seed", "A seed file for the gateway, from the root folder of the tests.", default="")
    parser.addini("tagway_state", "A state file in place of a seed, from the root folder of the tests.", default="")


def pytest_configure(config: pytest.Config) -> None:
    # With pytest-xdist all workers share the gateway, so it must run before they start.
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        _runner.start(config)


def pytest_unconfigure() -> None:
    _runner.stop()


@pytest.fixture(scope="session")
def tagway_gateway(pytestconfig: pytest.Config) -> Gateway:
    """The gateway of the run."""
    _runner.start(pytestconfig)
    return Gateway(json.loads(os.environ[VARIABLE]))


@pytest.fixture
def tagway_project(tagway_gateway: Gateway) -> Iterator[Project]:
    """A project of its own for the test."""
    project = tagway_gateway.project()
    yield project
    project.remove()


@pytest.fixture
def openstack_connection(tagway_project: Project) -> Iterator[Any]:
    """openstacksdk's connection to `tagway_project`."""
    with tagway_project.connect() as connection:
        yield connection
