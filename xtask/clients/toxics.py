"""Drives `sim proxy` through every toxic with toxiproxy-python, and looks at what its clients see.

usage: toxics.py CONTROL_PORT
"""

import socket
import sys
import threading
import time

from toxiproxy import Toxiproxy


def echo():
    """A server that sends back what it gets, and its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(connection):
        with connection:
            try:
                while piece := connection.recv(65536):
                    connection.sendall(piece)
            except OSError:
                pass

    def accept():
        while True:
            threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return "127.0.0.1:%d" % server.getsockname()[1]


class Seen:
    """What a client sees that sends some bytes through a proxy: what comes back, how it ends, and how long it takes. It
    waits until all is back, and for the end of the connection if it has ended its own side."""

    def __init__(self, proxy, sent, patience=5.0, ending=False):
        host, port = proxy.listen.rsplit(":", 1)
        begun = time.monotonic()
        self.back, self.end, self.first = b"", "open", None
        try:
            with socket.create_connection((host, int(port)), timeout=patience) as connection:
                connection.sendall(sent)
                if ending:
                    connection.shutdown(socket.SHUT_WR)
                while ending or len(self.back) < len(sent):
                    piece = connection.recv(65536)
                    if not piece:
                        self.end = "closed"
                        break
                    self.first = self.first or time.monotonic() - begun
                    self.back += piece
        except ConnectionRefusedError:
            self.end = "refused"
        except ConnectionResetError:
            self.end = "reset"
        except (TimeoutError, socket.timeout):
            self.end = "silent"
        self.took = time.monotonic() - begun


def main(control):
    toxiproxy = Toxiproxy()
    toxiproxy.update_api_consumer("127.0.0.1", control)
    assert toxiproxy.running()
    proxy = toxiproxy.create(upstream=echo(), name="echo")
    text = b"x" * 10_000

    def under(kind, attributes, check, patience=5.0, stream="downstream", ending=False):
        proxy.add_toxic(type=kind, attributes=attributes, stream=stream)
        name = "%s_%s" % (kind, stream)
        assert proxy.get_toxic(name).attributes == attributes, proxy.get_toxic(name).attributes
        seen = Seen(proxy, text, patience, ending)
        assert check(seen), (kind, seen.__dict__ | {"back": len(seen.back)})
        assert proxy.destroy_toxic(name) and proxy.get_toxic(name) is None
        clean = Seen(proxy, text, ending=True)
        assert clean.back == text and clean.end == "closed", ("after", kind, clean.end)
        print(kind, "ok")

    whole = lambda seen: seen.back == text and seen.end in ("open", "closed")
    assert whole(Seen(proxy, text))
    under("latency", {"latency": 300, "jitter": 0}, lambda seen: whole(seen) and seen.first >= 0.3)
    under("latency", {"latency": 200, "jitter": 0}, lambda seen: whole(seen) and seen.first >= 0.2, stream="upstream")
    under("bandwidth", {"rate": 20}, lambda seen: whole(seen) and seen.took >= 0.4)
    under("slow_close", {"delay": 400}, lambda seen: whole(seen) and seen.took >= 0.4, ending=True)
    under("timeout", {"timeout": 300}, lambda seen: seen.back == b"" and seen.end == "closed" and seen.took >= 0.3)
    under("timeout", {"timeout": 0}, lambda seen: seen.back == b"" and seen.end == "silent", patience=0.5)
    under("slicer", {"average_size": 100, "size_variation": 10, "delay": 2_000}, lambda seen: whole(seen) and seen.took >= 0.15)
    under("limit_data", {"bytes": 1_234}, lambda seen: seen.back == text[:1_234])
    under("reset_peer", {"timeout": 0}, lambda seen: seen.end == "reset")

    with proxy.down():
        assert Seen(proxy, text).end == "refused"
    assert whole(Seen(proxy, text))
    print("down ok")

    proxy.disable()
    proxy.add_toxic(type="latency", attributes={"latency": 1000, "jitter": 0})
    assert toxiproxy.reset()
    assert toxiproxy.get_proxy("echo").toxics() == {} and whole(Seen(proxy, text))
    print("reset ok")

    two = [{"name": "one", "upstream": proxy.upstream, "listen": "127.0.0.1:0"},
           {"name": "two", "upstream": proxy.upstream, "listen": "127.0.0.1:0"}]
    assert [each.name for each in toxiproxy.populate(two)] == ["one", "two"]
    toxiproxy.destroy_all()
    assert toxiproxy.proxies() == {}
    print("populate and destroy ok")


main(int(sys.argv[1]))
