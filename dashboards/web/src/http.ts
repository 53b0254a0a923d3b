// Requests to the aggregator that served the page; relative, since it may live behind a proxy's path.

const PATIENCE_MS = 60_000;

export class ApiError extends Error {
  /** As the aggregator says it: not_found, invalid_argument ...; "offline" where nobody answered. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Answer<Data> {
  /** Undefined where it is what the ETag stood for. */
  data?: Data;
  etag: string;
}

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/** "/api/v1/NAME?..." as a relative address; what is undefined or empty is left out. */
export function address(name: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === "" || value === false) continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(key, String(each));
  }
  const text = params.toString();
  return `api/v1/${name}${text === "" ? "" : `?${text}`}`;
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ApiError(error.code, error.message);
  } catch {
    // A proxy answers in the aggregator's place.
    if (response.status >= 502) return new ApiError("offline", `status ${response.status}`);
    return new ApiError("unexpected", `the aggregator answered with status ${response.status}`);
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return await fetch(url, { ...init, signal: patience.signal, credentials: "same-origin" });
  } catch {
    const why = patience.signal.aborted ? "it took too long to answer" : "it cannot be reached";
    throw new ApiError("offline", `the aggregator does not answer: ${why}`);
  } finally {
    clearTimeout(timer);
  }
}

export async function get<Data>(url: string, etag = ""): Promise<Answer<Data>> {
  const response = await send(url, {
    headers: etag === "" ? {} : { "If-None-Match": etag },
    cache: "no-store",
  });
  if (response.status === 304) return { etag };
  if (!response.ok) throw await refusal(response);
  try {
    return { data: (await response.json()) as Data, etag: response.headers.get("ETag") ?? "" };
  } catch {
    // It stopped in the middle of the answer.
    throw new ApiError("offline", "the answer ended too early");
  }
}

export async function post<Data>(url: string, body: unknown): Promise<Data> {
  const response = await send(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as Data;
}
