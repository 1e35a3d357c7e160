import json

from typer.testing import CliRunner

from impasto.cli import app

STORY = (
    "The man sat on the big chair, because he did not want to see the house. He began to walk to the door."
)


def run(*arguments):
    return CliRunner().invoke(app, ["text", *map(str, arguments)])


def test_a_story_is_written_with_record_and_page(tmp_path):
    story = tmp_path / "story.txt"
    story.write_text(STORY)
    answer = run(story, "--style", "poe", "--diff", "--diff-html", tmp_path / "page.html")
    assert answer.exit_code == 0, answer.stderr
    assert "delta" in answer.stdout and "commenced" in answer.stdout
    assert "commenced" in (tmp_path / "story-poe.txt").read_text()
    assert json.loads((tmp_path / "story-poe.json").read_text())["style"] == "poe"
    assert "<del>" in (tmp_path / "page.html").read_text()


def test_json(tmp_path):
    story = tmp_path / "story.txt"
    story.write_text(STORY)
    answer = run(story, "--style", "poe", "-o", tmp_path / "new" / "out.txt", "--json")
    assert json.loads(answer.stdout)["text"] == str(tmp_path / "new" / "out.txt")
    assert (tmp_path / "new" / "out.json").exists()


def test_errors_are_one_message(tmp_path):
    story, empty = tmp_path / "story.txt", tmp_path / "empty.txt"
    story.write_text(STORY)
    empty.write_text("")
    for arguments, problem in [
        ([], "a text and a style are needed"),
        ([story], "a text and a style are needed"),
        ([story, "--style", "poet"], "there is no style 'poet'"),
        ([empty, "--style", "poe"], "text is empty"),
        ([tmp_path / "no.txt", "--style", "poe"], "text is missing"),
        ([".", "--style", "poe"], "text is a folder"),
        ([story, "--style", "poe", "-o", tmp_path / "o.json"], "two files have the same name"),
        ([story, "--style", "poe", "-o", story], "two files have the same name"),
        ([story, "--style", "poe", "-o", story / "out.txt"], "output folder is a file"),
        ([story, "--style", "poe", "--strength", "2"], "strength"),
    ]:
        answer = run(*arguments)
        assert answer.exit_code == 2 and problem in answer.stderr, (arguments, answer.stderr)
        assert "Traceback" not in answer.stderr
