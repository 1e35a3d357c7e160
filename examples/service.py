"""Painting as a service: jobs that can be watched, cancelled, and end in time.

IMPASTO_STYLES=samples uvicorn service:app          (in this folder; a folder of paintings, by name)

POST   /paintings                     a photo, and the name of a style -> {"id": ...}
GET    /paintings/{id}                state, progress, seconds left
GET    /paintings/{id}/picture        the picture, or what there is of it
DELETE /paintings/{id}                stop, and forget it
"""

import os
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from fastapi import FastAPI, Form, HTTPException, Response, UploadFile

import impasto

MAX_UPLOAD_BYTES = 20_000_000


@dataclass
class Painting:
    """One job: what its thread writes, and what requests read."""

    state: str = "waiting"
    progress: float = 0.0
    seconds_left: float | None = None
    error: str = ""
    picture: bytes = b""
    stop: threading.Event = field(default_factory=threading.Event)

    def paint(self, painter: impasto.Painter, photo: bytes, timeout_s: float) -> None:
        """Paint until it is done, stopped, or out of time; the picture so far is kept."""
        steps = painter.steps(photo)
        try:
            while not self.stop.is_set():
                step = next(steps)
                self.state, self.seconds_left = "painting", step.seconds_left
                self.progress = step.seconds / max(step.seconds + step.seconds_left, 1e-9)
                if self.stop.is_set() or step.seconds > timeout_s:
                    self._keep(step.image())
                    self.state = "stopped" if self.stop.is_set() else "out of time"
                    return
            self.state = "stopped"  # before its first step
        except StopIteration as end:
            self._keep(end.value.image)
            self.state, self.progress, self.seconds_left = "done", 1.0, 0.0
        except impasto.ImpastoError as error:
            self.state, self.error = "failed", error.problem
        finally:
            steps.close()  # frees the memory of the run

    def _keep(self, image) -> None:
        buffer = BytesIO()
        image.save(buffer, "PNG")
        self.picture = buffer.getvalue()


def make_app(
    styles: Mapping[str, str | Path],
    *,
    threads: int = 1,
    waiting: int = 8,
    timeout_s: float = 120.0,
    kept: int = 100,
    **options,
) -> FastAPI:
    """The service.

    Args:
        styles: {name: painting}.
        threads: paintings at a time; each has the memory of one run.
        waiting: jobs that may wait besides; more are answered with 503.
        timeout_s: seconds of painting after which a job gives the picture so far.
        kept: jobs that are remembered; the oldest are forgotten first.
        **options: of ``impasto.stylize``, for all paintings.
    """
    context = impasto.preload(**options)
    painters = {name: impasto.Painter(file, context=context, **options) for name, file in styles.items()}
    jobs: dict[str, Painting] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        with ThreadPoolExecutor(threads) as pool:
            app.state.pool = pool
            yield
            for job in jobs.values():
                job.stop.set()

    app = FastAPI(title="impasto", lifespan=lifespan)

    def job_of(name: str) -> Painting:
        if name not in jobs:
            raise HTTPException(404, "there is no such painting")
        return jobs[name]

    @app.post("/paintings", status_code=202)
    async def begin(photo: UploadFile, style: str = Form()) -> dict[str, str]:
        if style not in painters:
            raise HTTPException(404, f"there is no style {style!r}; there are {', '.join(painters)}")
        data = await photo.read(MAX_UPLOAD_BYTES + 1)
        if len(data) > MAX_UPLOAD_BYTES:
            raise HTTPException(413, f"at most {MAX_UPLOAD_BYTES / 1e6:g} MB")
        if sum(job.state in ("waiting", "painting") for job in jobs.values()) >= threads + waiting:
            raise HTTPException(503, "too many paintings are waiting", {"Retry-After": "30"})
        name, job = uuid.uuid4().hex, Painting()
        jobs[name] = job
        over = [one for one, old in jobs.items() if old.state not in ("waiting", "painting")]
        for old in over[: max(0, len(jobs) - kept)]:
            del jobs[old]
        app.state.pool.submit(job.paint, painters[style], data, timeout_s)
        return {"id": name}

    @app.get("/paintings/{name}")
    async def look(name: str) -> dict[str, object]:
        job = job_of(name)
        return {
            "state": job.state,
            "progress": round(job.progress, 3),
            "seconds_left": job.seconds_left,
            "error": job.error,
        }

    @app.get("/paintings/{name}/picture")
    async def picture(name: str) -> Response:
        job = job_of(name)
        if not job.picture:
            raise HTTPException(409, f"there is no picture: {job.error or job.state}")
        return Response(job.picture, media_type="image/png")

    @app.delete("/paintings/{name}", status_code=204)
    async def stop(name: str) -> None:
        job_of(name).stop.set()
        del jobs[name]

    return app


if "IMPASTO_STYLES" in os.environ:
    folder = Path(os.environ["IMPASTO_STYLES"])
    app = make_app({file.stem: file for file in sorted(folder.iterdir()) if file.suffix in (".png", ".jpg")})
