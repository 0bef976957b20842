/** The types beside a standalone file, with the compiler: they are the library's, and take what pages have. */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { exportStandalone } from "../../src/exchange.ts";
import { pretrained } from "../../src/index.ts";
import { root } from "../docs/pages.ts";

const program = `
import type * as own from "../../../src/index.ts";
import { classify, type PartAnswer, type PictureAnswer, predict } from "./digit.js";

const answer: own.PictureAnswer = classify(document.createElement("canvas"));
export const back: PictureAnswer = answer;
export const part: PartAnswer = answer.parts[0] satisfies own.PartAnswer;
classify(new OffscreenCanvas(1, 1));
classify(new ImageData(1, 1));
classify({ width: 1, height: 1, data: new Uint8Array(4) });
export const outputs: Float32Array = predict([1, 2]);
// @ts-expect-error: a file is no picture
classify("seven.png");
`;

test("the types of a standalone file are the library's", async () => {
  const folder = `${root}build/standalone-types-${process.pid}/types`;
  await mkdir(folder, { recursive: true });
  const { beside } = await exportStandalone(await pretrained());
  await writeFile(join(folder, "digit.d.ts"), beside["digit.d.ts"]!);
  await writeFile(join(folder, "program.ts"), program);
  const config = {
    extends: "../../../tsconfig.test.json",
    compilerOptions: { rootDir: "../../..", noEmit: true },
    include: ["*.ts"],
    exclude: [],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const found = await promisify(execFile)(process.execPath, [
    `${root}node_modules/typescript/bin/tsc`,
    "-p",
    folder,
    "--pretty",
    "false",
  ]).then(
    () => "",
    ({ stdout }) => stdout as string,
  );
  expect(found).toBe("");
  await rm(join(folder, ".."), { recursive: true });
});
