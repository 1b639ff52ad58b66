"""Serves Glance on loopback, with the HTTP server and the settings that Glance had itself up to its release 31.

Since then a cloud's own WSGI server is in front of it, and each has its own limits, headers and error pages. With the
old one, what differs from earlier recordings is Glance's doing. Argument: the port.
"""

import logging
import sys

import eventlet
import eventlet.wsgi

from glance.wsgi.api import application

eventlet.wsgi.HttpProtocol.default_request_version = "HTTP/1.0"
eventlet.wsgi.MAX_HEADER_LINE = 16384
log = logging.getLogger("eventlet.wsgi.server")
eventlet.wsgi.server(
    eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=4096),
    application,
    log=log,
    debug=False,
    keepalive=True,
    socket_timeout=900,
)
