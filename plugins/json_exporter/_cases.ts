/** Paths and templates with what they make, which a test asks json_exporter for as well. */
import type { Json } from "./json.ts";

/** The document that {@link PATHS} are about. */
export const DOCUMENT: Json = {
  counter: 1234,
  big: 1657568506,
  location: "mars",
  nothing: null,
  quoted: '"12"',
  "a-b": { "c.d": 1, "it's": 2 },
  values: [
    { id: "id-A", count: 1, boolean: true, state: "ACTIVE", tags: { z: 1, a: [2] } },
    { id: "id-B", count: 2, boolean: false, state: "INACTIVE", "x-y": 7 },
    { id: "id-C", count: 3, boolean: false, state: "ACTIVE" },
  ],
  empty: [],
};

/** A path, the label that it makes of {@link DOCUMENT}, and what json_exporter makes of it where that is something else. */
export const PATHS: readonly (readonly [path: string, label: string, theirs?: string])[] = [
  ["beta", "beta"],
  ["", ""],
  ["{.counter}", "1234"],
  ["{ .counter }", "1234"],
  ["{$.counter}", "1234"],
  ["{@.counter}", "1234"],
  ["{.big}", "1657568506", "1.657568506e+09"],
  ["planet-{.location}, {.counter}", "planet-mars, 1234"],
  ["{.nothing}", "null"],
  ["{.quoted}", "12"],
  ["{.a-b.c\\.d}", "1"],
  ["{['a-b']['c\\.d']}", "1"],
  ["{['a-b']['c.d']}", "1", ""],
  ['{["a-b"]["it\'s"]}', "2", ""],
  ["{.values[0].id}", "id-A"],
  ["{.values[-1].id}", "id-C"],
  ["{.values[0].tags}", '{"a":[2],"z":1}'],
  ["{.values[*].count}", "1 2 3"],
  ["{.values.*.count}", "1 2 3"],
  ["{.values[0:2].count}", "1 2"],
  ["{.values[::2].count}", "1 3"],
  ["{.values[0,2].count}", "1 3"],
  ["{.values[0]['id','count']}", "id-A 1"],
  ["{..count}", "1 2 3"],
  ["{.values..state}", "ACTIVE INACTIVE ACTIVE"],
  ['{.values[?(@.state == "ACTIVE")].id}', "id-A id-C"],
  ["{.values[?(@.state=='INACTIVE')].id}", "id-B"],
  ["{.values[?(.state != 'ACTIVE')].id}", "id-B"],
  ["{.values[?(@.count > 1)].id}", "id-B id-C", ""],
  ["{.values[?(@.count >= 2.0)].id}", "id-B id-C"],
  ["{.values[?(@.boolean == true)].id}", "id-A"],
  ["{.values[?(@.x-y)].id}", "id-B"],
  ["{.values[?(@.x-y == 7)].id}", "id-B", ""],
  ["{.values[?(@.tags.a[0] == 2)].id}", "id-A", ""],
  ['{.values[?(@.state == "ACTIVE" && @.count > 1)].id}', "id-C", ""],
  ["{.values[?(length(@.id) == 4 && (@.count == 1 || @.count == 3))].count}", "1 3", ""],
  ['{.values[?(@.state == "a)]b")].id}', ""],
  ['{range .values[*]}{.id}={.count}{";"}{end}!', "id-A=1;id-B=2;id-C=3;!"],
  ["{range .empty[*]}{.id}{end}", ""],
  ["{\"\\t\"}{'x'}{1.5}{true}", "\tx1.5true"],
  ["{.empty[*].id}", ""],
  ["{.nothing[*].id}", ""],
  ["{.values[*].x-y}", "7"],
];

/** Query parameters that {@link TEMPLATES} are rendered with. */
export const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  myVal: ["something", "else"],
  quoted: ['a"b'],
  empty: [],
};

/** A template, and the body that it makes. */
export const TEMPLATES: readonly (readonly [template: string, body: string])[] = [
  ['{"time_diff": "1m25s"}', '{"time_diff": "1m25s"}'],
  ['{"d": "{{ duration `95` }}","v": "{{ .myVal | first }}"}', '{"d": "1m35s","v": "something"}'],
  ["{{.myVal}}", "[something else]"],
  ["{{ index .myVal 1 }}", "else"],
  ['{{ join "," .myVal | upper }}', "SOMETHING,ELSE"],
  ["{{ .quoted | first | quote }}", '"a\\"b"'],
  ["{{ .myVal | toJson }}", '["something","else"]'],
  ['{{ .empty | first | default "none" }}', "none"],
  ["a {{- /* nothing */ -}} b", "ab"],
  ["a {{- 1 -}} b {{ -2 }}", "a1b -2"],
  ["{{ if .empty }}x{{ else if (eq 1 2) }}y{{ else }}z{{ end }}", "z"],
  ["{{ if and .myVal (not .empty) }}yes{{ end }}", "yes"],
  ['{{ "}}" }}{{ `"` }}', '}}"'],
  ["{{ add 1 (mul 2 3) | sub 10 }}", "3"],
  ['{{ duration "3600" }} {{ duration `0` }}', "1h0m0s 0s"],
  ['{{ .quoted | first | urlquery }} {{ b64enc "é" }}', "a%22b w6k="],
  ['{{ replace "some" "any" (first .myVal) | len }}', "8"],
  [
    '{{ printf "%s=%d|%5d|%-4d|%04d|%q|%v|%.2f|%t|%x|%%" "a" 7 42 42 -42 "b" 1.5 2.0 true 255 }}',
    'a=7|   42|42  |-042|"b"|1.5|2.00|true|ff|%',
  ],
  ['{{ contains "me" "something" }} {{ hasPrefix "so" "some" }} {{ hasSuffix "so" "some" }}', "true true false"],
  [
    '{{ trimPrefix "a" "abc" }} {{ trimSuffix "c" "abc" }} {{ trimSuffix "x" "abc" }} {{ trimAll "$-" "$-5-$" }}',
    "bc ab abc 5",
  ],
  ['{{ nospace " a b\\n" }} {{ repeat 3 "ab" }} {{ substr 1 3 "abcd" }} {{ substr 1 -1 "abcd" }}', "ab ababab bc bcd"],
  ['{{ trunc 2 "abcd" }} {{ trunc -2 "abcd" }} {{ b64dec "w6k=" }}', "ab cd é"],
  ['{{ splitList "," "b,a,b" | uniq | sortAlpha | join "-" }} {{ splitList "," "a,b,c" | reverse | first }}', "a-b c"],
  ['{{ rest .myVal }} {{ initial .myVal }} {{ last .myVal }} {{ has "else" .myVal }}', "[else] [something] else true"],
  [
    '{{ coalesce "" 0 "x" }} {{ ternary "yes" "no" true }} {{ true | ternary "yes" "no" }} {{ false | ternary "yes" "no" }}',
    "x yes yes no",
  ],
  ['{{ if lt 1 2 }}{{ le 2 2 }} {{ gt 1 2 }} {{ ge "b" "a" }}{{ end }}', "true false true"],
  ['{{ mod 7 3 }} {{ max 1 5 3 }} {{ min 4 2 }} {{ atoi "12" }} {{ atoi "x" }} {{ int64 "7" }}', "1 5 2 12 0 7"],
];
