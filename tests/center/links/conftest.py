"""The city of the cameras, and an agency's endpoint: a real HTTP server on a port of its own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.center.cameras.conftest import place

__all__ = ["agency", "place"]


class Agency:
    """Hears what is posted; `answers` are the statuses it gives, the last one from then on."""

    def __init__(self, server):
        self.url = f"http://127.0.0.1:{server.server_port}/events"
        self.answers, self.heard = [200], []


@pytest.fixture
def agency():
    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            known.heard.append((dict(self.headers), body))
            answers = known.answers
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.end_headers()

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    known = Agency(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()
