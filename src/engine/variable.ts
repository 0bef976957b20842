import type { Shape } from "../core/tensor.ts";

/** A weight of a layer. The host owns its value: programs copy it in before they run, and training copies it out. */
export interface Variable {
  /** `<layer>/<weight>`, e.g. `C1/kernel`. */
  readonly path: string;
  /** Keras's shape: convolution kernels [kh, kw, in, out], dense kernels [in, out]. */
  readonly shape: Shape;
  /**
   * Whether it has a gradient and the optimizer updates it; false for moving statistics, and while its layer is frozen.
   */
  readonly trainable: boolean;
  readonly value: Float32Array;
  /** The number of changes of `value`, by which a program detects that its copy is old. */
  version: number;
}
