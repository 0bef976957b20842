/** The page's first script. */
import "./design/page.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { followTheme } from "./design/theme.ts";
import { findServed } from "./networks/data.ts";
import { start } from "./networks/networks.ts";
import { keepAddress } from "./state/address.ts";

keepAddress({
  read: () => location.hash.slice(1),
  write: (text, isNew) => history[isNew ? "pushState" : "replaceState"](null, "", `#${text}`),
  onChange: (changed) => addEventListener("hashchange", changed),
});
followTheme(document.documentElement);
start();
void findServed();
mount(App, { target: document.getElementById("page")! });
