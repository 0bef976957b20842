/** The page's first script. */
import "./design/page.css";
import { mount } from "svelte";
import { get } from "svelte/store";
import App from "./App.svelte";
import { followTheme } from "./design/theme.ts";
import { findServed } from "./networks/data.ts";
import { start } from "./networks/networks.ts";
import { keepOffline } from "./offline/offline.ts";
import { keepAddress } from "./state/address.ts";
import { notice, sheet, view } from "./state/state.ts";
import { trainText } from "./state/train-settings.ts";
import { asked, TRAINED, training } from "./state/training.ts";

keepAddress({
  read: () => location.hash.slice(1),
  write: (text, isNew) => history[isNew ? "pushState" : "replaceState"](null, "", `#${text}`),
  onChange: (changed) => addEventListener("hashchange", changed),
});
// A link to an area, such as a step of the tour: a phone shows it, and not only the network.
if (/[#&](area|step)=/.test(location.hash)) sheet.set("rail");
followTheme(document.documentElement);
start();
void findServed();
followTraining();
const target = document.getElementById("page")!;
target.replaceChildren();
mount(App, { target });
void keepOffline();

/** Loads what trains when training is first asked for. A link with a trained network trains it again. */
function followTraining(): void {
  const trainAgain = () => {
    const { net, with: second, train } = get(view);
    const { settings } = get(training);
    if ((net === TRAINED || second === TRAINED) && !(settings && trainText(settings) === trainText(train)))
      asked.set("again");
  };
  trainAgain();
  addEventListener("hashchange", trainAgain);
  const stop = asked.subscribe((request) => {
    if (!request) return;
    queueMicrotask(() => stop());
    import("./train/trainer.ts").then(
      ({ followRequests }) => followRequests(),
      () =>
        notice.set({
          text: "The part of the page that trains could not be loaded: load the page again.",
          isError: true,
        }),
    );
  });
}
