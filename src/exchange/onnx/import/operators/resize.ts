import { upSampling2d } from "../../../../layers/up-sampling2d.ts";
import { layerName } from "../names.ts";
import type { Node } from "../node.ts";
import { type Activation, dimsOf } from "../value.ts";
import { maps, mapsOf } from "./convolution.ts";
import type { Rule } from "./rule.ts";

/** https://onnx.ai/onnx/operators/onnx__Resize.html: whole factors, as the layer `upSampling2d` has them. */
export const Resize: Rule = (node) => {
  const isOld = node.opset < 11;
  const mode = node.text("mode", "nearest");
  const place = node.text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel");
  const nearest = node.text("nearest_mode", isOld ? "floor" : "round_prefer_floor");
  node.ignore("cubic_coeff_a", "exclude_outside", "extrapolation_value");
  // With a whole factor, these take each position as often as the factor says.
  const repeats =
    mode === "nearest" &&
    ((place === "asymmetric" && nearest === "floor") || (place === "half_pixel" && nearest.startsWith("round")));
  const isBilinear = mode === "linear" && (place === "half_pixel" || place === "pytorch_half_pixel");
  if (!repeats && !isBilinear)
    node.refuse(`mode ${shortened(mode)} with ${shortened(place)}, ${shortened(nearest)} is not supported`);
  if (node.int("antialias", 0) !== 0 && isBilinear) node.ignore("antialias"); // it changes only what is made smaller
  const [scales, sizes] = isOld ? [1, undefined] : [2, 3];
  return enlarged(node, factorsOf(node, scales, sizes), isBilinear ? "bilinear" : "nearest");
};

/** https://onnx.ai/onnx/operators/onnx__Upsample.html (up to opset 9) */
export const Upsample: Rule = (node) => {
  const mode = node.text("mode", "nearest");
  if (mode !== "nearest") node.refuse(`mode ${shortened(mode)} is not supported: "nearest" is`);
  return enlarged(node, node.floats("scales") ?? factorsOf(node, 1, undefined), "nearest");
};

/** The factor of each axis. */
function factorsOf(node: Node, scales: number, sizes: number | undefined): readonly number[] {
  if (node.has("axes")) node.refuse('attribute "axes" is not supported');
  const policy = node.text("keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch") node.refuse(`keep_aspect_ratio_policy ${shortened(policy)} is not supported`);
  const given = node.optionalConstant(scales, "the scales")?.data;
  if (given && given.length > 0) return [...given];
  const wanted = sizes === undefined ? undefined : node.optionalConstant(sizes, "the sizes")?.data;
  const dims = dimsOf(node.activation());
  return wanted
    ? dims.map((size, axis) => (axis === 0 ? 1 : (wanted[axis] ?? 0) / size))
    : node.refuse("expected scales or sizes");
}

function enlarged(node: Node, factors: readonly number[], interpolation: "nearest" | "bilinear"): Activation {
  const x = node.activation();
  const [images, channels, rows, columns] = factors;
  const isWhole = [rows, columns].every((factor) => Number.isInteger(factor) && factor! >= 1);
  if (factors.length !== 4 || images !== 1 || channels !== 1 || !isWhole)
    node.refuse(`expected whole factors of rows and columns, got [${factors.slice(0, 8)}]`);
  const options = { size: [rows!, columns!], interpolation } as const;
  return maps(x, node.network.add(upSampling2d, options, [mapsOf(node, x)], { name: layerName(node) }));
}

function shortened(text: string): string {
  return JSON.stringify(text.slice(0, 30));
}
