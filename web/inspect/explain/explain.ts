/** The arithmetic of any unit: for every type of layer of the library, the file that explains it. */
import type { LayerType } from "lenet5";
import { foldsOf } from "../../state/folded.ts";
import { unitIndex } from "../../state/units.ts";
import type { Unit } from "../../state/view.ts";
import { convolution, depthwise, separable, transposedConvolution } from "./convolution.ts";
import { denseUnit } from "./dense.ts";
import { squaredDistance } from "./distance.ts";
import { activated, exponentialBelow, parametric, rectified, rescaled, softmaxed } from "./elementwise.ts";
import type { Explanation } from "./explanation.ts";
import { type Given, givenOf, type NetworkWeights, type PassValues } from "./given.ts";
import { merged } from "./merging.ts";
import { batchNormalized, setNormalized, unitNormalized } from "./normalization.ts";
import { enlarged, imageNumber, passing } from "./passing.ts";
import { averagePool, maxPool, subsampling } from "./pooling.ts";

type Explain = (given: Given) => Explanation;

const noise = passing("Only training changes numbers here; a prediction passes them on.");
const order = passing("The same numbers in another order.");

const explanations: { readonly [Type in LayerType]: Explain } = {
  input: imageNumber,
  conv2d: convolution,
  depthwiseConv2d: depthwise,
  separableConv2d: separable,
  conv2dTranspose: transposedConvolution,
  dense: denseUnit,
  averagePooling2d: averagePool,
  maxPooling2d: maxPool,
  globalAveragePooling2d: averagePool,
  globalMaxPooling2d: maxPool,
  upSampling2d: enlarged,
  flatten: passing("All maps become one row of numbers."),
  reshape: order,
  permute: order,
  activation: activated,
  relu: rectified,
  leakyRelu: rectified,
  elu: exponentialBelow,
  prelu: parametric,
  softmax: softmaxed,
  dropout: noise,
  spatialDropout2d: noise,
  gaussianNoise: noise,
  gaussianDropout: noise,
  randomTranslation: noise,
  randomRotation: noise,
  randomZoom: noise,
  batchNormalization: batchNormalized,
  layerNormalization: setNormalized,
  groupNormalization: setNormalized,
  unitNormalization: unitNormalized,
  zeroPadding2d: passing("Zeros are added around the image; this number is one of the image."),
  cropping2d: passing("The sides are cut off; this number stays."),
  rescaling: rescaled,
  concatenate: passing("The maps of all inputs, one after the other."),
  add: merged("sum"),
  subtract: merged("difference"),
  multiply: merged("product"),
  average: merged("mean"),
  maximum: merged("largest"),
  minimum: merged("smallest"),
  channelSlice: passing("Some of the maps are taken."),
  subsampling2d: subsampling,
  rbf: squaredDistance,
};

export interface Explained extends Explanation {
  readonly unit: Unit;
  /** The number that the engine computed, float32. */
  readonly engine: number;
}

/** The arithmetic of a unit; undefined where the network or its pass does not have it. */
export function explained(network: NetworkWeights, forward: PassValues, unit: Unit): Explained | undefined {
  const fold = foldsOf(network.summary.layers).get(unit.layer);
  if (!fold) return explainedAlone(network, forward, unit);
  const each = fold.map(({ name }) => explainedAlone(network, forward, { ...unit, layer: name }));
  const last = each.at(-1);
  if (!last || each.some((one) => one?.value === undefined)) return last;
  // A layer that follows goes on from the number before it: it need not say where it starts.
  return { ...last, unit, parts: each.flatMap((one, i) => one!.parts.slice(i === 0 ? 0 : 1)) };
}

function explainedAlone(network: NetworkWeights, forward: PassValues, unit: Unit): Explained | undefined {
  const given = network.id === forward.network ? givenOf(network, forward, unit) : undefined;
  if (!given) return undefined;
  const { name, type, outputShape, connectedTo } = given.layer;
  const engine = forward.layers.find((layer) => layer.name === name)!.values[unitIndex(outputShape, unit)]!;
  const explain = Object.hasOwn(explanations, type) ? explanations[type as LayerType] : undefined;
  if (!explain) {
    const text = `“${type}” is no layer of the library: it reads ${connectedTo.join(" and ")}, and only its author knows how.`;
    return { unit, engine, parts: [{ type: "note", text }], value: undefined };
  }
  const explanation = explain(given);
  return { unit, engine, ...(isFar(explanation.value ?? engine, engine) ? unclear : explanation) };
}

/** Nothing is shown that does not give the engine's number: of a layer that is called twice only one call is known. */
const unclear: Explanation = {
  parts: [
    {
      type: "note",
      text: "No arithmetic here gives the engine’s number: the layer is called more than once, or its weights have just changed.",
    },
  ],
  value: undefined,
};

/** Whether two numbers differ by more than rounding. */
function isFar(value: number, engine: number): boolean {
  if (Object.is(value, engine)) return false;
  return !(Math.abs(value - engine) <= 1e-3 * Math.max(1, Math.abs(engine)));
}
