"""Start-up: from the command to the first page, with the demo still to be made, and the second time.

Yardstick in the same run: the interpreter importing the same web framework and doing nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time

from served import data_folder, memory_mib, server


def main() -> None:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import litestar, sqlmodel, granian"], check=True)
    bare = time.perf_counter() - began
    with data_folder() as folder:
        with server(folder, "--demo") as (_, first, _pid):
            pass
        seconds, memory = [], 0.0
        for _ in range(3):
            with server(folder, "--demo") as (_, second, pid):
                seconds.append(second)
                memory = memory_mib(pid)
    again = sorted(seconds)[1]
    print(f"first start with demo data {first:.1f} s; later starts {again:.2f} s (median of 3), {memory:.0f} MiB")
    print(f"yardstick, importing the framework: {bare:.2f} s; later start / yardstick = {again / bare:.1f}")


if __name__ == "__main__":
    main()
