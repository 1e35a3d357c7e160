"""Inflected forms of the lexicon's verbs and nouns, by lemminflect -> src/impasto/text/forms.txt."""

from __future__ import annotations

from pathlib import Path

from lemminflect import getInflection

TEXT = Path(__file__).parents[2] / "src" / "impasto" / "text"
CHOSEN = {
    ("verb", "hang"): "hangs hung hung hanging",
    ("verb", "lie"): "lies lay lain lying",
    ("verb", "awake"): "awakes awoke awoke awaking",
    ("verb", "wake"): "wakes woke woken waking",
    ("verb", "leap"): "leaps leaped leaped leaping",
    ("verb", "spring"): "springs sprang sprung springing",
    ("verb", "get"): "gets got got getting",
    ("verb", "strive"): "strives strove striven striving",
    ("verb", "shine"): "shines shone shone shining",
    ("verb", "forget"): "forgets forgot forgotten forgetting",
    ("verb", "be"): "is was been being",
    ("verb", "dwell"): "dwells dwelt dwelt dwelling",
    ("verb", "bear"): "bears bore borne bearing",
    ("verb", "cast"): "casts cast cast casting",
    ("verb", "burst"): "bursts burst burst bursting",
    ("verb", "shake"): "shakes shook shaken shaking",
    ("verb", "quit"): "quits quitted quitted quitting",
    ("verb", "slay"): "slays slew slain slaying",
    ("verb", "set"): "sets set set setting",
    ("verb", "let"): "lets let let letting",
    ("verb", "shut"): "shuts shut shut shutting",
    ("verb", "put"): "puts put put putting",
    ("verb", "hit"): "hits hit hit hitting",
    ("verb", "thrust"): "thrusts thrust thrust thrusting",
    ("verb", "light"): "lights lighted lighted lighting",
    ("verb", "kindle"): "kindles kindled kindled kindling",
    ("verb", "heave"): "heaves heaved heaved heaving",
    ("verb", "lean"): "leans leaned leaned leaning",
    ("verb", "counsel"): "counsels counselled counselled counselling",
    ("verb", "marvel"): "marvels marvelled marvelled marvelling",
    ("verb", "weep"): "weeps wept wept weeping",
    ("verb", "speed"): "speeds sped sped speeding",
    ("verb", "swing"): "swings swung swung swinging",
    ("noun", "business"): "businesses",
}  # fmt: skip
"""Where lemminflect has several forms, or another than the books'."""


MORE_VERBS = (
    "act add ache arrange blow boil bow brush build call "
    "change chase clap clean clear climb comb consider cook cough "
    "count cover crack cross cut dance dig do dress drink drive "
    "examine fade feed feel fight fill flow fly fold follow "
    "frown fumble gallop gather grin howl hum itch joke kick "
    "knock laugh lick march move nibble nod paddle paint "
    "plan play polish pour pray preach press pretend prepare pump "
    "quarrel rain read ride ring roll row rub run sail "
    "scratch search sew sing smoke snow sort spread squeeze stare "
    "sway sweat sweep swim talk tap tear think tick tie "
    "travel try turn undress unpack use wander wash watch wave whistle wipe wonder work write yawn yell"
).split()
"""Verbs that are not in the lexicon, for "began to" and participles."""


def main() -> None:
    """Write a line for each word."""
    words = set()
    for line in (TEXT / "lexicon.txt").read_text().splitlines():
        kind, _, rest = line.partition(":")
        if kind in ("verb", "noun"):
            for name in rest.partition(" : ")[0].replace(">", ",").split(","):
                name = name.strip().lstrip("~")
                if name:
                    words.add((kind, name.split(" ")[0 if kind == "verb" else -1]))
    words |= {("verb", verb) for verb in MORE_VERBS}
    lines = []
    for kind, word in sorted(words):
        tags = ("VBZ", "VBD", "VBN", "VBG") if kind == "verb" else ("NNS",)
        forms = CHOSEN.get((kind, word)) or " ".join((getInflection(word, tag) or ("-",))[0] for tag in tags)
        lines.append(f"{kind} {word} {forms}")
    (TEXT / "forms.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
