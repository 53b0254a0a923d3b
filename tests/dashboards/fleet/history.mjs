// A day of history made of two real expositions, for Prometheus to import: figures scatter from
// round to round and step where a regression began, counters grew, and pairs of the mesh took turns.
// Until `turn` states are those of the older exposition; probes got their version by and by before.
import fs from 'node:fs';

const round = 1800;  // seconds that a figure stands until the next run
const meshTurn = 3 * 3600;
const ofADay = 200;  // times that of a minute or two: probes are not busy all the time

/** A number from 0 to 1 that is always the same for the same text. */
function drawn(text) {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  }
  hash = Math.imul(hash ^ hash >>> 15, 2246822507);
  return ((hash ^ hash >>> 13) >>> 0) / 2 ** 32;
}

/** Families in their order: {name, type, meta, samples: [{name, labels, value}]}. */
export function parseExposition(text) {
  const families = [];
  for (const line of text.split('\n')) {
    const meta = line.match(/^# (?:HELP|TYPE|UNIT) (\S+) ?(\S*)/);
    if (meta) {
      // A counter a_total and a gauge a are both called "a" here.
      const last = families.at(-1);
      if (last?.name !== meta[1] || (last.type && line.startsWith('# TYPE'))) {
        families.push({ name: meta[1], type: '', meta: [], samples: [] });
      }
      families.at(-1).meta.push(line);
      if (line.startsWith('# TYPE')) families.at(-1).type = meta[2];
      continue;
    }
    const sample = line.match(/^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)$/);
    if (sample) {
      families.at(-1).samples.push({ name: sample[1], labels: sample[2] ?? '',
                                     value: Number(sample[3]) });
    }
  }
  return families;
}

export const labelOf = (labels, name) =>
  labels.match(new RegExp(`(?:^|,)${name}="((?:[^"\\\\]|\\\\.)*)"`))?.[1];

/** What was worse since when, by node and benchmark's family. */
function stepsOf(families) {
  // The older exposition comes first, and knows regressions that are over by now.
  const byName = new Map([...families].reverse().map((family) => [family.name, family]));
  const infos = new Map((byName.get('hypergauge_benchmark')?.samples ?? [])
    .map(({ labels }) => [labelOf(labels, 'benchmark'), labels]));
  const magnitudes = byName.get('hypergauge_regression_magnitude_ratio')?.samples ?? [];
  const onsets = byName.get('hypergauge_regression_onset_timestamp_seconds')?.samples ?? [];
  return new Map(magnitudes.map((sample, index) => {
    const info = infos.get(labelOf(sample.labels, 'benchmark')) ?? '';
    const worse = labelOf(info, 'better') === 'higher' ? 1 / (1 + sample.value) : 1 + sample.value;
    return [`${labelOf(info, 'family')} ${labelOf(sample.labels, 'subject')}`,
      { factor: worse, onset: onsets[index].value }];
  }));
}

/** Which values of the past belong to a value of now. */
class Past {
  constructor({ now, begin, turn }, families) {
    Object.assign(this, { now, begin, turn });
    this.steps = stepsOf(families);
    const mesh = families.filter((family) => family.name.startsWith('hypergauge_network_tcp_rr'))
      .flatMap((family) => family.samples);
    this.peers = [...new Set(mesh.map(({ labels }) => labelOf(labels, 'peer')))].sort();
  }

  labels({ name, labels }, at) {
    if (name === 'hypergauge_node_info' && at < this.turn - drawn(labels) * meshTurn) {
      return labels.replace(/probe_version="[^"]*"/, 'probe_version="0.0.9"');
    }
    const peer = labelOf(labels, 'peer');
    if (!peer || this.peers.length === 0) return labels;
    const turns = Math.floor((this.now - at) / meshTurn);
    const index = (this.peers.indexOf(peer) + turns) % this.peers.length;
    return labels.replace(`peer="${peer}"`, `peer="${this.peers[index]}"`);
  }

  /** Undefined where there was none yet. */
  value(family, sample, at) {
    const { name, labels, value } = sample;
    if (family.type === 'counter' || family.type === 'histogram') {
      return this.counted(family, sample, at);
    }
    if (family.type !== 'gauge' || Number.isNaN(value)) return value;
    if (/_(epoch|onset)_timestamp_seconds$/.test(name)) return value <= at ? value : undefined;
    if (/^hypergauge_.*_timestamp_seconds$/.test(name)) return value - (this.now - at);
    if (name.startsWith('hypergauge_regression') || Number.isInteger(value)) return value;
    return value * this.scatter(name, labels, at) / this.step(name, labels, at);
  }

  counted(family, { name, value }, at) {
    const share = (at - this.begin) / (this.now - this.begin);
    const grown = value * (this.young(family) ? ofADay * share : 0.2 + 0.8 * share);
    return name.endsWith('_sum') || name.startsWith('process_') ? grown : Math.floor(grown);
  }

  /** What the aggregator counted in its first minute is little; by then it had run for a day. */
  young({ name, samples }) {
    const rare = /_(events|changes|regression|rejected|collisions|dropped)/;
    return name !== 'hypergauge_runs' && !rare.test(name) &&
      samples.every(({ value }) => value < 1000);
  }

  scatter(name, labels, at) {
    const slot = Math.floor((at + drawn(labels) * round) / round);
    const width = /_(overhead|platform)_/.test(name) ? 0.01 : /utilisation/.test(name) ? 0.3 : 0.04;
    if (name === 'hypergauge_clock_ratio') return 1 + 1e-6 * (drawn(`${labels} ${slot}`) - 0.5);
    return 1 + width * (drawn(`${name} ${labels} ${slot}`) - 0.5);
  }

  step(name, labels, at) {
    const step = this.steps.get(`${name} ${labelOf(labels, 'node')}`);
    return step && at < step.onset ? step.factor : 1;
  }
}

/** Of states the older exposition tells what was before `turn`. */
const ofStates = (name) => /^hypergauge_(regression_|environment_epoch)/.test(name);

/** A history of two expositions. `extra`: labels that a scrape adds. */
export class History {
  constructor(before, after, times, extra) {
    this.times = times;
    this.extra = extra;
    this.old = parseExposition(before);
    this.families = parseExposition(after);
    this.past = new Past(times, [...this.old, ...this.families]);
  }

  lines(family, samples, from, to) {
    return samples.map((sample) => {
      let text = '';
      for (let at = from; at < to; at += this.times.step) {
        const value = this.past.value(family, sample, at);
        if (value === undefined || Number.isNaN(value)) continue;
        const labels = this.past.labels(sample, at);
        text += `${sample.name}{${labels ? `${labels},` : ''}${this.extra}} ${value} ${at}\n`;
      }
      return text;
    }).join('');
  }

  /** Writes the points from `from` to before `to` as OpenMetrics. */
  write(file, from, to) {
    const turn = Math.min(Math.max(this.times.turn, from), to);
    const out = fs.openSync(file, 'w');
    for (const family of this.families) {
      const former = ofStates(family.name) && this.old.find((each) => each.name === family.name);
      fs.writeSync(out, `${family.meta.join('\n')}\n`);
      if (former) fs.writeSync(out, this.lines(former, former.samples, from, turn));
      fs.writeSync(out, this.lines(family, family.samples, former ? turn : from, to));
    }
    fs.writeSync(out, '# EOF\n');
    fs.closeSync(out);
  }
}
