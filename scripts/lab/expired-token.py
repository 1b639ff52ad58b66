"""Prints a Fernet token as it was two days ago: what Keystone gives cannot be made to expire at once.

Arguments: Keystone's key repository, a token that is valid.
"""

import pathlib
import sys

import msgpack
from cryptography.fernet import Fernet, MultiFernet

repository, token = sys.argv[1:]
files = sorted(pathlib.Path(repository).iterdir(), key=lambda file: -int(file.name))
keys = MultiFernet([Fernet(file.read_bytes()) for file in files])
payload = msgpack.unpackb(keys.decrypt(token + "=" * (-len(token) % 4)))
# The one number with a fraction is the moment at which it expires.
old = [part - 2 * 86400 - 86400 if isinstance(part, float) else part for part in payload]
print(keys.encrypt(msgpack.packb(old)).decode().rstrip("="))
