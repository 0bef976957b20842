import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** A real Chromium from an npm package, or the reason why it does not start. */
export async function startChromium(): Promise<{ browser?: Browser; why: string }> {
  const executablePath = await chromium.executablePath();
  const args = ["--no-sandbox", "--headless=shell", "--disable-gpu", "--disable-background-networking"];
  let why = "";
  // The program was just unpacked: another process may still have it open for writing (ETXTBSY).
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return { browser: await playwright.launch({ executablePath, args }), why };
    } catch (error) {
      why = String(error).split("\n")[0]!;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  return { why };
}
