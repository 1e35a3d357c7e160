"""The run."""

from impasto.explain import canvas_animation, loss_curves
from impasto.explain.timeline import STARTS, draw_loss_curves, frame_text, recorded_runs


def test_a_point_a_step(context):
    figure = draw_loss_curves(context)
    for axes, run in zip(figure.axes[::2], recorded_runs(context), strict=True):
        lines = {line.get_label(): line for line in axes.lines}
        assert list(lines["total"].get_ydata()) == [row["loss"] for row in run.history]
        assert len(lines["style"].get_xdata()) == len(run.history)


def test_a_line_where_the_size_changes(pictures, tiny):
    figure = loss_curves(*pictures, **{**tiny, "size": 112})  # large enough for a coarser size
    dashed = [line for line in figure.axes[1].lines if len(line.get_xdata()) == 2]
    assert len(dashed) == 0  # pictures of 64 px are never enlarged, so there is one size only
    large = loss_curves(pictures[0].repeat(2, 0).repeat(2, 1), pictures[1], **{**tiny, "size": 128})
    assert any(set(line.get_xdata()) == {5} for line in large.axes[1].lines)  # four coarse steps first
    assert [text.get_text() for text in large.axes[1].texts] == ["128 px"]


def test_frames_show_step_and_losses(context, pictures, tiny):
    frames = canvas_animation(*pictures, **tiny)
    runs = recorded_runs(context)
    assert len(frames) == len(runs[0].frames) and len({frame.size for frame in frames}) == 1
    lines = frame_text(STARTS[0], runs[0], 0)
    row = runs[0].history[0]
    assert lines[0][0] == "from noise   step 1   48 px"
    assert lines[1][0] == f"loss {row['loss']:.2f}: content {row['content']:.2f}, style {row['style']:.2f}"
