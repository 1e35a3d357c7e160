"""Image Style Transfer Using Convolutional Neural Networks (Gatys, Ecker, Bethge 2016), in one sitting.

python examples/gatys.py PHOTO PAINTING OUT.png [--network vgg19] [--alpha 1e-3] [--beta 1] [--steps 500]
"""

import argparse

import torch

from impasto import features
from impasto.images import io
from impasto.images.resize import fit, resize, shrink_to
from impasto.losses.content import gatys_content_distance
from impasto.losses.gram import gatys_gram_distance, gram_matrix
from impasto.losses.total_variation import total_variation

CONTENT_LAYER, STYLE_LAYERS = "relu4_2", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


def content_loss(f, p):
    """How far the activations f of the canvas are from those of the photo, p; both (1, N, h, w)."""
    return gatys_content_distance(f, p).sum()  # eq. 1; its gradient, eq. 2, is autograd's


def style_loss(f, grams):
    """How far the canvas is from the painting; f: {layer: activations}, grams: {layer: Gram matrix}."""
    layers = [gatys_gram_distance(gram_matrix(f[layer]), a) for layer, a in grams.items()]  # eq. 3, eq. 4
    return torch.cat(layers).mean()  # eq. 5, w = 1 / 5; its gradient, eq. 6, is autograd's


def optimise(photo, painting, network, *, alpha=1e-3, beta=1.0, tv=1.0, steps=500, seed=0):
    """Yield (loss, canvas) at each step; photo and painting are (1, 3, H, W), sRGB in [0, 1]."""
    p = network(photo, [CONTENT_LAYER])[CONTENT_LAYER]
    grams = {layer: gram_matrix(f) for layer, f in network(painting, STYLE_LAYERS).items()}  # eq. 3
    noise = torch.randn(photo.shape, generator=torch.Generator().manual_seed(seed))
    canvas = (0.5 + noise / 255).requires_grad_()  # noise of one grey level
    optimizer = torch.optim.LBFGS([canvas], max_iter=1, history_size=50, tolerance_grad=0, tolerance_change=0)

    def total_loss():
        f = network(canvas, [CONTENT_LAYER, *STYLE_LAYERS])
        total = alpha * content_loss(f[CONTENT_LAYER], p) + beta * style_loss(f, grams)  # eq. 7
        total += tv * total_variation(canvas).sum()  # ours, against grain that the network hardly sees
        (canvas.grad,) = torch.autograd.grad(total, canvas)
        return total

    for _ in range(steps):
        yield optimizer.step(total_loss).item(), canvas.detach().clamp(0, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, default in {"network": "compact", "alpha": 1e-3, "beta": 1.0, "tv": 1.0, "steps": 500}.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options, paths = parser.parse_known_args()
    photo, painting = (io.read(path).pixels for path in paths[:2])
    photo = resize(photo, fit(*photo.shape[2:], 512))
    painting = shrink_to(painting, photo.shape[2] * photo.shape[3], ratio=1.0, smallest_px=1)
    network = features.load(vars(options).pop("network"), pooling="average")
    *_, (_, canvas) = optimise(photo, painting, network, **vars(options))
    io.write(paths[2], canvas)
