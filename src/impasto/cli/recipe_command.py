"""A command out of a task's row: its inputs, its outputs and one option for every setting."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli import outputs as output_options
from impasto.cli.console import fetch_missing, notes
from impasto.cli.options import keyword, parameter
from impasto.cli.outputs import Outputs, check, run_job, run_recipe
from impasto.cli.paint_photos import paint_photos
from impasto.cli.print_size import parse_print, printed
from impasto.cli.sort_pictures import parameters as several_parameters
from impasto.cli.sort_pictures import sort_pictures, takes_list
from impasto.cli.unused_name import unused
from impasto.errors import SettingError
from impasto.images.file_names import fitting
from impasto.images.picture_file import check_file
from impasto.registry import TASKS, find
from impasto.settings import Settings
from impasto.settings.task import Input, Task

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.result import Result
    from impasto.synthesis.recipe import Recipe

FROM = keyword(
    "from_record",
    Path | None,
    typer.Option("--from", metavar="OUT.json", help="Make a picture again from its record."),
)

LOOK_IN = keyword(
    "look_in",
    Path | None,
    typer.Option(
        "--look-in",
        metavar="FOLDER",
        help="With --from: where its pictures are. (default: near the record, or in the working folder)",
    ),
)

SPARE_BYTES = len("-1000.checkpoint") - len(".png")
"""Room in the names of results for those of the files beside them, and of the pictures of a series."""

CTRL_C = "Ctrl-C keeps the picture painted so far; if there is a checkpoint, --resume goes on from there."
"""Second paragraph of the help."""


@dataclass(frozen=True)
class Call:
    """A command with everything that was given, ready to run.

    Attributes:
        recipe: of the task.
        inputs: by name; paths, colours and lists of these.
        settings: of the run.
        target: the result's file.
        outputs: files to write.
        console: where notes go.
    """

    recipe: Recipe[Any]
    inputs: Mapping[str, Any]
    settings: Any
    target: Path
    outputs: Outputs
    console: Console

    @property
    def files(self) -> list[Path]:
        """Every file and folder that is read."""
        return [path for path in self.recipe.paths(self.inputs) if os.path.exists(path) or path.suffix]  # noqa: PTH110

    def fetch(self) -> None:
        """Download the network's weights if they are not here, once the pictures have proved readable."""
        network = getattr(self.settings, "network", None)
        if network is not None:
            fetch_missing(
                network, self.settings.weights, self.console, quiet=self.outputs.silent, check=self._read
            )

    def _read(self) -> None:
        from impasto.images import io
        from impasto.synthesis.read import pictures_of
        from impasto.synthesis.styles import style_shares

        if "style_weights" in type(self.settings).info():
            style_shares(self.settings.style_weights, len(self.inputs["style"]))
        for path in self.files:
            for picture in pictures_of(path):
                io.read(picture, max_megapixels=self.settings.max_megapixels)


@dataclass(frozen=True)
class Extra:
    """An option that only one task has, and what the command does when it is given.

    Attributes:
        parameter: the option.
        run: (value, outputs) before anything else; for what needs no picture.
        run_call: (value, call) instead of painting.
        before: (value, call) before painting.
        after: (value, call, result) once the picture is saved.
        rewrite: (value, inputs, options), changes what was given, before it is looked at.
    """

    parameter: inspect.Parameter
    run: Callable[[Any, Outputs], None] | None = None
    run_call: Callable[[Any, Call], None] | None = None
    before: Callable[[Any, Call], None] | None = None
    after: Callable[[Any, Call, Result], None] | None = None
    rewrite: Callable[[Any, dict[str, Any], dict[str, Any]], None] | None = None


def recipe_command(
    name: str, *, extras: Sequence[Extra] = (), run: Callable[[Call], None] | None = None
) -> Callable[..., Any]:
    """The command of a task.

    Args:
        name: of the task.
        extras: options that only this task has.
        run: how to run it, if not as one job.
    """
    task: Task[Any] = find(TASKS, name, kind="task")
    own = [
        *(input_parameter(row, several=takes_list(task, row)) for row in task.inputs),
        *(extra.parameter for extra in extras),
        FROM,
    ]
    files = output_options.parameters(has_steps=task.has_steps)
    several = several_parameters(task)
    setting_options = [parameter(setting, task.settings) for setting in task.settings.info()]

    def command(**values: Any) -> None:
        given = {option.name: values.pop(option.name) for option in setting_options}
        options = {name: value for name, value in given.items() if value is not None}
        outputs = Outputs(**{file.name: values.pop(file.name) for file in files})
        chosen = [(extra, values.pop(extra.parameter.name)) for extra in extras]
        chosen = [(extra, value) for extra, value in chosen if value != extra.parameter.default]
        record_file, look_in = values.pop("from_record"), values.pop("look_in")
        with notes(quiet=outputs.silent) as console:
            for extra, value in chosen:
                if extra.rewrite is not None:
                    extra.rewrite(value, values, options)
                if extra.run is not None:
                    extra.run(value, outputs)
                    return
            photos = sort_pictures(
                task,
                values,
                options,
                out=outputs.out,
                from_record=record_file is not None,
                needs_styles=run is not None or (bool(chosen) and name == "stylize"),
            )
            if photos is not None:
                paint_photos(task, photos, values, options, outputs, console)
                return
            recipe, inputs, settings = plan(task, values, record_file, options, look_in=look_in)
            if outputs.print is not None:
                paper = parse_print(outputs.print)
                settings = printed(settings, paper, inputs.get("content"), options)
                outputs = replace(outputs, dpi=outputs.dpi or paper.dpi)
            target = outputs.out or unused(_target(task, inputs, settings, record_file), recipe, inputs)
            call = Call(recipe, inputs, settings, target, outputs, console)
            for extra, value in chosen:
                if extra.run_call is not None:
                    extra.run_call(value, call)
                    return
                if extra.before is not None:
                    extra.before(value, call)
            if run is not None:
                run(call)
                return
            result = paint(call)
            for extra, value in chosen:
                if extra.after is not None:
                    extra.after(value, call, result)

    command.__name__ = name
    command.__doc__ = task.summary
    if task.has_steps:
        command.__doc__ += "\n\n" + CTRL_C
    rows = [*own, *files, *several, LOOK_IN, *setting_options]
    vars(command)["__signature__"] = inspect.Signature(rows)
    command.__annotations__ = {p.name: p.annotation for p in rows}
    return command


def paint(call: Call) -> Result:
    """Check everything that can be checked without painting, then paint and save."""
    from impasto.synthesis.context import Context

    alpha = getattr(call.settings, "keep_alpha", False)
    check(call.outputs, call.target, call.files, alpha=alpha)
    recipe = call.recipe
    if recipe.job is None:
        return run_recipe(call.outputs, call.target, recipe, call.inputs, call.settings, console=call.console)
    make_job = recipe.job

    def prepare() -> Any:
        call.fetch()
        return make_job(call.inputs, call.settings, Context())

    return run_job(call.outputs, call.target, console=call.console, prepare=prepare)


def plan(
    task: Task[Any],
    given: Mapping[str, Any],
    record_file: Path | None,
    options: Mapping[str, Any],
    *,
    look_in: Path | None = None,
) -> tuple[Recipe[Any], dict[str, Any], Settings]:
    """Recipe, inputs and settings of a command; those of a record where they are not given anew.

    Raises:
        SettingError: an input is missing, or is given beside a record that names its own.
        PictureError: a picture has no file, or is not found.
    """
    inputs = {name: value for name, value in given.items() if value}
    if record_file is None:
        task.check_inputs(inputs)
        settings = task.settings.of(options)
        check_files(task, inputs)
        from impasto.synthesis.recipe import find_recipe  # loads torch, which takes seconds

        return find_recipe(task.name), inputs, settings
    from impasto.synthesis.recipe import from_record

    for row in task.inputs:
        if row.positional and row.name in inputs:
            first = inputs[row.name][0] if row.is_plural else inputs[row.name]
            raise SettingError(
                "--from brings its own pictures", got=f"{first} as well", attempt="one or the other"
            )
    recipe, recorded, settings = from_record(record_file, task=task.name, given=inputs, look_in=look_in)
    for name, setting in task.alternatives:
        if options.get(setting) is not None:
            recorded.pop(name, None)
        elif name in inputs:
            settings = replace(settings, **{setting: None})
    return recipe, recorded, settings.changed(options)


def check_files(task: Task[Any], inputs: Mapping[str, Any]) -> None:
    """Check that the pictures are there; a text may be something else than a file, as may a style's mask.

    Raises:
        PictureError: a file is missing, or a folder is given where one file is needed.
    """
    for row in task.inputs:
        if row.kind in ("picture", "mask", "pictures"):
            for path in task.paths(inputs, row.name):
                if row.kind != "pictures" or not path.is_dir():
                    check_file(path)


def _target(task: Task[Any], inputs: Mapping[str, Any], settings: Any, record_file: Path | None) -> Path:
    """Where the picture goes if the user does not say: PHOTO-STYLE.png here, or beside the record."""
    if record_file is not None:
        path = record_file.with_name(f"{record_file.stem}-again.png")
    else:
        path = Path(f"{task.stem(inputs, settings)}.png")
    return fitting(path, ".png", spare_bytes=SPARE_BYTES)


def input_parameter(row: Input, *, several: bool = False) -> inspect.Parameter:
    """The argument or option of an input; several: its argument takes more than one."""
    kind: Any = str if row.kind in ("masks", "text") else Path
    if row.is_plural or several:
        kind = list[kind]
    if row.positional:
        metavar = f"{row.metavar}..." if row.is_plural or several else row.metavar
        option = typer.Argument(help=row.help, metavar=metavar, show_default=False)
    else:
        option = typer.Option(row.flag, help=row.help, metavar=row.metavar, show_default=False)
    position = "POSITIONAL_OR_KEYWORD" if row.positional else "KEYWORD_ONLY"
    annotation = Annotated[kind | None, option]
    return inspect.Parameter(
        row.name, getattr(inspect.Parameter, position), default=None, annotation=annotation
    )
