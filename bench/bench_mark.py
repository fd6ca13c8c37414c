"""One mark, from the tap on a tablet to the board of a viewer: acknowledged, announced, fetched.

Yardstick in the same run: a POST that stores nothing (changing the language).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

from bench_pages import ASPECTS, fill
from served import data_folder, percentile, server

MARKS = 8


class Viewer(threading.Thread):
    """Somebody before the board: hears "version n" and fetches that version."""

    def __init__(self, port: int, event: str) -> None:
        super().__init__(daemon=True)
        self.port, self.event = port, event
        self.versions: list[tuple[int, float]] = []

    def run(self) -> None:
        stream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        stream.request("GET", f"/live/event-{self.event}")
        answer = stream.getresponse()
        pages = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while line := self.next_line(answer):
            if line.startswith(b"data: ") and (version := int(line[6:])):
                pages.request("GET", f"/zh/board/{self.event}/rows/{version}")
                pages.getresponse().read()
                self.versions.append((version, time.perf_counter()))

    @staticmethod
    def next_line(answer: http.client.HTTPResponse) -> bytes:
        """A line of the stream; nothing once the server has stopped."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return answer.readline()
        return b""


def post(connection: http.client.HTTPConnection, path: str, body: bytes, kind: str, headers: dict[str, str]) -> bytes:
    connection.request("POST", path, body, {"Content-Type": kind, "Sec-Fetch-Site": "same-origin", **headers})
    return connection.getresponse().read()


def main() -> None:
    """Each size in a process of its own, because a process knows one database."""
    if len(sys.argv) > 1:
        return measure(int(sys.argv[1]))
    for entries in (100, 2_000):
        print(f"{entries:,} entries", flush=True)
        subprocess.run([sys.executable, __file__, str(entries)], check=True)
    return None


def measure(entries: int) -> None:
    with data_folder() as folder:
        ids = fill(folder, entries)
        cookie = {"Cookie": f"contest_session={ids['judge']}"}
        with server(folder) as (address, _, _pid):
            port = int(address.rsplit(":", 1)[1])
            viewer = Viewer(port, ids["event"])
            viewer.start()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            connection.request("GET", f"/judging/sheets/{ids['period']}/{ids['code']}", headers=cookie)
            page = connection.getresponse().read().decode()
            sheet = json.loads(page.split('id="sheet-data">', 1)[1].split("</script>", 1)[0])
            headers = cookie | {"X-CSRF-Token": sheet["csrf"]}
            form = urllib.parse.urlencode({"lang": "zh-CN", "next": "/", "csrf_token": sheet["csrf"]}).encode()
            nothing = []
            for _ in range(MARKS):
                began = time.perf_counter()
                post(connection, "/language", form, "application/x-www-form-urlencoded", cookie)
                nothing.append((time.perf_counter() - began) * 1000)
            acknowledged, shown = [], []
            revisions: dict[str, int] = sheet["sheet"]["revisions"]
            for number in range(MARKS):
                began = time.perf_counter()
                answer = post(
                    connection, "/api/operations", operation(ids, sheet, number, revisions), "application/json", headers
                )
                acknowledged.append((time.perf_counter() - began) * 1000)
                told = json.loads(answer)["answers"][0]
                assert told["result"] == "accepted", told
                revisions[f"A{number % ASPECTS + 1}.1"] = told["revision"]
                known = len(viewer.versions)
                while len(viewer.versions) == known and time.perf_counter() - began < 20:
                    time.sleep(0.002)
                shown.append((time.perf_counter() - began) * 1000)
                time.sleep(1.2)  # a board says at most one version a second
    base = percentile(nothing, 0.5)
    for name, values in (("acknowledged", acknowledged), ("on the board", shown)):
        p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
        print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms; p50 / yardstick = {p50 / base:.1f}")
    print(f"yardstick, a POST that stores nothing: p50 {base:.1f} ms")


def operation(ids: dict[str, str], sheet: dict[str, object], number: int, revisions: dict[str, int]) -> bytes:
    aspect = number % ASPECTS + 1
    return json.dumps(
        {
            "operations": [
                {
                    "op_id": str(uuid.uuid4()),
                    "event": ids["event"],
                    "stage": "final",
                    "period": "1",
                    "entry": ids["code"],
                    "aspect": f"A{aspect}",
                    "value": (number * 37 + 50) % 101,
                    "base": revisions[f"A{aspect}.1"],
                    "rules": sheet["sheet"].get("rules", ""),  # type: ignore[index]
                    "reason": "复议后调整",
                    "device": "bench",
                    "seq": number,
                }
            ]
        }
    ).encode()


if __name__ == "__main__":
    main()
