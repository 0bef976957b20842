import { version } from "../../../core/version.ts";
import { encodeOnnx } from "../../../formats/onnx/encode.ts";
import { graphOf, listOf } from "../../../model/graph.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import type { Exported } from "../../exported.ts";
import { factsOf } from "../../facts.ts";
import { type Layout, onnxGraph } from "./graph.ts";
import { notesOf } from "./notes.ts";
import { takingBytes } from "./taking-bytes.ts";
import { textsOf } from "./texts.ts";

const OPSET = 13;
/** The version of the file's format that came with the opset. */
const IR_VERSION = 7;

/** The ONNX file of a model. */
export async function onnxFile(
  given: Model<OneOrMore, OneOrMore>,
  { layout, withPreparation }: { readonly layout: Layout; readonly withPreparation: boolean },
): Promise<Exported> {
  const model = withPreparation ? takingBytes(given) : given;
  const graph = graphOf(listOf(model.inputs), listOf(model.outputs));
  const facts = await factsOf("exportOnnx", model);
  const texts = textsOf(graph, { layout, reading: given.reading, facts, withPreparation });
  const takes = withPreparation ? "uint8" : "float";
  const bytes = encodeOnnx({
    irVersion: IR_VERSION,
    opset: OPSET,
    producer: { name: "lenet5", version },
    name: given.name,
    text: [...texts].map(([name, text]) => `${name}: ${text}`).join("\n"),
    ...onnxGraph(graph, { layout, takes, texts }),
    metadata: facts,
  });
  return { bytes, beside: {}, notes: notesOf(given, { layout, withPreparation }) };
}
