import type { HttpModule } from "./http_module.ts";

/** Why the headers of an answer are not as a module wants them; `undefined` if they are. */
export function faultOfHeaders(headers: Headers, module: HttpModule): string | undefined {
  for (const { header, regexp, allow_missing: mayMiss } of module.fail_if_header_matches) {
    const value = headers.get(header);
    if (value === null && !mayMiss) return `header ${header} is missing`;
    if (value !== null && regexp.test(value)) return `header ${header} matches ${regexp.pattern()}`;
  }
  for (const { header, regexp, allow_missing: mayMiss } of module.fail_if_header_not_matches) {
    const value = headers.get(header);
    if (value === null && !mayMiss) return `header ${header} is missing`;
    if (value !== null && !regexp.test(value)) return `header ${header} does not match ${regexp.pattern()}`;
  }
  return undefined;
}

/** Why the body of an answer is not as a module wants it; `undefined` if it is. */
export function faultOfBody(body: string, module: HttpModule): string | undefined {
  const matched = module.fail_if_body_matches_regexp.find((regexp) => regexp.test(body));
  if (matched !== undefined) return `the body matches ${matched.pattern()}`;
  const missed = module.fail_if_body_not_matches_regexp.find((regexp) => !regexp.test(body));
  return missed === undefined ? undefined : `the body does not match ${missed.pattern()}`;
}
