"""Runs a program on a pseudo-terminal: python3 terminal.py STEPS PROGRAM [arguments].

STEPS is JSON: [[expected, typed], ...]. Each expected text is waited for, then the other one is typed. What the program
wrote is printed, and its exit status is that of this program; 97 says that an expected text did not come.
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE_S = 30

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    # Without a size every letter would be on a line of its own.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])

seen = b""
begin = 0  # what an expected text is looked for behind


def read():
    """Reads what comes within a moment; false at the end."""
    global seen
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            return False
        seen += chunk
        return chunk != b""
    return True


status = None
deadline = time.monotonic() + PATIENCE_S
is_open = True
while is_open and time.monotonic() < deadline:
    is_open = read()
    if steps and (at := seen.find(steps[0][0].encode(), begin)) >= 0:
        begin = at + len(steps[0][0].encode())
        os.write(terminal, steps[0][1].encode())
        steps.pop(0)
        deadline = time.monotonic() + PATIENCE_S

sys.stdout.buffer.write(seen)
sys.stdout.flush()
if is_open:
    os.kill(pid, signal.SIGKILL)
_, result = os.waitpid(pid, 0)
sys.exit(97 if steps or is_open else os.waitstatus_to_exitcode(result) % 256)
