/** A project that uses the library in pages has no types of Node: no declaration of the library may ask for them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../docs/pages.ts";

test("the library's declarations need no types of Node", () => {
  const files = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" });
  const declarations = files.filter((file) => file.endsWith(".d.ts") && !file.startsWith("cli/"));
  expect(declarations.length).toBeGreaterThan(300);
  const faulty = declarations.filter((file) =>
    /["'](node:|node["'])|\bNodeJS\./.test(readFileSync(join(root, "dist", file), "utf8")),
  );
  expect(faulty).toEqual([]);
});
