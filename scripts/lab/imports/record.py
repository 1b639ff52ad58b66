#!/usr/bin/env python3
"""Records what a real Glance answers about imports, tasks and stores, as test/support/golden has it.

  record.py KEYSTONE_URL GLANCE_URL imports|stores FILE

KEYSTONE_URL ends in /v3. The users are those of the lab (alice, bob, reader-user, admin; LAB_PASSWORD).
"""
import json, os, re, socket, sys, time, urllib.parse, urllib.request
from cases import imports, stores

keystone, glance, which, target = sys.argv[1:5]
host = urllib.parse.urlparse(glance).netloc
uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def login(name, project):
    user = {"name": name, "password": os.environ.get("LAB_PASSWORD", "labpass"), "domain": {"id": "default"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}},
                     "scope": {"project": {"name": project, "domain": {"id": "default"}}}}}
    request = urllib.request.Request(keystone + "/auth/tokens", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        token = json.load(answer)["token"]
        return answer.headers["X-Subject-Token"], token["user"]["id"], token["project"]["id"]


known = {"HOST": host, "BASE": glance, "IDENTITY": keystone[: -len("/v3")], "UUID0": "00000000-0000-4000-8000-000000000000"}
for name, project in (("alice", "alpha"), ("bob", "beta"), ("reader-user", "alpha"), ("admin", "admin")):
    token, user, project_id = login(name, project)
    known.update({f"TOKEN:{name}": token, f"USER:{name}": user, f"PROJECT:{project}": project_id})


def filled(text, names):
    return re.sub(r"\$\{([^}]+)\}", lambda found: names[found[1]], text)


def hidden(text, names):
    """Placeholders in place of what differs from run to run."""
    for name, value in sorted(names.items(), key=lambda one: -len(one[1])):
        if name != "UUID0":
            text = text.replace(value, "${%s}" % name)
    text = re.sub(r"req-" + uuid, "req-${REQID}", text)
    text = re.sub(uuid.replace("{8}", "{8}(?<!00000000)", 1), "${RANDUUID}", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", "${FINETIME}", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "${TIME}", text)
    return re.sub(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "${HTTPDATE}", text)


def request_of(asked):
    headers = [["Host", "${HOST}"], ["User-Agent", "lab-recorder"], ["Accept", asked.get("accept", "*/*")],
               ["X-Auth-Token", "${TOKEN:%s}" % asked.get("who", "alice")], *asked.get("headers", [])]
    request = {"method": asked["method"], "target": asked["target"], "version": "HTTP/1.1", "headers": headers}
    if "body" in asked:
        body = asked["body"]
        request["body"] = body if isinstance(body, str) else json.dumps(body)
        headers += [["Content-Type", asked.get("type", "application/json")], ["Content-Length", str(len(request["body"]))]]
    for name in ("save", "until"):
        if name in asked:
            request[name] = asked[name]
    return request


def once(request, names):
    body = filled(request.get("body", ""), names).encode()
    lines = [f"{request['method']} {filled(request['target'], names)} HTTP/1.1"]
    for name, value in request["headers"]:
        lines.append(f"{name}: {len(body) if name == 'Content-Length' else filled(value, names)}")
    with socket.create_connection((host.split(":")[0], int(host.split(":")[1])), 20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *others = head.decode("latin1").split("\r\n")
        headers = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in others]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        while len(rest) < length:
            rest += connection.recv(65536)
        connection.settimeout(0.1)
        try:
            closed = connection.recv(1) == b""
        except TimeoutError:
            closed = False
    version, status, reason = first.split(" ", 2)
    return {"version": version, "status": int(status), "reason": reason, "headers": headers,
            "body": rest.decode(), "connection": "closed" if closed else "open"}


def play(asked, names):
    request = request_of(asked)
    for _ in range(200):
        answer = once(request, names)
        if "until" not in request or request["until"] in answer["body"]:
            break
        time.sleep(0.05)
    else:
        raise SystemExit(f"never: {request['until']}\n{answer['body']}")
    if "save" in request and answer["status"] < 300:
        names[request["save"]] = json.loads(answer["body"])["id"]
    return request, answer


def recorded(answer, names):
    return {**answer, "headers": [[name, hidden(value, names)] for name, value in answer["headers"]],
            "body": hidden(answer["body"], names)}


def case(one):
    names = dict(known)
    setup = [{"request": request, "expect_status": answer["status"]}
             for request, answer in (play(asked, names) for asked in one["setup"])]
    request, answer = play(one["request"], names)
    wanted = [asked for asked in one["followups"] if "${TASK}" not in asked["target"] or "TASK" in names]
    followups = [(later, shown) for later, shown in (play(asked, names) for asked in wanted)]
    return {"id": one["id"], "description": one["description"], "setup": setup, "request": request,
            "response": recorded(answer, names),
            "followups": [{"request": later, "response": recorded(shown, names)} for later, shown in followups]}


cases = {"imports": imports, "stores": stores}[which]
with open(target, "w") as file:
    about = "As in glance-default.json. A request with `until` is repeated until its answer holds that text."
    server = "OpenStack Glance 25.1.0 (Zed), secure RBAC" + ("" if which == "imports" else ", enabled_backends = fast:file")
    json.dump({"about": about, "set": which, "server": server, "cases": [case(one) for one in cases]}, file,
              indent=1, ensure_ascii=False)
    file.write("\n")
