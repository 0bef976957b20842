/**
 * How an image is seen: `count` views, the image itself among them; the others are distorted by at most `share` of the
 * distortions in training. Chosen by the validation error, see bench/accuracy-choices.js.
 */
export const chosen = { count: 16, share: 0.5 };
