/** What the worker that holds the networks can do. Calls go through Comlink. */
import type { Picture, Tensor } from "lenet5";
import type { Forward, NetworkFacts, NetworkSource } from "../state/network.ts";

export interface NetworkApi {
  /** Loads a network under an id, in place of one that has it. @throws Error with a line for the user */
  open(id: string, source: NetworkSource): Promise<NetworkFacts>;
  /** The image that a picture becomes for the network; undefined where nothing is drawn. */
  prepare(picture: Picture): Promise<Tensor<Uint8Array> | undefined>;
  /** Every layer's output for one image. */
  forward(id: string, image: Tensor<Uint8Array>): Promise<Forward>;
}
