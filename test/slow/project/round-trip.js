import { digits, lenet5 } from "lenet5";
import { exportKeras, exportOnnx, importModel } from "lenet5/exchange";

/** The largest difference of the answers of a model and of the files that it was exported to. */
export async function roundTrip() {
  const { images } = digits({ train: 1, test: 8, seed: 3 }).test;
  const net = lenet5({ threads: 1, seed: 1 });
  const { data } = await net.predict(images);
  /** @param {{ readonly bytes: Uint8Array }} file */
  const differenceOf = async ({ bytes }) => {
    const { model } = await importModel(bytes, { threads: 1 });
    const answers = /** @type {import("lenet5").Model} */ (model).predict(images);
    return (await answers).data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0);
  };
  const onnx = await differenceOf(await exportOnnx(net, { layout: "nhwc" }));
  const keras = await differenceOf(await exportKeras(net));
  return onnx < 1e-6 && keras < 1e-6 ? "as before" : `onnx ${onnx}, keras ${keras}`;
}
