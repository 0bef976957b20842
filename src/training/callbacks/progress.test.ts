import { beforeEach, describe, expect, it, vi } from "vitest";
import { Screen } from "../../../test/screen.ts";
import { type TerminalText, terminalText } from "../../core/visible.ts";
import type { TrainingContext } from "./callback.ts";
import { type ProgressOptions, progress, progressCallback } from "./progress.ts";

let screen: Screen;
let isTerminal: boolean;
let colours: boolean;
let texts: string[];
let errors: string[];

vi.mock("#platform", () => ({
  writeOut(...pieces: TerminalText[]) {
    const text = terminalText(pieces);
    texts.push(text);
    screen.write(text);
  },
  writeError(...pieces: TerminalText[]) {
    errors.push(terminalText(pieces));
  },
  terminalColumns: () => (isTerminal ? screen.columns : undefined),
  terminalRows: () => (isTerminal ? screen.rows : undefined),
  terminalColours: () => isTerminal && colours,
  terminalWritten: () => screen.written,
}));

beforeEach(() => {
  screen = new Screen(80, 30);
  isTerminal = true;
  colours = false;
  texts = [];
  errors = [];
});

/** The text of the screen, without the seconds, which differ from run to run. */
const shown = () => screen.lines.join("\n").trimEnd();

const context = { epochs: 3, stepsPerEpoch: 10 } as TrainingContext;
const logsOf = (epoch: number) => ({ loss: 0.8 / epoch, accuracy: 1 - 0.2 / epoch });

/** Trains as `fit` calls back. */
function train(
  options: ProgressOptions,
  { from = 1, to = 3, meanwhile = (_: number, __: ReturnType<typeof progress>) => {} } = {},
) {
  const made = progress(options);
  made.onTrainBegin?.(context);
  for (let epoch = from; epoch <= to; epoch++) {
    made.onEpochBegin?.(epoch, context);
    for (const batches of [4, 10]) {
      made.onProgress?.(batches, logsOf(epoch), context);
      meanwhile(epoch, made);
    }
    made.onEpochEnd?.(epoch, { ...logsOf(epoch), seconds: 2, images_per_second: 1000 }, context);
  }
  made.onTrainEnd?.(context);
  return made;
}

const epochLines = `Epoch 1/3
2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000
Epoch 2/3
2.0s 1,000 images/s  loss 0.4000  accuracy 0.9000
Epoch 3/3
2.0s 1,000 images/s  loss 0.2667  accuracy 0.9333`;

describe("on a terminal", () => {
  it("without a chart, the epoch's line replaces the bar", () => {
    train({});
    expect(shown()).toBe(epochLines);
  });

  it("a chart below the bar stays on the screen at the end", () => {
    const seen: string[] = [];
    train({ chart: true }, { meanwhile: () => seen.push(shown()) });
    expect(seen[1]).toMatch(/^Epoch 1\/3\n10\/10 ━{24} 0s left {2}loss 0\.8000 {2}accuracy 0\.8000$/);
    expect(seen[5]).toMatchInlineSnapshot(`
      "Epoch 1/3
      2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000
      Epoch 2/3
      2.0s 1,000 images/s  loss 0.4000  accuracy 0.9000
      Epoch 3/3
      10/10 ━━━━━━━━━━━━━━━━━━━━━━━━ 0s left  loss 0.2667  accuracy 0.9333

             loss                                     accuracy
         0.8 ⠑⢄⡀                                  90%              ⢀⡠⠊
               ⠈⠢⡀                                               ⢀⠔⠁
                 ⠈⠢⢄                                           ⡠⠔⠁
                    ⠑⢄                                       ⡠⠊
                      ⠑⠢⡀                                 ⢀⠔⠊
                        ⠈⠢⡀                             ⢀⠔⠁
         0.4              ⠈⠑⢄                     80% ⡠⠊⠁
             epoch 1                       3          epoch 1                       3
             ⠒⠒ training"
    `);
    expect(shown()).toMatchInlineSnapshot(`
      "Epoch 1/3
      2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000
      Epoch 2/3
      2.0s 1,000 images/s  loss 0.4000  accuracy 0.9000
      Epoch 3/3
      2.0s 1,000 images/s  loss 0.2667  accuracy 0.9333

             loss                                     accuracy
         0.8 ⠑⠢⣀                               93.33%                        ⢀⣀⡠⠤⠔⠒⠊⠉
                ⠑⠢⢄                                                  ⢀⣀⠤⠤⠒⠒⠉⠉⠁
                   ⠉⠢⢄                                            ⢀⠤⠊⠁
                      ⠉⠢⢄⡀                                     ⣀⠔⠊⠁
                         ⠈⠒⢄⡀                               ⣀⠔⠊
                            ⠈⠉⠒⠒⠤⠤⣀⣀                     ⡠⠔⠊
       0.267                        ⠉⠉⠑⠒⠢⠤⢄⣀      80% ⡠⠔⠉
             epoch 1                       3          epoch 1                       3
             ⠒⠒ training"
    `);
    screen.write("$");
    expect(screen.lines.at(-1)).toBe("$");
  });

  it("the window may change its size during training", () => {
    screen = new Screen(80, 60); // lines that have scrolled out of the window could not be taken back
    const sizes = [50, 80, 30, 120, 23, 80];
    let i = 0;
    train({ chart: true }, { meanwhile: () => screen.resize(sizes[i++]!) });
    const resized = shown();
    screen = new Screen(80, 60);
    train({ chart: true });
    expect(resized).toBe(shown());
  });

  it("a line of print appears above the bar; other output is kept", () => {
    train({ chart: true }, { meanwhile: (epoch, { print }) => epoch === 2 && print("Finishing epoch 2") });
    expect(shown().match(/Finishing epoch 2\n/g)).toHaveLength(2);
    expect(shown().match(/accuracy$/gm)).toHaveLength(1);
    screen = new Screen(80, 30);
    train({ chart: true }, { meanwhile: (epoch) => epoch === 2 && screen.write("from elsewhere\n") });
    expect(shown().match(/^from elsewhere$/gm)).toHaveLength(2);
  });

  it("in a window with too few rows, the chart comes at the end", () => {
    screen = new Screen(80, 12);
    const seen: string[] = [];
    train({ chart: true }, { meanwhile: () => seen.push(shown()) });
    expect(seen.join()).not.toContain("⠒");
    expect(shown().split("\n").slice(6, 9)).toEqual([
      "",
      expect.stringContaining("accuracy"),
      expect.stringContaining("⢀"),
    ]);
  });

  it("a continued training shows the earlier epochs, also those with NaN", () => {
    const history = { epochs: [1, 2], history: { loss: [0.8, null], accuracy: [0.8, 0.9] } };
    const seen: string[] = [];
    train({ chart: true, history }, { from: 3, meanwhile: () => seen.push(shown()) });
    expect(seen[0]).toMatch(/loss, 1 missing/);
    expect(shown()).toMatch(/epoch 1 +3/);
    expect(history.epochs).toEqual([1, 2]);
  });

  it("an interrupted epoch keeps its bar; later output has a line of its own", () => {
    const made = progress();
    made.onTrainBegin?.(context);
    made.onEpochBegin?.(1, context);
    made.onProgress?.(4, logsOf(1), context);
    made.onTrainEnd?.(context);
    made.print("Stopped");
    expect(shown()).toMatch(/^Epoch 1\/3\n 4\/10 ━.*accuracy 0\.8000\nStopped$/);
  });

  it("colours are used only where the terminal wants them", () => {
    train({ chart: true });
    expect(texts.join()).not.toContain("\u001b[38");
    colours = true;
    train({ chart: true });
    expect(texts.join()).toContain("\u001b[38;5;33m⠒⠒\u001b[39m training");
  });
});

describe("on a terminal of few columns or rows", () => {
  /** The bar's line after 4 of 10 batches, in so many milliseconds. */
  function barAfter(milliseconds: number, columns: number, training = context): string {
    screen = new Screen(columns, 30);
    const now = vi.spyOn(performance, "now").mockReturnValue(5000);
    const made = progress();
    made.onTrainBegin?.(training);
    made.onEpochBegin?.(1, training);
    now.mockReturnValue(5000 + milliseconds);
    made.onProgress?.(4, logsOf(1), training);
    now.mockRestore();
    return shown().split("\n").at(-1)!;
  }

  it.each([
    [6000, "9s left"],
    [6001, "10s left"],
    [39_000, "59s left"],
    [40_000, "1m00s left"],
    [60_000, "1m30s left"],
    [400_000, "10m00s left"],
  ])("4 of 10 batches in %i ms: %s", (milliseconds, left) => {
    expect(barAfter(milliseconds, 80)).toBe(
      ` 4/10 ${"━".repeat(10)}${"─".repeat(14)} ${left}  loss 0.8000  accuracy 0.8000`,
    );
  });

  it("the bar becomes shorter; without room for one, the numbers that fit are shown", () => {
    const numbers = " 9s left  loss 0.8000  accuracy 0.8000";
    const bars: [number, string][] = [
      [69, ` 4/10 ${"━".repeat(10)}${"─".repeat(14)}${numbers}`],
      [68, ` 4/10 ${"━".repeat(9)}${"─".repeat(14)}${numbers}`],
      [49, ` 4/10 ━━──${numbers}`],
      [48, "4/10  9s left  loss 0.8000  accuracy 0.8000"],
      [44, "4/10  9s left  loss 0.8000  accuracy 0.8000"],
      [43, "4/10  9s left  loss 0.8000"],
      [27, "4/10  9s left  loss 0.8000"],
      [26, "4/10  9s left"],
      [5, "4/10"],
      [4, "4/1"],
    ];
    for (const [columns, bar] of bars) expect(barAfter(6000, columns), `${columns} columns`).toBe(bar);
  });

  it("a stream of unknown length has no bar", () => {
    const stream = { ...context, stepsPerEpoch: undefined };
    const noTotal = (columns: number) => barAfter(6000, columns, stream);
    expect(noTotal(80)).toBe("batch 4  loss 0.8000  accuracy 0.8000");
    expect(noTotal(21)).toBe("batch 4  loss 0.8000");
    expect(noTotal(20)).toBe("batch 4");
  });

  it("an epoch's line first drops the speed, and then breaks between numbers", () => {
    const lineAt = (columns: number) => {
      screen = new Screen(columns, 30);
      train({}, { to: 1 });
      return screen.lines.slice(1).join("\n").trimEnd();
    };
    const whole = "2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000";
    expect(lineAt(whole.length + 1)).toBe(whole);
    expect(lineAt(whole.length)).toBe("2.0s  loss 0.8000  accuracy 0.8000");
    expect(lineAt(35)).toBe("2.0s  loss 0.8000  accuracy 0.8000");
    expect(lineAt(34)).toBe("2.0s  loss 0.8000\naccuracy 0.8000");
    expect(lineAt(18)).toBe("2.0s  loss 0.8000\naccuracy 0.8000");
    expect(lineAt(17)).toBe("2.0s\nloss 0.8000\naccuracy 0.8000");
    // Where not even the time fits, no empty line comes before it.
    texts = [];
    lineAt(4);
    expect(texts.join("")).toContain("\u001b[J2.0s\nloss 0.8000\naccuracy 0.8000\n");
  });

  it("the chart needs two more rows, for the bar and the cursor", () => {
    const isLive = (rows: number) => {
      screen = new Screen(80, rows);
      const seen: string[] = [];
      train({ chart: true }, { meanwhile: () => seen.push(shown()) });
      return seen.join().includes("⠒");
    };
    expect(isLive(13)).toBe(true);
    expect(isLive(12)).toBe(false);
  });
});

describe("without a terminal", () => {
  beforeEach(() => {
    isTerminal = false;
    colours = true;
  });

  it("prints a line per epoch, and the chart once, without escape sequences", () => {
    train({ chart: true }).print("Said");
    expect(texts.slice(0, 3).join("")).toMatch(/^(Epoch \d\/3 {2}2\.0s.*\n){3}$/);
    expect(texts[3]).toMatch(/^\n +loss +accuracy\n[\s\S]*⠒⠒ training\n$/);
    expect(texts.slice(4)).toEqual(["Said\n"]);
    expect(texts.join()).not.toContain("\u001b");
  });

  it("prints nothing when silent", () => {
    train({ chart: true, verbose: 0 });
    expect(texts).toEqual([]);
  });

  it("prints only a line per epoch without a chart, and nothing without epochs", () => {
    train({});
    expect(texts).toHaveLength(3);
    texts = [];
    train({ chart: true }, { to: 0 });
    expect(texts).toEqual([]);
  });

  it("prints the time alone when the speed is unknown", () => {
    const made = progress();
    made.onTrainBegin?.(context);
    made.onEpochEnd?.(2, { loss: 0.5, learning_rate: 0.1, seconds: 61.25 }, context);
    expect(texts).toEqual(["Epoch 2/3  61.3s  loss 0.5000\n"]);
  });

  it("prints to the standard error on request", () => {
    train({ to: "error" }, { to: 1 });
    expect(texts).toEqual([]);
    expect(errors).toEqual(["Epoch 1/3  2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000\n"]);
  });
});

describe("the option verbose of fit", () => {
  const trainWith = (callbacks: ReturnType<typeof progressCallback>) => {
    for (const made of callbacks) {
      made.onTrainBegin?.(context);
      made.onEpochBegin?.(1, context);
      made.onProgress?.(4, logsOf(1), context);
      made.onEpochEnd?.(1, { ...logsOf(1), seconds: 2, images_per_second: 1000 }, context);
      made.onTrainEnd?.(context);
    }
  };

  it("0 prints nothing, 1 a bar, 2 a line per epoch even on a terminal", () => {
    expect(progressCallback(0)).toEqual([]);
    trainWith(progressCallback(1));
    expect(texts.join("")).toContain("━");
    texts = [];
    trainWith(progressCallback(2));
    expect(texts).toEqual(["Epoch 1/3  2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000\n"]);
  });
});
