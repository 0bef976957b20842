import { test } from "vitest";
import { lenet5, pretrained } from "../../src/index.ts";
import { expectDigitsAlike } from "../exchange/onnx-alike.ts";

test.each(["article", "reader", "modern", "1998"] as const)(
  "the network %s answers 1,000 digits alike",
  async (network) => {
    await expectDigitsAlike(await pretrained({ network }), 1000);
  },
);

test("so does the article's network with all connections", async () => {
  await expectDigitsAlike(lenet5({ c3: "full" }), 1000);
});
