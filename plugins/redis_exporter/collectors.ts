import { clientList } from "./client_list.ts";
import { cluster } from "./cluster.ts";
import { commands } from "./commands.ts";
import { config } from "./config.ts";
import { countKeys } from "./count_keys.ts";
import { info } from "./info.ts";
import { keyGroups } from "./key_groups.ts";
import { keys } from "./keys.ts";
import { latency } from "./latency.ts";
import { script } from "./script.ts";
import { self } from "./self.ts";
import { sentinel } from "./sentinel.ts";
import { slowlog } from "./slowlog.ts";
import { streams } from "./streams.ts";

/** All collectors, by the name that flags and `collect[]` know them by. */
export const collectors = {
  // One line each, in alphabetical order.
  client_list: clientList,
  cluster,
  commands,
  config,
  count_keys: countKeys,
  info,
  key_groups: keyGroups,
  keys,
  latency,
  script,
  self,
  sentinel,
  slowlog,
  streams,
};
