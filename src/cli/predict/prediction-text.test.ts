import { expect, test } from "vitest";
import { type PartAnswer, pictureAnswer } from "../../reading/answer.ts";
import { predictionText } from "./prediction-text.ts";

const part = (label: number, verdict: PartAnswer["verdict"] = "sure", confidence = 0.9): PartAnswer => ({
  box: { left: 0, top: 0, width: 20, height: 28 },
  verdict,
  label,
  className: String(label),
  confidence,
  probabilities: Array.from({ length: 10 }, (_, k) => (k === label ? confidence : (1 - confidence) / 9)),
  image: { shape: [28, 28, 1], data: new Uint8Array(784), scale: 1 / 255 },
});

const names = [..."0123456789"];

test("several digits: the text, and the probability that all of it is right", () => {
  const answer = pictureAnswer([part(2), part(0), part(2, "unsure", 0.5)]);
  expect(answer).toMatchObject({ verdict: "several", text: "202" });
  expect(answer.confidence).toBeCloseTo(0.9 * 0.9 * 0.5, 12);
  expect(predictionText("note.png", answer, names, 8)).toBe("note.png  202  40.50%  (unsure: 2)");
});

test("a part among several that looks like no digit stays in the text, which then has no confidence", () => {
  const answer = pictureAnswer([part(7), part(8, "none"), part(2)]);
  expect(answer).toMatchObject({ verdict: "several", text: "7?2" });
  expect(answer).not.toHaveProperty("confidence");
  expect(predictionText("note.png", answer, names, 8)).toBe("note.png  7?2  (1 not read)");
});

test("a speck among several digits is not in the text", () => {
  const speck = { ...part(8, "none"), box: { left: 0, top: 0, width: 6, height: 9 } };
  const answer = pictureAnswer([part(7), speck, part(2)]);
  expect(answer.text).toBe("72");
  expect(predictionText("note.png", answer, names, 8)).toBe("note.png  72  81.00%");
});

test("one digit beside something else is that digit", () => {
  expect(pictureAnswer([part(7), part(8, "none")])).toMatchObject({ verdict: "sure", text: "7", label: 7 });
});
