"""Plays logins to a real Keystone and prints what it answered, for test/dialects/identity-v3/keystone-logins.json.

Needs a Keystone with the users and projects of the lab (alice of alpha, bob of beta, admin), at LAB_KEYSTONE.
"""

import json
import sys
import os
import urllib.error
import urllib.request

KS = os.environ.get("LAB_KEYSTONE", "http://127.0.0.1:5000/v3")
LAB_PASSWORD = os.environ.get("LAB_PASSWORD", "labpass")


def call(method, path, body=None, token=None):
    headers = {"Content-Type": "application/json", **({"X-Auth-Token": token} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(KS + path, method=method, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            raw = answer.read()
            return answer.status, (json.loads(raw) if raw else None), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), dict(error.headers)


def adm(scope):
    user = {"name": "admin", "domain": {"id": "default"}, "password": LAB_PASSWORD}
    identity = {"methods": ["password"], "password": {"user": user}}
    return call("POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}})[2]["X-Subject-Token"]


A={"id":"default"}; D={"name":"Default"}
def pw(user,scope=None,methods=["password"],**more):
    b={"auth":{"identity":{"methods":methods,"password":{"user":user}}}}
    if scope is not None: b["auth"]["scope"]=scope
    b["auth"].update(more); return b
P="$PASSWORD"
cases=[]
def c(name,body): cases.append({"name":name,"body":body})
al={"name":"alice","domain":A,"password":P}
proj={"project":{"name":"alpha","domain":A}}
c("names and domain ids",pw(al,proj))
c("names and domain names",pw({"name":"alice","domain":D,"password":P},{"project":{"name":"alpha","domain":D}}))
c("ids",pw({"id":"$ALICE","password":P},{"project":{"id":"$ALPHA"}}))
c("user name without domain",pw({"name":"alice","password":P},proj))
c("user name without domain, no scope",pw({"name":"alice","password":P}))
c("project name without domain",pw(al,{"project":{"name":"alpha"}}))
c("neither has a domain",pw({"name":"alice","password":P},{"project":{"name":"alpha"}}))
c("user domain empty",pw({"name":"alice","domain":{},"password":P},proj))
c("project domain empty",pw(al,{"project":{"name":"alpha","domain":{}}}))
c("domain id Default",pw({"name":"alice","domain":{"id":"Default"},"password":P},proj))
c("domain name default",pw({"name":"alice","domain":{"name":"default"},"password":P},proj))
c("project domain id Default",pw(al,{"project":{"name":"alpha","domain":{"id":"Default"}}}))
c("unknown domain",pw({"name":"alice","domain":{"id":"nowhere"},"password":P},proj))
c("unknown project domain",pw(al,{"project":{"name":"alpha","domain":{"name":"nowhere"}}}))
c("unknown name beside a right id",pw({"id":"$ALICE","name":"nobody-x","domain":A,"password":P},proj))
c("right name beside an unknown id",pw({"id":"nobody","name":"alice","domain":A,"password":P},proj))
c("right name beside an id, no domain",pw({"id":"$ALICE","name":"alice","password":P},proj))
c("unknown project name beside a right id",pw(al,{"project":{"id":"$ALPHA","name":"no-project","domain":A}}))
c("right project name beside an unknown id",pw(al,{"project":{"id":"nope","name":"alpha","domain":A}}))
c("project name beside an id, no domain",pw(al,{"project":{"id":"$ALPHA","name":"alpha"}}))
c("domain name beside an unknown domain id",pw({"name":"alice","domain":{"id":"nope","name":"Default"},"password":P},proj))
c("empty user name with an id",pw({"id":"$ALICE","name":"","password":P},proj))
c("empty user name, no id",pw({"name":"","domain":A,"password":P},proj))
c("empty project name with an id",pw(al,{"project":{"id":"$ALPHA","name":""}}))
c("empty project",pw(al,{"project":{}}))
c("empty user",pw({},proj))
c("user with a password only",pw({"password":P},proj))
c("no password",pw({"name":"alice","domain":A},proj))
c("empty password",pw({**al,"password":""},proj))
c("wrong password",pw({**al,"password":"wrong"},proj))
c("wrong password and unknown project",pw({**al,"password":"wrong"},{"project":{"name":"none","domain":A}}))
c("no user domain and unknown project",pw({"name":"alice","password":P},{"project":{"name":"none","domain":A}}))
c("unknown user",pw({"name":"nobody-x","domain":A,"password":P},proj))
c("unknown user id",pw({"id":"nobody","password":P},proj))
c("project without a role",pw(al,{"project":{"id":"$BETA"}}))
c("unknown project id",pw(al,{"project":{"id":"nope"}}))
c("no scope",pw(al))
c("unscoped as text",pw(al,"unscoped"))
c("unscoped as an object",pw(al,{"unscoped":{}}))
c("scope empty",pw(al,{}))
c("scope a word",pw(al,"nonsense"))
c("scope of two kinds",pw(al,{"project":{"id":"$ALPHA"},"domain":A}))
c("scope null",{"auth":{"identity":{"methods":["password"],"password":{"user":al}},"scope":None}})
c("scope unknown kind",pw(al,{"tenant":{"id":"x"}}))
c("domain scope without a role",pw(al,{"domain":A}))
c("domain scope unknown",pw(al,{"domain":{"id":"nowhere"}}))
c("domain scope empty",pw(al,{"domain":{}}))
c("system scope without a role",pw(al,{"system":{"all":True}}))
c("system scope of an admin",pw({"name":"admin","domain":A,"password":P},{"system":{"all":True}}))
c("system scope all false",pw(al,{"system":{"all":False}}))
c("system scope empty",pw({"name":"admin","domain":A,"password":P},{"system":{}}))
c("disabled user",pw({"name":"dora","domain":A,"password":P},proj))
c("no auth",{})
c("auth empty",{"auth":{}})
c("auth null",{"auth":None})
c("auth a number",{"auth":5})
c("no identity",{"auth":{"scope":proj}})
c("no methods",{"auth":{"identity":{"password":{"user":al}}}})
c("methods empty",pw(al,proj,methods=[]))
c("methods a word",pw(al,proj,methods="password"))
c("method of a number",pw(al,proj,methods=[5]))
c("unknown method",{"auth":{"identity":{"methods":["nonsense"],"nonsense":{}}}})
c("unknown method without payload",{"auth":{"identity":{"methods":["nonsense"]}}})
c("method without payload",{"auth":{"identity":{"methods":["password"]},"scope":proj}})
c("password without user",{"auth":{"identity":{"methods":["password"],"password":{}},"scope":proj}})
c("user a word",pw("alice",proj))
c("user name a number",pw({"name":5,"domain":A,"password":P},proj))
c("password a number",pw({**al,"password":5},proj))
c("project a word",pw(al,{"project":"alpha"}))
c("project domain a word",pw(al,{"project":{"name":"alpha","domain":"default"}}))
c("unknown members",pw({**al,"x":1},proj,tenantName="alpha"))
def tok(t,scope=None):
    b={"auth":{"identity":{"methods":["token"],"token":{"id":t}}}}
    if scope is not None: b["auth"]["scope"]=scope
    return b
c("token",tok("$TOKEN",proj))
c("token unscoped",tok("$TOKEN"))
c("token, project name without domain",tok("$TOKEN",{"project":{"name":"alpha"}}))
c("token nonsense",tok("nonsense",proj))
c("token without id",{"auth":{"identity":{"methods":["token"],"token":{}}}})
c("token of another user and a password",{"auth":{"identity":{"methods":["password","token"],"password":{"user":al},"token":{"id":"$BOBTOKEN"}}}})
c("token and password",{"auth":{"identity":{"methods":["password","token"],"password":{"user":al},"token":{"id":"$TOKEN"}}}})
def ac(cred,scope=None):
    b={"auth":{"identity":{"methods":["application_credential"],"application_credential":cred}}}
    if scope is not None: b["auth"]["scope"]=scope
    return b
c("credential by id",ac({"id":"$CRED","secret":"$SECRET"}))
c("credential by name and user id",ac({"name":"ci","user":{"id":"$ALICE"},"secret":"$SECRET"}))
c("credential by name and user name",ac({"name":"ci","user":{"name":"alice","domain":A},"secret":"$SECRET"}))
c("credential by name, user without domain",ac({"name":"ci","user":{"name":"alice"},"secret":"$SECRET"}))
c("credential by name without user",ac({"name":"ci","secret":"$SECRET"}))
c("credential with neither",ac({"secret":"$SECRET"}))
c("credential without secret",ac({"id":"$CRED"}))
c("credential wrong secret",ac({"id":"$CRED","secret":"no"}))
c("credential unknown id",ac({"id":"none","secret":"$SECRET"}))
c("credential unknown name",ac({"name":"none","user":{"id":"$ALICE"},"secret":"$SECRET"}))
c("credential with a scope",ac({"id":"$CRED","secret":"$SECRET"},proj))
c("credential user domain empty",ac({"name":"ci","user":{"name":"alice","domain":{}},"secret":"$SECRET"}))
t=adm({"project":{"name":"admin","domain":A}})
users={u['name']:u['id'] for u in call('GET','/users',None,t)[1]['users']}
projs={u['name']:u['id'] for u in call('GET','/projects',None,t)[1]['projects']}
if 'dora' not in users: call('POST','/users',{"user":{"name":"dora","domain_id":"default","password":LAB_PASSWORD,"enabled":False}},t)
def login(b):
    s,r,h=call('POST','/auth/tokens',b); return h.get('X-Subject-Token'),s,r
V={"$PASSWORD":LAB_PASSWORD,"$ALICE":users['alice'],"$ALPHA":projs['alpha'],"$BETA":projs['beta']}
def fill(x):
    if isinstance(x,str): return V.get(x,x)
    if isinstance(x,list): return [fill(i) for i in x]
    if isinstance(x,dict): return {k:fill(v) for k,v in x.items()}
    return x
V["$TOKEN"]=login(fill(pw(al,proj)))[0]
V["$BOBTOKEN"]=login(fill(pw({"name":"bob","domain":A,"password":P},{"project":{"name":"beta","domain":A}})))[0]
s,r,h=call('POST','/users/%s/application_credentials'%users['alice'],{"application_credential":{"name":"ci"}},V["$TOKEN"])
if s==409:
    l=call('GET','/users/%s/application_credentials'%users['alice'],None,V["$TOKEN"])[1]['application_credentials']
    call('DELETE','/users/%s/application_credentials/%s'%(users['alice'],l[0]['id']),None,V["$TOKEN"])
    s,r,h=call('POST','/users/%s/application_credentials'%users['alice'],{"application_credential":{"name":"ci"}},V["$TOKEN"])
V["$CRED"]=r['application_credential']['id'];V["$SECRET"]=r['application_credential']['secret']
def unfill(text):
    for k,v in V.items():
        if k not in('$PASSWORD',): text=text.replace(v,k)
    return text
out=[]
for x in cases:
    tk,s,r=login(fill(x['body']))
    e={**x,"status":s}
    if s>=300:
        e["error"]=json.loads(unfill(json.dumps(r)))["error"]
        if 'Failed validating' in e["error"]["message"]:
            e["error"]["message"]=e["error"]["message"].split("\n")[0]
            e["schema"]=True
    else: e["token"]=sorted(r["token"])
    out.append(e)
json.dump({"source":"Keystone 22.0 (Zed), Debian 12","logins":out},sys.stdout,indent=1)
