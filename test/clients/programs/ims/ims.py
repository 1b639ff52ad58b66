"""Plays story.json with Huawei's own SDK of Python: prints a line of JSON for each step, with what the SDK returned."""
import json, os, re, sys, time
import huaweicloudsdkims.v2 as ims
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException


def client(who):
    credentials = BasicCredentials(os.environ[f"{who}_AK"], os.environ[f"{who}_SK"], os.environ[f"{who}_PROJECT"])
    return ims.ImsClient.new_builder().with_credentials(credentials).with_endpoint(os.environ["IMS_URL"]).build()


def typed(kind, value):
    """The SDK's model of that name, built from the names that go over the wire."""
    inner = re.match(r"list\[(.*)\]$", kind)
    if inner:
        return [typed(inner.group(1), one) for one in value]
    model = getattr(ims, kind, None)
    if model is None:
        return value
    wire = {name: attribute for attribute, name in model.attribute_map.items()}
    return model(**{wire[name]: typed(model.openapi_types[wire[name]], one) for name, one in value.items()})


def at(value, path):
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value.get(part)
    return value


def play(clients, step, known):
    text = re.sub(r'"\$(\w+)"', lambda found: json.dumps(known[found.group(1)]), json.dumps(step["with"]))
    snake = re.sub(r"(?=[A-Z])", "_", step["call"]).lower()
    pascal = step["call"][0].upper() + step["call"][1:]
    request = typed(pascal + "Request", json.loads(text))
    while True:
        try:
            response = getattr(clients[step.get("as", "own")], snake)(request)
        except ServiceResponseException as error:
            return {"status": error.status_code, "answer": None, "error": f"{error.error_code} {error.error_msg}"}
        except Exception as error:
            return {"status": 0, "answer": None, "error": repr(error)}
        answer = response.to_json_object()
        until = step.get("until")
        if until is None or at(answer, until[0]) not in ("INIT", "RUNNING"):
            return {"status": response.status_code, "answer": answer, "error": None}
        time.sleep(0.05)


with open(sys.argv[1]) as file:
    story = json.load(file)
known = {"other": os.environ["OTHER_PROJECT"], "otherRegion": os.environ["OTHER_REGION"]}
clients = {"own": client("OWN"), "other": client("OTHER")}
for step in story:
    seen = play(clients, step, known)
    for name, path in step.get("keep", {}).items():
        known[name] = at(seen["answer"], path) if seen["answer"] else None
    print(json.dumps({"call": step["call"], "known": known, **seen}))
