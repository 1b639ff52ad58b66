"""What record.py asks."""

formats = {"disk_format": "raw", "container_format": "bare"}
direct = {"method": {"name": "glance-direct"}}


def ask(method, target, body=None, **more):
    return {"method": method, "target": target, **({} if body is None else {"body": body}), **more}


def create(body=None, **more):
    return ask("POST", "/v2/images", {**formats, **(body or {})}, save="IMG", **more)


show = ask("GET", "/v2/images/${IMG}")


def until(text, **more):
    return {**show, "until": text, **more}


def image(path, **more):
    method, _, rest = path.partition(" ")
    return ask(method, "/v2/images/${IMG}" + rest, **more)


def stage(data="data", **more):
    return ask("PUT", "/v2/images/${IMG}/stage", data, **{"type": "application/octet-stream", **more})


def upload(data="data", **more):
    return ask("PUT", "/v2/images/${IMG}/file", data, type="application/octet-stream", **more)


def begin(body, **more):
    return ask("POST", "/v2/images/${IMG}/import", body, **more)


def case(id, description, request, setup=(), followups=()):
    return {"id": id, "description": description, "setup": list(setup), "request": request, "followups": list(followups)}


# Its lock has gone, too.
finished = until('{"os_glance_importing_to_stores": ""')
tasks_of_image = ask("GET", "/v2/images/${IMG}/tasks")
ended = {**tasks_of_image, "until": '"expires_at": "2'}
web = lambda uri: {"method": {"name": "web-download", "uri": uri}}

imports = [
    case("import.info", "the methods", ask("GET", "/v2/info/import")),
    case("import.info-post", "another method", ask("POST", "/v2/info/import", {})),
    case("import.info-stores", "no stores", ask("GET", "/v2/info/stores/detail", who="admin")),
    case("stage.new", "data are staged", stage(), [create()], [show]),
    case("stage.chunks-type", "another content type", stage(type="text/plain"), [create()], [show]),
    case("stage.twice", "staged twice", stage(), [create(), stage()], [show]),
    case("stage.active", "staged for an active image", stage(), [create(), upload()], [show]),
    case("stage.no-formats", "staged without formats", stage(), [ask("POST", "/v2/images", {"name": "x"}, save="IMG")], [show]),
    case("stage.missing", "staged for no image", ask("PUT", "/v2/images/${UUID0}/stage", "x", type="application/octet-stream")),
    case("stage.foreign", "staged for another project's image", stage(who="bob"), [create()]),
    case("stage.community", "staged for a community image of another project", stage(who="bob"), [create({"visibility": "community"})]),
    case("stage.reader", "staged by a reader", stage(who="reader-user"), [create()]),
    case("stage.get", "GET of what is staged", image("GET /stage"), [create()]),
    case("stage.upload", "an upload after staging", upload(), [create(), stage()]),
    case("stage.download", "a download after staging", image("GET /file"), [create(), stage()]),
    case("stage.delete", "an image with staged data is deleted", ask("DELETE", "/v2/images/${IMG}"), [create(), stage()], [show]),
    case("stage.deactivate", "an image with staged data is withheld", image("POST /actions/deactivate"), [create(), stage()]),
    case("import.direct", "staged data are imported", begin(direct), [create(), stage()], [finished, ended]),
    case("import.direct-twice", "imported again", begin(direct), [create(), stage(), begin(direct), until('"status": "active"')]),
    case("import.queued", "imported before it is staged", begin(direct), [create()], [show, tasks_of_image]),
    case("import.active", "imported into an active image", begin(direct), [create(), upload()]),
    case("import.no-container-format", "without a container format", begin(direct),
         [ask("POST", "/v2/images", {"disk_format": "raw"}, save="IMG"), stage()]),
    case("import.no-disk-format", "without a disk format", begin(direct),
         [ask("POST", "/v2/images", {"container_format": "bare"}, save="IMG"), stage()]),
    case("import.missing", "imported into no image", ask("POST", "/v2/images/${UUID0}/import", direct)),
    case("import.foreign", "imported into another project's image", begin(direct, who="bob"), [create(), stage()]),
    case("import.community", "imported into a community image of another project", begin(direct, who="bob"),
         [create({"visibility": "community"}), stage()]),
    case("import.reader", "imported by a reader", begin(direct, who="reader-user"), [create(), stage()]),
    case("import.admin", "imported by an admin of another project", begin(direct, who="admin"), [create(), stage()],
         [finished, {**ended, "who": "admin"}]),
    case("import.web-queued", "web-download of a staged image", begin(web("http://127.0.0.1:1/x")), [create(), stage()]),
    case("import.web-scheme", "web-download of another scheme", begin(web("ftp://127.0.0.1/x")), [create()], [show]),
    case("import.web-port", "web-download of another port", begin(web("http://127.0.0.1:22/x")), [create()]),
    case("import.web-no-uri", "web-download without a URL", begin({"method": {"name": "web-download"}}), [create()]),
    case("import.web-empty", "web-download of nothing", begin(web("")), [create()]),
    case("import.copy-queued", "copy of a queued image", begin({"method": {"name": "copy-image"}}, who="admin"), [create()]),
    case("import.copy", "copy without named stores", begin({"method": {"name": "copy-image"}}, who="admin"), [create(), upload()]),
    case("import.copy-member", "copy by a member", begin({"method": {"name": "copy-image"}}), [create(), upload()]),
    case("import.unknown", "an unknown method", begin({"method": {"name": "x"}}), [create()]),
    case("import.no-method", "no method", begin({}), [create()]),
    case("import.no-name", "no name", begin({"method": {}}), [create()]),
    case("import.no-body", "no body", image("POST /import"), [create()]),
    case("import.bad-json", "no JSON", begin("{"), [create()]),
    case("import.all-stores-text", "a text for all_stores", begin({**direct, "all_stores": "x"}), [create()]),
    case("import.must-succeed-text", "a text for all_stores_must_succeed", begin({**direct, "all_stores_must_succeed": 1}), [create()]),
    case("import.must-not-succeed", "stores may fail, where none has a name", begin({**direct, "all_stores_must_succeed": False}),
         [create(), stage()]),
    case("import.get", "GET of an import", image("GET /import"), [create()]),
    case("task.image", "tasks of an image without any", tasks_of_image, [create()]),
    case("task.image-missing", "tasks of no image", ask("GET", "/v2/images/${UUID0}/tasks")),
    case("task.image-foreign", "tasks of another project's image", {**tasks_of_image, "who": "bob"}, [create()]),
    case("task.image-post", "another method", image("POST /tasks", body={}), [create()]),
    case("task.list-member", "tasks for a member", ask("GET", "/v2/tasks")),
    case("task.show-member", "a task for a member", ask("GET", "/v2/tasks/${UUID0}")),
    case("task.create-member", "a task of a member", ask("POST", "/v2/tasks", {"type": "import", "input": {}})),
    case("task.missing", "no task", ask("GET", "/v2/tasks/${UUID0}", who="admin")),
    case("task.missing-name", "no task, no UUID", ask("GET", "/v2/tasks/x", who="admin")),
    case("task.delete", "a task is deleted", ask("DELETE", "/v2/tasks/${UUID0}", who="admin")),
    case("task.delete-json", "a task is deleted, in JSON", ask("DELETE", "/v2/tasks/x", who="admin", accept="application/json")),
    case("task.put", "another method", ask("PUT", "/v2/tasks/x", {}, who="admin")),
    case("task.patch-all", "another method", ask("PATCH", "/v2/tasks", {}, who="admin")),
    *(case(f"task.list-{name}", f"tasks {query}", ask("GET", f"/v2/tasks?{query}", who="admin")) for name, query in (
        ("status", "status=x"), ("type", "type=api_image_import"), ("limit-text", "limit=x"), ("limit-negative", "limit=-1"),
        ("marker", "marker=x"), ("marker-missing", "marker=00000000-0000-4000-8000-000000000000"),
        ("sort-dir", "sort_dir=x"), ("sort-key", "sort_key=x"), ("limit-zero", "limit=0"),
        ("owner", "owner=nobody&limit=3&type=import&status=success"))),
    case("task.create-no-type", "no type", ask("POST", "/v2/tasks", {"input": {}}, who="admin")),
    case("task.create-no-input", "no input", ask("POST", "/v2/tasks", {"type": "import"}, who="admin")),
    case("task.create-type", "an unknown type", ask("POST", "/v2/tasks", {"type": "x", "input": {}}, who="admin")),
    case("task.create-input", "a list as input", ask("POST", "/v2/tasks", {"type": "import", "input": []}, who="admin")),
    case("task.create-more", "a member more", ask("POST", "/v2/tasks", {"type": "import", "input": {}, "colour": "red"}, who="admin")),
    case("task.create-no-body", "no body", ask("POST", "/v2/tasks", who="admin")),
    case("task.failed", "a task that fails", ask("POST", "/v2/tasks", {"type": "import", "input": {"a": 1}}, who="admin", save="TASK"),
         [], [ask("GET", "/v2/tasks/${TASK}", who="admin", until='"status": "failure"')]),
    case("task.failed-file", "a task with a file", ask("POST", "/v2/tasks", {"type": "import", "input": {
        "import_from": "file:///etc/passwd", "import_from_format": "raw", "image_properties": {}}}, who="admin", save="TASK"),
         [], [ask("GET", "/v2/tasks/${TASK}", who="admin", until='"status": "failure"')]),
    case("task.api-image-import", "an import into an image, by its task alone", ask("POST", "/v2/tasks", {
        "type": "api_image_import", "input": {}}, who="admin", save="TASK"),
         [], [ask("GET", "/v2/tasks/${TASK}", who="admin", until='"status": "failure"')]),
    case("task.schema", "the schema of a task", ask("GET", "/v2/schemas/task")),
    case("task.schemas", "the schema of tasks", ask("GET", "/v2/schemas/tasks")),
    case("store.delete", "data are deleted from a store", ask("DELETE", "/v2/stores/fast/${UUID0}", who="admin")),
    case("store.get", "another method", ask("GET", "/v2/stores/fast/${UUID0}")),
    case("cache.list", "the cache for a member", ask("GET", "/v2/cache")),
    case("cache.list-admin", "the cache for an admin", ask("GET", "/v2/cache", who="admin")),
    case("cache.clear", "the cache is cleared", ask("DELETE", "/v2/cache", who="admin")),
    case("cache.queue", "an image is queued", ask("PUT", "/v2/cache/${IMG}", who="admin"), [create()]),
    case("cache.queue-missing", "no image is queued", ask("PUT", "/v2/cache/${UUID0}", who="admin")),
    case("cache.remove", "an image is removed", ask("DELETE", "/v2/cache/${IMG}", who="admin"), [create()]),
    case("cache.queued", "the old path", ask("GET", "/v2/queued_images", who="admin")),
    case("cache.post", "another method", ask("POST", "/v2/cache", {}, who="admin")),
]

copy = {"method": {"name": "copy-image"}}

stores = [
    case("stores.list", "the store", ask("GET", "/v2/info/stores")),
    case("stores.detail", "the store in detail", ask("GET", "/v2/info/stores/detail", who="admin")),
    case("stores.detail-member", "the store in detail, for a member", ask("GET", "/v2/info/stores/detail")),
    case("stores.versions", "the versions", ask("GET", "/versions")),
    case("stores.create", "a new image", create(), [], [show]),
    case("stores.upload", "an upload", upload(), [create()], [show, ask("GET", "/v2/images?id=${IMG}")]),
    case("stores.upload-named", "an upload to the store", upload(headers=[["x-image-meta-store", "fast"]]), [create()], [show]),
    case("stores.upload-other", "an upload to another store", upload(headers=[["x-image-meta-store", "slow"]]), [create()], [show]),
    case("stores.import", "an import", begin(direct), [create(), stage()], [finished, ended]),
    case("stores.import-named", "an import to the store", begin({**direct, "stores": ["fast"]}), [create(), stage()],
         [finished]),
    case("stores.import-other", "an import to another store", begin({**direct, "stores": ["slow"]}), [create(), stage()], [show]),
    case("stores.import-header-other", "the same by a header", begin(direct, headers=[["x-image-meta-store", "slow"]]), [create(), stage()]),
    case("stores.import-both", "named twice", begin({**direct, "stores": ["fast"]}, headers=[["x-image-meta-store", "fast"]]),
         [create(), stage()]),
    case("stores.import-all-and", "all stores, and one", begin({**direct, "all_stores": True, "stores": ["fast"]}), [create(), stage()]),
    case("stores.import-all", "all stores", begin({**direct, "all_stores": True}), [create(), stage()], [finished]),
    case("stores.import-may-fail", "stores may fail", begin({**direct, "all_stores_must_succeed": False}), [create(), stage()],
         [finished]),
    case("stores.copy", "a copy", begin(copy, who="admin"), [create(), upload()], [show]),
    case("stores.copy-other", "a copy to another store", begin({**copy, "stores": ["slow"]}, who="admin"), [create(), upload()]),
    case("stores.copy-all", "a copy to all stores", begin({**copy, "all_stores": True}, who="admin"), [create(), upload()],
         [tasks_of_image]),
    case("stores.delete", "data are deleted from the store", ask("DELETE", "/v2/stores/fast/${IMG}", who="admin"), [create(), upload()], [show]),
    case("stores.delete-member", "the same by a member", ask("DELETE", "/v2/stores/fast/${IMG}"), [create(), upload()]),
    case("stores.delete-queued", "of a queued image", ask("DELETE", "/v2/stores/fast/${IMG}", who="admin"), [create()]),
    case("stores.delete-other", "from another store", ask("DELETE", "/v2/stores/slow/${IMG}", who="admin"), [create(), upload()]),
    case("stores.delete-missing", "of no image", ask("DELETE", "/v2/stores/fast/${UUID0}", who="admin")),
    case("stores.deactivated", "a deactivated image", image("POST /actions/deactivate"), [create(), upload()], [show]),
]
