"""Servers that Debian brings as FastCGI programs: so many children behind nginx, as they are run in production."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bench.serve.place import Place
from bench.serve.server import NotHere, Server

NGINX = """
{user} worker_processes 2; daemon off; pid {run}/{name}.nginx.pid; error_log {run}/{name}.nginx.log warn;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000; tcp_nodelay on;
  client_body_temp_path {run}/body; fastcgi_temp_path {run}/fastcgi; proxy_temp_path {run}/proxy;
  uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
  fastcgi_buffers 64 64k; fastcgi_buffer_size 64k; fastcgi_max_temp_file_size 0; fastcgi_read_timeout 120s;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^{script}(?<rest>/.*)$ {{
      fastcgi_pass unix:{run}/{name}.sock;
      fastcgi_param SCRIPT_NAME "{script}"; fastcgi_param PATH_INFO $rest; fastcgi_param SCRIPT_FILENAME {program};
      fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri; fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param SERVER_NAME 127.0.0.1; fastcgi_param SERVER_PORT {port}; fastcgi_param HTTP_HOST $http_host;
      fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length;
    }}
  }}
}}
"""


class FastCgi(Server):
    """A FastCGI program; `script` is the path before what the program sees, `packages` are Debian's."""

    program: str
    script = ""
    packages: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self._children: list[int] = []

    @property
    def roots(self) -> list[int]:
        return [*super().roots, *self._children]

    def install(self, place: Place) -> None:
        debian(
            [*self.packages, "nginx-light", "spawn-fcgi"],
            [self.program, "/usr/sbin/nginx", "/usr/bin/spawn-fcgi"],
            place,
        )

    def serve(self, place: Place, settings: Mapping[str, str]) -> None:
        """Start the children and nginx before them."""
        run = place.run()
        socket, numbers = run / f"{self.name}.sock", run / f"{self.name}.children"
        for left in (socket, numbers):
            left.unlink(missing_ok=True)
        words = ["spawn-fcgi", "-s", str(socket), "-F", str(place.workers), "-P", str(numbers), "-M", "777"]
        with (run / f"{self.name}.log").open("ab") as log:
            environment = {**os.environ, **settings}
            spawned = subprocess.run([*words, "--", self.program], env=environment, stdout=log, stderr=log, check=False)
        if spawned.returncode:
            raise NotHere(f"spawn-fcgi failed; see {run / self.name}.log")
        self._children = [int(line) for line in numbers.read_text(encoding="ascii").split()]
        file = run / f"{self.name}.nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        filled = NGINX.format(
            run=run, name=self.name, port=self.port, program=self.program, script=self.script, user=user
        )
        file.write_text(filled, encoding="utf-8")
        self.run(["/usr/sbin/nginx", "-p", str(run), "-c", str(file), "-e", f"{run}/{self.name}.nginx.log"], place, {})

    def stop(self) -> None:
        super().stop()
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)  # an idle MapServer does not hear SIGTERM
        self._children = []


def debian(packages: list[str], programs: list[str], place: Place) -> None:
    """Install Debian's packages if one of the programs is missing. Raises NotHere where that cannot be done."""
    if all(Path(program).exists() for program in programs):
        return
    print(f"installing {', '.join(packages)}", flush=True)
    log = place.run() / "apt.log"
    words = ["apt-get", "-o", "DPkg::Lock::Timeout=600", "install", "-y", "--no-install-recommends", *packages]
    with log.open("ab") as file:
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                check=False,
            )
        except OSError as error:
            raise NotHere(f"`apt-get` does not run here: {error.strerror}") from error
    if done.returncode or not all(Path(program).exists() for program in programs):
        raise NotHere(f"`{' '.join(words)}` failed; see {log}")
