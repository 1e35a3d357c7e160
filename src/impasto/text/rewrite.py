"""Beam search over a paragraph for the changes that bring a text nearest to a style."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from impasto.text.edits import Edit
from impasto.text.sites import Paragraph
from impasto.text.tally import Feature, Tally
from impasto.text.tokens import join

WIDTH = 8
"""States kept at each token."""

STYLE_WEIGHT = 4.0
"""Of the style at strength 1, against content and fluency."""

APART = 80
"""Tokens between two places where the same word may be put in that adds hardly anything."""

FILLERS = ("degree", "opening", "adverbial")
"""Families whose words add hardly anything, and so are noticed when they come twice."""

MARGIN = 0.35
"""Nats that a change must gain, so that nothing is changed for nothing."""


@dataclass(frozen=True)
class Chosen:
    """A change that was made, with the gain it had at its place.

    Attributes:
        edit: what was changed.
        gain: of style, in nats, before costs.
    """

    edit: Edit
    gain: float


@dataclass(frozen=True)
class _State:
    score: float = 0.0
    end: int = 0
    chosen: tuple[Chosen, ...] = ()
    changes: Mapping[Feature, float] = field(default_factory=dict)


def search(
    paragraph: Paragraph, edits: Sequence[Edit], tally: Tally, *, strength: float, chance: random.Random
) -> tuple[Chosen, ...]:
    """The best set of changes that do not touch each other.

    score = sum of strength * STYLE_WEIGHT * (own gain + gain of the counts) - cost - MARGIN

    Args:
        paragraph: that the edits belong to.
        edits: all that are proposed.
        tally: of the whole text, as rewritten so far.
        strength: 0 to 1.
        chance: breaks ties between variants of the same worth.
    Returns:
        The changes, in the order of the text.
    """
    starts: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        starts[edit.start].append(edit)
    states = [_State()]
    weight = strength * STYLE_WEIGHT
    for index in sorted(starts):
        following = list(states)
        for state in states:
            if state.end > index:
                continue
            for edit in starts[index]:
                if (
                    state.end == index
                    and state.chosen
                    and edit.start > 0
                    and state.chosen[-1].edit.end == index
                ):
                    continue  # two changes side by side were never judged together
                if _repeats(state, edit):
                    continue
                gain = edit.own_gain + tally.gain(edit.changes, state.changes)
                worth = weight * gain - edit.cost - MARGIN + 0.2 * chance.random()
                if worth <= 0:
                    continue
                following.append(_after(state, edit, gain, worth))
        following.sort(key=lambda state: -state.score)
        states = _spread(following)
    return states[0].chosen


def _after(state: _State, edit: Edit, gain: float, worth: float) -> _State:
    changes = dict(state.changes)
    for feature, step in edit.changes.items():
        changes[feature] = changes.get(feature, 0.0) + step
    return _State(
        state.score + worth, max(edit.end, edit.start + 1), (*state.chosen, Chosen(edit, gain)), changes
    )


def _repeats(state: _State, edit: Edit) -> bool:
    """Whether a change puts in the same small word as another one close before it."""
    return edit.family in FILLERS and any(
        change.edit.family == edit.family
        and change.edit.after == edit.after != "none"
        and edit.start - change.edit.end < APART
        for change in state.chosen
    )


def _spread(states: list[_State]) -> list[_State]:
    """The best states, of which at most half end at the same token."""
    kept: list[_State] = []
    ends: dict[int, int] = defaultdict(int)
    for state in states:
        if ends[state.end] < WIDTH // 2:
            kept.append(state)
            ends[state.end] += 1
        if len(kept) == WIDTH:
            break
    return kept


def apply(paragraph: Paragraph, chosen: Sequence[Chosen]) -> str:
    """The paragraph with its changes."""
    parts, at = [], 0
    for change in chosen:
        parts += [join(list(paragraph.tokens[at : change.edit.start])), change.edit.text]
        at = change.edit.end
    return "".join([*parts, join(list(paragraph.tokens[at:]))])
