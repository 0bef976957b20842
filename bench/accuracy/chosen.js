/**
 * How an image is seen: `count` views, the image itself among them; the others are distorted by at most `share` of the
 * distortions in training. Errors on the validation images of bench/accuracy-choices.js in percent, seed 1, by the
 * number of views:
 *
 * | network, share       |    1 |    2 |    4 |    8 |   16 |   32 |
 * |----------------------|------|------|------|------|------|------|
 * | article, best, 0.25  | 0.77 | 0.72 | 0.73 | 0.72 | 0.73 | 0.73 |
 * | article, best, 0.5   | 0.77 | 0.70 | 0.68 | 0.69 | 0.68 | 0.67 |
 * | article, best, 1     | 0.77 | 0.74 | 0.77 | 0.63 | 0.60 | 0.62 |
 * | modern, 0.5          | 0.34 | 0.37 | 0.34 | 0.37 | 0.32 | 0.32 |
 * | modern, 1            | 0.34 | 0.37 | 0.34 | 0.34 | 0.32 | 0.30 |
 *
 * 32 views are not better by more than two images, and take twice the time.
 */
export const chosen = { count: 16, share: 1 };
