/** Data sets, and how networks do on them: plain data, in stores that areas share. */
import type { Tensor } from "lenet5";
import { writable } from "svelte/store";

/** "digits": built-in; "mnist": served beside the page; "yours": what the user brought. */
export type DataId = "digits" | "mnist" | "yours";

/** A data set as the page knows it: plain data. */
export interface DataFacts {
  readonly id: DataId;
  /** For people: "built-in digits". */
  readonly title: string;
  /** The number of test images. */
  readonly test: number;
  readonly classNames: readonly string[];
}

/** Whether a network's first classes are those of data: else it is neither right nor wrong about them. */
export function hasClasses(network: readonly string[], data: readonly string[]): boolean {
  return data.every((name, label) => name === network[label]);
}

/** Images of a data set with their class numbers. */
export interface Samples {
  /** `[N, rows, columns, channels]` bytes with a scale. */
  readonly images: Tensor<Uint8Array>;
  readonly labels: Uint8Array;
}

/** How a network does on the test images of a data set. */
export interface Evaluation {
  /** The id of the network. */
  readonly network: string;
  readonly data: DataId;
  /** `[N]` true classes, and those that the network answers. */
  readonly labels: Uint8Array;
  readonly predicted: Uint16Array;
  /** `[N]`: the probability of the answer; NaN for a network whose outputs are no probabilities. */
  readonly confidence: Float32Array;
  /** counts[true class][predicted class] */
  readonly confusion: readonly (readonly number[])[];
  /** The share of right answers, 0 to 1. */
  readonly accuracy: number;
  /** The numbers of the images that it misreads, those first of whose wrong answer it is surest. */
  readonly misread: readonly number[];
}

/** What is served beside the page, as `served.json` says. */
export interface Served {
  /** Whether `mnist/` holds MNIST's four files. */
  readonly mnist: boolean;
  /** Runs of `lenet5 train`, with addresses relative to the page. */
  readonly runs: readonly {
    readonly name: string;
    readonly title: string;
    readonly model: string;
    /** The history of its training; null where there is only a model. */
    readonly history: string | null;
  }[];
  /** Whether the browser keeps the page: not that of `lenet5 play`, which runs only while it is needed. */
  readonly keepsOffline?: boolean;
}

export const served = writable<Served>({ mnist: false, runs: [] });

/** The data sets that can be chosen now. */
export const dataIds = writable<readonly DataId[]>(["digits"]);

/** Evaluations by `<network>/<data set>`; see `evaluated` of web/networks/data.ts, which computes them. */
export const evaluations = writable<ReadonlyMap<string, Evaluation>>(new Map());

/** How far an evaluation that runs has come, 0 to 1, by the same key; absent where none runs. */
export const evaluating = writable<ReadonlyMap<string, number>>(new Map());
