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
  /**
   * Set while a program's memory holds newer numbers, which `value` fetches when it is read: writes them into the given
   * array.
   */
  newer: ((value: Float32Array) => void) | undefined;
  /** The number of changes of `value`, by which a program detects that its copy is old. */
  version: number;
}

/** A variable that starts as `value`, an array that it keeps. */
export function variableOf(path: string, shape: Shape, value: Float32Array, isTrainable: () => boolean): Variable {
  return {
    path,
    shape,
    version: 0,
    newer: undefined,
    get trainable() {
      return isTrainable();
    },
    get value() {
      this.newer?.(value);
      this.newer = undefined;
      return value;
    },
  };
}
