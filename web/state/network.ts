/** What the page knows of a network and of its forward passes: plain data. */
import type { Judgement, LayerOutput, Preparation, Summary, Tensor } from "lenet5";

/** The networks that ship with the page, in the order in which they are offered. */
export const pretrainedIds = ["article", "modern", "1998", "reader"] as const;
export type PretrainedId = (typeof pretrainedIds)[number];

/** Where a network comes from. */
export type NetworkSource =
  | { readonly type: "pretrained"; readonly network: PretrainedId }
  /** A model file; `name` is for errors. */
  | { readonly type: "file"; readonly bytes: Uint8Array; readonly name: string };

/** A network as the page knows it: plain data. */
export interface NetworkFacts {
  /** One of {@link pretrainedIds}, "trained", or the name of a run or a file. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Layers with shapes, parameters, connections, configs, and which layers each reads. */
  readonly summary: Summary;
  /** All weights, by `<layer>/<weight>`. */
  readonly weights: ReadonlyMap<string, Tensor<Float32Array>>;
  /** Epochs behind the weights, of the network that is trained on the page. */
  readonly epoch?: number;
  /** Whether the smallest output is the prediction. */
  readonly outputsDistances: boolean;
  readonly classNames: readonly string[];
  /** How a picture becomes an image for it. */
  readonly preparation: Preparation;
  /** The SHA-256 of all weights, as `lenet5 train` and `lenet5 summary` print it; undefined while they change. */
  readonly checksum?: string;
}

/** Whether a network takes an image. */
export function takes({ preparation: { size, padding, channels } }: NetworkFacts, { shape }: Tensor): boolean {
  return shape.join() === [size[0] + 2 * padding, size[1] + 2 * padding, channels].join();
}

/** One forward pass. */
export interface Forward {
  /** The id of the network. */
  readonly network: string;
  readonly input: Tensor<Uint8Array>;
  /** From the input to the output, in the order of the summary. */
  readonly layers: readonly LayerOutput[];
  /** The values of the output layer by class. */
  readonly scores: readonly number[];
  /** The class that the network answers. */
  readonly predicted: number;
  /** Its probabilities, and how sure it is; undefined for outputs from which no probabilities follow. */
  readonly judgement: Judgement | undefined;
}
