"""Why a face was read as it was: the parts of it that the answer hung on, as a map, a picture and words.

explanation = explain(classifier.classify, image, face)
draw_poster(image, explanation).save("why.png")
print(explanation.text)
"""

from emotion.explain.explanation import Explanation, explain
from emotion.explain.occlusion import OcclusionMap, occlusion_map
from emotion.explain.overlay import overlay
from emotion.explain.poster import draw_poster

__all__ = ["Explanation", "OcclusionMap", "draw_poster", "explain", "occlusion_map", "overlay"]
