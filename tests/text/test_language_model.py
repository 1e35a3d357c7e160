import http.server
import json
import sys
import threading
import types
from typing import ClassVar

import pytest

from impasto.errors import SettingError, TextError
from impasto.text.stylize import rewrite_text
from tests.text.tiny_gguf import write_tiny_model

TEXT = "The man sat on the chair, and he did not see the house of Mr. Brown."
GOOD = "The man sat upon the chair; and he did not behold the dwelling of Mr. Brown."
NEGATION_LOST = "The man sat upon the chair, and he did see the house of Mr. Brown."


@pytest.fixture
def server():
    """A server that answers with the texts that it is given."""
    asked, answers = [], []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            answer = {"error": {"message": "no model is loaded"}}
            if answers:
                content = answers[(len(asked) - 1) % len(answers)]
                answer = {"choices": [{"message": {"content": content}}]}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}/v1", asked, answers
        running.shutdown()


def test_nothing_is_asked_unless_an_address_is_given(server):
    rewrite_text(TEXT, "poe")
    assert server[1] == []


def test_the_meter_chooses_and_the_content_check_refuses(server):
    address, asked, answers = server
    answers += [NEGATION_LOST, GOOD, "Nonsense."]
    result = rewrite_text(TEXT, "poe", strength=0, llm_url=address, llm_candidates=3, llm_name="mine")
    assert result.text == GOOD
    assert len(asked) == 3  # llama.cpp's server gives one answer to a request
    assert [body["seed"] for _, body in asked] == [0, 1, 2]
    path, body = asked[0]
    assert path == "/v1/chat/completions" and "n" not in body and body["model"] == "mine"
    assert TEXT in body["messages"][0]["content"]


def test_if_all_are_refused_ours_stays(server):
    address, _, answers = server
    answers.append(NEGATION_LOST)
    result = rewrite_text(TEXT, "poe", llm_url=address)
    assert result.text == rewrite_text(TEXT, "poe").text and "refused" in result.notes[0]


def test_a_server_that_answers_something_else(server):
    with pytest.raises(TextError, match=r"(?s)the language model did not answer.*no model is loaded"):
        rewrite_text(TEXT, "poe", llm_url=server[0])


def test_an_empty_answer_is_refused(server):
    address, _, answers = server
    answers.append(None)
    result = rewrite_text(TEXT, "poe", llm_url=address, llm_candidates=1)
    assert "refused" in result.notes[0]


@pytest.mark.parametrize("address", ["http://[bad", "http://127.0.0.1:x/v1"])
def test_an_address_that_is_damaged(address):
    with pytest.raises(TextError, match="the language model did not answer"):
        rewrite_text(TEXT, "poe", llm_url=address)


def test_a_server_that_is_not_there():
    with pytest.raises(TextError, match="the language model did not answer"):
        rewrite_text(TEXT, "poe", llm_url="http://127.0.0.1:9/v1")


def test_wrong_settings(tmp_path):
    with pytest.raises(SettingError, match="llm_url is no address"):
        rewrite_text(TEXT, "poe", llm_url="localhost")
    with pytest.raises(SettingError, match="one language model, not two"):
        rewrite_text(TEXT, "poe", llm_url="http://x", llm_file="m.gguf")
    with pytest.raises(TextError, match="model is missing"):
        rewrite_text(TEXT, "poe", llm_file=str(tmp_path / "none.gguf"))


class FakeServer:
    """Stands for xllamacpp.Server: answers, or fails as that does."""

    asked: ClassVar[list[dict]] = []

    def __init__(self, options):
        if options.model.path.endswith("broken.gguf"):
            raise RuntimeError("Failed to init server, please check the input params.")

    def handle_chat_completions(self, body):
        if "too long" in body["messages"][0]["content"]:
            return {"error": {"code": 400, "message": "request exceeds the available context size"}}
        self.asked.append(body)
        return {"choices": [{"message": {"content": GOOD}}]}


@pytest.fixture
def llama(monkeypatch, tmp_path):
    """A file, and a package that would run it."""
    options = types.SimpleNamespace(model=types.SimpleNamespace(path=""))
    package = types.SimpleNamespace(Server=FakeServer, CommonParams=lambda: options)
    monkeypatch.setitem(sys.modules, "xllamacpp", package)
    FakeServer.asked.clear()
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    return tmp_path / "model.gguf"


def test_a_model_in_a_file_answers_with_a_seed_for_each_candidate(llama):
    result = rewrite_text(TEXT, "poe", llm_file=str(llama), llm_candidates=3, seed=5)
    assert [options["seed"] for options in FakeServer.asked] == [5, 6, 7]
    assert result.text in (GOOD, rewrite_text(TEXT, "poe", seed=5).text)


def test_a_broken_file_and_a_long_paragraph_are_clear_errors(llama):
    broken = llama.with_name("broken.gguf")
    broken.write_bytes(b"none")
    with pytest.raises(TextError, match="model cannot be read"):
        rewrite_text(TEXT, "poe", llm_file=str(broken))
    with pytest.raises(TextError, match=r"(?s)the language model did not answer.*shorter paragraphs"):
        rewrite_text(TEXT + " It was too long.", "poe", llm_file=str(llama))


def test_without_the_package(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(TextError, match=r"(?s)needs xllamacpp, which is not installed.*impasto\[llm\]"):
        rewrite_text(TEXT, "poe", llm_file=str(tmp_path / "model.gguf"))


@pytest.fixture
def real(tmp_path):
    """The package, and the smallest model for it: random weights, whose bytes keep no content."""
    package = pytest.importorskip("xllamacpp", reason="needs impasto[llm]")
    gguf = pytest.importorskip("gguf")
    return package, write_tiny_model(tmp_path / "tiny.gguf", gguf)


def test_the_smallest_real_model_answers(real, capfd):
    result = rewrite_text(TEXT, "poe", llm_file=str(real[1]), llm_candidates=2)
    assert result.text == rewrite_text(TEXT, "poe").text  # all candidates are refused
    assert any("were refused" in note for note in result.notes)
    assert capfd.readouterr() == ("", "")  # llama.cpp writes nothing between our lines


def test_a_real_server_answers(real):
    """llama.cpp's own server, at an address."""
    package, path = real
    options = package.CommonParams()
    options.model.path, options.n_ctx, options.n_parallel = str(path), 4096, 1
    server = package.Server(options)
    result = rewrite_text(TEXT, "poe", llm_url=f"{server.listening_address}/v1", llm_candidates=2)
    assert any("were refused" in note for note in result.notes)


def test_what_is_no_model_is_refused_by_the_real_package(real, tmp_path):
    (tmp_path / "broken.gguf").write_bytes(b"GGUFxxxx")
    with pytest.raises(TextError, match="model cannot be read"):
        rewrite_text(TEXT, "poe", llm_file=str(tmp_path / "broken.gguf"))


def test_the_record_names_no_folder(llama):
    result = rewrite_text(TEXT, "poe", llm_file=str(llama))
    assert result.record["settings"]["llm_file"] == "model.gguf"
