"""A server in a process of its own, and tablets beside it, as the proof has them."""

import pytest

from tests.audits.field.proof.conftest import floor_source, scene, stage_scene
from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet

__all__ = ["floor_source", "scene", "stage_scene", "tablet"]


@pytest.fixture
def tablet(scene: Scene) -> Tablet:
    """The lead auditor's, with the audit ready offline."""
    return scene.tablet(scene.world.lead)
