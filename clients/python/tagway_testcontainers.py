"""A Tagway gateway in a container for each test run, by Testcontainers: docs/testcontainers.md of Tagway."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from testcontainers.core.container import DockerContainer

PORT = 9292
_COMMAND = ["node", "dist/src/cli.js", "--ephemeral", "--host", "0.0.0.0", "--port", str(PORT)]
#: The seed is in the environment: files are copied into a container once it runs, which is too late.
_SEEDED = ["sh", "-c", 'printf %s "$SEED_JSON" >/tmp/seed.json && exec "$@" --seed /tmp/seed.json', "sh", *_COMMAND]
#: The one line on standard output, once every dialect answers.
_READY = re.compile(rb'\{"url":.*"pid":\d+\}')


class TagwayContainer(DockerContainer):
    """`with TagwayContainer() as tagway: …`; what `tagway.url`, `.auth_url`, `.environment` and `.credentials` are for clients."""

    def __init__(self, image: str = "tagway:0.1.0", seed: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(image, **options)
        #: What `tagway --ephemeral` says of itself, with the addresses outside: as JSON in TEST_TAGWAY for other helpers.
        self.announced: dict[str, Any] = {}
        self.with_exposed_ports(PORT)
        self.with_command(_COMMAND if seed is None else _SEEDED)
        if seed is not None:
            self.with_env("SEED_JSON", json.dumps(seed))

    def start(self, timeout: float = 120) -> "TagwayContainer":
        super().start()
        try:
            self.announced = self._wait(timeout)
        except BaseException:
            self.stop()
            raise
        url = f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"
        places = {"url": url, "imageEndpoint": url, "huaweiEndpoint": url}
        self.announced |= {**places, "authUrl": f"{url}/v3", "adminUrl": f"{url}/admin"}
        return self

    def _wait(self, timeout: float) -> dict[str, Any]:
        until = time.monotonic() + timeout
        while True:
            out, err = self.get_logs()
            found = _READY.search(out)
            if found:
                return json.loads(found[0])
            self.get_wrapped_container().reload()
            status = self.get_wrapped_container().status
            if status == "exited" or time.monotonic() >= until:
                raise RuntimeError(f"Tagway is not ready ({status}): {err.decode(errors='replace')[-2000:]}")
            time.sleep(0.1)

    @property
    def url(self) -> str:
        return self.announced["url"]

    @property
    def auth_url(self) -> str:
        return self.announced["authUrl"]

    @property
    def credentials(self) -> dict[str, Any]:
        """The first user of the seed, with its project and access key."""
        said = self.announced
        user = said["users"][0] if said["users"] else said["admin"]
        home = next(iter(user.get("roles", {})), None)
        project = next((each for each in said["projects"] if home in (each["id"], each["name"])), said["project"])
        key = next((each for each in said["accessKeys"] if each["user"] == user["name"]), {})
        return {
            "user": user["name"],
            "password": user["password"],
            "domain": said["domain"]["name"],
            "project": project["name"],
            "project_id": project["id"],
            "access_key": key.get("access"),
            "secret_key": key.get("secret"),
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables that OpenStack's clients and Huawei's SDKs read."""
        made = self.credentials
        env = {
            "OS_AUTH_URL": self.auth_url,
            "OS_USERNAME": made["user"],
            "OS_PASSWORD": made["password"],
            "OS_PROJECT_NAME": made["project"],
            "OS_USER_DOMAIN_NAME": made["domain"],
            "OS_PROJECT_DOMAIN_NAME": made["domain"],
            "OS_IDENTITY_API_VERSION": "3",
            "HUAWEICLOUD_SDK_PROJECT_ID": made["project_id"],
        }
        keys = {"HUAWEICLOUD_SDK_AK": made["access_key"], "HUAWEICLOUD_SDK_SK": made["secret_key"]}
        return env | {name: value for name, value in keys.items() if value}
