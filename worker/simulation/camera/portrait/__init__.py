"""Renders one public-domain portrait at known head poses, with a moved face, as a webcam would send it.

The pictures stand in for cameras in tests and in the demo lesson's simulated students; what is
read from them is measured by the same pipeline as for anybody.

    portrait = Portrait(Look())
    picture = portrait.render(Pose(yaw=20), Expression(smile=1.0), seed=3)
"""

from worker.simulation.camera.portrait.looks import LOOKS
from worker.simulation.camera.portrait.studio import HEIGHT, WIDTH, Portrait
from worker.simulation.camera.portrait.values import Expression, Framing, Light, Look, Pose

__all__ = ["HEIGHT", "LOOKS", "WIDTH", "Expression", "Framing", "Light", "Look", "Portrait", "Pose"]
