"""If-Match from openstacksdk, as docs/guarded-changes.md shows it. Prints one JSON object."""
import json
import sys

import openstack

connection = openstack.connect()
image = connection.image.create_image(name="guarded", disk_format="raw", container_format="bare", tags=["t"])

read = connection.image.get(f"/images/{image.id}")
guard = {"If-Match": read.headers["ETag"]}
first = connection.image.put(f"/images/{image.id}/tags/first", headers=guard)
second = connection.image.put(f"/images/{image.id}/tags/second", headers=guard)

json.dump({"first": first.status_code, "second": second.status_code}, sys.stdout)
