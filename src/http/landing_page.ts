import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** What the landing page shows. */
export interface LandingPage {
  /** Name of the exporter. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** One sentence on what it exports. */
  readonly help?: string;
  /** Where the metrics are. */
  readonly telemetryPath: string;
  /** The collectors that run, with their help. */
  readonly collectors: readonly { readonly name: string; readonly help: string }[];
  /** What probes are asked for with. @default it does not probe */
  readonly probe?: Html | undefined;
}

/** A part of a page. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The page for people who open the exporter in a browser. */
export function landingPage(page: LandingPage): Html {
  const { name, version, help, telemetryPath, collectors, probe } = page;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="UTF-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${name} exporter</title>
        <style>
    body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff }
    header { background: #e6522c; color: #fff; padding: 1rem 1.5rem }
    h1 { margin: 0; font-size: 1.5rem }
    main { padding: 0.5rem 1.5rem; max-width: 60rem }
    h2 { font-size: 1.1rem }
    td { padding: 0.15rem 1.5rem 0.15rem 0; vertical-align: top }
    code { font-family: ui-monospace, monospace }
    @media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1d } a { color: #ff9d7e } }
    </style>
      </head>
      <body>
        <header><h1>${name} exporter</h1>Version ${version}</header>
        <main>
    ${help === undefined ? "" : html`<p>${help}</p>`}
    <ul>
    <li><a href="${telemetryPath}">Metrics</a></li>
    <li><a href="/-/healthy">Health</a></li>
    <li><a href="/-/ready">Readiness</a></li>
    </ul>
    ${probe ?? ""}
    ${collectors.length === 0 ? "" : collectorTable(page)}
        </main>
      </body>
    </html>
  `;
}

function collectorTable({ collectors, telemetryPath }: LandingPage): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`
    <h2>Collectors</h2>
    <table>
    ${collectors.map((one) =>
      html`
        <tr>
          <td><a href="${selection(telemetryPath, one.name)}"><code>${one.name}</code></a></td>
          <td>${one.help}</td>
        </tr>
      `
    )}</table>
  `;
}

function selection(telemetryPath: string, collector: string): string {
  return `${telemetryPath}?collect[]=${encodeURIComponent(collector)}`;
}
