"""Serves Keystone on loopback. Argument: the port; not left to Keystone, which reads a program's arguments, too."""

import sys

import waitress

port = sys.argv.pop()

from keystone.wsgi.api import application  # noqa: E402

# One at a time: its middleware keeps the token of a request in itself, and would decide by that of another thread.
waitress.serve(application, host="127.0.0.1", port=port, threads=1)
