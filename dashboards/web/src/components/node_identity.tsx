// Who a node is, what runs it and why that is believed, and where it runs.
import { bytes, count, millis } from "../format";
import type { ListedNode } from "../listed_node";
import type { Node } from "../types";
import { Facts } from "./facts";
import { Moment } from "./moment";
import { Name } from "./name";

const MOST_GUESTS = 12;

function PlatformFacts({ node }: { node: Node }) {
  const { platform } = node;
  if (!platform) return <p class="faint">The platform is unknown.</p>;
  const evidence = [...platform.evidence, ...platform.layers.flatMap((layer) => layer.evidence)];
  return (
    <>
      <Facts
        rows={[
          ["Platform", <Name text={`${platform.name} ${platform.version}`.trim()} expand />],
          ["Hypervisor", platform.hypervisor],
          ["Container", platform.container],
          [
            "Confidence",
            platform.layers
              .map((layer) => `${layer.product || layer.hypervisor || layer.kind}: ${layer.confidence}`)
              .join(", "),
          ],
        ]}
      />
      {evidence.length > 0 && (
        <details>
          <summary>Why that is believed ({evidence.length})</summary>
          <ul class="plain">
            {[...new Set(evidence)].slice(0, 60).map((line) => (
              <li key={line}>
                <bdi>{line.slice(0, 300)}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Place({ node, guests }: { node: Node; guests: readonly ListedNode[] }) {
  const host = node.placement?.host ?? "";
  return (
    <Facts
      rows={[
        ["Role", node.role],
        [
          "Host",
          host === "" ? node.role === "host" ? "itself" : "unknown" : <Name text={host} node expand />,
        ],
        ["Known by", host === "" ? "" : (node.placement?.source ?? "")],
        [
          "Says its host is",
          node.placement?.reported_host ? <Name text={node.placement.reported_host} /> : "",
        ],
        [
          "Guests",
          guests.length === 0 ? (
            ""
          ) : (
            <>
              {guests.slice(0, MOST_GUESTS).map((guest, index) => (
                <span key={guest.label}>
                  {index > 0 && ", "}
                  <Name text={guest.label} node />
                </span>
              ))}
              {guests.length > MOST_GUESTS && ` and ${guests.length - MOST_GUESTS} more`}
            </>
          ),
        ],
      ]}
    />
  );
}

export function NodeIdentityCard({ node, guests }: { node: Node; guests: readonly ListedNode[] }) {
  const { environment, progress } = node;
  return (
    <section class="card identity" data-testid="node-identity" aria-label="Identity">
      <div>
        <Facts
          rows={[
            [
              "Connected",
              node.connected ? (
                <span class="good">yes</span>
              ) : (
                <span class="bad-text">
                  no, last seen <Moment ms={millis(node.last_seen_unix_nanos)} relative />
                </span>
              ),
            ],
            [
              "Measures now",
              progress
                ? `${progress.benchmark || "between two benchmarks"} (${progress.finished_benchmarks} of ${progress.total_benchmarks})`
                : "",
            ],
            [
              "Name",
              node.identity && node.identity.name !== node.label ? (
                <Name text={node.identity.name} expand />
              ) : (
                ""
              ),
            ],
            ["Node id", node.identity && <code>{node.identity.node_id}</code>],
            ["Probe", node.build?.probe_version],
            ["Cannot run", node.unavailable_count > 0 ? count(node.unavailable_count, "benchmark") : ""],
          ]}
        />
      </div>
      <div>
        <PlatformFacts node={node} />
      </div>
      <div>
        <Place node={node} guests={guests} />
      </div>
      {environment && (
        <div>
          <Facts
            rows={[
              ["System", environment.os_release],
              ["Kernel", environment.kernel_release],
              ["CPU", environment.cpu_model && `${environment.cpu_model} × ${environment.online_cpus}`],
              ["Memory", bytes(environment.memory_bytes)],
              ["Clock source", environment.clocksource],
              ["File system", environment.work_filesystem],
            ]}
          />
        </div>
      )}
    </section>
  );
}
