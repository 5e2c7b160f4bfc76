import { serve } from "@exporterkit/core";
import { blackbox } from "./blackbox.ts";
import { dns } from "./dns.ts";
import { grpc } from "./grpc.ts";
import { http } from "./http.ts";
import { icmp } from "./icmp.ts";
import { socketTransport } from "./socket_transport.ts";
import { tcp } from "./tcp.ts";

export default serve(blackbox({ http: http(socketTransport), tcp, dns, icmp, grpc }), import.meta);
