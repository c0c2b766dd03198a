"""Means over tasks that come in clusters."""

import numpy as np
import pytest

from wardian.scoring.statistics.means import clustered_mean, proportion
from wardian.scoring.statistics.pairs import paired_difference
from wardian.scoring.statistics.spread import ALIKE, labelled, spread


def test_clusters_are_numbered_as_they_come() -> None:
    assert labelled(["b", "a", "b", "c"]).tolist() == [0, 1, 0, 2]


def test_every_task_alone_is_no_clustering() -> None:
    values = np.array([0.1, 0.4, 0.4, 1.0])
    assert spread(values, ["a", "b", "c", "d"]) == spread(values)
    assert proportion([[1.0], [0.0], [1.0]], ["a", "b", "c"]) == proportion([[1.0], [0.0], [1.0]])


def test_it_is_the_formula_with_matrices() -> None:
    """Bell and McCaffrey as they wrote it: residuals through (I - H)^(-1/2), freedom from the traces."""
    sizes = [1, 2, 3, 6, 2]
    labels = np.repeat(np.arange(5), sizes)
    values = np.random.default_rng(1).normal(size=len(labels))
    n = len(values)
    hat = np.full((n, n), 1 / n)
    working = np.where(labels[:, None] == labels, ALIKE, 0.0) + (1 - ALIKE) * np.eye(n)
    vectors = []
    for label in range(5):
        inside = np.flatnonzero(labels == label)
        block = np.eye(len(inside)) - hat[np.ix_(inside, inside)]
        eigenvalues, eigenvectors = np.linalg.eigh(block)
        root = eigenvectors @ np.diag(eigenvalues**-0.5) @ eigenvectors.T
        vectors.append((np.eye(n) - hat)[:, inside] @ root @ np.ones(len(inside)) / n)
    pull = np.array(vectors)
    products = pull @ working @ pull.T
    found = spread(values, labels.tolist())
    assert found is not None
    assert found.variance == pytest.approx(float(((pull @ values) ** 2).sum()))
    assert found.freedom == pytest.approx(np.trace(products) ** 2 / (products**2).sum())


def test_one_cluster_says_nothing_about_others() -> None:
    estimate = clustered_mean([0.5, 1.0], clusters=["a", "a"])
    assert (estimate.value, estimate.low, estimate.high, estimate.tasks) == (0.75, None, None, 2)


def test_tasks_without_outcomes_take_their_cluster_with_them() -> None:
    with_empty = proportion([[1.0], [], [0.0], [1.0], [1.0]], ["a", "c", "a", "b", "b"])
    assert with_empty == proportion([[1.0], [0.0], [1.0], [1.0]], ["a", "a", "b", "b"])
    differences = paired_difference([[1.0], [], [-1.0], [0.0]], clusters=["a", "c", "a", "b"])
    assert differences == paired_difference([[1.0], [-1.0], [0.0]], clusters=["a", "a", "b"])


def test_many_clusters_take_no_matrix() -> None:
    labels = np.arange(200_000) // 2
    found = spread((labels % 2).astype(float), labels.tolist())
    assert found is not None
    assert found.freedom == pytest.approx(99_999)


def test_clusters_that_all_succeed_are_no_certainty() -> None:
    estimate = proportion([[1.0]] * 12, ["a", "b", "c", "d"] * 3)
    assert estimate.low is not None
    assert estimate.low < 0.4
    assert estimate.high == 1.0
