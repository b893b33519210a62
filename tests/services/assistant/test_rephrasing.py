import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dalgu.kernel.setting_fields import AssistantSettings
from dalgu.kernel.settings import Settings
from dalgu.services.assistant.answers.checking import held

QUOTES = (
    "여권용 사진 한 장과 신분증이 필요합니다.",
    "수수료는 50,000원입니다.",
    "토요일에는 접수하지 않습니다.",
)


@pytest.mark.parametrize(
    "said",
    [
        "사진 한 장과 신분증이 필요합니다.",
        "신분증과 사진 한 장이 필요하고, 수수료는 50,000원입니다.",
        "토요일에는 접수하지 않습니다.",
    ],
)
def test_a_sentence_of_the_quotations_words_stands(said):
    assert held(said, QUOTES) == (said,)


@pytest.mark.parametrize(
    "said",
    [
        "수수료는 30,000원입니다.",  # another number
        "사진 두 장과 신분증이 필요합니다.",  # another number, in words
        "가족관계증명서가 필요합니다.",  # another paper
        "토요일에는 접수합니다.",  # the denial is gone
        "수수료는 50,000원이 아닙니다.",  # a denial was added
        "무료입니다.",
        "",
    ],
)
def test_a_sentence_that_the_quotations_do_not_bear_out_is_dropped(said):
    assert held(said, QUOTES) == ()


def test_of_several_sentences_only_those_that_hold_stand():
    assert held("신분증이 필요합니다. 주차는 무료입니다.", QUOTES) == ("신분증이 필요합니다.",)


def test_english_is_held_to_the_same():
    quotes = ("Bring one photo and your ID. The fee is 50,000 won.",)
    assert held("The fee is 50,000 won.", quotes) == ("The fee is 50,000 won.",)
    assert held("The fee is 20,000 won. It is not refunded.", quotes) == ()


class Model(BaseHTTPRequestHandler):
    """Answers as the server of a model does; what it says and what it was asked is the test's."""

    said, status, asked = "", 200, []

    def do_POST(self):
        length = int(self.headers["content-length"])
        type(self).asked.append(
            (
                self.path,
                {k.lower(): v for k, v in self.headers.items()},
                json.loads(self.rfile.read(length)),
            )
        )
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": self.said}}]})
        self.send_response(self.status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def model():
    Model.asked, Model.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def wired(town, model):
    town.settings = Settings(assistant=AssistantSettings(url=model, model="tiny", key="k"))
    town.again()
    return town


ASKED = "여권 신청할 때 필요한 서류가 뭐예요? 전화 010-1234-5678"


def test_an_honest_endpoint_says_it_more_simply(wired):
    Model.said = "신분증과 사진 한 장이 필요합니다."
    reply = wired.reply(ASKED, section="passport-papers")
    assert reply.rephrased == (Model.said,)
    assert reply.quotes[0] == "여권용 사진 한 장과 신분증이 필요합니다."
    [(path, headers, body)] = Model.asked
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == "Bearer k"
    assert body["model"] == "tiny"
    assert "1234-5678" not in str(body)  # what leaves is masked, too


def test_a_lying_endpoint_says_nothing(wired):
    Model.said = "여권은 무료이고 3일이면 나옵니다. 010-0000-0000으로 전화하십시오."
    assert wired.reply(ASKED, section="passport-papers").rephrased == ()


@pytest.mark.parametrize("status", [500, 401])
def test_without_the_endpoint_the_quotation_stands(wired, status):
    Model.said, Model.status = "신분증이 필요합니다.", status
    reply = wired.reply(ASKED, section="passport-papers")
    assert reply.rephrased == ()
    assert reply.quotes


def test_a_key_is_not_shown():
    assert "secret" not in repr(AssistantSettings(url="http://x/v1", key="secret"))
