"""Runs a command in a network of its own: `python -m tests.store.conformance.network COMMAND...` as root.

The server of Milvus listens on every address; in a namespace of its own, nobody else can reach it and no port is
taken. A container of CI may refuse one to root too: there, where nobody else is either, the tests use its network.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x1 | 0x40


def enter():
    """Leave the machine's network for one with nothing but a loopback."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNET) != 0:
        reason = os.strerror(ctypes.get_errno())
        if os.environ.get("CI") == "true":
            sys.stderr.write(
                f"no network of its own for the tests ({reason}); using the container's\n"
            )
            return
        sys.exit(f"no network of its own for the tests ({reason}); run `make milvus` as root")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP_RUNNING))


if __name__ == "__main__":
    enter()
    os.execvp(sys.argv[1], sys.argv[1:])
