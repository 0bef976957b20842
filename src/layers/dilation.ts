import { InputError } from "../core/errors.ts";

type Pair = readonly [rows: number, columns: number];

/** Rows and columns from the first tap of a kernel to the last: (kernel - 1) dilation + 1. */
export function dilatedSize(kernelSize: Pair, dilationRate: Pair): [rows: number, columns: number] {
  return [(kernelSize[0] - 1) * dilationRate[0] + 1, (kernelSize[1] - 1) * dilationRate[1] + 1];
}

/** @throws InputError for strides above 1 together with a dilation above 1, which Keras refuses too */
export function checkStridesOrDilation(
  what: string,
  { strides, dilationRate }: { readonly strides: Pair; readonly dilationRate: Pair },
): void {
  if (Math.max(...strides) > 1 && Math.max(...dilationRate) > 1) {
    throw new InputError(
      `${what} dilationRate: expected 1 with strides above 1, got dilationRate [${dilationRate}] and strides [${strides}]: use one of the two`,
    );
  }
}
