"""Every `glance md-*` command once at least, in one process: the CLI's own entry point with its own words. Prints a JSON
object with what each printed, or how it failed."""
import contextlib
import io
import json
import os
import sys
import tempfile

from glanceclient import shell

ran = {}


def glance(*words):
    out, err = io.StringIO(), io.StringIO()
    failed = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            shell.OpenStackImagesShell().main(list(words))
        except (Exception, SystemExit) as error:
            failed = str(error)
    name = words[0]
    while name in ran:
        name += "'"
    ran[name] = {"out": out.getvalue(), "failed": failed}


schema = json.dumps({"type": "integer", "title": "Cores", "minimum": 1})
object_schema = json.dumps({"description": "A CPU", "properties": {"cores": json.loads(schema)}, "required": ["cores"]})

glance("md-namespace-create", "OS::Host", "--visibility", "public", "--description", "Hosts")
glance("md-namespace-update", "OS::Host", "--display-name", "Hosts", "--protected", "True")
glance("md-namespace-update", "OS::Host", "--protected", "False")
glance("md-resource-type-associate", "OS::Host", "--name", "OS::Nova::Flavor", "--prefix", "hw:")
glance("md-resource-type-list")
glance("md-namespace-resource-type-list", "OS::Host")
glance("md-property-create", "OS::Host", "--name", "cores", "--title", "Cores", "--schema", schema)
glance("md-property-update", "OS::Host", "cores", "--title", "All cores")
glance("md-property-show", "OS::Host", "cores")
glance("md-property-list", "OS::Host")
glance("md-object-create", "OS::Host", "--name", "cpu", "--schema", object_schema)
glance("md-object-update", "OS::Host", "cpu", "--name", "cpu2")
glance("md-object-show", "OS::Host", "cpu2")
glance("md-object-property-show", "OS::Host", "cpu2", "cores")
glance("md-object-list", "OS::Host")
# Not with --append: glanceclient 4.1 stumbles over its own header.
glance("md-tag-create-multiple", "OS::Host", "--names", "a,b", "--delim", ",")
glance("md-tag-create", "OS::Host", "--name", "fast")
glance("md-tag-update", "OS::Host", "a", "--name", "a2")
glance("md-tag-show", "OS::Host", "a2")
glance("md-tag-list", "OS::Host")
glance("md-namespace-show", "OS::Host", "--resource-type", "OS::Nova::Flavor")
glance("md-namespace-list", "--resource-types", "OS::Nova::Flavor", "--page-size", "1")
glance("md-tag-delete", "OS::Host", "b")
glance("md-property-delete", "OS::Host", "cores")
glance("md-object-delete", "OS::Host", "cpu2")
glance("md-object-show", "OS::Host", "cpu2")
glance("md-namespace-objects-delete", "OS::Host")
glance("md-namespace-properties-delete", "OS::Host")
glance("md-namespace-tags-delete", "OS::Host")
glance("md-resource-type-deassociate", "OS::Host", "OS::Nova::Flavor")
with tempfile.NamedTemporaryFile("w", suffix=".json", dir=os.environ["HOME"]) as file:
    json.dump({"namespace": "imported", "objects": [{"name": "o"}], "tags": [{"name": "t"}]}, file)
    file.flush()
    glance("md-namespace-import", "--file", file.name)
glance("md-namespace-show", "imported")
glance("md-namespace-delete", "OS::Host")
glance("md-namespace-delete", "imported")
glance("md-namespace-list")

json.dump(ran, sys.stdout)
