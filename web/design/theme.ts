/** Light or dark: as the view says, else as the system is set. */
import { derived, type Readable, readable } from "svelte/store";
import { view } from "../state/state.ts";

const system: Readable<boolean> = readable(false, (set) => {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const changed = () => set(query.matches);
  changed();
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
});

/** Whether the page is dark. Pictures on canvases follow it; the rest of the page follows `data-theme`. */
export const isDark: Readable<boolean> = derived([view, system], ([{ theme }, systemIsDark]) =>
  theme === "auto" ? systemIsDark : theme === "dark",
);

/** Keeps the page's `data-theme` as the view says. */
export function followTheme(root: HTMLElement): void {
  view.subscribe(({ theme }) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  });
}
