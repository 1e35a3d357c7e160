from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from impasto.samples.washes import Sheet, backrun, clean_sheet, wash, within


@pytest.fixture
def sheet() -> Sheet:
    return clean_sheet((80, 60), rng=np.random.default_rng(0))


def disc(sheet: Sheet, x: float, y: float, radius: float) -> np.ndarray:
    return (radius - np.hypot(sheet.x - x, sheet.y - y)) * 80


def test_layers_may_change_places(sheet: Sheet):
    one, other = disc(sheet, 0.4, 0.3, 0.2), disc(sheet, 0.6, 0.4, 0.2)
    first = wash(wash(sheet, one, "#d02020"), other, "#2040c0")
    second = wash(wash(sheet, other, "#2040c0"), one, "#d02020")
    assert np.allclose(first.density, second.density, atol=1e-6)
    assert not sheet.density.any()


def test_the_edge_dries_darker_than_the_middle(sheet: Sheet):
    level = replace(sheet, pool=np.full_like(sheet.pool, 0.5), grain=np.full_like(sheet.grain, 0.5))
    into = disc(level, 0.5, 0.4, 0.3)
    density = wash(level, into, "#d02020", rim=0.9).density[..., 1]
    assert density[(into > 1.5) & (into < 3)].mean() > 1.2 * density[into > 14].mean()
    assert not density[into < -1.3].any()


def test_a_wash_heeds_dry_places(sheet: Sheet):
    masked = replace(sheet, dry=np.ones_like(sheet.dry))
    everywhere = np.full(sheet.x.shape, 50.0)
    assert not wash(masked, everywhere, "#d02020", avoid_dry=1.0).density.any()
    assert wash(masked, everywhere, "#d02020", avoid_dry=0.0).density.any()


def test_a_wash_off_the_sheet_changes_nothing(sheet: Sheet):
    assert wash(sheet, np.full(sheet.x.shape, -99.0), "#d02020") is sheet


def test_backrun_pushes_paint_to_its_rim(sheet: Sheet):
    painted = wash(sheet, np.full(sheet.x.shape, 50.0), "#2040c0", rim=0.0)
    after = backrun(painted, 0.5, 0.4, 0.25, width_px=80).density
    change = (after - painted.density)[..., 0]
    assert change.min() < 0 < change.max()
    assert change[np.hypot(sheet.x - 0.5, sheet.y - 0.4) < 0.06].max() < 0


def test_within_is_the_same_as_on_the_whole_sheet(sheet: Sheet):
    def drop(part: Sheet) -> Sheet:
        return wash(part, disc(part, 0.5, 0.35, 0.1), "#d02020")

    part = within(sheet, 0.5, 0.35, 0.15, width_px=80, change=drop)
    assert np.allclose(part.density, drop(sheet).density)
    assert within(sheet, 9.0, 9.0, 0.1, width_px=80, change=drop) is sheet
