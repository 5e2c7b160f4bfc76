import { alias } from "@exporterkit/core";
import * as v from "valibot";

/** A comma between two labels, as 0.11 has them in one flag; in a value there may be others. */
const SEPARATOR = /,(?=[a-zA-Z_]\w*=)/;
const LABEL = /^([a-zA-Z_]\w*)[=:](.*)$/s;

/** `--prometheus.const-label`, repeatable; `--prometheus.const-labels` of older versions has several, between commas. */
export const constLabels = v.pipe(
  v.array(v.string()),
  alias({ flag: "prometheus.const-labels", variable: "CONST_LABELS" }),
  v.description("Label of all metrics about nginx, as in dc=eu. Repeatable, and several may stand between commas."),
  v.check((texts) => pairsOf(texts).every((pair) => pair !== undefined), "expected labels such as dc=eu"),
  v.transform((texts): Readonly<Record<string, string>> => Object.fromEntries(pairsOf(texts).map((pair) => pair!))),
  v.check(({ addr }) => addr === undefined, "expected another name than addr, which tells several nginx apart"),
);

function pairsOf(texts: readonly string[]): ([name: string, value: string] | undefined)[] {
  return texts.flatMap((text) => text.split(SEPARATOR)).filter((text) => text !== "").map((text) => {
    const [, name = "", value = ""] = LABEL.exec(text) ?? [];
    return name === "" || name.startsWith("__") ? undefined : [name, value];
  });
}
