/** The page's side of its service worker: it works without a network after the first load, and with all threads. */
import { whatIsServed } from "../networks/served.ts";

/** In the session's storage: the page was loaded again once, to get the headers that the service worker adds. */
const LOADED_AGAIN = "lenet5-loaded-again";

/** Milliseconds after the start in which the page's own files come first. */
const REST = 4000;

/** Starts the service worker, where the page is one that browsers keep and the browser has service workers. */
export async function keepOffline(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  try {
    const { keepsOffline } = await whatIsServed();
    // Another page may have been at this address before, as on the ports of one's own machine.
    if (!keepsOffline) return void (await workers.getRegistration())?.unregister();
    const touched = firstTouch();
    await workers.register("./service-worker.js");
    await workers.ready;
    if (!crossOriginIsolated && !touched.is && mayLoadAgain()) return location.reload();
    setTimeout(async () => (await workers.ready).active?.postMessage("keep"), REST);
  } catch {
    // The browser does not allow it here, as in private windows: the page works, with a network and fewer threads.
  }
}

/** Whether somebody has begun to use the page, which must not be loaded again then. */
function firstTouch(): { is: boolean } {
  const touched = { is: false };
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => (touched.is = true), { capture: true });
  return touched;
}

/** True once in a session: a browser that ignores the headers must not load the page again and again. */
function mayLoadAgain(): boolean {
  if (sessionStorage.getItem(LOADED_AGAIN)) return false;
  sessionStorage.setItem(LOADED_AGAIN, "yes");
  return true;
}
