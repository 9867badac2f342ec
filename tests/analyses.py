"""Analyses for tests: what a worker would have measured."""

from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, Attention, EmotionScores, FaceBox

BOX = FaceBox(left=0.3, top=0.2, width=0.4, height=0.5)


def resembling(emotion: Emotion, confidence: float = 0.88) -> EmotionScores:
    rest = (1 - confidence) / (len(EMOTIONS) - 1)
    return EmotionScores(tuple(confidence if one is emotion else rest for one in EMOTIONS), uncertain=False)


def looking(yaw: float = 0.0, pitch: float = 0.0, eye_openness: float = 0.8) -> Attention:
    return Attention(yaw=yaw, pitch=pitch, roll=0.0, eye_openness=eye_openness, gaze_x=0.0, gaze_y=0.0)


def attentive(emotion: Emotion = Emotion.NEUTRAL) -> Analysis:
    return Analysis(faces=1, box=BOX, attention=looking(), expression=resembling(emotion))


def turned_away(yaw: float = 60.0) -> Analysis:
    return Analysis(faces=1, box=BOX, attention=looking(yaw=yaw), expression=resembling(Emotion.NEUTRAL))


NO_FACE = Analysis(faces=0)
