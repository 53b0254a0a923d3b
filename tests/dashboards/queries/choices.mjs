// What a reader chooses where the first value is not the one to look at.
import { Api } from './api.mjs';

/** A guest that has an open regression, and its host: by variable. */
export async function choices(prometheus) {
  const found = await new Api(prometheus).now('topk(1, hypergauge_node_info{role="guest"} ' +
    'and on (node) label_replace(hypergauge_regression_state, "node", "$1", "subject", "(.*)"))',
  Date.now() / 1000);
  if (found.length === 0) throw new Error('no guest has an open regression');
  return { node: found[0].metric.node, host: found[0].metric.host };
}
