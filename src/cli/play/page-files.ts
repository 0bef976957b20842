import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";
import { fileResource, type Resource, type Resources } from "./resource.ts";

const page = fileURLToPath(new URL("../web", import.meta.url));
const weights = fileURLToPath(new URL("../../weights", import.meta.url));

/**
 * The files of the built page. The package has the weights once: those of the page are its own folder `weights/`. The
 * folders are listed again for an address that is not known, so that a page that was built anew starts.
 * @throws InputError where the page is not built
 */
export async function pageFiles(folder = page): Promise<Resources> {
  if (!(await pathInfo(join(folder, "index.html"))))
    throw new InputError(`play: expected the built page in ${folder}, found none: run \`npm run build:web\` first`);
  let files = await builtFiles(folder);
  /** Requests for unknown addresses at the same time share a listing. */
  let listing: Promise<typeof files> | undefined;
  const listed = async () => {
    listing ??= builtFiles(folder).finally(() => {
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

async function builtFiles(built: string): Promise<Map<string, Resource>> {
  const files = new Map<string, Resource>();
  for (const [folder, at] of [
    [built, "/"],
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
