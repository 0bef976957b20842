import type { PaperJson } from "../report/paper-results.ts";
export async function writePaper(_out: string, _results: PaperJson): Promise<string> {
  throw new Error("to come");
}
