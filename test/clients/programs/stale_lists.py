"""Two races that clients lose: each reads an image, and writes its whole list of tags after another has changed it.
Arguments: the gateway's URL, the setting stale_lists. Prints one JSON object with what came of it."""
import json
import sys

import glanceclient
import openstack
from openstack import exceptions

url, mode = sys.argv[1:]


def connect():
    return openstack.connect()


ours, theirs = connect(), connect()
settings = f"{url}/tags/v1/projects/{ours.current_project_id}/settings"
ours.session.put(settings, json={"stale_lists": mode}, raise_exc=True)


def outcome(call):
    try:
        call()
        return "done"
    except exceptions.HttpException as error:
        return error.status_code
    except glanceclient.exc.HTTPException as error:
        return error.code


def tags(image):
    return sorted(ours.image.get_image(image.id).tags)


def with_tag(connection, image, tag):
    """As `image set --tag` does."""
    return outcome(lambda: connection.image.update_image(image.id, tags=image.tags + [tag]))


# Two openstacksdk clients add a tag each.
image = ours.image.create_image(name="race", disk_format="raw", container_format="bare", tags=["t"])
seen = [connection.image.find_image("race", ignore_missing=False) for connection in (ours, theirs)]
added = [with_tag(ours, seen[0], "ours"), with_tag(theirs, seen[1], "theirs")]
both = tags(image)

# A tag is added between glanceclient's read and its write.
glance = glanceclient.Client("2", session=theirs.session, region_name=theirs.config.region_name)
patch = glance.images.http_client.patch
sent = []


def patch_late(path, **arguments):
    sent.append(arguments["data"])
    ours.image.add_tag(image, "late")
    return patch(path, **arguments)


glance.images.http_client.patch = patch_late
renamed = outcome(lambda: glance.images.update(image.id, name="renamed"))
after = ours.image.get_image(image.id)

json.dump(
    {"added": added, "both": both, "renamed": renamed, "name": after.name, "left": sorted(after.tags), "sent": str(sent)},
    sys.stdout,
)
