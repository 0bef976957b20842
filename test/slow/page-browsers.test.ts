/** The page in Firefox and WebKit: it draws, reads, and trains to the same bits. */
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { digits, lenet5, recipe } from "../../src/index.ts";
import { served, stopServers } from "../site.ts";
import { type ForeignPage, foreignBrowsers } from "./foreign-browsers.ts";

const built = fileURLToPath(new URL("../../dist/web", import.meta.url));
const training = { images: 1500, epochs: 1 };
const hash = `#area=train&train=images:${training.images},epochs:${training.epochs}`;

afterAll(stopServers);

const answer = `document.querySelector("[data-answer]")?.getAttribute("data-answer")`;

/** A 3 of two bows, as a share of the pad's side. */
const three = Array.from({ length: 41 }, (_, i) => {
  const lower = i > 20;
  const turn = ((lower ? i - 20 : i) / 20) * 1.35 * Math.PI - 0.8 * Math.PI + (lower ? 0.3 * Math.PI : 0);
  const [middle, radius] = lower ? [0.64, 0.17] : [0.33, 0.15];
  return [0.48 + radius * Math.cos(turn), middle + radius * Math.sin(turn)] as const;
});

async function checksumInNode(): Promise<string> {
  const { train } = digits({ train: training.images });
  const model = lenet5({ seed: 1, numerics: "reproducible" });
  const { compile, fit } = recipe("article", training);
  model.compile(compile);
  await model.fit(train, { ...fit, verbose: 0 });
  return model.checksum();
}

describe.each(Object.entries(foreignBrowsers))("%s", (_, start) => {
  it.skipIf(!start).each([true, false])(
    "reads a drawn 3 and trains to the same bits; isolated: %s",
    async (isIsolated) => {
      const page: ForeignPage = await start!();
      try {
        await page.open((await served(built, isIsolated)) + hash);
        // Without the headers, the service worker loads the page once more to add them.
        await expect
          .poll(() => page.value<boolean>("crossOriginIsolated").catch(() => false), { timeout: 60_000 })
          .toBe(true);
        await expect.poll(() => page.value<string>(answer), { timeout: 60_000 }).toBe("3");
        await page.value(`document.querySelector("[aria-label=Clear]").click()`);
        await expect.poll(() => page.value<string>(answer), { timeout: 20_000 }).not.toBe("3");
        const pad = await page.value<{ x: number; y: number; width: number }>(
          `document.querySelector(".draw canvas").getBoundingClientRect().toJSON()`,
        );
        await page.drag(three.map(([x, y]) => [pad.x + x * pad.width, pad.y + y * pad.width]));
        await expect.poll(() => page.value<string>(answer), { timeout: 20_000 }).toBe("3");
        await page.value(
          `[...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Start").click()`,
        );
        const ended = `document.querySelector("[data-training=ended]") !== null`;
        await expect.poll(() => page.value<boolean>(ended), { timeout: 120_000 }).toBe(true);
        const checksum = `document.querySelector("[data-checksum]")?.getAttribute("data-checksum")`;
        await expect.poll(() => page.value<string>(checksum), { timeout: 20_000 }).toBe(await checksumInNode());
      } finally {
        await page.close();
      }
    },
  );
});
