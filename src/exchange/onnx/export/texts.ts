import type { Graph } from "../../../model/graph.ts";
import type { Reading } from "../../../model/reading.ts";
import type { Preparation } from "../../../pictures/preparation.ts";
import { preparedText } from "../../preparation-note.ts";
import type { Layout } from "./graph.ts";

interface Known {
  readonly layout: Layout;
  readonly reading: Reading | undefined;
  /** Of the model, by their names. */
  readonly facts: Readonly<Record<string, string>>;
  readonly withPreparation: boolean;
}

/** A text for people about each input and output of the file, by name. */
export function textsOf({ inputs, inputNames, outputNames }: Graph, known: Known): ReadonlyMap<string, string> {
  const { layout, reading, facts, withPreparation } = known;
  const axes = layout === "nchw" ? "[N, channels, rows, columns]" : "[N, rows, columns, channels]";
  const kinds: readonly { kind: string }[] = JSON.parse(facts["lenet5.outputs"]!);
  const classes = reading?.classNames ? ` of ${reading.classNames.slice(0, 20).join(", ")}` : "";
  return new Map([
    ...inputNames.map((name, i) => {
      const isImage = inputs[i]!.shape.length === 3;
      return [
        name,
        isImage ? `${axes}: ${takenText(reading?.preparation, withPreparation)}` : "[N, features]",
      ] as const;
    }),
    ...kinds.map(({ kind }, i) => [outputNames[i]!, `${meanings[kind]}${i === 0 ? classes : ""}`] as const),
  ]);
}

/** What an input of images takes. */
function takenText(preparation: Preparation | undefined, withPreparation: boolean): string {
  if (!preparation) return "numbers as in training; the model does not say in which scale";
  const { framing, ink } = preparation;
  const look = framing === "mnist" ? `, ${ink} ink, centred as in MNIST` : "";
  return `${withPreparation ? "bytes from 0 to 255, which the file scales and pads" : preparedText(preparation)}${look}`;
}

const meanings: Readonly<Record<string, string>> = {
  probabilities: "probabilities",
  logits: "logits, whose softmax are probabilities",
  distances: "squared distances, the smallest of which is the answer",
  scores: "numbers",
};
