// What else to know of a figure or a run: a word in a frame, with a sentence on hover.

const MEANINGS: Record<string, string> = {
  preliminary: "Too few rounds for an interval yet: it may still change a lot.",
  inconclusive: "The interval holds both no difference and more than 2 %: more rounds will tell.",
  equivalent: "The 95 % interval lies inside ±2 %.",
  different: "The 95 % interval excludes that there is no difference.",
  "super-native": "More than 5 % faster than its baseline: something is measured otherwise than it seems.",
  substitute: "Compared with a bare-metal node of the same hardware, not with its own host.",
  tied: "The rank is not sure: the interval of another one overlaps, or one has none.",
  unranked: "Measures a cache, or is never ranked for another reason: shown only.",
  cached: "The figure measures a cache.",
  unverified: "The clock was compared with no other.",
  unscheduled: "Measured outside of any lease.",
  loopback: "A network benchmark against this very machine.",
  unplaced: "The host was unknown: nothing kept others on it from measuring beside it.",
  clean: "It can be trusted.",
  busy: "The CPUs that the benchmark needed were not free.",
  steal: "The hypervisor ran somebody else.",
  throttled: "A quota or the CPU's own limits slowed it.",
  clock: "The clock that timed it runs wrong.",
  migrated: "The guest moved to another host meanwhile.",
  contended: "Nothing kept others from measuring beside it.",
  failed: "A wrong answer, a crash or a time-out; no figures.",
  unsupported: "This node cannot run it.",
  suspect: "Runs that shall confirm it were asked for; nobody is told.",
  firing: "Confirmed; people are told.",
  acknowledged: "Somebody looks after it.",
  muted: "Nobody wants to hear of it.",
  resolved: "The figures are back, or the series ended.",
  accepted: "The new level is the baseline.",
  retracted: "Later figures did not bear it out.",
};

const TONES: Record<string, string> = {
  clean: "good",
  equivalent: "good",
  resolved: "good",
  firing: "bad",
  failed: "bad",
  clock: "bad",
  contended: "bad",
  preliminary: "warn",
  inconclusive: "warn",
  "super-native": "warn",
  suspect: "warn",
  busy: "warn",
  steal: "warn",
  throttled: "warn",
  migrated: "warn",
  substitute: "info",
  acknowledged: "info",
};

export function Mark({ word, title }: { word: string; title?: string | undefined }) {
  return (
    <span class={`mark ${TONES[word] ?? ""}`} data-mark={word} title={title ?? MEANINGS[word]}>
      {word.replace(/_/g, " ")}
    </span>
  );
}
