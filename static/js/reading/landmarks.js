/* Numbers of MediaPipe's face landmarks; left and right are the person's own. */

/** Outer corner, two points of the upper lid, inner corner, the two of the lower lid opposite them. */
export const RIGHT_EYE = [33, 160, 158, 133, 153, 144];
export const LEFT_EYE = [263, 387, 385, 362, 380, 373];
export const RIGHT_EYE_CORNERS = [33, 133];
export const LEFT_EYE_CORNERS = [362, 263];
export const MOUTH_CORNERS = [61, 291];
