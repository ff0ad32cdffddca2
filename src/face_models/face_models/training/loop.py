"""The training loop: epochs of steps, each followed by a validation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from face_inference.networks.mxnet_library import import_mxnet

from face_models.labelled.sampling import draw_epoch
from face_models.training.checkpoint import Checkpoint, TrainingProgress, load_checkpoint, save_checkpoint
from face_models.training.examples import Batch, Example, plain_batches, training_batches
from face_models.training.network import Params, get_params, make_block, set_params, to_mxnet
from face_models.training.optimisation import Adam, Losses, compute_losses
from face_models.training.options import Recipe

mx = import_mxnet()

STEPS_PER_CHECKPOINT = 50
LOSS_NAMES = ("loss", "age_loss", "age_mae", "gender_loss")

Report = Callable[[TrainingProgress, int], None]


class Training:
    """Trains a network; killed at any moment, it goes on from its checkpoint and ends the same."""

    def __init__(
        self,
        start: tuple[str, Params],
        train: Sequence[Example],
        validation: Sequence[Example],
        recipe: Recipe,
        checkpoint_path: Path,
        digest: str,
    ) -> None:
        """Prepare.

        Args:
            start: symbol and parameters of the network at the start.
            train: the faces to learn from.
            validation: the faces that tell when to stop.
            recipe: how.
            checkpoint_path: where the checkpoint is.
            digest: of faces and start, which tells this training from others.
        """
        symbol, params = start
        self._train, self._validation, self._recipe = train, validation, recipe
        self._path, self._digest = checkpoint_path, digest
        self._block = make_block(symbol, params)
        self._best = params
        self._count = min(recipe.faces_per_epoch or len(train), len(train))
        self.batches = -(-self._count // recipe.batch)
        self._adam = Adam(self._block, recipe, recipe.epochs * self.batches)
        self.progress = TrainingProgress()

    def resume(self) -> None:
        """Go on from the checkpoint.

        Raises:
            ConfigurationError: it is broken, or another training's.
        """
        checkpoint = load_checkpoint(self._path, self._recipe, self._digest)
        self.progress, self._best = checkpoint.progress, checkpoint.best
        set_params(self._block, checkpoint.params)
        self._adam.restore(checkpoint.state, checkpoint.progress.step)

    def run(self, report: Report) -> Params:
        """Train to the end; ``report`` is called after each step and each epoch. Return the best network."""
        if self.progress.step == 0:
            self.progress.start_loss = self.progress.best_loss = self._validate()["loss"]
        while self.progress.epoch < self._recipe.epochs and not self._is_settled():
            self._run_epoch(report)
            report(self.progress, self.batches)
        return self._best

    def _is_settled(self) -> bool:
        return self.progress.epoch - 1 - self.progress.best_epoch >= self._recipe.patience

    def _run_epoch(self, report: Report) -> None:
        progress, recipe = self.progress, self._recipe
        order = draw_epoch(
            [example.face for example in self._train], self._count, recipe.most_repeats, recipe.seed, progress.epoch
        )
        for batch in training_batches(self._train, order, progress.epoch, progress.batch, recipe):
            self._step(batch)
            if progress.step % STEPS_PER_CHECKPOINT == 0:
                self.save()
            report(progress, self.batches)
        self._end_epoch()
        self.save()

    def _step(self, batch: Batch) -> None:
        with mx.autograd.record():
            losses = compute_losses(self._block(to_mxnet(batch.planes)), batch, self._recipe)
        losses.total.backward()
        self._adam.step(len(batch.planes))
        progress = self.progress
        values = [float(one.sum().asscalar()) for one in _in_order(losses)]
        progress.sums = [have + more for have, more in zip(progress.sums, [*values, len(batch.planes)], strict=True)]
        progress.batch += 1
        progress.step += 1

    def _end_epoch(self) -> None:
        progress = self.progress
        *sums, faces = progress.sums
        seen = {f"train_{name}": value / faces for name, value in zip(LOSS_NAMES, sums, strict=True)}
        validation = self._validate()
        progress.history.append({"epoch": progress.epoch, **seen, **validation})
        if validation["loss"] < progress.best_loss:
            progress.best_loss, progress.best_epoch = validation["loss"], progress.epoch
            self._best = get_params(self._block)
        progress.epoch, progress.batch, progress.sums = progress.epoch + 1, 0, [0.0] * 5

    def _validate(self) -> dict[str, float]:
        return measure_losses(self._block, plain_batches(self._validation, self._recipe), self._recipe)

    def save(self) -> None:
        """Write the checkpoint of this moment."""
        params, state = get_params(self._block), self._adam.state()
        save_checkpoint(self._path, Checkpoint(self._recipe, self._digest, self.progress, params, self._best, state))


def measure_losses(block: Callable[[object], object], batches: Iterable[Batch], recipe: Recipe) -> dict[str, float]:
    """Return the mean losses of a network over all faces, by LOSS_NAMES."""
    rows = []
    for batch in batches:
        losses = compute_losses(block(to_mxnet(batch.planes)), batch, recipe)
        rows.append(np.stack([one.asnumpy() for one in _in_order(losses)]))
    means = np.concatenate(rows, axis=1).astype(float).mean(axis=1).tolist()
    return dict(zip(LOSS_NAMES, means, strict=True))


def _in_order(losses: Losses) -> tuple[Any, ...]:
    """Return the losses as LOSS_NAMES names them."""
    return losses.total, losses.age, losses.years, losses.gender
