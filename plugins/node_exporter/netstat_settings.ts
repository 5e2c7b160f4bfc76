import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** `--collector.netstat.*` */
export const netstatSettings = v.optional(
  v.object({
    fields: v.optional(
      regexp("Regular expression of the fields to expose."),
      "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|" +
        "TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts)|" +
        "Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|" +
        "Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$",
    ),
  }),
  {},
);
