import { version } from "../../core/version.ts";
import { preparationText } from "../../reading/model-preparation.ts";
import type { Described } from "./describe.ts";
import { runtimeSource } from "./generated/runtime.ts";
import type { StandaloneAccuracy } from "./measure.ts";
import type { Description } from "./runtime/description.ts";

interface Facts extends Described {
  /** The name of the file. */
  readonly file: string;
  /** The name of the model. */
  readonly name: string;
  readonly bits: 8 | 32;
  /** SHA-256 of the model's weights, as `checksum` gives it. */
  readonly checksum: string;
  readonly accuracy: StandaloneAccuracy | undefined;
}

/** The text of a standalone file: what it is, the network, its weights, and the code that runs it. */
export function fileText(facts: Facts): string {
  return [
    "/*!",
    ...headLines(facts).map((line) => ` * ${line}`.trimEnd()),
    " */",
    `const description = ${descriptionText(facts.description)};`,
    `const weights = "${base64(facts.bytes)}";`,
    runtimeSource.trim(),
    "export const { classify, predict } = made.recogniser(description, weights);",
    "",
  ].join("\n");
}

function headLines({ file, name, bits, count, checksum, accuracy, isAssumed, description }: Facts): string[] {
  const { preparation, classNames, network } = description;
  const classes = classNames?.map((each) => JSON.stringify(each)) ?? [];
  return [
    `${file}: classifies pictures with the network ${quoted(name)}, by itself. Written by lenet5 ${version} (MIT License).`,
    "",
    `  import { classify } from "./${file}";`,
    "  const { label, confidence } = classify(canvas);",
    "",
    'Takes a canvas, an ImageData or { width, height, data }. An empty picture has no label: its verdict is "none".',
    `The network takes ${preparationText(preparation)}; classify prepares pictures so.`,
    ...(isAssumed
      ? ["That is assumed from the size of its input: the model does not say how its pictures were made."]
      : []),
    ...(classes.length > 0 ? wrapped(`Classes: ${classes.join(", ")}`) : []),
    `Input: [${network.input.join(", ")}]. Weights: ${number(count)}, in ${bits} bits. SHA-256 of the model's weights:`,
    checksum,
    ...(accuracy
      ? accuracyLines(accuracy, bits)
      : ["How many pictures it reads rightly was not measured when it was written."]),
  ].map((line) => line.replaceAll("*/", "* /").replaceAll("</", "< /"));
}

function accuracyLines({ images, float32, file, agree }: StandaloneAccuracy, bits: 8 | 32): string[] {
  const was = `Measured when it was written: of ${number(images)} labelled images, it reads ${percent(file)} rightly`;
  return bits === 32
    ? [`${was}.`]
    : [`${was}, and`, `${percent(float32)} with weights of 32 bits; for ${percent(agree)} both give the same class.`];
}

/** `98.97%` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

/** `61,706` */
export function number(value: number): string {
  return value.toLocaleString("en");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A text in lines of at most 110 characters, as far as its words allow. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < 110) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The description as JSON, a line for each step. A page may have it in a script element: "</" would end that. */
function descriptionText({ network, ...others }: Description): string {
  const json = (value: unknown) => JSON.stringify(value).replaceAll("</", "<\\/");
  const list = (items: readonly unknown[]) => `[\n${items.map((item) => `    ${json(item)},\n`).join("")}  ]`;
  const parts = Object.entries(others).map(([name, value]) => `  ${name}: ${json(value)},\n`);
  const { input, steps, weights } = network;
  const lines = `input: ${json(input)}, steps: ${list(steps)}, weights: ${list(weights)}`;
  return `{\n${parts.join("")}  network: { ${lines} },\n}`;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  // Blocks of three bytes become four letters each, so that parts can be joined.
  for (let at = 0; at < bytes.length; at += 3 * 4096)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + 3 * 4096)));
  return text;
}
