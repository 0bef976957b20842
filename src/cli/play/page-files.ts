import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";
import { fileResource, type Resource } from "./resource.ts";

const page = fileURLToPath(new URL("../../web", import.meta.url));
const weights = fileURLToPath(new URL("../../../weights", import.meta.url));

/**
 * The files of the built page. The package has the weights once: those of the page are its own folder `weights/`.
 * @throws InputError where the page is not built
 */
export async function pageFiles(): Promise<Map<string, Resource>> {
  if (!(await pathInfo(join(page, "index.html"))))
    throw new InputError(`play: expected the built page in ${page}, found none: run \`npm run build:web\` first`);
  const files = new Map<string, Resource>();
  for (const [folder, at] of [
    [page, "/"],
    [weights, "/weights/"],
  ] as const) {
    for (const path of await filesIn(folder)) {
      const address = at + relative(folder, path).split(sep).join("/");
      files.set(address, fileResource(path, address.startsWith("/assets/")));
    }
  }
  files.set("/", files.get("/index.html")!);
  return files;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
