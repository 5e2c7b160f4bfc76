import { serve } from "@exporterkit/core";
import { blackbox } from "./blackbox.ts";
import { fetchTransport } from "./fetch_transport.ts";
import { http } from "./http.ts";

/** For Workers, which have `fetch` and no sockets that tell what a probe wants to know: the prober `http` only. */
export default serve(blackbox({ http: http(fetchTransport) }), import.meta);
