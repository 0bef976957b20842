/** Before tests: builds whatever is older than its sources, as `npm test` does, so that no test runs an old build. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export default function build() {
  const script = fileURLToPath(new URL("build.js", import.meta.url));
  const { status } = spawnSync(process.execPath, [script, "--web"], { stdio: "inherit" });
  if (status !== 0) throw new Error("the build failed");
}
