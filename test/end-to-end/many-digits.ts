import type { TrainTest } from "../../src/index.ts";
import { smallDigits } from "./lenet5-command.ts";

/** The digits of other tests, each training image several times: an epoch takes long enough to be interrupted. */
export function manyDigits(times: number): TrainTest {
  const { images, labels } = smallDigits.train;
  const data = new Uint8Array(images.data.length * times);
  const many = new Uint8Array(labels.length * times);
  for (let i = 0; i < times; i++) {
    data.set(images.data, i * images.data.length);
    many.set(labels, i * labels.length);
  }
  return {
    ...smallDigits,
    train: { ...smallDigits.train, images: { ...images, data, shape: [many.length, 32, 32, 1] }, labels: many },
  };
}
