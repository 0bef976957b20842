/**
 * Facts of the paper and of its time, which no network on the page can know: LeCun, Bottou, Bengio, Haffner,
 * "Gradient-Based Learning Applied to Document Recognition", Proc. IEEE 86(11), 1998.
 */

/** Section III.D: days of training on a workstation. */
export const trainingDays = [2, 3] as const;

/** Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012. */
export const alexNetWeights = 60_000_000;
