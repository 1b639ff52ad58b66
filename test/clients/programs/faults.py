"""How openstacksdk takes each kind of fault: prints what it raises or returns, by kind."""

import json
import os
import sys
import time

sys.path.insert(0, os.environ["PLUGIN"])
import pytest_tagway  # noqa: E402

gateway = pytest_tagway.Gateway(json.loads(os.environ["TEST_TAGWAY"]))
project = gateway.project()
connection = project.connect()
image = connection.image.create_image("base", disk_format="raw", container_format="bare")
seen = {}


def outcome(work):
    begun = time.monotonic()
    try:
        result = work()
        return "ok" if result is None else result, time.monotonic() - begun
    except Exception as error:  # noqa: BLE001
        return type(error).__name__, time.monotonic() - begun


def under(kind, fault, work):
    gateway.add_fault(project=project.id, **fault)
    since = gateway.position()
    result, seconds = outcome(work)
    gateway.clear_faults()
    time.sleep(0.3)
    sent = gateway.calls(since=since, surface="openstack-images")
    seen[kind] = [result, connection.image.get_image(image.id).tags, [entry["status"] for entry in sent]]
    if kind == "slow":
        seen["slow"].append(seconds > 0.3)
    for tag in connection.image.get_image(image.id).tags:
        connection.image.remove_tag(image, tag)


def add():
    connection.image.add_tag(image, "red")


def show():
    return connection.image.get_image(image.id).name or "no name"


under("status", {"method": "PUT", "status": 500}, add)
under("before-work", {"method": "PUT", "cut": "before-work"}, add)
under("reset", {"method": "PUT", "cut": "before-work", "reset": True}, add)
under("before-answer", {"method": "PUT", "cut": "before-answer"}, add)
under("in-answer", {"method": "GET", "cut": "in-answer"}, show)
under("after-answer", {"method": "GET", "cut": "after-answer"}, lambda: [show(), show()])
under("slow", {"method": "GET", "slow": 2000}, show)
under("more", {"method": "GET", "wrongLength": 9}, show)
under("less", {"method": "GET", "wrongLength": -9}, show)
under("lost", {"method": "PUT", "lost": True}, add)
under("expire", {"method": "GET", "surface": "openstack-images", "expire": True}, show)
project.remove()
print(json.dumps(seen))
