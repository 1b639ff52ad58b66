"""Streams of a feed whose bytes are thrown away in the kernel, for readers that are on other machines than the gateway.

Arguments: port, path, token, connections, encoding. A line on the input asks for a report.
"""

import json
import os
import resource
import selectors
import socket
import sys
import time

port, path, token, connections, encoding = sys.argv[1:6]
head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nX-Auth-Token: {token}\r\nAccept: text/event-stream\r\n"
if encoding:
    head += f"Accept-Encoding: {encoding}\r\n"

selector = selectors.DefaultSelector()
seen = {}
lost = 0
# Nothing is written to it: MSG_TRUNC of tcp(7).
unused = bytearray(4 * 1024 * 1024)


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1_000_000


for _ in range(int(connections)):
    stream = socket.socket()
    # What comes between two looks fits, so that no write of the gateway waits for this process.
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
    stream.connect(("127.0.0.1", int(port)))
    stream.sendall((head + "\r\n").encode())
    if not stream.recv(1).startswith(b"H"):
        sys.exit("no stream")
    stream.setblocking(False)
    seen[stream] = 0
    selector.register(stream, selectors.EVENT_READ, stream)
selector.register(sys.stdin, selectors.EVENT_READ, None)
print("watching", flush=True)

# Seconds between two looks: what has come by then is thrown away by one call for each stream.
pause = 0.02

since = cpu()
while True:
    time.sleep(pause)
    for key, _ in selector.select():
        if key.data is None:
            if not os.read(0, 1024):
                sys.exit()
            counts = sorted(seen.values())
            report = {"bytes": sum(counts), "least": counts[0], "most": counts[-1]}
            print(json.dumps({**report, "lost": lost, "cpu": cpu() - since}), flush=True)
            seen = dict.fromkeys(seen, 0)
            since = cpu()
            continue
        got = key.data.recv_into(unused, len(unused), socket.MSG_TRUNC)
        seen[key.data] += got
        if got == 0:
            lost += 1
            selector.unregister(key.data)
