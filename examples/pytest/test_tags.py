"""Tests against Tagway. They need pytest and nothing else; in a project of your own: npm install --save-dev tagway."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request

import pytest


@pytest.fixture(scope="session")
def tagway():
    process = subprocess.Popen(
        ["npx", "tagway", "--ephemeral"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    line = process.stdout.readline()
    assert line, "tagway ended before it was ready"
    ready = json.loads(line)
    yield ready
    os.kill(ready["pid"], signal.SIGTERM)
    process.wait(30)


def call(method, url, token=None, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    if token:
        request.add_header("X-Auth-Token", token)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return answer.status, answer.headers, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, error.headers, None


@pytest.fixture(scope="session")
def token(tagway):
    user = tagway["users"][0]
    domain = {"id": tagway["domain"]["id"]}
    password = {"user": {"name": user["name"], "password": user["password"], "domain": domain}}
    auth = {
        "identity": {"methods": ["password"], "password": password},
        "scope": {"project": {"name": tagway["project"]["name"], "domain": domain}},
    }
    return call("POST", tagway["authUrl"] + "/auth/tokens", body={"auth": auth})[1]["X-Subject-Token"]


@pytest.fixture(autouse=True)
def clean(tagway):
    assert call("POST", tagway["adminUrl"] + "/reset", tagway["admin"]["token"])[0] == 204


def test_a_tag_is_a_key_with_a_value(tagway, token):
    body = {"name": "base", "tags": ["env=prod"]}
    image = call("POST", tagway["imageEndpoint"] + "/v2/images", token, body)[2]["id"]
    url = f"{tagway['huaweiEndpoint']}/v2/{tagway['project']['id']}/images/{image}/tags"
    assert call("GET", url, token)[2] == {"tags": [{"key": "env", "value": "prod"}]}


def test_the_service_is_away_once(tagway, token):
    fault = {"method": "GET", "path": "/v2/images", "status": 503}
    assert call("POST", tagway["adminUrl"] + "/faults", tagway["admin"]["token"], fault)[0] == 201
    assert call("GET", tagway["imageEndpoint"] + "/v2/images", token)[0] == 503
    assert call("GET", tagway["imageEndpoint"] + "/v2/images", token)[0] == 200
