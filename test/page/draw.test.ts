/** Drawing on the page: the pad, pictures, test images, and the way to the network's input. */
import { deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { stopServers } from "../site.ts";
import { closePages, type OpenedPage, openPage } from "./open-page.ts";

let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  opened = await openPage();
  page = opened.page;
});

afterAll(async () => {
  expect(opened.faults).toEqual([]);
  await closePages();
  stopServers();
});

let visits = 0;

beforeEach(async () => {
  // The number is ignored, but makes it another address: the page starts from its first view.
  await page.evaluate((number) => {
    location.hash = `v=${number}`;
  }, ++visits);
  await answers("3");
});

const pad = () => page.getByLabel("Drawing pad");
const answer = () => page.locator("[data-answer]").getAttribute("data-answer");
const answers = (name: string) => page.locator(`[data-answer="${name}"]`).waitFor({ timeout: 10_000 });
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const notice = () => page.locator("[role='status'] p").innerText();

type Line = readonly (readonly [x: number, y: number])[];

/** Strokes in percent of the pad, by the mouse. */
async function draw(...lines: Line[]): Promise<void> {
  const box = (await pad().boundingBox())!;
  for (const line of lines) {
    const points = line.map(([x, y]) => [box.x + (x / 100) * box.width, box.y + (y / 100) * box.height] as const);
    await page.mouse.move(...points[0]!);
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...point, { steps: 4 });
    await page.mouse.up();
  }
}

const one: Line = [
  [50, 18],
  [50, 82],
];
const seven: Line = [
  [28, 22],
  [72, 22],
  [46, 82],
];
/** Two bows, one above the other. */
const three: Line = Array.from({ length: 33 }, (_, i) => {
  const lower = i >= 16;
  const turn = ((lower ? i - 16 : i) / 16) * 1.35 * Math.PI - 0.8 * Math.PI + (lower ? 0.3 * Math.PI : 0);
  const [middle, radius] = lower ? [64, 18] : [33, 15];
  return [48 + radius * Math.cos(turn), middle + radius * Math.sin(turn)];
});

it("reads a 3 that is drawn with the mouse, and shows the steps to the input", async () => {
  await press("Clear");
  await answers("");
  await draw(three);
  await answers("3");
  expect(await page.locator("[data-steps] li").allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^centred\s+28 × 28$/), expect.stringMatching(/^padded\s+32 × 32$/)]),
  );
});

it("says so where a drawing holds several digits", async () => {
  await press("Try two digits, 42");
  await page.getByText("Several digits: 42. The network takes one.").waitFor();
});

it("a finger draws, and the side of a hand does not", async () => {
  await press("Clear");
  const box = (await pad().boundingBox())!;
  const touch = (type: string, id: number, y: number, size: number) =>
    page.locator("[aria-label='Drawing pad'] canvas").dispatchEvent(type, {
      pointerId: id,
      pointerType: "touch",
      button: type === "pointerdown" ? 0 : -1,
      width: size,
      height: size,
      clientX: box.x + box.width / 2,
      clientY: box.y + y * box.height,
      bubbles: true,
    });
  for (const [id, size] of [
    [11, 90],
    [12, 20],
  ] as const) {
    await touch("pointerdown", id, 0.2, size);
    for (const y of [0.3, 0.5, 0.8]) await touch("pointermove", id, y, size);
    // The browser may take the pointer away: what was drawn stays.
    await touch("pointercancel", id, 0.8, size);
    await answers(size === 90 ? "" : "1");
  }
});

it("undo, redo, the eraser and clear", async () => {
  await press("Clear");
  await draw(seven);
  await answers("7");
  await draw([
    [34, 52],
    [64, 52],
  ]);
  await pad().press("Control+z");
  await answers("7");
  await press("Undo");
  await answers("");
  await pad().press("Control+Shift+z");
  await answers("7");
  await press("Eraser");
  await draw([
    [24, 22],
    [62, 22],
  ]);
  await answers("1");
  await press("Pen");
  await pad().press("Delete");
  await answers("");
});

it("the keyboard draws: Shift with the arrows, undone as one stroke", async () => {
  await press("Clear");
  await pad().focus();
  await page.keyboard.down("Shift");
  for (let i = 0; i < 16; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.up("Shift");
  await answers("1");
  await pad().press("Control+z");
  await answers("");
});

it("a link gives the same drawing, and the same input to the last bit", async () => {
  await press("Clear");
  await draw(seven, one);
  await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/ink=[\w-]{12}/);
  const before = await answer();
  const hash = await page.evaluate(() => location.hash);
  const pixels = () =>
    page.locator("[data-steps] li:last-child canvas").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const input = await pixels();
  await page.evaluate(() => {
    location.hash = "";
  });
  await expect.poll(pixels).not.toBe(input);
  await page.evaluate((text) => {
    location.hash = text;
  }, hash);
  await expect.poll(pixels).toBe(input);
  expect(await answer()).toBe(before);
});

/** A PNG of a size, filled with grey; with a black bar in its middle, where it is small. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const end = Buffer.alloc(4);
    end.writeUInt32BE(crc(body));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, body, end]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const isSmall = width < 1000;
  const rows = Buffer.alloc(isSmall ? height * (width + 1) : 1, 255);
  for (let y = 0; isSmall && y < height; y++) {
    rows[y * (width + 1)] = 0;
    if (y > height / 6 && y < (5 * height) / 6)
      rows.fill(0, y * (width + 1) + 0.46 * width, y * (width + 1) + 0.54 * width);
  }
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** Pastes a file into the page. */
async function paste(bytes: Buffer, name: string, type: string): Promise<void> {
  await page.evaluate(
    ({ base64, name, type }) => {
      const file = new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type });
      const clipboardData = new DataTransfer();
      clipboardData.items.add(file);
      window.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    },
    { base64: bytes.toString("base64"), name, type },
  );
}

it("a pasted picture is read, is not part of the link, and undo goes back to the drawing", async () => {
  await paste(png(200, 240), "one.png", "image/png");
  await answers("1");
  await page.getByText("one.png. A picture is not part of the link.").waitFor();
  await press("Undo");
  await answers("3");
});

it.each([
  ["a picture of 100 megapixels", () => png(10_000, 10_000), "huge.png", /^huge\.png: .*10,?000/],
  ["a text", () => Buffer.from("three"), "three.txt", /^three\.txt: expected PNG, JPEG, WebP, GIF or BMP, got/],
  ["a picture that is cut", () => png(200, 240).subarray(0, 60), "cut.png", /^cut\.png: .*cut or damaged/],
])("%s is refused in one line, and nothing else changes", async (_, bytes, name, line) => {
  await page.getByLabel("Picture file").setInputFiles({ name, mimeType: "image/png", buffer: bytes() });
  await expect.poll(notice).toMatch(line);
  expect((await notice()).replace(/\s*Close$/, "")).not.toContain("\n");
  expect(await answer()).toBe("3");
  await press("Close");
});

it("test images: by number, the next, and the next that is misread", async () => {
  await press("Test images");
  const label = () => page.locator("[data-label]");
  await label().waitFor();
  await page.getByLabel("Number of the test image").fill("12");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => location.hash)).toContain("sample=digits.12");
  await press("Next test image");
  await expect.poll(() => page.evaluate(() => location.hash)).toContain("sample=digits.13");
  const isRight = async () => (await label().getAttribute("data-label")) === (await answer());
  expect(await label().getAttribute("data-right")).toBe(String(await isRight()));
  await press("Next misread");
  await page.locator("[data-right='false']").waitFor({ timeout: 30_000 });
  expect(await isRight()).toBe(false);
  await page.getByRole("button", { name: "Next misread", disabled: false }).waitFor();
  const number = Number(await page.getByLabel("Number of the test image").inputValue());
  expect(number).toBeGreaterThan(13);
  await draw(one);
  await answers("1");
  expect(await label().count()).toBe(0);
});

it("an address with a test image that is not there says so", async () => {
  await page.evaluate(() => {
    location.hash = "sample=digits.5000";
  });
  await expect.poll(notice).toContain("Expected a test image from 0 to 4999, got 5000.");
  await press("Close");
});
