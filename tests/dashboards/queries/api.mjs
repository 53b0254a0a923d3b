// Prometheus' HTTP API.

export class Api {
  constructor(prometheus) { this.prometheus = prometheus; }

  async get(path, parameters) {
    const answer = await fetch(`${this.prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const json = await answer.json();
    if (json.status !== 'success') throw new Error(json.error);
    return json.data;
  }

  /** Series of an instant query. */
  async now(expr, at) {
    return (await this.get('query', { query: expr, time: String(at) })).result;
  }

  /** Series with their points. */
  async over(expr, from, to, step) {
    const parameters = { query: expr, start: String(from), end: String(to), step: String(step) };
    return (await this.get('query_range', parameters)).result;
  }

  async labelValues(series, label, from, to) {
    const parameters = { 'match[]': series, start: String(from), end: String(to) };
    return this.get(`label/${label}/values`, parameters);
  }
}
