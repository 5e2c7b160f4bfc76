import { html } from "hono/html";
import type { ListedTarget, Prober } from "../exporter/prober.ts";
import type { Html } from "./landing_page.ts";

/** What a browser asks for a probe with: a form for any target, and a link for each that the settings list. */
export function probeForm(prober: Pick<Prober, "modules" | "authModules" | "targets">, path: string): Html {
  const { modules, authModules, targets } = prober;
  return html`
    <h2>Probe a target</h2>
    <form action="${path}">
      <input name="target" placeholder="target" aria-label="Target" required>
      ${choice("module", modules)}${choice("auth_module", authModules)}
      <button>Probe</button>
    </form>
    <ul>
      ${targets.map((one) =>
        html`
          <li><a href="${queryOf(one, path)}"><code>${one.target}</code></a></li>
        `
      )}
      <li><a href="/sd">For service discovery</a></li>
    </ul>
  `;
}

/** Nothing to choose from, nothing to show. */
function choice(parameter: string, names: readonly string[]): Html | "" {
  if (names.length === 0) return "";
  return html`
    <select name="${parameter}" aria-label="${parameter}">
      <option value="">${parameter}</option>
      ${names.map((name) =>
        html`
          <option>${name}</option>
        `
      )}
    </select>
  `;
}

function queryOf({ target, module, authModule }: ListedTarget, path: string): string {
  const query = new URLSearchParams({ target });
  if (module !== undefined) query.set("module", module);
  if (authModule !== undefined) query.set("auth_module", authModule);
  return `${path}?${query}`;
}
