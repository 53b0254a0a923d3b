// What has no answer in a simulated fleet that is a few minutes old, and why.
const why = {
  'overview: annotation "Alerts"': 'alerts fire after minutes of what a healthy fleet does not do',
  'fleet: annotation "Alerts"': 'the same',
  'fleet: panel "Runs that wait on probes"': 'simulated probes have no spool to tell of',
  'network: annotation "Regressions"': 'nothing of the network got slower',
  'regressions: panel "Smallest change that is found"': 'an aggregator looks at the noise of series ' +
    'every five minutes, and of those only that had runs since it began',
};

/** `where`: "dashboard: panel "title"", whatever follows. */
export const mayBeEmpty = (where) => Object.keys(why).some((each) => where.startsWith(each));
