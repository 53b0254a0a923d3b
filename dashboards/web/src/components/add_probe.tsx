// How to add a probe, with the command to paste.
import { useState } from "preact/hooks";

const GRPC_PORT = 10911;

/** The aggregator as this browser sees it; an IPv6 address keeps its brackets. */
export function probeCommand(hostname: string): string {
  return `hypergauge-probe agent --aggregator.address ${hostname}:${GRPC_PORT}`;
}

function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname.startsWith("127.") || hostname === "[::1]";
}

export function AddProbe() {
  const [copied, setCopied] = useState("");
  const hostname = location.hostname === "" ? "localhost" : location.hostname;
  const command = probeCommand(hostname);
  const copy = async (): Promise<void> => {
    try {
      // There is none where the page came over plain HTTP from elsewhere.
      await navigator.clipboard.writeText(command);
      setCopied("Copied.");
    } catch {
      const shown = document.getElementById("add-probe-command");
      if (shown) getSelection()?.selectAllChildren(shown);
      setCopied("Selected: copy it with the keyboard.");
    }
  };
  return (
    <section class="add-probe card" data-testid="add-probe" aria-label="Add a probe">
      <h2>Add a probe</h2>
      <p>On a host, and in each of its guests, run:</p>
      <div class="command">
        <code id="add-probe-command" data-testid="add-probe-command">
          {command}
        </code>
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>
        <span role="status">{copied}</span>
      </div>
      <p class="faint">
        The first figures come about a minute later, marked preliminary until there are enough rounds for an
        interval. A guest finds its host by itself where a probe runs there too; otherwise add{" "}
        <code>--node.host NAME_OF_ITS_HOST</code>. {GRPC_PORT} is the port unless the aggregator was started with another
        in <code>--grpc.listen-address</code>.
      </p>
      {isLocal(hostname) && (
        <p class="faint">
          For another machine put this machine's address in place of <code>{hostname}</code>, and start the
          aggregator with <code>--grpc.listen-address 0.0.0.0:{GRPC_PORT}</code>: it listens on loopback
          unless told otherwise.
        </p>
      )}
    </section>
  );
}
