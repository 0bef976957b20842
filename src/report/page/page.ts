import { type Html, html } from "../drawing/html.ts";
import { styleSheet } from "./style.ts";

/** A self-contained HTML page, without scripts and without requests to the network. */
export function page(title: string, header: Html, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${styleSheet}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}</main>
</body>
</html>
`.text;
}
