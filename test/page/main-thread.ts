/** How long the page's main thread was busy at a time. */
import type { Browser } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Microseconds of processor time. */
  readonly tdur?: number;
}

/**
 * Watches the main threads of all pages of a browser. The function that it resolves with ends that, and resolves with the
 * milliseconds of each task of more than 50: of processor time, as other work of the machine must not count.
 */
export async function longTasks(browser: Browser): Promise<() => Promise<number[]>> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const includedCategories = ["toplevel", "__metadata"];
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories } });
  return async () => {
    const done = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await done;
    const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
    const main = new Set(events.filter(({ args }) => args?.name === "CrRendererMain").map(threadOf));
    if (main.size === 0) throw new Error("expected the main thread of a page in the trace");
    return events
      .filter((event) => event.name.endsWith("RunTask") && main.has(threadOf(event)))
      .map(({ tdur = 0 }) => Math.round(tdur / 1000))
      .filter((milliseconds) => milliseconds > 50);
  };
}
