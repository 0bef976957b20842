/** What the worker that holds the networks can do. Calls go through Comlink. */
import type { Picture, Tensor, TrainTest } from "lenet5";
import type { DataFacts, DataId, Evaluation, Samples } from "../state/data.ts";
import type { Forward, NetworkFacts, NetworkSource } from "../state/network.ts";

export interface NetworkApi {
  /** Says where the page is served: the first call. */
  servedFrom(address: string): void;
  /** Loads a network under an id, in place of one that has it. @throws Error with a line for the user */
  open(id: string, source: NetworkSource): Promise<NetworkFacts>;
  /** The image that a picture becomes for the network; undefined where nothing is drawn. */
  prepare(picture: Picture): Promise<Tensor<Uint8Array> | undefined>;
  /** Gives a network other weights, by `<layer>/<weight>`. */
  update(id: string, weights: NetworkFacts["weights"]): Promise<void>;
  /** Every layer's output for one image. */
  forward(id: string, image: Tensor<Uint8Array>): Promise<Forward>;
  /** The range of each layer's values over 256 fixed digits, by layer, and rounded up to 1, 2, 5. */
  ranges(id: string): Promise<ReadonlyMap<string, number>>;
  /** Puts a data set in place of the one with that id. */
  putData(id: DataId, data: TrainTest): void;
  /** @throws Error with a line for the user where the data are not there, here and in the next two */
  dataFacts(data: DataId): Promise<DataFacts>;
  /** Test images by their numbers. */
  testImages(data: DataId, indices: readonly number[]): Promise<Samples>;
  /** The network's answers for all test images; `onProgress` gets the share that is done, 0 to 1. */
  evaluate(id: string, data: DataId, onProgress?: (share: number) => void): Promise<Evaluation>;
}
