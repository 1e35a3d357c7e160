"""Each family of changes on sentences worked out by hand: what is proposed, and what must not be."""

import pytest

from impasto.text import packs
from impasto.text.choices import FAMILIES, find_sites
from impasto.text.lexicon import rows
from impasto.text.models import load
from impasto.text.sites import Paragraph
from impasto.text.tokens import join


def proposals(text):
    """Every sentence that one change makes of a sentence."""
    paragraph = Paragraph.of(text)
    found = set()
    for site in find_sites(paragraph):
        for option in site.options:
            start = paragraph.tokens[site.start]
            space = (
                "" if option.text[:1] in ";,.-" else start.space or (" " if option.text[:1] == " " else "")
            )
            before, after = (
                join(list(paragraph.tokens[: site.start])),
                join(list(paragraph.tokens[site.end :])),
            )
            found.add(before + space + option.text.lstrip() + after)
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("He sat on the chair.", "He sat upon the chair."),
        ("She began to sing.", "She commenced to sing."),
        ("She began to run.", "She began running."),
        ("He did not see it.", "He didn't see it."),
        ("It's late.", "It is late."),
        ("He looked into Alice's eyes.", "He looked into the eyes of Alice."),
        ("He thought she was late.", "He thought that she was late."),
        ("They knew not what to do.", "They did not know what to do."),
        ("He was tired. She was not.", "He was tired; she was not."),
        ("He went home, but she stayed.", "He went home; but she stayed."),
        ("When he had eaten, he slept.", "Having eaten, he slept."),
        ("She took the key and opened the box.", "Taking the key, she opened the box."),
        ("At last he came.", "At last, he came."),
        ("He was glad.", "He was very glad."),
        ("“It is cold,” said he.", "“It is cold,” he said."),
        ("“It is cold!” said he.", "“It is cold!” cried he."),
        ("But she went on.", "She, however, went on."),
        ("We had the bread, the butter, and the tea.", "We had the bread and the butter and the tea."),
        ("The night was dark enough for us.", "The night was sufficiently dark for us."),
        ("“Go,” said Alice sadly.", "“Go,” said Alice in a sad tone."),
        ("He opened the book she had given him.", "He opened the book which she had given him."),
        ("He opened the book which she had given him.", "He opened the book she had given him."),
        ("I saw a man standing by the door.", "I saw a man who was standing by the door."),
        ("He saw the man who was sitting there by the fire.", "He saw the man sitting there by the fire."),
        ("He had all he wanted.", "He had all that he wanted."),
        ("He gave him the book.", "He gave the book to him."),
        ("She told the story to Alice.", "She told Alice the story."),
        ("She was so tired that she could not walk.", "She was so tired she could not walk."),
        ("I was glad he came.", "I was glad that he came."),
        ("She told me she was ill.", "She told me that she was ill."),
        ("He could see nothing.", "He could not see anything."),
        ("Then he went home.", "He then went home."),
        ("He then went home.", "Then he went home."),
        ("He slowly opened the door.", "He opened the door slowly."),
        ("He opened the door slowly.", "He slowly opened the door."),
        ("In the morning she went home.", "She went home in the morning."),
        ("She went home in the morning.", "In the morning she went home."),
        ("When he saw the house, he laughed.", "Upon seeing the house, he laughed."),
        ("On seeing the house, he laughed.", "When he saw the house, he laughed."),
        ("As he was tired, he slept.", "Being tired, he slept."),
        ("It was late. The boy laughed.", "It was late. And the boy laughed."),
        ("It was a dark, cold night.", "It was a dark and cold night."),
        ("He, indeed, went.", "He indeed went."),
        ("He sat down with his hat on.", "He sat down, with his hat on."),
        ("He saw the house, and the garden.", "He saw the house and the garden."),
        ("He saw the eyes of the king.", "He saw the king's eyes."),
    ],
)
def test_what_is_proposed(old, new):
    assert new in proposals(old)


@pytest.mark.parametrize(
    ("old", "never"),
    [
        ("He went on with it.", "upon"),
        ("“He sat on the chair,” said she.", "upon"),
        ("We walked for half an hour's time.", "of half an hour"),
        ("She took up the key and the box.", "Taking"),
        ("They began the house on Monday.", "upon Monday"),
        ("He broke off the handle.", "severed"),
        ("Is he not here?", "isn't"),
        ("So that he might see, he rose.", "And so"),
        ("We knew the fact that he had come.", "the fact he"),
        ("After all he had done, he slept.", "all that"),
        ("In the room he saw a bed.", "room that"),
        ("He gave him a look.", "look to him"),
        ("They kept the man waiting by the door.", "who was"),
        ("He has put the king to death.", "placed"),
        ("He looked at the window of his father confessor.", "father's window"),
        ("It was late. He went home.", "At length"),
        ("It was late. And then he went home.", ". and"),
        ("It was late. And he went home.", ". and"),
        ("He went to save the man.", "except"),
        ("They found the snuffbox that was lost.", "who"),
        ("He came upon a house.", "on top of"),
        ("As he walked home, he sang.", "Because"),
        ("He worried about the house.", "around"),
        ("They paid within the week.", "inside"),
        ("It was about two in the morning.", "some two"),
        ("“Stop!” he cried.", "wept"),
        ("She returned.", "replied"),
        ("The sun rose.", "stood up"),
        ("When he was a boy, he sang.", "As soon as"),
        ("We were alone.", "by herself"),
        ("She filled him with joy.", "up him"),
        ("Night fell.", "fell down"),
        ("We set out the lines.", "sat out"),
        ("He could be wrong.", "able to be"),
        ("There was a man.", "There were"),
        ("I ain't a fool.", "I is"),
        ("They became good friends.", "grew"),
        ("It was rather noisy than sad.", "somewhat"),
        ("He was rather glad.", "extremely glad"),
        ("It was quite a common thing.", "very common"),
        ("He was at war with the king.", "war, with"),
        ("He said the man with the hat was tall.", "man, with"),
        ("He looked at the sea,--I loved it.", ",;"),
        ("I ate the soup and left the house.", "Eating"),
        ("It was late. They started the work.", "In fact"),
        ("He came into the room.", "went into"),
        ("The bomb went off.", "went away"),
        ("They say that he is ill.", "observe"),
        ("They ran.", "ran away"),
        ("She was curious.", "queer"),
        ("If he should come, I go.", "ought to"),
        ("He wrote a letter.", "wrote down"),
        ("“So be it,” he spoke softly.", "in silence"),
        ("He used to be a sailor.", "accustomed to be"),
        ("I see the sea.", "I saw the sea"),
        ("The house burned and threw sparks.", "and then"),
        ("We heard a sound resembling the sea.", "looking like"),
        ("We stood in a dark fog, and the smell of the sea arose.", "fog and"),
    ],
)
def test_what_is_not_proposed(old, never):
    assert not any(never in new for new in proposals(old))


def test_every_family_finds_something():
    text = (
        "At last he came, and then she began to cry. He did not know what to do; he thought she was very "
        "tired. But she went on. When he had eaten, he slept. The house that stood there had a very heavy "
        "door, walls, and a roof. It was dark enough for Alice's sister. And he left. "
        "Then he gave him the book which she had, and he, indeed, sat down with his dark, cold hand. "
        "She was glad that he came. "
    )
    speech = "“It is cold,” said Alice sadly. “Go,” he said."
    for name, family in FAMILIES.items():
        assert any(list(family(Paragraph.of(part))) for part in (text, speech)), name


def test_the_packs_know_the_lexicon():
    """A pack that was counted with another lexicon would silently propose nothing."""
    keys = {row.key for row in rows()}
    style, _ = packs.find_style("poe", load().background, max_megabytes=1)
    counted = {choice for choice in style.choices if "#" in choice}
    assert len(counted) > 100 and counted <= keys


def test_nothing_is_proposed_twice_at_a_place():
    paragraph = Paragraph.of("He sat down on the chair, but she was very tired.")
    places = [(site.start, site.end, site.choice) for site in find_sites(paragraph)]
    assert len(places) == len(set(places))
