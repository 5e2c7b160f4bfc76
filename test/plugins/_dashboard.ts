/** What a Grafana dashboard asks Prometheus. */

/** One query of a panel. */
export interface Query {
  readonly panel: string;
  /** Without Grafana's variables: for all jobs and instances, with rates over 10 seconds. */
  readonly expression: string;
}

interface Dashboard {
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

/** All queries of the dashboard that a plugin ships, and the metrics that its variables are read from. */
export async function queriesOf(plugin: string): Promise<Query[]> {
  const path = new URL(`../../plugins/${plugin}/dashboard.json`, import.meta.url);
  const { title, templating, panels }: Dashboard = JSON.parse(await Deno.readTextFile(path));
  const variables = templating.list.flatMap(({ name, definition = "" }) => {
    const metric = /^label_values\((.*), \w+\)$/.exec(definition)?.[1];
    return metric === undefined ? [] : [{ panel: `${title}: variable ${name}`, expression: metric }];
  });
  const asked = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ panel: title, expression: expr })));
  return [...variables, ...asked].map(({ panel, expression }) => ({ panel, expression: withoutVariables(expression) }));
}

function withoutVariables(expression: string): string {
  const plain = expression.replace(/\$(job|instance)\b/g, ".+").replaceAll("$__rate_interval", "10s");
  if (plain.includes("$")) throw new Error(`Cannot ask ${expression}: it has a variable that is not known here`);
  return plain;
}
