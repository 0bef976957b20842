import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { readBytes } from "#platform";
import { mnistPaths } from "../../data/mnist.ts";
import type { Resource } from "./resource.ts";

/** MNIST's files under the names that `mnist({ mirrors })` asks for; none where MNIST is not on this machine. */
export async function servedMnist(folder: string | undefined): Promise<Map<string, Resource>> {
  const paths: Readonly<Record<string, string>> = (await mnistPaths(folder)) ?? {};
  return new Map(
    Object.entries(paths).map(([part, path]) => [
      `/mnist/${part}.gz`,
      {
        type: "application/gzip",
        async read() {
          const bytes = await readBytes(path);
          // Gzip begins so; a plain file is packed, fast rather than small.
          return bytes[0] === 0x1f && bytes[1] === 0x8b ? bytes : promisify(gzip)(bytes, { level: 1 });
        },
      },
    ]),
  );
}
