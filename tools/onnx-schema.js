/**
 * Writes src/formats/onnx/schema.ts from ONNX's own schema, src/formats/onnx/onnx.proto, which is `onnx-ml.proto` of the
 * release that its first line names, without its comments. Run it again after a change of that file:
 *
 *     node tools/onnx-schema.js
 *
 * It installs the compiler of the schema in build/onnx-schema. That compiler writes enums, which need more of a compiler
 * than the removal of types: they become constants here.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build", "onnx-schema");
const source = join(root, "src", "formats", "onnx", "onnx.proto");

mkdirSync(join(folder, "proto"), { recursive: true });
writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
writeFileSync(join(folder, "proto", "onnx.proto"), readFileSync(source));
writeFileSync(join(folder, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
const plugin =
  "version: v2\nplugins:\n  - local: ./node_modules/.bin/protoc-gen-es\n    out: made\n    opt: [target=ts]\n";
writeFileSync(join(folder, "buf.gen.yaml"), plugin);
const packages = ["@bufbuild/buf@1.75.0", "@bufbuild/protoc-gen-es@2.13.0", "@bufbuild/protobuf@2.17.0"];
execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], { cwd: folder });
execFileSync(join(folder, "node_modules", ".bin", "buf"), ["generate"], { cwd: folder, stdio: "inherit" });

const made = readFileSync(join(folder, "made", "onnx_pb.ts"), "utf8")
  .replaceAll(/^\s*\/\*\*.*?\*\/\n/gms, "")
  .replaceAll(/^\/\*.*\*\/\n/gm, "")
  .replaceAll(/^export enum (\w+) \{(.*?)^\}/gms, (_, name, members) => {
    const values = members.replaceAll(/(\w+) = (\d+)/g, "$1: $2");
    return `export const ${name} = {${values}} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`;
  })
  .replaceAll(/\n{3,}/g, "\n\n");
writeFileSync(join(root, "src", "formats", "onnx", "schema.ts"), made);
