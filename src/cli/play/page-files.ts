import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";
import { fileResource, type Resource, type Resources } from "./resource.ts";

/** From dist/node, where the bundle has this code. */
const packaged = {
  page: fileURLToPath(new URL("../web", import.meta.url)),
  weights: fileURLToPath(new URL("../../weights", import.meta.url)),
};

/**
 * The files of the built page. The package has the weights once: those of the page are its own folder `weights/`. The
 * folders are listed again for an address that is not known, so that a page that was built anew starts.
 * @throws InputError where the page is not built
 */
export async function pageFiles(folders = packaged): Promise<Resources> {
  if (!(await pathInfo(join(folders.page, "index.html"))))
    throw new InputError(
      `play: expected the built page in ${folders.page}, found none: run \`npm run build:web\` first`,
    );
  let files = await builtFiles(folders);
  /** Requests for unknown addresses at the same time share a listing. */
  let listing: Promise<typeof files> | undefined;
  const listed = async () => {
    listing ??= builtFiles(folders).finally(() => {
      listing = undefined;
    });
    return listing;
  };
  return {
    async get(path) {
      if (!files.has(path)) files = await listed();
      return files.get(path);
    },
  };
}

async function builtFiles({ page, weights }: typeof packaged): Promise<Map<string, Resource>> {
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
  // While the page is built anew, it has none.
  const index = files.get("/index.html");
  if (index) files.set("/", index);
  return files;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
