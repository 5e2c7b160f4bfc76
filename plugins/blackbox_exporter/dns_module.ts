import * as v from "valibot";
import { addressing, off, on, regexps, source } from "./schemas.ts";
import { tlsConfig } from "./tls_module.ts";

const validator = v.optional(
  v.object({
    fail_if_matches_regexp: regexps,
    fail_if_all_match_regexp: regexps,
    fail_if_not_matches_regexp: regexps,
    fail_if_none_matches_regexp: regexps,
  }),
  {},
);

/** The schema of `dns` in a module. */
export const dnsModule = v.pipe(
  v.object({
    ...addressing,
    ...source,
    dns_over_tls: off,
    tls_config: v.optional(tlsConfig, {}),
    transport_protocol: v.optional(v.picklist(["udp", "tcp"]), "udp"),
    query_class: v.optional(v.picklist(["IN", "CH", "HS", "ANY"]), "IN"),
    query_name: v.pipe(v.string(), v.minLength(1, "expected a name to ask for")),
    query_type: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Z\d]*$/, 'expected a type such as "AAAA"')), "ANY"),
    recursion_desired: on,
    valid_rcodes: v.optional(v.array(v.string()), ["NOERROR"]),
    validate_answer_rrs: validator,
    validate_authority_rrs: validator,
    validate_additional_rrs: validator,
  }),
  v.check(
    ({ dns_over_tls, transport_protocol }) => !dns_over_tls || transport_protocol === "tcp",
    'expected transport_protocol "tcp" beside dns_over_tls',
  ),
);

/** `dns` of a module. */
export type DnsModule = v.InferOutput<typeof dnsModule>;

/** What resource records have to match. */
export type RecordValidator = DnsModule["validate_answer_rrs"];
