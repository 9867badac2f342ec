"""Numbers of the first 468 of MediaPipe's face landmarks; left and right are the person's own."""

FACE_OVAL = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]  # fmt: skip

# Lips from outside in; each row from the right corner to the left one.
UPPER_LIP = (
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
)
LOWER_LIP = (
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
)
LIPS = sorted({mark for row in (*UPPER_LIP, *LOWER_LIP) for mark in row})

# Lids: pairs of (upper, lower) rims from the outer corner to the inner one, then the fold above each.
RIGHT_LIDS = ((246, 7), (161, 163), (160, 144), (159, 145), (158, 153), (157, 154), (173, 155))
LEFT_LIDS = ((466, 249), (388, 390), (387, 373), (386, 374), (385, 380), (384, 381), (398, 382))
RIGHT_FOLD = (247, 30, 29, 27, 28, 56, 190)
LEFT_FOLD = (467, 260, 259, 257, 258, 286, 414)
RIGHT_CORNERS, LEFT_CORNERS = (33, 133), (263, 362)
EYES = [33, 133, 263, 362, *(rim for pair in RIGHT_LIDS + LEFT_LIDS for rim in pair)]
EYELIDS = ((RIGHT_LIDS, RIGHT_FOLD, RIGHT_CORNERS), (LEFT_LIDS, LEFT_FOLD, LEFT_CORNERS))

# Brows from the outer end to the inner one: upper row, lower row.
RIGHT_BROW = ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55))
LEFT_BROW = ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285))

NOSE = [1, 2, 4, 5, 6, 19, 94, 98, 129, 168, 195, 197, 327, 358]
CHIN = [152, 148, 377, 175, 171, 396, 199]

# The folds that a smile draws from the nose past the mouth, and the cheeks around them.
FOLDS = [[129, 203, 206, 216, 212], [358, 423, 426, 436, 432]]
CHEEKS = [
    [129, 203, 206, 216, 212, 202, 204, 43, 57, 186, 92, 165],
    [358, 423, 426, 436, 432, 422, 424, 273, 287, 410, 322, 391],
]

# The lines of a frown: between the brows, from the inner eye corners, down from the corners of the mouth.
FROWN = [
    [107, 55, 193], [336, 285, 417], [133, 112, 26], [362, 341, 256], [61, 43, 202], [291, 273, 422],
]  # fmt: skip

# The edge of the face from beside the eye down the jaw, right and left.
JAWS = [[127, 234, 93, 132, 58, 172, 136, 150, 149], [356, 454, 323, 361, 288, 397, 365, 379, 378]]

# Outer corner, two points of the upper lid, inner corner, the two of the lower lid opposite them.
RIGHT_EYE = (33, 160, 158, 133, 153, 144)
LEFT_EYE = (263, 387, 385, 362, 380, 373)
RIGHT_EYE_CORNERS = (33, 133)
LEFT_EYE_CORNERS = (362, 263)
MOUTH_CORNERS = (61, 291)
