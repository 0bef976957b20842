/** What the Yours worker can do. Calls go through Comlink. */
import type { Tensor, TrainTest } from "lenet5";
import type { DataInspectionJson, HistoryJson, RunReport } from "lenet5/figures";
import type { FigureName, FigureValues } from "../design/figures.ts";
import type { DataId } from "../state/data.ts";
import type { GivenFile } from "./given-files.ts";
import type { Example, Lesson } from "./teach.ts";

/** What files hold. */
export type Found =
  | {
      readonly type: "model";
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly history: HistoryJson | undefined;
    }
  | { readonly type: "data"; readonly data: TrainTest; readonly inspection: DataInspectionJson };

/** A figure that is still to be drawn. */
export interface UndrawnFigure {
  /** For a file's name. */
  readonly name: string;
  readonly figure: FigureName;
  readonly values: FigureValues<FigureName>;
}

/** What figures and a report are of. */
export interface Subject {
  readonly title: string;
  readonly model: Uint8Array;
  readonly history: HistoryJson | undefined;
  /** An image for the feature maps. */
  readonly image: Tensor<Uint8Array> | undefined;
  /** The data set whose test images it is evaluated on. */
  readonly data: DataId;
  /** The data set itself where the user brought it. */
  readonly given: TrainTest | undefined;
  /** The address of the page. */
  readonly page: string;
}

export interface YoursApi {
  /** Reads a model file, a run folder or a data set. @throws Error with a line for the user, here and below */
  read(files: readonly GivenFile[]): Promise<Found>;
  /** Trains on examples that were read wrong, mixed with known images. */
  teach(
    model: Uint8Array,
    examples: readonly Example[],
    given: TrainTest | undefined,
    onProgress: (share: number) => void,
  ): Promise<Lesson>;
  /** Adds a class and trains it on drawings. */
  teachClass(
    model: Uint8Array,
    name: string,
    drawings: readonly Tensor<Uint8Array>[],
    given: TrainTest | undefined,
    onProgress: (share: number) => void,
  ): Promise<Lesson>;
  /** What every figure is drawn from that there is something for. */
  figures(subject: Subject): Promise<readonly UndrawnFigure[]>;
  /** What the report is drawn from. */
  report(subject: Subject): Promise<RunReport>;
  /** The TypeScript that rebuilds the model. */
  code(model: Uint8Array): Promise<string>;
}
