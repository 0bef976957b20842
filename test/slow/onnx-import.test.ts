/** As in test/exchange/onnx-hostile.test.ts, with more files. */
import { test } from "vitest";
import { damageAll } from "../exchange/hostile-onnx.ts";

test("damaged ONNX files are refused in one line or read", () => damageAll(50_000));
