/** Writes `licences.txt` beside the page: the licences of everything that its scripts and fonts consist of. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Fonts are no modules, so that they are named here. */
const fonts = ["@fontsource-variable/source-sans-3", "@fontsource-variable/source-serif-4"];

/**
 * Two plug-ins: one for the page, and one for its workers, which are bundles of their own and are built before it.
 * @param {string} root the folder of the package
 */
export function licences(root) {
  const packages = new Set(fonts.map((name) => join(root, "node_modules", name)));
  /** @param {string[]} modules */
  const add = (modules) => {
    for (const id of modules) {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? [];
      if (folder) packages.add(folder.replace(/^\0/, ""));
    }
  };
  /** @param {import("vite").Rolldown.OutputBundle} bundle */
  const addAll = (bundle) => {
    for (const item of Object.values(bundle)) if (item.type === "chunk") add(item.moduleIds);
  };
  return {
    ofWorkers: () => ({
      name: "licences-of-workers",
      /** @param {unknown} _ @param {import("vite").Rolldown.OutputBundle} bundle */
      generateBundle: (_, bundle) => addAll(bundle),
    }),
    /** @type {import("vite").Plugin} */
    ofPage: {
      name: "licences",
      generateBundle(_, bundle) {
        addAll(bundle);
        const own = ["LICENSE", "NOTICE"].map((name) => readFileSync(join(root, name), "utf8").trim());
        const source = [...own, ...[...packages].sort().map(licenceOf)].join(`\n\n${"-".repeat(72)}\n\n`);
        this.emitFile({ type: "asset", fileName: "licences.txt", source: `${source}\n` });
      },
    },
  };
}

/** @param {string} folder the folder of a package @throws Error where it has no licence */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name}: expected a file with its licence, found none`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
}
