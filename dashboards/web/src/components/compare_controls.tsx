import { CATEGORY, OVERALL } from "../compare_rows";
import { go, hrefWith, type Route } from "../router";
import { presetLabel } from "../time_range";

export const RANGES = ["auto", "24h", "7d", "30d", "90d", "365d"] as const;

interface Props {
  route: Route;
  by: "platforms" | "nodes";
  benchmark: string;
  mode: "ratio" | "absolute";
  range: string;
  /** What "auto" comes to. */
  preset: string;
  dataset: string;
  datasets: string[];
  scale: "ratio" | "pilot";
  versions: boolean;
  choices: { categories: string[]; benchmarks: Map<string, string[]> };
}

function Select({
  label,
  value,
  onPick,
  children,
}: {
  label: string;
  value: string;
  onPick: (value: string) => void;
  children: preact.ComponentChildren;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

function FigureOptions({ choices }: Pick<Props, "choices">) {
  return (
    <>
      <option value={OVERALL}>Overall</option>
      <optgroup label="Categories">
        {choices.categories.map((category) => (
          <option key={category} value={`${CATEGORY}${category}`}>
            All of {category}
          </option>
        ))}
      </optgroup>
      {[...choices.benchmarks].map(([category, names]) => (
        <optgroup key={category} label={category}>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </optgroup>
      ))}
    </>
  );
}

export function CompareControls(props: Props) {
  const { route, dataset, benchmark, choices } = props;
  const change = (changes: Record<string, string | null>): void => go(hrefWith(route, changes));
  const all = [
    OVERALL,
    ...choices.categories.map((each) => `${CATEGORY}${each}`),
    ...[...choices.benchmarks.values()].flat(),
  ];
  return (
    <form class="controls compare-controls" onSubmit={(event) => event.preventDefault()}>
      <Select label="Compare" value={props.by} onPick={(by) => change({ by, platform: null })}>
        <option value="platforms">Platforms</option>
        <option value="nodes">Nodes</option>
      </Select>
      <Select label="Figure" value={benchmark} onPick={(value) => change({ benchmark: value })}>
        {!all.includes(benchmark) && <option value={benchmark}>{benchmark.slice(0, 60)}</option>}
        <FigureOptions choices={choices} />
      </Select>
      <div class="field" role="radiogroup" aria-label="Show">
        <span aria-hidden="true">Show</span>
        <div class="radios">
          {(["ratio", "absolute"] as const).map((mode) => (
            <label key={mode}>
              <input
                type="radio"
                name="mode"
                checked={props.mode === mode}
                onChange={() => change({ mode })}
              />
              {mode === "ratio" ? "Ratio" : "Absolute"}
            </label>
          ))}
        </div>
      </div>
      {dataset === "" && (
        <Select label="Time" value={props.range} onPick={(range) => change({ range })}>
          {RANGES.map((range) => (
            <option key={range} value={range}>
              {range === "auto" ? `Automatic (${presetLabel(props.preset)})` : `Last ${presetLabel(range)}`}
            </option>
          ))}
        </Select>
      )}
      <Select
        label="Data set"
        value={dataset}
        onPick={(name) => change({ dataset: name, scale: null, benchmark: null, platform: null })}
      >
        <option value="">This fleet</option>
        {dataset !== "" && !props.datasets.includes(dataset) && (
          <option value={dataset}>{dataset.slice(0, 60)}</option>
        )}
        {props.datasets.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      {dataset !== "" && (
        <Select label="Scale" value={props.scale} onPick={(scale) => change({ scale })}>
          <option value="ratio">Ratio to the baseline</option>
          <option value="pilot">The pilot's points, 0 to 9</option>
        </Select>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={props.versions}
          onChange={(event) => change({ versions: String(event.currentTarget.checked) })}
        />
        Tell versions apart
      </label>
    </form>
  );
}
