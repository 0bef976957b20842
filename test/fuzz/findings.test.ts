import { readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { outcomeOf } from "./cases.ts";
import { stored } from "./reader.ts";
import { type ReaderName, readers } from "./readers.ts";

const folder = "test/fuzz/findings";

/** Files that once made a reader hang, crash or throw something else: `READER--WHAT.ENDING.gz`. */
test.each(readdirSync(folder))("%s is refused in one line", async (name) => {
  const [reader, file] = name.replace(/\.gz$/, "").split("--") as [ReaderName, string];
  const bytes = new Uint8Array(gunzipSync(stored(`${folder}/${name}`)));
  expect(await outcomeOf(readers[reader], { [file]: bytes })).toMatchObject({ kind: "refused" });
});
