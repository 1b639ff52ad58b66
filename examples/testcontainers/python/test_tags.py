import json
import urllib.request

import pytest

from tagway_testcontainers import TagwayContainer

SEED = {
    "projects": [{"name": "alpha"}],
    "users": [{"name": "alice", "password": "wonder-land", "roles": {"alpha": ["member"]}}],
    "images": [{"name": "base", "project": "alpha", "tags": ["golden"]}],
}


@pytest.fixture(scope="module")
def tagway():
    with TagwayContainer(seed=SEED) as container:
        yield container


def call(tagway, path, token=None, body=None):
    headers = {"Content-Type": "application/json"} | ({"X-Auth-Token": token} if token else {})
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(tagway.url + path, data, headers), timeout=60)


def test_a_tag_of_the_seed_is_found(tagway):
    made = tagway.credentials
    user = {"name": made["user"], "password": made["password"], "domain": {"id": "default"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"id": made["project_id"]}}
    login = call(tagway, "/v3/auth/tokens", body={"auth": {"identity": identity, "scope": scope}})
    with call(tagway, "/v2/images?tag=golden", login.headers["X-Subject-Token"]) as answer:
        assert [image["name"] for image in json.load(answer)["images"]] == ["base"]


def test_clients_find_it_by_the_environment(tagway):
    assert tagway.environment["OS_AUTH_URL"] == f"{tagway.url}/v3"
    assert tagway.environment["OS_USERNAME"] == "alice"
