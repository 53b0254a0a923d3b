// What predicts a node's figures, and when it changed.
import { changesBetween, factsOf } from "../epochs";
import { bytes, labelText, millis, percent } from "../format";
import type { EnvironmentEpoch, Epochs, Node, NoiseFloor } from "../types";
import { Moment } from "./moment";
import { Name } from "./name";

const MOST_EPOCHS = 50;

function Changes({ before, epoch }: { before: EnvironmentEpoch | undefined; epoch: EnvironmentEpoch }) {
  if (!before) return <span class="faint">the first that is kept</span>;
  const changes = changesBetween(before, epoch);
  if (changes.length === 0) return <span class="faint">evidence only</span>;
  return (
    <ul class="plain">
      {changes.slice(0, 20).map(({ fact, before: old, after }) => (
        <li key={fact}>
          {fact}: <Name text={old || "(none)"} /> → <Name text={after || "(none)"} />
        </li>
      ))}
      {changes.length > 20 && <li>and {changes.length - 20} more</li>}
    </ul>
  );
}

function EpochsTable({ epochs }: { epochs: Epochs }) {
  const all = epochs.environments;
  const shown = all
    .map((epoch, index) => ({ epoch, before: all[index - 1] }))
    .slice(-MOST_EPOCHS)
    .reverse();
  return (
    <>
      <h3>Epochs of the environment</h3>
      <table aria-label="Epochs of the environment">
        <thead>
          <tr>
            <th scope="col">Began</th>
            <th scope="col">Ended</th>
            <th scope="col">What changed</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ epoch, before }) => (
            <tr key={epoch.began_unix_nanos}>
              <td>
                <Moment ms={millis(epoch.began_unix_nanos)} />
              </td>
              <td>
                {epoch.ended_unix_nanos === "0" ? "lasts" : <Moment ms={millis(epoch.ended_unix_nanos)} />}
              </td>
              <td>
                <Changes before={before} epoch={epoch} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>Where it ran</h3>
      <table aria-label="Where it ran">
        <thead>
          <tr>
            <th scope="col">Began</th>
            <th scope="col">Ended</th>
            <th scope="col">Host</th>
            <th scope="col">Known by</th>
          </tr>
        </thead>
        <tbody>
          {[...epochs.placements]
            .slice(-MOST_EPOCHS)
            .reverse()
            .map((each) => (
              <tr key={each.began_unix_nanos}>
                <td>
                  <Moment ms={millis(each.began_unix_nanos)} />
                </td>
                <td>
                  {each.ended_unix_nanos === "0" ? "lasts" : <Moment ms={millis(each.ended_unix_nanos)} />}
                </td>
                <td>{each.host === "" ? "unknown, or itself" : <Name text={each.host} node />}</td>
                <td>{each.source === "unspecified" ? "–" : each.source}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

function Noise({ noise }: { noise: readonly NoiseFloor[] }) {
  if (noise.length === 0)
    return (
      <p class="faint">
        Its noise was never measured: <code>hypergauge-probe noise</code> does.
      </p>
    );
  return (
    <table aria-label="Noise by A/A runs">
      <thead>
        <tr>
          <th scope="col">Noise of</th>
          <th scope="col">Suite</th>
          <th scope="col" class="right">
            Floor
          </th>
          <th scope="col" class="right">
            Detectable
          </th>
        </tr>
      </thead>
      <tbody>
        {noise.map((each) => (
          <tr key={`${each.benchmark} ${each.suite} ${labelText(each.labels)}`}>
            <th scope="row">{each.benchmark}</th>
            <td>{each.suite}</td>
            <td class="right">{percent(each.floor_ratio)}</td>
            <td class="right">{percent(each.detectable_ratio)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function EnvironmentPanel({ node, epochs }: { node: Node; epochs: Epochs | undefined }) {
  const facts = [...factsOf(node.environment)].filter(([, value]) => value !== "");
  return (
    <div class="columns" data-testid="environment">
      <div>
        <table aria-label="Facts of the environment">
          <tbody>
            {facts.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <Name text={name.endsWith("_bytes") && Number(value) > 0 ? bytes(value) : value} expand />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div>
        {epochs && <EpochsTable epochs={epochs} />}
        <h3>Noise</h3>
        <Noise noise={node.environment?.noise ?? []} />
      </div>
    </div>
  );
}
