import type { Graph } from "../../../model/graph.ts";
import type { Reading } from "../../../model/reading.ts";
import type { Layout } from "./graph.ts";

interface Known {
  readonly layout: Layout;
  readonly reading: Reading | undefined;
  readonly facts: Readonly<Record<string, string>>;
  readonly withPreparation: boolean;
}

/** A text for people about each input and output of the file, by name. */
export function textsOf({ inputs, inputNames, outputNames }: Graph, known: Known): ReadonlyMap<string, string> {
  const { layout, reading, facts, withPreparation } = known;
  const preparation = reading?.preparation;
  const takes = withPreparation
    ? "bytes from 0 to 255, which the file scales and pads"
    : preparation
      ? `a picture's bytes from 0 to 255 times ${preparation.scale}, with ${preparation.padding} rows and columns of 0 on each side`
      : "numbers as in training; in which scale, the model does not say";
  const ink = preparation?.framing === "mnist" ? `, ${preparation.ink} ink, centred as in MNIST` : "";
  const axes = layout === "nchw" ? "[N, channels, rows, columns]" : "[N, rows, columns, channels]";
  const kinds: readonly { name: string; kind: string }[] = JSON.parse(facts["lenet5.outputs"]!);
  const classes = reading?.classNames ? ` of ${reading.classNames.slice(0, 20).join(", ")}` : "";
  return new Map([
    ...inputNames.map((name, i) => {
      const isImage = inputs[i]!.shape.length === 3;
      return [name, isImage ? `${axes}: ${takes}${ink}` : "[N, features]"] as const;
    }),
    ...kinds.map(({ kind }, i) => [outputNames[i]!, `${meanings[kind]}${i === 0 ? classes : ""}`] as const),
  ]);
}

const meanings: Readonly<Record<string, string>> = {
  probabilities: "probabilities",
  logits: "logits, whose softmax are probabilities",
  distances: "squared distances, the smallest of which is the answer",
  scores: "numbers",
};
