import { digits, type History, lenet5, type Model, pretrained } from "lenet5";
import { type Exported, exportOnnx } from "lenet5/exchange";
import { lossCurves } from "lenet5/figures";

const net: Model = lenet5();
net.compile({ loss: "sparse_categorical_crossentropy" });
const history: History = await net.fit(digits({ train: 10, test: 1 }).train, { epochs: 1 });
export const svg: string = lossCurves(history).svg;
export const shipped: Model = await pretrained();
export const file: Exported = await exportOnnx(shipped);
