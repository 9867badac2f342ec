"""What a student's browser sends where it reads pictures itself."""

import json
from pathlib import Path
from typing import Any

_CARD = json.loads((Path(__file__).resolve().parents[1] / "models" / "browser" / "edge.json").read_text())
NETWORK = _CARD["sha256"][:8]
NETWORK_NAME = f"{_CARD['network']} {NETWORK}"
ATTENTION = {
    "yaw": 1.5,
    "pitch": -2.25,
    "roll": 0.5,
    "eye_openness": 0.8,
    "gaze_x": 0.05,
    "gaze_y": -0.1,
    "yawning": False,
}


def picture(**fields: Any) -> dict[str, Any]:
    """Of an attentive student, of just now."""
    return {
        "age_ms": 0,
        "faces": 1,
        "attention": ATTENTION,
        "expression": [0.4, *[0.1] * 6],
        "uncertain": False,
        **fields,
    }


def message(*readings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "measured", "network": NETWORK, "sent_ms": None, "readings": list(readings), **fields}
