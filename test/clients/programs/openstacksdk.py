"""What openstacksdk's users do with image tags. Prints one JSON object with what it saw."""
import json
import sys

import openstack
from openstack import exceptions

connection = openstack.connect()
image_api = connection.image

image = image_api.create_image(
    name="sdk", disk_format="raw", container_format="bare", tags=["t1"], data=b"some bytes"
)
image_api.add_tag(image, "a b")
image_api.add_tag(image, "env=prod")
image_api.add_tag(image, "env=prod")
seen = sorted(image_api.get_image(image.id).tags)
listed = [one.id for one in image_api.images(tag=["t1", "a b"], limit=1)]
image_api.remove_tag(image, "t1")
try:
    image_api.remove_tag(image, "t1")
    again = "removed"
except exceptions.ResourceNotFound:
    again = "not found"
image_api.update_image(image, name="renamed")
renamed = image_api.get_image(image.id)
pages = []
for number in range(3):
    image_api.create_image(name=f"page{number}", disk_format="raw", container_format="bare", tags=["page"])
for one in image_api.images(tag="page", limit=2):
    pages.append(one.name)
data = image_api.download_image(image)
image_api.deactivate_image(image)
deactivated = image_api.get_image(image.id).status
image_api.reactivate_image(image)
for one in list(image_api.images()):
    image_api.delete_image(one)

json.dump(
    {
        "id": image.id,
        "seen": seen,
        "listed": listed,
        "again": again,
        "renamed": renamed.name,
        "left": sorted(renamed.tags),
        "checksum": renamed.checksum,
        "pages": sorted(pages),
        "data": data.content.decode() if hasattr(data, "content") else data.decode(),
        "deactivated": deactivated,
        "end": len(list(image_api.images())),
    },
    sys.stdout,
)
