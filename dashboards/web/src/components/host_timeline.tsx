import { useMemo } from "preact/hooks";
import { bytes, duration, localTime, millis, percent } from "../format";
import { shortName, visible } from "../names";
import { rowsOf, spansOf, timeTicks, type Span } from "../timeline";
import type { HostSchedule, Interval, Pause } from "../types";
import { Mark } from "./mark";
import { Moment } from "./moment";
import { Name } from "./name";

const NARROW = 600;
const ROW = 22;
const AXIS = 18;
const MOST_ROWS = 40;
const MOST_LISTED = 300;
const LEAST_WIDTH = 0.35;

interface Window {
  from: number;
  to: number;
  now: number;
}

const at = ({ from, to }: Window, seconds: number): number =>
  Math.min(100, Math.max(0, ((seconds - from) / (to - from)) * 100));
const clock = (seconds: number): string => localTime(seconds * 1000).slice(11);

function Drawing({ rows, spans, window }: { rows: string[]; spans: Span[]; window: Window }) {
  const height = rows.length * ROW + AXIS;
  const place = new Map(rows.map((row, index) => [row, index]));
  const ticks = timeTicks(window.from, window.to, innerWidth < NARROW ? 3 : 8);
  return (
    <svg class="timeline" width="100%" height={height} aria-hidden="true" focusable="false">
      {rows.map(
        (row, index) =>
          index % 2 === 0 && (
            <rect key={row} class="stripe" x="0" width="100%" y={index * ROW} height={ROW} />
          ),
      )}
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            class="grid"
            x1={`${at(window, tick)}%`}
            x2={`${at(window, tick)}%`}
            y1="0"
            y2={rows.length * ROW}
          />
          <text
            x={`${at(window, tick)}%`}
            y={height - 4}
            text-anchor={at(window, tick) > 96 ? "end" : at(window, tick) < 4 ? "start" : "middle"}
          >
            {clock(tick)}
          </text>
        </g>
      ))}
      {spans.map((span) => {
        const row = place.get(span.node);
        if (row === undefined || span.to < window.from || span.from > window.to) return null;
        const left = at(window, span.from);
        return (
          <rect
            key={`${span.node} ${span.from} ${span.what}`}
            class={`span ${span.kind}`}
            x={`${left.toFixed(3)}%`}
            width={`${Math.max(LEAST_WIDTH, at(window, span.to) - left).toFixed(3)}%`}
            y={row * ROW + 4}
            height={ROW - 8}
            rx="2"
          >
            <title>{`${visible(span.node.slice(0, 80))}: ${span.what}, ${localTime(span.from * 1000, true)}, ${duration(span.to - span.from)}, ${span.outcome}`}</title>
          </rect>
        );
      })}
      <line
        class="now"
        x1={`${at(window, window.now)}%`}
        x2={`${at(window, window.now)}%`}
        y1="0"
        y2={rows.length * ROW}
      />
    </svg>
  );
}

function SpanTable({ spans, host }: { spans: readonly Span[]; host: string }) {
  return (
    <div class="scroll-x tall" tabIndex={0} role="region" aria-label={`Turns of ${shortName(host)}`}>
      <table aria-label={`Turns of ${shortName(host)}`} data-host={host}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" class="right">
              Takes
            </th>
            <th scope="col">Node</th>
            <th scope="col">What</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {[...spans]
            .reverse()
            .slice(0, MOST_LISTED)
            .map((span) => (
              <tr key={`${span.node} ${span.from} ${span.what}`}>
                <td>
                  <Moment ms={span.from * 1000} seconds />
                </td>
                <td class="right">{duration(span.to - span.from)}</td>
                <td>
                  <Name text={span.node} node />
                </td>
                <td>{span.what}</td>
                <td>{span.outcome}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function Arithmetic({ interval }: { interval: Interval }) {
  return (
    <li>
      <strong>{interval.plan}</strong> ({interval.suite}): every {duration(interval.effective_seconds)}
      {interval.effective_seconds > interval.wanted_seconds * 1.001 &&
        ` in place of ${duration(interval.wanted_seconds)}`}
      , next <Moment ms={millis(interval.next_unix_nanos)} relative />{" "}
      <span class="faint">
        <bdi>{interval.text}</bdi>
      </span>
    </li>
  );
}

interface Props {
  host: HostSchedule;
  pauses: readonly Pause[];
  window: Window;
}

export function HostTimeline({ host, pauses, window }: Props) {
  const spans = useMemo(() => spansOf(host, window.now), [host, window.now]);
  const all = rowsOf(host, spans);
  const rows = all.slice(0, MOST_ROWS);
  const own = pauses.filter((pause) => pause.host === "" || pause.host === host.host);
  return (
    <section
      class="card host-timeline"
      data-testid="host-timeline"
      data-host={host.host}
      aria-label={`Timeline of ${shortName(host.host)}`}
    >
      <header class="card-head">
        <h2>
          <Name text={host.host} node expand />
        </h2>
        <span>
          {percent(host.utilisation_ratio)} of the last hour occupied
          {host.held_by !== "" && <Mark word={host.held_by} title={host.held_reason.slice(0, 300)} />}
        </span>
      </header>
      {host.held_by !== "" && (
        <p class="bad-text">
          Nothing is granted now: {host.held_by.replace(/_/g, " ")}.{" "}
          <bdi>{host.held_reason.slice(0, 300)}</bdi>
        </p>
      )}
      {own.map((pause) => (
        <p key={`${pause.host} ${pause.began_unix_nanos}`} class="bad-text">
          Paused {pause.host === "" && "with all hosts "}since <Moment ms={millis(pause.began_unix_nanos)} />
          {pause.until_unix_nanos === "0" ? (
            " until resumed"
          ) : (
            <>
              {" "}
              until <Moment ms={millis(pause.until_unix_nanos)} />
            </>
          )}
          : <bdi>{pause.reason.slice(0, 300)}</bdi>
        </p>
      ))}
      <div class="lanes">
        <ul class="lane-names">
          {rows.map((row) => (
            <li key={row}>
              <Name text={row} node />
            </li>
          ))}
        </ul>
        <Drawing rows={rows} spans={spans} window={window} />
      </div>
      {all.length > rows.length && (
        <p class="faint">{all.length - rows.length} nodes more are in the table only.</p>
      )}
      <ul class="plain arithmetic">
        {host.intervals.map((interval) => (
          <Arithmetic key={`${interval.plan} ${interval.suite}`} interval={interval} />
        ))}
      </ul>
      <p class="faint">
        Since midnight UTC: {duration(host.cpu_seconds_today)} of CPU time, {bytes(host.bytes_written_today)}{" "}
        written, {bytes(host.bytes_sent_today)} sent.
      </p>
      <details class="chart-table">
        <summary>Table</summary>
        <SpanTable spans={spans} host={host.host} />
      </details>
    </section>
  );
}
