"""Kernels that have imported Keras: forked from one process which has done so, in place of an import each.

Jupyter starts `warm_kernels.py CONNECTION_FILE`, which asks that process for a copy of itself and lives as
long as the copy does. A kernel finds modules loaded and nothing else: no names, nothing computed.
"""

import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

FOLDER = "WARM_KERNELS"  # the variable that says where the process listens
IMPORTED = "ipykernel.kernelapp", "keras", "sklearn.datasets"


def install() -> None:
    """Makes Jupyter know the kernel `warm`, for this process and those that it starts."""
    folder = Path(tempfile.mkdtemp(prefix="kernels-"))
    (folder / "owner").write_text(str(os.getpid()))
    spec = folder / "kernels" / "warm" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [sys.executable, "-P", __file__, "{connection_file}"]
    spec.write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}))
    os.environ |= {FOLDER: str(folder), "JUPYTER_PATH": str(folder)}


def remove() -> None:
    """Ends the process that kernels are copies of."""
    shutil.rmtree(os.environ.pop(FOLDER))


def start() -> None:
    """Starts the process that kernels are copies of, whichever worker asks first."""
    folder = Path(os.environ[FOLDER])
    with suppress(FileExistsError), (folder / "log").open("x") as log:
        command = [sys.executable, "-P", __file__, "--serve"]
        given = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True}
        subprocess.Popen(command, **given)


def serve() -> None:
    """Makes a copy of this process, imports and all, for each that asks, while the tests run."""
    gc.disable()
    for name in IMPORTED:
        import_module(name)
    set_imports_aside()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no copy is waited for
    folder = Path(os.environ[FOLDER])
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "opening"))
        server.listen()
        server.settimeout(1)
        (folder / "opening").rename(folder / "socket")  # only now can anybody find it
        while is_wanted(folder):
            with suppress(TimeoutError):
                asking, _ = server.accept()
                asking.setblocking(True)
                message, outputs, *_ = socket.recv_fds(asking, 65536, 2)
                if not os.fork():
                    server.close()
                    become_kernel(asking, outputs, **json.loads(message))
                for file in outputs:
                    os.close(file)
                asking.close()


def set_imports_aside() -> None:
    """Python looks for no garbage in what is loaded, Keras above all, and less often in the rest."""
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()


def is_wanted(folder: Path) -> bool:
    """Whether the folder is there and so is the process that made it, which may have been killed."""
    try:
        os.kill(int((folder / "owner").read_text()), 0)
    except OSError:
        return False
    return True


def become_kernel(asking: socket.socket, outputs: list[int], connection: str, folder: str) -> None:
    """Runs a kernel in this copy, in a folder, until it ends or nobody asks for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    for number, file in enumerate(outputs, start=1):
        os.dup2(file, number)

    def end_with_who_asked() -> None:
        asking.recv(1)  # comes when the other end is closed
        os.kill(os.getpid(), signal.SIGKILL)

    Thread(target=end_with_who_asked, daemon=True).start()
    import_module("ipykernel.kernelapp").launch_new_instance(["-f", connection])
    os._exit(0)


def ask(connection: str) -> None:
    """Gets a kernel, and waits for its end."""
    folder = Path(os.environ[FOLDER])
    while not (folder / "socket").exists():
        time.sleep(0.05)
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(folder / "socket"))
        message = json.dumps({"connection": connection, "folder": os.getcwd()})
        socket.send_fds(asking, [message.encode()], [1, 2])
        asking.recv(1)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["--serve"] else ask(sys.argv[1])
