import type { Numbers, Shape } from "../../core/tensor.ts";
import type { Layout } from "./layouts.ts";

/** A tensor of a file of weights. */
export interface NamedTensor {
  /** Its name in the file, with visible control characters: `conv1.weight`, `conv2d/kernel:0`. */
  readonly name: string;
  readonly shape: Shape;
  /** The type of its numbers as the file names it: `float16`. */
  readonly type: string;
  /** Its numbers in row-major order. It is called once, for a tensor that has a place in the network. */
  values(): Numbers | Promise<Numbers>;
}

/** The tensors of a file that says nothing about layers. */
export interface WeightsFile {
  /** Its name in errors. */
  readonly file: string;
  readonly tensors: readonly NamedTensor[];
  /** Whether the tensors are in the order in which the layers were made; false where a writer may have sorted them. */
  readonly inOrder: boolean;
  /** The layouts that the kind of file may have, the usual one first; without them, names and shapes decide. */
  readonly layouts?: readonly Layout[] | undefined;
}

/** Where a tensor of a file went. */
export interface MappedTensor {
  /** Its name in the file. */
  readonly tensor: string;
  /** Its shape in the file. */
  readonly shape: Shape;
  /** The weight that it is: `C1/kernel`. */
  readonly weight: string;
  /** The shape of the weight. */
  readonly weightShape: Shape;
}
