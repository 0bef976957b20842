/** The licences that docs/dependencies.md lists are those of the packages that are installed with lenet5. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pages, root } from "./pages.ts";

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/** The names of the packages of each licence. */
function installed(): Map<string, string[]> {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8"));
  const byLicence = new Map<string, string[]>();
  for (const [path, { license = "none", ...kind }] of Object.entries<Locked>(packages)) {
    if (path === "" || kind.dev || kind.optional || kind.devOptional) continue;
    const name = path.replace(/^.*node_modules\//, "");
    byLicence.set(license, [...(byLicence.get(license) ?? []), name]);
  }
  return byLicence;
}

test("docs/dependencies.md lists the licence of each installed package", () => {
  const { text } = pages.find(({ path }) => path === "docs/dependencies.md")!;
  const rows = text.split("## Licences")[1]!.matchAll(/^\| ([^|]+) \| (\d+) \| ([^|]+) \|$/gm);
  const listed = [...rows].map(([, licence, count, names]) => ({
    licence,
    count: Number(count),
    names: names!.split(", ").sort(),
  }));
  const expected = [...installed()].map(([licence, names]) => ({
    licence,
    count: new Set(names).size,
    names: [...new Set(names)].sort(),
  }));
  const byName = (a: { licence?: string }, b: { licence?: string }) => (a.licence! < b.licence! ? -1 : 1);
  expect(listed.sort(byName)).toEqual(expected.sort(byName));
});
