import { count, decimal, duration, percent } from "../drawing/numbers.ts";
import { rejectionFor } from "../statistics/rejection.ts";
import type { Spread } from "../statistics/spread.ts";
import type { PaperJson, PaperRun, PaperSetup } from "./paper-results.ts";
import { type Published, published, publishedConfusions, publishedSizes } from "./published.ts";
import {
  confusionsOf,
  lastTestError,
  lastTrainingError,
  mainSetup,
  over,
  rejectionOf,
  setupOf,
  spreadText,
  TARGETS,
} from "./setups.ts";

/** A row of the table: a number in the paper, and the same number measured here. */
export interface ComparedNumber {
  readonly what: string;
  /** Section or figure of the paper; "" where the paper does not give the number. */
  readonly source: string;
  readonly published: string;
  readonly measured: string;
  /** The runs of the measured mean: "5 seeds". */
  readonly over: string;
}

const NONE = "–";

/** All numbers that can be compared, in the order of the paper. */
export function comparedNumbers(paper: PaperJson): ComparedNumber[] {
  return [...errors(paper), ...sizes(paper), ...predictions(paper), ...network(paper), ...effort(paper)];
}

function errors(paper: PaperJson): ComparedNumber[] {
  const [plain, distorted] = [setupOf(paper, false), setupOf(paper, true)];
  const { trainingErrorPass, misreadDistorted, testImages } = published;
  const passes = Math.max(0, ...(plain?.runs.map(({ trainingError }) => trainingError.length) ?? []));
  const pass = Math.min(trainingErrorPass, passes);
  const early = passes > 0 && pass < trainingErrorPass ? `, pass ${pass}` : "";
  const atPass = ({ trainingError }: PaperRun) => trainingError[trainingErrorPass - 1] ?? trainingError.at(-1);
  return [
    line("Test error", published.testError, plain, lastTestError),
    {
      ...line("Test error, with distortions", published.testErrorDistorted, distorted, lastTestError),
      published: `${percent(published.testErrorDistorted.value, 2, "short")}, ${misreadDistorted.value} of ${count(testImages)}`,
    },
    suffixed(line(`Training error, pass ${trainingErrorPass}`, published.trainingError, plain, atPass), early),
    line("Training error after the last pass", undefined, plain, (run) => run.finalTrainingError),
    line("Test error after the first pass", published.firstTestError, plain, ({ testError }) => testError[0]),
    line(
      "Training error in the first pass",
      published.firstTrainingError,
      plain,
      ({ trainingError }) => trainingError[0],
    ),
  ];
}

/** Training sets of fewer images than the full set, which {@link errors} covers. */
function sizes(paper: PaperJson): ComparedNumber[] {
  return publishedSizes
    .filter(({ images, distortions }) => images < 60_000 && !distortions)
    .flatMap(({ images, test, training, source }) => {
      const setup = paper.setups.find((one) => one.images === images && !one.distortions);
      const [tested, trained] = [test, training].map(
        (value) => value !== undefined && { value, source, readOff: true },
      );
      return [
        ...(tested ? [line(`Test error, ${count(images)} images`, tested, setup, lastTestError)] : []),
        ...(trained ? [line(`Training error, ${count(images)} images`, trained, setup, lastTrainingError)] : []),
      ];
    });
}

function predictions(paper: PaperJson): ComparedNumber[] {
  const { labels } = paper.predictions;
  const all = confusionsOf(paper);
  const timesOf = (label: number, predicted: number) =>
    all.find((one) => one.label === label && one.predicted === predicted)?.times ?? 0;
  const pairs = (times: (one: (typeof publishedConfusions)[number]) => number) =>
    publishedConfusions.map((one) => `${one.label}→${one.predicted}:\u00a0${times(one)}`).join(", ");
  const points = rejectionOf(paper);
  return [
    {
      what: "Confused pairs, true class → predicted class",
      source: "Fig. 8, with distortions",
      published: pairs(({ times }) => times),
      measured: labels.length === 0 ? NONE : pairs(({ label, predicted }) => timesOf(label, predicted)),
      over: labels.length === 0 ? "" : "one seed, without distortions",
    },
    ...TARGETS.map((target): ComparedNumber => {
      const share = rejectionFor(points, target);
      return {
        what: `Images to reject for an error of ${percent(target, 1)}`,
        source: "",
        published: NONE,
        // Rounded up, so that the share suffices.
        measured: share === undefined ? NONE : percent(Math.ceil(share * 10_000 - 1e-6) / 10_000),
        over: share === undefined ? "" : "one seed",
      };
    }),
  ];
}

function network({ network: own }: PaperJson): ComparedNumber[] {
  const of = (what: string, { value, source }: Published, measured: number | undefined): ComparedNumber => {
    return { what, source, published: count(value), measured: count(measured), over: "" };
  };
  const { parameters, connections, connectionsInPrint, multiplyAdds } = published;
  return [
    of("Trainable parameters", parameters, own?.trainableParams),
    {
      ...of("Connections", connections, own?.connections),
      source: `${connections.source}; ${count(connectionsInPrint)} in print`,
    },
    { ...of("Multiply-adds for one image", multiplyAdds, own?.macs), over: own ? "without squashing functions" : "" },
  ];
}

function effort(paper: PaperJson): ComparedNumber[] {
  const { min, max, source } = published.firstRates;
  const setup = mainSetup(paper);
  const rates = paper.setups.flatMap(({ runs }) => runs.map(({ firstRates }) => firstRates));
  const time = over(setup, ({ seconds }) => seconds);
  const days = published.trainingDays;
  return [
    {
      what: "Learning rates of the first pass",
      source,
      published: `${decimal(min)} to ${decimal(max)}`,
      measured:
        rates.length === 0
          ? NONE
          : `${decimal(Math.min(...rates.map(([low]) => low)))} to ${decimal(Math.max(...rates.map(([, high]) => high)))}`,
      over: rates.length === 0 ? "" : "lowest to highest of all runs",
    },
    {
      what: "Training time",
      source: days.source,
      published: `${days.min} to ${days.max} days, ${days.machine}`,
      measured: duration(time?.mean),
      over: time ? `${paper.passes} ${paper.passes === 1 ? "pass" : "passes"}, ${overText(time, setup)}` : "",
    },
  ];
}

function line(
  what: string,
  theirs: Published | undefined,
  setup: PaperSetup | undefined,
  of: (run: PaperRun) => number | undefined,
): ComparedNumber {
  const spread = over(setup, of);
  return {
    what,
    source: theirs ? `${theirs.source}${theirs.readOff ? ", read off" : ""}` : "",
    published: theirs ? publishedText(theirs) : NONE,
    measured: spreadText(spread),
    over: overText(spread, setup),
  };
}

function suffixed(one: ComparedNumber, suffix: string): ComparedNumber {
  return { ...one, over: `${one.over}${suffix}` };
}

function publishedText({ value, plusMinus }: Published): string {
  const text = percent(value, 2, "short");
  return plusMinus === undefined ? text : `${text.slice(0, -1)}\u00a0±\u00a0${percent(plusMinus, 2, "short")}`;
}

/** "5 seeds"; with the number of images where the paper does not use that number. */
function overText(spread: Spread | undefined, setup: PaperSetup | undefined): string {
  if (!spread || !setup) return "";
  const known = setup.images === 60_000 || publishedSizes.some(({ images }) => images === setup.images);
  return `${seedsText(spread.n)}${known ? "" : `, ${count(setup.images)} images`}`;
}

/** "one seed", "5 seeds" */
export function seedsText(n: number): string {
  return n === 1 ? "one seed" : `${n} seeds`;
}
