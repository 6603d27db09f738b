"""What psql sees of PostgreSQL behind `sim proxy`.

usage: postgres.py CONTROL_PORT POSTGRES_PORT
"""

import subprocess
import sys

from toxiproxy import Toxiproxy


def psql(port, sql):
    command = ["psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres", "-c", sql]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


def main(control, server):
    toxiproxy = Toxiproxy()
    toxiproxy.update_api_consumer("127.0.0.1", control)
    proxy = toxiproxy.create(upstream="127.0.0.1:%d" % server, name="postgres")
    port = int(proxy.listen.rsplit(":", 1)[1])
    rows = "SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n"

    direct, through = psql(server, rows), psql(port, rows)
    assert direct.returncode == 0 and through.stdout == direct.stdout and not through.stderr, through.stderr
    print("untouched ok")

    lost = "server closed the connection unexpectedly"
    for kind, attributes, told in [
        ("reset_peer", {"timeout": 0}, ["Connection reset by peer", lost]),
        ("timeout", {"timeout": 300}, [lost]),
        ("limit_data", {"bytes": 2_000}, [lost]),
        ("limit_data", {"bytes": 100_000}, [lost]),
    ]:
        proxy.add_toxic(type=kind, name="toxic", attributes=attributes)
        seen = psql(port, rows)
        assert seen.returncode != 0 and any(text in seen.stderr for text in told), (kind, seen.returncode, seen.stderr)
        proxy.destroy_toxic("toxic")
        assert psql(port, "SELECT 1").stdout == "1\n"
        print(kind, "ok:", seen.stderr.splitlines()[0])
    with proxy.down():
        seen = psql(port, "SELECT 1")
        assert seen.returncode == 2 and "Connection refused" in seen.stderr, seen.stderr
    assert psql(port, "SELECT 1").stdout == "1\n"
    print("down ok")
    toxiproxy.destroy_all()


main(int(sys.argv[1]), int(sys.argv[2]))
