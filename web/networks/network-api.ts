/** What the worker that holds the networks can do. Calls go through Comlink. */
import type { Picture, PictureAnswer, PreparationStep, Tensor, TrainTest } from "lenet5";
import type { Adjust, DialName, MapPlace } from "../state/adjust.ts";
import type { DataFacts, DataId, Evaluation, Samples } from "../state/data.ts";
import type { Forward, NetworkFacts, NetworkSource } from "../state/network.ts";
import type { Unit } from "../state/view.ts";
import type { Answers, Pleased, Saliency } from "./breaking.ts";

export interface NetworkApi {
  /** Says where the page is served: the first call. */
  servedFrom(address: string): void;
  /** Loads a network under an id, in place of one that has it. @throws Error with a line for the user */
  open(id: string, source: NetworkSource): Promise<NetworkFacts>;
  /** The image that a picture becomes for LeNet-5, or for another network; undefined where nothing is drawn. */
  prepare(picture: Picture, id?: string): Promise<Tensor<Uint8Array> | undefined>;
  /** An image with other zeros around it, as another network takes it; undefined where pixels would be lost. */
  fitted(image: Tensor<Uint8Array>, id: string): Promise<Tensor<Uint8Array> | undefined>;
  /** The steps from a picture to the image that a network is given; none where nothing is drawn. */
  steps(picture: Picture, id: string): Promise<readonly PreparationStep[]>;
  /** What the network reads in a picture, as the library's pictureReader does: perhaps several digits, or none. */
  read(picture: Picture, id: string): Promise<PictureAnswer>;
  /** Decodes a picture file; a large one comes shrunk. @throws Error with a line for the user */
  openPicture(bytes: Uint8Array, name: string): Promise<Picture>;
  /** The bytes of the network's model file. */
  modelFile(id: string): Promise<Uint8Array>;
  /** Gives a network other weights, by `<layer>/<weight>`. */
  update(id: string, weights: NetworkFacts["weights"]): Promise<void>;
  /** The SHA-256 of a network's weights as they stand, in hex. */
  checksum(id: string): Promise<string>;
  /** Every layer's output for one image; the maps in `off` are 0 everywhere. */
  forward(id: string, image: Tensor<Uint8Array>, off?: readonly MapPlace[]): Promise<Forward>;
  /** The answers along the range of a slider, everything else being as it is. */
  answersAlong(
    id: string,
    image: Tensor<Uint8Array>,
    adjust: Adjust,
    name: DialName,
    off: readonly MapPlace[],
  ): Promise<Answers>;
  /** By the gradient of the answer's score, or by what hiding a part of the image takes from it. */
  saliency(
    id: string,
    image: Tensor<Uint8Array>,
    by: "gradient" | "occlusion",
    off: readonly MapPlace[],
  ): Promise<Saliency>;
  /** Some steps of an image towards one for which a unit's output grows; a number is the seed of the first one. */
  pleased(id: string, unit: Unit, image: Float32Array | number, steps: number): Promise<Pleased>;
  /** The range of each layer's values over 256 fixed digits, by layer, and rounded up to 1, 2, 5. */
  ranges(id: string): Promise<ReadonlyMap<string, number>>;
  /** Puts a data set in place of the one with that id. */
  putData(id: DataId, data: TrainTest): void;
  /** @throws Error with a line for the user where the data are not there, here and in the next two */
  dataFacts(data: DataId): Promise<DataFacts>;
  /** Test images by their numbers, as a network takes them, where its id is given. */
  testImages(data: DataId, indices: readonly number[], id?: string): Promise<Samples>;
  /** The true classes of all test images. */
  testLabels(data: DataId): Promise<Uint8Array>;
  /** The network's answers for all test images; `onProgress` gets the share that is done, 0 to 1. */
  evaluate(id: string, data: DataId, onProgress?: (share: number) => void): Promise<Evaluation>;
}
